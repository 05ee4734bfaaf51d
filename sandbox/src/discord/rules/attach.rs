//! A message's files: those that stay, those that are new, and those that embeds show.

use serde_json::{Value, json};

use crate::discord::model::errors::{ApiError, Mistakes};
use crate::discord::model::message::{Attachment, Message, Route};
use crate::discord::model::things::GUILD;
use crate::discord::model::world::World;
use crate::discord::rules::body::Upload;
use crate::discord::rules::draft::Draft;
use crate::discord::rules::validate::at;
use crate::ids::Id;

impl World {
    /// Refuses files over the limit of their route.
    pub(crate) fn check_sizes(
        &self,
        message: &Message,
        draft: &Draft,
        by: Route,
    ) -> Result<(), ApiError> {
        let channel = self.channels.get(&message.channel);
        let boosted = match self.options.premium_tier {
            2 => 50 * 1024 * 1024,
            3 => 100 * 1024 * 1024,
            _ => 0,
        };
        let boosted = if channel.is_some_and(|channel| channel.guild == Some(GUILD)) {
            boosted
        } else {
            0
        };
        let limit = match by {
            Route::Token => self.options.interaction_upload_limit,
            Route::Channel | Route::Person => self.options.channel_upload_limit.max(boosted),
        };
        let size = |file: &Upload| file.bytes.len() as u64;
        let is_new = message.versions.is_empty();
        let all: u64 = draft.files.iter().map(size).sum();
        if draft.files.iter().any(|file| size(file) > limit)
            || (is_new && all > self.options.create_upload_limit)
        {
            Err(ApiError::known(40005))
        } else {
            Ok(())
        }
    }

    /// Returns the files that the message will have: those that stay, then the new ones.
    pub(crate) fn files_of(
        &mut self,
        message: &Message,
        draft: &Draft,
    ) -> Result<Vec<Attachment>, ApiError> {
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
}

/// Replaces each `attachment://name` in embeds by the address of the uploaded file. Returns the
/// files that were used.
pub(crate) fn resolve_files(
    embeds: &mut [Value],
    files: &[Attachment],
) -> Result<Vec<Id>, ApiError> {
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

/// Replaces each `attachment://name` in layouts, at any depth, by the address of the uploaded
/// file.
pub(crate) fn resolve_media(
    part: &mut Value,
    path: &str,
    files: &[Attachment],
    mistakes: &mut Mistakes,
) {
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

/// Returns whether Discord shows the file inside embeds. Any other file is silently blank there,
/// which the stand-in refuses so that a test notices.
fn is_picture(name: &str) -> bool {
    let end = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    ["jpg", "jpeg", "png", "webp", "gif"].contains(&end.as_str())
}

/// Replaces a character that Discord does not keep in file names.
fn plain(character: char) -> char {
    if character.is_ascii_alphanumeric() || ".-_".contains(character) {
        character
    } else {
        '_'
    }
}
