//! What people look through: their watches, their last tasks, a message's ids.

use std::time::Duration;

use super::Intake;
use super::follow::Opening;
use crate::discord::request::{Asker, Options};
use crate::domain::find;
use crate::render::body::Message;
use crate::render::list::{self, ListedWatch};
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::store::{StoreError, Whose};

/// How long the look at a message may take, so that the answer is still in time.
const LOOK_TIMEOUT: Duration = Duration::from_millis(1500);

impl Intake {
    pub(super) async fn videowatches(&self, asker: &Asker, all: bool) {
        let whose = match (all, asker.guild_id) {
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
    pub(super) async fn check_message(&self, asker: &Asker, message: u64, text: &str) {
        let mut ids = find::task_ids(text);
        if ids.is_empty() {
            // The gateway's library leaves out what it does not know, such as newer components.
            let (messenger, person) = (self.parts.messenger.clone(), asker.user_id);
            let channel = asker.channel_id;
            let text =
                tokio::spawn(async move { messenger.text_of(person, channel, message).await });
            if let Ok(Ok(Ok(text))) = tokio::time::timeout(LOOK_TIMEOUT, text).await {
                ids = find::task_ids(&text);
            }
        }
        match ids.as_slice() {
            [id] => {
                let options = Options::default();
                self.follow(asker, id.clone(), &options, Opening::NewMessage)
                    .await;
            }
            ids => match list::pick_task(ids, Locale::of(&asker.locale)) {
                Some(message) => self.answer(asker, &message).await,
                None => self.notify(asker, Notice::NoTasksFound).await,
            },
        }
    }

    /// Suggests the person's last tasks. Whoever types as no person does sees that there
    /// are no suggestions.
    pub(super) async fn suggest(&self, asker: &Asker, typed: &str) {
        let choices = match self.serves(asker) {
            true => self.suggestions.of(asker.user_id, typed).await,
            false => Some(Vec::new()),
        };
        if let Some(choices) = choices {
            let sent = self.parts.messenger.suggest(asker.reply(), &choices).await;
            self.log_answer(asker, sent);
        }
    }
}
