//! Applying a form to a message: files, embeds, pings, versions.

use serde_json::{Value, json};

use crate::discord::body::Upload;
use crate::discord::draft::{Allowed, Draft};
use crate::discord::errors::{ApiError, Mistakes};
use crate::discord::message::{
    Attachment, COMPONENTS_V2, EPHEMERAL, LOADING, Message, Route, SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS, Version,
};
use crate::discord::permissions;
use crate::discord::render;
use crate::discord::validate::at;
use crate::discord::world::World;
use crate::ids::{Id, now_ms};

impl World {
    /// Makes `message` what `draft`, sent `by` one of the routes, asks; it is
    /// not kept yet.
    pub(crate) fn compose(
        &mut self,
        message: &mut Message,
        draft: Draft,
        by: Route,
    ) -> Result<(), ApiError> {
        self.check_words(&draft)?;
        self.check_sizes(&draft, by)?;
        let mut files = self.files_of(message, &draft)?;
        if let Some(content) = draft.content {
            message.content = content;
        }
        if let Some(mut components) = draft.components {
            let mut mistakes = Mistakes::default();
            resolve_media(&mut components, "components", &files, &mut mistakes);
            mistakes.check()?;
            message.components = components;
        }
        if let Some(flags) = draft.flags {
            let settable = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2;
            message.flags =
                (message.flags & !(SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS)) | (flags & settable);
        }
        if let Some(mut embeds) = draft.embeds {
            let used = resolve_files(&mut embeds, &files)?;
            message.embeds = embeds.into_iter().map(finished).collect();
            (message.embedded, files) = files.into_iter().partition(|file| used.contains(&file.id));
        } else {
            let held: Vec<Id> = message.embedded.iter().map(|file| file.id).collect();
            (message.embedded, files) = files.into_iter().partition(|file| held.contains(&file.id));
        }
        message.attachments = files;
        let nothing = |value: &Value| value.as_array().is_none_or(Vec::is_empty);
        let no_files = message.attachments.is_empty() && message.embedded.is_empty();
        if message.content.trim().is_empty()
            && nothing(&message.embeds)
            && nothing(&message.components)
            && no_files
        {
            return Err(ApiError::known(50006));
        }
        message.thinking = false;
        message.flags &= !LOADING;
        Ok(())
    }

    /// Keeps a message in its present form, as a new version of it.
    pub(crate) fn keep(&mut self, mut message: Message, by: Route) -> Message {
        let body = render::message(self, &message);
        message.versions.push(Version {
            at: now_ms(),
            by,
            body,
        });
        if message.versions.len() > self.options.versions_kept.max(2) {
            // The first stays: it is how the message began.
            message.versions.remove(1);
        }
        self.messages.insert(message.id, message.clone());
        if self.messages.len() > self.options.messages_kept {
            self.messages.pop_first();
        }
        message
    }

    /// Notes whom a new message notifies.
    pub(crate) fn ping(&self, message: &mut Message, allowed: &Allowed) {
        if message.flags & SUPPRESS_NOTIFICATIONS != 0 {
            return;
        }
        let wanted = |id: &Id| allowed.all_users || allowed.users.contains(id);
        let people = render::mentioned(&message.content)
            .into_iter()
            .filter(|id| self.person_by_id(*id).is_some());
        message.pings = people.filter(wanted).collect();
        let replied = message.reference.filter(|_| allowed.replied_user);
        if let Some(replied) = replied.and_then(|id| self.message(message.channel, id).ok()) {
            let author = replied.author;
            if self.person_by_id(author).is_some() && !message.pings.contains(&author) {
                message.pings.push(author);
            }
        }
        let everyone = message.content.contains("@everyone") || message.content.contains("@here");
        let may = self
            .channels
            .get(&message.channel)
            .is_some_and(|c| c.bot_may(permissions::MENTION_EVERYONE));
        message.pings_everyone = everyone && allowed.everyone && may;
    }

    /// The files that the message will have: those that stay, then new ones.
    fn files_of(&mut self, message: &Message, draft: &Draft) -> Result<Vec<Attachment>, ApiError> {
        let mut mistakes = Mistakes::default();
        let mut files = Vec::new();
        match &draft.attachments {
            None => files.extend(message.files().cloned()),
            Some(list) => {
                for (place, entry) in list.iter().enumerate() {
                    if draft.files.iter().any(|file| file.n == entry.id) {
                        continue;
                    }
                    let held = message.files().find(|file| file.id.get() == entry.id);
                    match held {
                        Some(file) => {
                            let description = entry
                                .description
                                .clone()
                                .or_else(|| file.description.clone());
                            files.push(Attachment {
                                description,
                                ..file.clone()
                            });
                        }
                        None => mistakes.add(
                            &format!("attachments.{place}"),
                            "ATTACHMENT_NOT_FOUND",
                            format!("Attachment with id {} does not exist", entry.id),
                        ),
                    }
                }
            }
        }
        let listed = |n: u64| {
            draft
                .attachments
                .iter()
                .flatten()
                .find(|entry| entry.id == n)
        };
        let editing = !message.versions.is_empty();
        for upload in &draft.files {
            if editing && draft.attachments.is_some() && listed(upload.n).is_none() {
                let text = format!("files[{}] is not in the list of what stays", upload.n);
                mistakes.add("attachments", "ATTACHMENT_NOT_LISTED", text);
                continue;
            }
            let id = self.ids.next();
            let filename: String = upload.filename.chars().map(plain).collect();
            self.files
                .put(id, &upload.content_type, upload.bytes.clone());
            files.push(Attachment {
                id,
                url: format!(
                    "{}/attachments/{}/{id}/{filename}",
                    self.origin, message.channel
                ),
                filename,
                content_type: upload.content_type.clone(),
                size: u64::try_from(upload.bytes.len()).unwrap_or(u64::MAX),
                description: listed(upload.n).and_then(|entry| entry.description.clone()),
            });
        }
        if files.len() > 10 {
            mistakes.add(
                "attachments",
                "BASE_TYPE_MAX_LENGTH",
                "Must be 10 or fewer in length.",
            );
        }
        mistakes.check()?;
        Ok(files)
    }

    fn check_sizes(&self, draft: &Draft, by: Route) -> Result<(), ApiError> {
        let limit = match by {
            Route::Token => self.options.interaction_upload_limit,
            Route::Channel | Route::Person => self.options.channel_upload_limit,
        };
        let too_large =
            |file: &Upload| u64::try_from(file.bytes.len()).is_ok_and(|size| size > limit);
        if draft.files.iter().any(too_large) {
            Err(ApiError::known(40005))
        } else {
            Ok(())
        }
    }

    fn check_words(&self, draft: &Draft) -> Result<(), ApiError> {
        let embeds = draft
            .embeds
            .iter()
            .flatten()
            .map(ToString::to_string)
            .collect::<String>();
        let text = draft.content.clone().unwrap_or_default() + &embeds;
        let found = self
            .blocked
            .iter()
            .find(|(word, _)| text.contains(word.as_str()));
        found.map_or(Ok(()), |(_, code)| Err(ApiError::known(*code)))
    }
}

/// The flags that only the creation of an answer can set.
pub(crate) fn flags_of_new(draft: &Draft) -> u64 {
    draft.flags.unwrap_or(0) & EPHEMERAL
}

/// Puts the addresses of uploaded files in the place of `attachment://name`;
/// returns which were used.
fn resolve_files(embeds: &mut [Value], files: &[Attachment]) -> Result<Vec<Id>, ApiError> {
    let mut used = Vec::new();
    let mut mistakes = Mistakes::default();
    for (place, embed) in embeds.iter_mut().enumerate() {
        for (part, key) in [
            ("image", "url"),
            ("thumbnail", "url"),
            ("author", "icon_url"),
            ("footer", "icon_url"),
        ] {
            let Some(name) = embed[part][key]
                .as_str()
                .and_then(|url| url.strip_prefix("attachment://"))
            else {
                continue;
            };
            match files
                .iter()
                .find(|file| file.filename == name && is_picture(name))
            {
                Some(file) => {
                    used.push(file.id);
                    embed[part][key] = json!(file.url);
                }
                None => mistakes.add(
                    &format!("embeds.{place}.{part}.{key}"),
                    "EMBED_ATTACHMENT_NOT_FOUND",
                    format!("There is no uploaded picture named {name}."),
                ),
            }
        }
    }
    mistakes.check()?;
    Ok(used)
}

/// Likewise for the media of layouts, wherever in them.
fn resolve_media(part: &mut Value, path: &str, files: &[Attachment], mistakes: &mut Mistakes) {
    match part {
        Value::Array(list) => {
            for (place, part) in list.iter_mut().enumerate() {
                resolve_media(part, &at(path, place), files, mistakes);
            }
        }
        Value::Object(map) => {
            for (key, part) in map.iter_mut() {
                resolve_media(part, &at(path, key), files, mistakes);
            }
        }
        Value::String(text) => {
            let Some(name) = text
                .strip_prefix("attachment://")
                .filter(|_| path.ends_with(".url"))
            else {
                return;
            };
            match files.iter().find(|file| file.filename == name) {
                Some(file) => *part = json!(file.url),
                None => mistakes.add(
                    path,
                    "COMPONENT_ATTACHMENT_NOT_FOUND",
                    format!("There is no uploaded file named {name}."),
                ),
            }
        }
        _ => {}
    }
}

/// Discord shows only these inside embeds; anything else is silently blank
/// there, which the stand-in refuses so that a test sees it.
fn is_picture(name: &str) -> bool {
    let end = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    ["jpg", "jpeg", "png", "webp", "gif"].contains(&end.as_str())
}

/// An embed as Discord gives it back.
fn finished(mut embed: Value) -> Value {
    embed["type"] = json!("rich");
    for part in ["image", "thumbnail"] {
        if embed[part]["url"].is_string() {
            embed[part]["proxy_url"] = embed[part]["url"].clone();
            embed[part]["width"] = json!(640);
            embed[part]["height"] = json!(360);
        }
    }
    if let Value::Object(parts) = &mut embed {
        // What `embed[part]` above made where there was nothing.
        parts.retain(|_, part| !part.is_null());
    }
    embed
}

/// Discord keeps plain characters of file names only.
fn plain(character: char) -> char {
    if character.is_ascii_alphanumeric() || ".-_".contains(character) {
        character
    } else {
        '_'
    }
}
