//! Buttons and menus. Their custom ids carry the watch, so they work after any
//! restart; and every press is answered, so that nobody sees "This interaction
//! failed".

use std::time::Duration;

use serenity::model::application::ComponentInteraction;

use super::Intake;
use super::follow::Opening;
use crate::discord::request::{self, Announce, Asker, StatusOptions};
use crate::discord::upload::{Upload, UploadContent};
use crate::domain::button::{Action, Control};
use crate::domain::task::{Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Notify, Reach, TOKEN_LIFE, Watch, WatchId, WatchState};
use crate::flows::moment::now;
use crate::flows::view::Extras;
use crate::render::body::Message;
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::render::ping::PEOPLE_MAX;
use crate::render::prompt;
use crate::render::status;
use crate::render::view::Media;
use crate::store::{Refreshed, StoreError, Subscribed};

/// A task is asked by "Refresh" at most this often, whoever presses.
const REFRESH_GAP: Duration = Duration::from_secs(5);

/// The options of a watch that is followed again: private stays private, and
/// its requester is told as they chose.
fn as_before(asker: &Asker, watch: &Watch) -> StatusOptions {
    let own = watch.asked.user_id == asker.user_id;
    let channel = watch.asked.announce_channel_id.filter(|_| own);
    StatusOptions {
        private: watch.asked.private,
        notify: if own {
            watch.asked.notify
        } else {
            Notify::default()
        },
        channel: channel.map(|channel_id| Announce {
            channel_id,
            allowed: true,
        }),
        ..StatusOptions::default()
    }
}

impl Intake {
    pub(super) async fn press(&self, asker: &Asker, press: &ComponentInteraction) {
        let chosen = request::chosen(press);
        let result = match Control::parse(&press.data.custom_id) {
            Some(Control::Watch(action, id)) => {
                self.button(asker, action, id, press.message.id.get()).await
            }
            Some(Control::StopSome) => self.stop_some(asker, chosen).await,
            Some(Control::PickTask) => match chosen.first().map(|id| TaskId::parse(id)) {
                Some(Ok(task_id)) => {
                    self.follow(
                        asker,
                        task_id,
                        &StatusOptions::default(),
                        Opening::NewMessage,
                    )
                    .await;
                    Ok(())
                }
                _ => {
                    self.notify(asker, Notice::BadId).await;
                    Ok(())
                }
            },
            None => {
                self.notify(asker, Notice::UnknownWatch).await;
                Ok(())
            }
        };
        if let Err(error) = result {
            self.store_failed(asker, &error).await;
        }
    }

    async fn button(
        &self,
        asker: &Asker,
        action: Action,
        id: WatchId,
        message_id: u64,
    ) -> Result<(), StoreError> {
        let store = &self.parts.starter.store;
        let Some((watch, task)) = self.find(id).await? else {
            self.notify(asker, Notice::UnknownWatch).await;
            return Ok(());
        };
        let running = watch.state == WatchState::Live && task.outcome.is_none();
        match action {
            Action::FullPrompt => self.full_prompt(asker, &task).await,
            Action::WatchAgain if running => self.notify(asker, Notice::WatchingAgain).await,
            Action::WatchAgain => {
                let options = as_before(asker, &watch);
                self.follow(asker, task.id, &options, Opening::SameMessage(message_id))
                    .await;
            }
            Action::Refresh | Action::NotifyMe | Action::Stop if !running => {
                self.notify(asker, Notice::AlreadyEnded).await;
            }
            Action::Refresh => self.refresh(asker, &watch, &task).await?,
            Action::NotifyMe => self.notify_me(asker, watch, &task).await?,
            Action::Stop if !(watch.asked.user_id == asker.user_id || asker.moderates()) => {
                self.notify(asker, Notice::NotRequester).await;
            }
            Action::Stop => {
                if !store.stop_watch(id, &task.id, asker.user_id, now()).await? {
                    self.notify(asker, Notice::AlreadyEnded).await;
                    return Ok(());
                }
                self.replace_token(asker, &watch).await?;
                let sent = self.parts.messenger.acknowledge_press(asker.reply()).await;
                self.log_answer(asker, sent);
                self.parts.starter.inboxes.courier.wake();
            }
        }
        Ok(())
    }

    /// A message that only a token can edit follows its task again for as long
    /// as the press's own token lives, if the press is answered by that message.
    async fn replace_token(&self, asker: &Asker, watch: &Watch) -> Result<(), StoreError> {
        if watch.asked.reach != Reach::Dm {
            return Ok(());
        }
        let expires_at = Timestamp::of_snowflake(asker.interaction_id).plus(TOKEN_LIFE);
        self.parts
            .starter
            .store
            .replace_token(watch.id, &asker.token, expires_at)
            .await
    }

    async fn refresh(&self, asker: &Asker, watch: &Watch, task: &Task) -> Result<(), StoreError> {
        let notice = match self
            .parts
            .starter
            .store
            .refresh(&task.id, now(), REFRESH_GAP)
            .await?
        {
            Refreshed::Now => Notice::Refreshing,
            Refreshed::TooSoon(wait) => Notice::TooSoon { wait },
            Refreshed::Unpolled => Notice::AlreadyEnded,
        };
        self.parts.starter.inboxes.poller.wake();
        if watch.asked.reach == Reach::Dm {
            self.replace_token(asker, watch).await?;
            let sent = self.parts.messenger.acknowledge_press(asker.reply()).await;
            self.log_answer(asker, sent);
        } else {
            self.notify(asker, notice).await;
        }
        Ok(())
    }

    /// Adds or takes off whoever pressed, and shows the new count at once.
    async fn notify_me(
        &self,
        asker: &Asker,
        mut watch: Watch,
        task: &Task,
    ) -> Result<(), StoreError> {
        let store = &self.parts.starter.store;
        if watch.asked.user_id == asker.user_id {
            watch.asked.notify = match watch.asked.notify {
                Notify::Off => Notify::Here,
                Notify::Here | Notify::Dm => Notify::Off,
            };
            store.set_notify(watch.id, watch.asked.notify).await?;
        } else {
            let refused = match store
                .toggle_subscriber(watch.id, &task.id, asker.user_id, PEOPLE_MAX - 1)
                .await?
            {
                Subscribed::Added | Subscribed::Removed => None,
                Subscribed::Full => Some(Notice::NotifyFull),
                Subscribed::Over => Some(Notice::AlreadyEnded),
            };
            if let Some(notice) = refused {
                self.notify(asker, notice).await;
                return Ok(());
            }
        }
        let message = self.drawn(&watch, task).await?;
        let messenger = &self.parts.messenger;
        let sent = match messenger.update(asker.reply(), &message).await {
            // The prompt may be what a filter refuses; the press itself counts.
            Err(error) if error.is_about_the_form() => {
                messenger.acknowledge_press(asker.reply()).await
            }
            sent => sent,
        };
        self.log_answer(asker, sent);
        // Meanwhile the courier may have shown more than that, even the end: what
        // is drawn last must be true. Where the video is attached, it stays.
        if let Some((watch, newer)) = self.find(watch.id).await?
            && newer.revision > task.revision
        {
            let message = self.drawn(&watch, &newer).await?;
            let sent = messenger.redraw(asker.reply(), &message).await;
            self.log_answer(asker, sent);
        }
        Ok(())
    }

    /// A watch's message as it is now, but for files.
    async fn drawn(&self, watch: &Watch, task: &Task) -> Result<Message, StoreError> {
        let extras = Extras::load(&self.parts.starter.store, watch, task, false).await?;
        let media = Media::linked(&task.snapshot);
        Ok(status::message(&extras.view(watch, task, &media, now())))
    }

    /// A watch with its task.
    async fn find(&self, id: WatchId) -> Result<Option<(Watch, Task)>, StoreError> {
        let store = &self.parts.starter.store;
        let Some(watch) = store.watch(id).await? else {
            return Ok(None);
        };
        let task = store.task(&watch.asked.task_id).await?;
        Ok(task.map(|task| (watch, task)))
    }

    async fn full_prompt(&self, asker: &Asker, task: &Task) {
        let Some(full) = prompt::full(&task.snapshot, Locale::of(&asker.locale)) else {
            return self.notify(asker, Notice::NoPrompt).await;
        };
        let Some(text) = full.file else {
            return self.answer(asker, &full.message).await;
        };
        let upload = Upload {
            name: "prompt.txt",
            mime: "text/plain; charset=utf-8",
            content: UploadContent::Text(&text),
        };
        let sent = self
            .parts
            .messenger
            .answer_with(asker.reply(), &full.message, upload)
            .await;
        self.log_answer(asker, sent);
    }

    /// Stops the chosen watches, as far as the person may.
    async fn stop_some(&self, asker: &Asker, chosen: &[String]) -> Result<(), StoreError> {
        let store = &self.parts.starter.store;
        let mut count = 0;
        for id in chosen.iter().filter_map(|id| id.parse().ok()) {
            let Some(watch) = store.watch(WatchId(id)).await? else {
                continue;
            };
            let own = watch.asked.user_id == asker.user_id;
            let managed = asker.manages() && watch.asked.guild_id == asker.guild_id;
            if own || managed {
                count += usize::from(
                    store
                        .stop_watch(watch.id, &watch.asked.task_id, asker.user_id, now())
                        .await?,
                );
            }
        }
        self.parts.starter.inboxes.courier.wake();
        self.notify(asker, Notice::Stopped { count }).await;
        Ok(())
    }
}
