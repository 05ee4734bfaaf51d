//! Lists for people: their watches, their last tasks, and the ids in a message.

use std::time::Duration;

use super::Intake;
use super::follow::Opening;
use crate::discord::request::{Asker, Options};
use crate::domain::button::Listed;
use crate::domain::find;
use crate::domain::task::TaskId;
use crate::domain::watch::WatchId;
use crate::render::body::Message;
use crate::render::list::{self, ListPage, ListedWatch, PAGE};
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::render::pick;
use crate::store::{StoreError, Whose};

/// How long reading a message may take. The answer must still be in time.
const LOOK_TIMEOUT: Duration = Duration::from_millis(1500);

impl Intake {
    pub(super) async fn videowatches(&self, asker: &Asker, options: &Options) {
        let list = match (options.finished, options.all, asker.guild_id) {
            (true, ..) => Listed::Finished,
            (false, true, Some(_)) => Listed::Server,
            (false, ..) => Listed::Running,
        };
        match self.list(asker, list, 0).await {
            Ok(message) => self.answer(asker, &message).await,
            Err(error) => self.store_failed(asker, &error).await,
        }
    }

    /// Replaces a list's page by another one.
    pub(super) async fn turn_to(
        &self,
        asker: &Asker,
        list: Listed,
        page: u32,
    ) -> Result<Option<Notice>, StoreError> {
        let message = self.list(asker, list, page).await?;
        let sent = self.parts.messenger.update(asker.reply(), &message).await;
        self.log_answer(asker, sent);
        Ok(None)
    }

    /// Returns a page of a list, or its first page if that page does not exist any more.
    async fn list(&self, asker: &Asker, list: Listed, page: u32) -> Result<Message, StoreError> {
        let locale = Locale::of(&asker.locale);
        let whose = match (list, asker.guild_id) {
            (Listed::Server, Some(_)) if !asker.manages() => {
                return Ok(Notice::ManagersOnly.message(locale));
            }
            (Listed::Server, Some(guild_id)) => Whose::Guild(guild_id),
            (Listed::Finished, _) => Whose::Past(asker.user_id),
            (Listed::Running | Listed::Server, _) => Whose::Person(asker.user_id),
        };
        let mut number = page;
        let skip = number.saturating_mul(PAGE);
        let (mut watches, mut total) = self.store().watches_of(whose, skip, PAGE).await?;
        if watches.is_empty() && number > 0 {
            number = 0;
            (watches, total) = self.store().watches_of(whose, 0, PAGE).await?;
        }
        let listed = |(watch, task)| ListedWatch { watch, task };
        let entries: Vec<_> = watches.into_iter().map(listed).collect();
        let page = ListPage {
            list,
            entries: &entries,
            number,
            total,
        };
        Ok(list::watches(&page, locale))
    }

    /// Stops those of the chosen watches that the person may stop.
    pub(super) async fn stop_some(
        &self,
        asker: &Asker,
        chosen: &[String],
    ) -> Result<Option<Notice>, StoreError> {
        let mut count = 0;
        for id in chosen.iter().filter_map(|id| id.parse().ok()) {
            let Some(watch) = self.store().watch(WatchId(id)).await? else {
                continue;
            };
            let own = watch.asked.user_id == asker.user_id;
            let managed = asker.manages() && watch.asked.guild_id == asker.guild_id;
            if own || managed {
                let task_id = &watch.asked.task_id;
                let stopped = self
                    .store()
                    .stop_watch(watch.id, task_id, asker.user_id, self.now());
                count += usize::from(stopped.await?);
            }
        }
        self.parts.starter.inboxes.courier.wake();
        Ok(Some(Notice::Stopped { count }))
    }

    /// Follows again the watch that the person chose from the list of finished ones.
    pub(super) async fn follow_one(
        &self,
        asker: &Asker,
        chosen: &[String],
    ) -> Result<Option<Notice>, StoreError> {
        let id = chosen.first().and_then(|id| id.parse().ok());
        let watch = match id {
            Some(id) => self.store().watch(WatchId(id)).await?,
            None => None,
        };
        let own = watch.filter(|watch| watch.asked.user_id == asker.user_id);
        let Some(watch) = own else {
            return Ok(Some(Notice::UnknownWatch));
        };
        Ok(self.follow_again(asker, &watch, Opening::NewMessage).await)
    }

    /// Follows the one of several ids that the person picked.
    pub(super) async fn pick_task(&self, asker: &Asker, picked: Option<TaskId>) -> Option<Notice> {
        let Some(task_id) = picked else {
            return Some(Notice::BadId);
        };
        let options = Options::default();
        self.follow(asker, task_id, &options, Opening::NewMessage)
            .await;
        None
    }

    /// Handles the message menu: follows a single id at once, and offers several as a choice.
    pub(super) async fn check_message(&self, asker: &Asker, message: u64, text: &str) {
        let mut ids = find::task_ids(text);
        if ids.is_empty() {
            // The library for Discord's gateway drops parts that it does not know, such as
            // newer components, so the message is read again.
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
            ids => match pick::pick_task(ids, Locale::of(&asker.locale)) {
                Some(message) => self.answer(asker, &message).await,
                None => self.notify(asker, Notice::NoTasksFound).await,
            },
        }
    }

    /// Suggests the person's last tasks, unless the person types faster than anybody can.
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
