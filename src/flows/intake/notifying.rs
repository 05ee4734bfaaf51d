//! The buttons "Notify me" and "Don't notify me": who hears of the end, and a message that
//! shows how many people do.

use std::time::Duration;

use super::Intake;
use crate::discord::request::Asker;
use crate::domain::task::Task;
use crate::domain::watch::{Notify, Watch, WatchId};
use crate::flows::links;
use crate::flows::view::Extras;
use crate::render::body::Message;
use crate::render::locale::Locale;
use crate::render::notice::{self, Notice};
use crate::render::ping::PEOPLE_MAX;
use crate::render::status;
use crate::store::{StoreError, Subscribed};

/// The most edits after one press. Each follows a change during the one before.
const REDRAWS: u32 = 3;

impl Intake {
    /// Adds the person to those who are notified of the end. The message shows the new count,
    /// and an ephemeral answer says how the person will be notified. A person who is already
    /// notified stays so.
    pub(super) async fn notify_me(
        &self,
        asker: &Asker,
        mut watch: Watch,
        task: &Task,
    ) -> Result<Option<Notice>, StoreError> {
        let store = self.store();
        let mut notify = Notify::Here;
        if watch.asked.user_id == asker.user_id {
            if watch.asked.notify == Notify::Off {
                store.set_notify(watch.id, notify).await?;
                watch.asked.notify = notify;
            }
            notify = watch.asked.notify;
        } else {
            let room = PEOPLE_MAX - 1;
            let added = store.subscribe(watch.id, &task.id, asker.user_id, room);
            match added.await? {
                Subscribed::Added => {}
                Subscribed::Full => return Ok(Some(Notice::NotifyFull)),
                Subscribed::Over => return Ok(Some(Notice::AlreadyEnded)),
            }
        }
        let message = self.drawn(&watch, task).await?;
        let messenger = &self.parts.messenger;
        match messenger.update(asker.reply(), &message).await {
            // A filter may refuse the prompt. The person is added all the same.
            Err(error) if error.is_about_the_form() => self.acknowledge_press(asker).await,
            sent => self.log_answer(asker, sent),
        }
        let said = notice::notified(notify, watch.id, Locale::of(&asker.locale));
        let sent = messenger.follow_up(asker.reply(), &said).await;
        self.log_answer(asker, sent);
        self.redraw(asker, watch.id, Some(message)).await?;
        Ok(None)
    }

    /// Edits a watch's message by the channel's route until it shows the present state. `sent`
    /// is the message that was sent last, if any: another press or the courier may have shown
    /// something newer meanwhile, which it replaced. An attached video stays.
    async fn redraw(
        &self,
        asker: &Asker,
        id: WatchId,
        mut sent: Option<Message>,
    ) -> Result<(), StoreError> {
        for _ in 0..REDRAWS {
            let Some((watch, task)) = self.find(id).await? else {
                break;
            };
            let Some(message_id) = watch.message_id else {
                break;
            };
            let message = self.drawn(&watch, &task).await?;
            if sent.as_ref() == Some(&message) {
                break;
            }
            let edit = self
                .parts
                .messenger
                .reword(watch.asked.channel_id, message_id, &message);
            self.log_answer(asker, edit.await);
            sent = Some(message);
        }
        Ok(())
    }

    /// Removes the person from those who are notified of the end. The ephemeral answer under
    /// which they pressed says so, and the watch's own message shows the new count.
    pub(super) async fn unsubscribe(&self, asker: &Asker, watch: &Watch) -> Result<(), StoreError> {
        if watch.asked.user_id == asker.user_id {
            self.store().set_notify(watch.id, Notify::Off).await?;
        } else {
            self.store().unsubscribe(watch.id, asker.user_id).await?;
        }
        let messenger = &self.parts.messenger;
        let said = notice::notified(Notify::Off, watch.id, Locale::of(&asker.locale));
        let sent = messenger.update(asker.reply(), &said).await;
        self.log_answer(asker, sent);
        self.redraw(asker, watch.id, None).await
    }

    /// Returns a watch's message as it is now, without its files.
    async fn drawn(&self, watch: &Watch, task: &Task) -> Result<Message, StoreError> {
        let extras = Extras::load(self.store(), watch, task, false).await?;
        let media = links::shown(&self.parts.fetcher, task, Duration::ZERO).await;
        let view = extras.view(watch, task, &media, self.now());
        Ok(status::message(&view))
    }
}
