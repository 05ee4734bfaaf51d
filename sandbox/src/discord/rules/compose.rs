//! Applies a form to a message: its parts, pings and versions.

use serde_json::{Value, json};

use crate::discord::model::errors::{ApiError, Mistakes};
use crate::discord::model::message::{
    COMPONENTS_V2, EPHEMERAL, LOADING, Message, Route, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS,
    Version,
};
use crate::discord::model::permissions;
use crate::discord::model::render;
use crate::discord::model::things::{NEWS_ROLE, STAFF_ROLE};
use crate::discord::model::world::World;
use crate::discord::rules::attach::{resolve_files, resolve_media};
use crate::discord::rules::draft::{Allowed, Draft};
use crate::ids::{Id, now_ms};

impl World {
    /// Changes `message` as `draft` asks, which was sent `by` one of the routes. The message is
    /// not stored yet.
    pub(crate) fn compose(
        &mut self,
        message: &mut Message,
        draft: Draft,
        by: Route,
    ) -> Result<(), ApiError> {
        self.check_words(&draft)?;
        self.check_sizes(message, &draft, by)?;
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

    /// Stores the present form of a message as a new version.
    pub(crate) fn keep(&mut self, mut message: Message, by: Route) -> Message {
        let body = render::message(self, &message);
        message.versions.push(Version {
            at: now_ms(),
            by,
            body,
        });
        if message.versions.len() > self.options.versions_kept.max(2) {
            // The first version stays, because tests look at how a message began.
            message.versions.remove(1);
        }
        self.messages.insert(message.id, message.clone());
        if self.messages.len() > self.options.messages_kept {
            self.messages.pop_first();
        }
        message
    }

    /// Sets whom a new message notifies.
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
        let roles = [NEWS_ROLE, STAFF_ROLE].into_iter().filter(|role| {
            let named = message.content.contains(&format!("<@&{role}>"));
            let wanted = allowed.all_roles || allowed.roles.contains(role);
            named && wanted && (may || *role == NEWS_ROLE)
        });
        message.pings_roles = roles.collect();
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

/// Returns the flags that can only be set when an answer is created.
pub(crate) fn flags_of_new(draft: &Draft) -> u64 {
    draft.flags.unwrap_or(0) & EPHEMERAL
}

/// Returns an embed as Discord returns it.
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
        // Indexing with `embed[part]` above created these where there was nothing.
        parts.retain(|_, part| !part.is_null());
    }
    embed
}
