//! What people look through: their watches, their last tasks, a message's ids.

use serenity::model::application::CommandInteraction;

use super::Intake;
use super::follow::Opening;
use crate::discord::request::{self, Asker, StatusOptions};
use crate::domain::find;
use crate::render::body::Message;
use crate::render::list::{self, ListedWatch, Suggestion};
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::store::{StoreError, Whose};

/// How many of a person's tasks the suggestions are picked from.
const LOOKED_AT: u32 = 100;

/// Discord shows so many suggestions.
const SUGGESTED: usize = 25;

impl Intake {
    pub(super) async fn videowatches(&self, asker: &Asker, command: &CommandInteraction) {
        let whose = match (request::flag(command, "all"), asker.guild_id) {
            (true, Some(_)) if !asker.manages() => {
                return self.notify(asker, Notice::ManagersOnly).await;
            }
            (true, Some(guild_id)) => Whose::Guild(guild_id),
            _ => Whose::Person(asker.user_id),
        };
        match self.list(asker, whose).await {
            Ok(message) => self.answer(asker, &message).await,
            Err(error) => self.store_failed(asker, &error).await,
        }
    }

    async fn list(&self, asker: &Asker, whose: Whose) -> Result<Message, StoreError> {
        let (watches, total) = self.store().running(whose, 25).await?;
        let listed = |(watch, task)| ListedWatch { watch, task };
        let entries: Vec<_> = watches.into_iter().map(listed).collect();
        let owners = matches!(whose, Whose::Guild(_));
        let locale = Locale::of(&asker.locale);
        Ok(list::watches(&entries, total, owners, locale))
    }

    /// The message menu: one id is followed at once, several are offered.
    pub(super) async fn check_message(&self, asker: &Asker, command: &CommandInteraction) {
        let ids = find::task_ids(&request::message_text(command));
        match ids.as_slice() {
            [id] => {
                let options = StatusOptions::default();
                self.follow(asker, id.clone(), &options, Opening::NewMessage)
                    .await;
            }
            ids => match list::pick_task(ids, Locale::of(&asker.locale)) {
                Some(message) => self.answer(asker, &message).await,
                None => self.notify(asker, Notice::NoTasksFound).await,
            },
        }
    }

    /// Suggests the person's last tasks whose id or prompt holds what is typed.
    pub(super) async fn suggest(&self, typing: &CommandInteraction) {
        let asker = Asker::of_command(typing);
        let typed = typing
            .data
            .autocomplete()
            .map_or("", |option| option.value)
            .trim()
            .to_lowercase();
        let tasks = self.store().recent_tasks(asker.user_id, LOOKED_AT).await;
        let tasks = tasks.unwrap_or_else(|error| {
            tracing::warn!(%error, "intake.no_suggestions");
            Vec::new()
        });
        let fits = |choice: &Suggestion| {
            choice.name.to_lowercase().contains(&typed)
                || choice.value.to_lowercase().contains(&typed)
        };
        let choices: Vec<_> = tasks
            .iter()
            .filter_map(list::suggestion)
            .filter(fits)
            .take(SUGGESTED)
            .collect();
        let sent = self.parts.messenger.suggest(asker.reply(), &choices).await;
        self.log_answer(&asker, sent);
    }
}
