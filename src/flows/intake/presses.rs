//! Presses of buttons and choices in menus. Their custom ids carry the watch, so they work
//! after a restart. Every press is answered, because Discord shows "This interaction failed"
//! otherwise.

use std::time::Duration;

use super::Intake;
use super::follow::Opening;
use crate::discord::request::{Announce, Asker, Options, Press};
use crate::discord::upload::{Upload, UploadContent};
use crate::domain::button::{Action, Control};
use crate::domain::task::Task;
use crate::domain::watch::{Notify, Reach, TOKEN_LIFE, Watch, WatchId, WatchState};
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::render::pick;
use crate::render::prompt;
use crate::store::{Refreshed, StoreError};

/// The shortest time between two polls of a task by "Refresh", for all people together.
const REFRESH_GAP: Duration = Duration::from_secs(5);

/// Returns the options with which a watch is followed again: an ephemeral message stays
/// ephemeral, and if its requester asks again, they are notified as they chose before.
fn as_before(asker: &Asker, watch: &Watch) -> Options {
    let own = watch.asked.user_id == asker.user_id;
    let channel = watch.asked.announce_channel_id.filter(|_| own);
    Options {
        private: watch.asked.private,
        spoiler: watch.asked.spoiler,
        notify: if own {
            watch.asked.notify
        } else {
            Notify::default()
        },
        // Discord sends the person's permissions only with a command's channel. Here
        // `refuses_channel` checks them.
        channel: channel.map(|channel_id| Announce {
            channel_id,
            allowed: true,
        }),
        ..Options::default()
    }
}

impl Intake {
    pub(super) async fn press(&self, asker: &Asker, press: &Press) {
        let chosen = &press.chosen;
        let said = match Control::parse(&press.custom_id) {
            Some(Control::Watch(action, id)) => {
                self.button(asker, action, id, press.message_id).await
            }
            Some(Control::StopSome) => self.stop_some(asker, chosen).await,
            Some(Control::FollowOne) => self.follow_one(asker, chosen).await,
            Some(Control::Page(list, page)) => self.turn_to(asker, list, page).await,
            Some(Control::PickTask) => {
                let picked = chosen.first().map(|id| pick::picked(id, &press.content));
                Ok(self.pick_task(asker, picked.flatten()).await)
            }
            None => Ok(Some(Notice::UnknownWatch)),
        };
        match said {
            Ok(Some(notice)) => self.notify(asker, notice).await,
            Ok(None) => {}
            Err(error) => self.store_failed(asker, &error).await,
        }
    }

    /// Performs a button's action. Returns the notice that answers the press, or `None` if
    /// the press is already answered.
    async fn button(
        &self,
        asker: &Asker,
        action: Action,
        id: WatchId,
        message_id: u64,
    ) -> Result<Option<Notice>, StoreError> {
        let Some((mut watch, task)) = self.find(id).await? else {
            return Ok(Some(Notice::UnknownWatch));
        };
        // An answer with `Quiet` outlives its watch: the next one on the message notifies the
        // same people.
        if action == Action::Quiet && watch.state != WatchState::Live {
            let next = self.store().watch_on(&watch).await?;
            watch = next.unwrap_or(watch);
        }
        // Discord fills in the message and the server itself, so a press from elsewhere is
        // not of this watch's button. `Quiet` is exempt: its button is below an ephemeral
        // answer.
        let here = action == Action::Quiet || watch.message_id.is_none_or(|own| own == message_id);
        if !here || watch.asked.guild_id != asker.guild_id {
            return Ok(Some(Notice::UnknownWatch));
        }
        let running = watch.state == WatchState::Live && task.outcome.is_none();
        match action {
            Action::FullPrompt => return Ok(self.full_prompt(asker, &task).await),
            Action::WatchAgain if running => return Ok(Some(Notice::WatchingAgain)),
            Action::WatchAgain => {
                let opening = Opening::SameMessage(message_id);
                return Ok(self.follow_again(asker, &watch, opening).await);
            }
            Action::Refresh | Action::NotifyMe | Action::Quiet | Action::Stop if !running => {
                return Ok(Some(Notice::AlreadyEnded));
            }
            Action::Refresh => return self.refresh(asker, &watch, &task).await,
            Action::NotifyMe => return self.notify_me(asker, watch, &task).await,
            Action::Quiet => self.unsubscribe(asker, &watch).await?,
            Action::Stop if !(watch.asked.user_id == asker.user_id || asker.moderates()) => {
                return Ok(Some(Notice::NotRequester));
            }
            Action::Stop => {
                let stopped = self
                    .store()
                    .stop_watch(id, &task.id, asker.user_id, self.now());
                if !stopped.await? {
                    return Ok(Some(Notice::AlreadyEnded));
                }
                self.replace_token(asker, &watch).await?;
                self.acknowledge_press(asker).await;
                self.parts.starter.inboxes.courier.wake();
            }
        }
        Ok(None)
    }

    /// Follows a watch's task again, with the watch's options.
    pub(super) async fn follow_again(
        &self,
        asker: &Asker,
        watch: &Watch,
        opening: Opening,
    ) -> Option<Notice> {
        let options = as_before(asker, watch);
        if let Some(channel) = options.channel {
            let refused = self.refuses_channel(asker, channel.channel_id, true).await;
            if refused.is_some() {
                return refused;
            }
        }
        let task_id = watch.asked.task_id.clone();
        self.follow(asker, task_id, &options, opening).await;
        None
    }

    /// Acknowledges a press without an answer of its own; the message is edited instead.
    pub(super) async fn acknowledge_press(&self, asker: &Asker) {
        let sent = self.parts.messenger.acknowledge_press(asker.reply()).await;
        self.log_answer(asker, sent);
    }

    /// Gives a watch whose message only a token can edit the press's token, so that the
    /// message follows its task for as long as that token lives.
    async fn replace_token(&self, asker: &Asker, watch: &Watch) -> Result<(), StoreError> {
        if watch.asked.reach != Reach::Dm {
            return Ok(());
        }
        let expires_at = self.now().plus(TOKEN_LIFE);
        let replaced = self
            .store()
            .replace_token(watch.id, &asker.token, expires_at);
        replaced.await
    }

    async fn refresh(
        &self,
        asker: &Asker,
        watch: &Watch,
        task: &Task,
    ) -> Result<Option<Notice>, StoreError> {
        let notice = match self
            .store()
            .refresh(&task.id, self.now(), REFRESH_GAP)
            .await?
        {
            Refreshed::Now => Notice::Refreshing,
            Refreshed::TooSoon(wait) => Notice::TooSoon { wait },
            Refreshed::Unpolled => Notice::AlreadyEnded,
        };
        self.parts.starter.inboxes.poller.wake();
        if watch.asked.reach != Reach::Dm {
            return Ok(Some(notice));
        }
        self.replace_token(asker, watch).await?;
        self.acknowledge_press(asker).await;
        Ok(None)
    }

    /// Returns a watch with its task.
    pub(super) async fn find(&self, id: WatchId) -> Result<Option<(Watch, Task)>, StoreError> {
        let Some(watch) = self.store().watch(id).await? else {
            return Ok(None);
        };
        let task = self.store().task(&watch.asked.task_id).await?;
        Ok(task.map(|task| (watch, task)))
    }

    async fn full_prompt(&self, asker: &Asker, task: &Task) -> Option<Notice> {
        let Some(full) = prompt::full(&task.snapshot, Locale::of(&asker.locale)) else {
            return Some(Notice::NoPrompt);
        };
        let Some(text) = full.file else {
            self.answer(asker, &full.message).await;
            return None;
        };
        let upload = Upload {
            name: "prompt.txt",
            description: "",
            mime: "text/plain; charset=utf-8",
            content: UploadContent::Text(&text),
        };
        let messenger = &self.parts.messenger;
        let sent = messenger.answer_with(asker.reply(), &full.message, upload);
        self.log_answer(asker, sent.await);
        None
    }
}
