//! A task id becomes a watch: asked for durably, then acknowledged, then recorded
//! and handed on.

use std::time::Duration;

use serenity::model::application::CommandInteraction;

use super::{Intake, Parts};
use crate::discord::request::{self, Asker, StatusOptions};
use crate::domain::decide::poll;
use crate::domain::discord::DiscordError;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Reach, TOKEN_LIFE, Watch};
use crate::flows::now;
use crate::flows::poller::Poll;
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::render::status;
use crate::render::view::{Caution, Hide, Media, View};
use crate::store::{Added, Recorded, StoreError};

/// How long recording may take, so that the acknowledgement is still in time.
const RECORD_TIMEOUT: Duration = Duration::from_millis(1500);

/// How long the look at the channel to announce in may take.
const LOOK_TIMEOUT: Duration = Duration::from_millis(700);

/// How the interaction that asks for a watch is acknowledged.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// By a new message that says "thinking…".
    NewMessage,
    /// By nothing: this message, below which a button was pressed, follows.
    SameMessage(u64),
}

/// What of a watch that is asked for cannot be lost any more.
enum Durable {
    /// That it is asked for.
    Asked,
    /// What came of recording it.
    Recorded(Added),
}

impl Intake {
    pub(super) async fn videostatus(&self, asker: &Asker, command: &CommandInteraction) {
        let options = request::status_options(command);
        let Ok(task_id) = TaskId::parse(&options.id) else {
            return self.notify(asker, Notice::BadId).await;
        };
        if let Some(channel) = options.channel {
            if !channel.allowed {
                return self.notify(asker, Notice::ChannelNotYours).await;
            }
            if !self.may_announce(asker, channel.channel_id).await {
                return self.notify(asker, Notice::ChannelNotMine).await;
            }
        }
        self.watch(
            asker,
            new_watch(asker, task_id, &options),
            Opening::NewMessage,
        )
        .await;
    }

    /// Whether the bot may post in the channel to announce in. An answer that does
    /// not come in time is no refusal: at the end it is seen whether it may.
    async fn may_announce(&self, asker: &Asker, channel_id: u64) -> bool {
        let Some(guild_id) = asker.guild_id else {
            return false;
        };
        let looked = self.parts.messenger.may_post(guild_id, channel_id, now());
        match tokio::time::timeout(LOOK_TIMEOUT, looked).await {
            Ok(Ok(may)) => may,
            Ok(Err(error)) => {
                tracing::warn!(channel_id, %error, "intake.channel_not_looked_at");
                true
            }
            Err(_) => {
                tracing::warn!(
                    channel_id,
                    error = "too slow",
                    "intake.channel_not_looked_at"
                );
                true
            }
        }
    }

    /// Follows a task with a new message, or with one that is there.
    pub(super) async fn follow(
        &self,
        asker: &Asker,
        task_id: TaskId,
        options: &StatusOptions,
        opening: Opening,
    ) {
        let asked = new_watch(asker, task_id, options);
        self.watch(asker, asked, opening).await;
    }

    async fn watch(&self, asker: &Asker, asked: NewWatch, opening: Opening) {
        let parts = &self.parts;
        let durable =
            tokio::time::timeout(RECORD_TIMEOUT, self.make_durable(&asked, opening)).await;
        if let Ok(Ok(Durable::Recorded(added))) = &durable {
            let max = parts.max_watches.get() as usize;
            match added {
                Added::TooMany => return self.notify(asker, Notice::QuotaWatches { max }).await,
                Added::Following => return self.notify(asker, Notice::WatchingAgain).await,
                Added::New(_) | Added::Again => {}
            }
        }
        let acknowledged = match opening {
            Opening::NewMessage => {
                let (reply, private) = (asker.reply(), asked.private);
                parts.messenger.acknowledge(reply, private).await
            }
            Opening::SameMessage(_) => parts.messenger.acknowledge_press(asker.reply()).await,
        };
        match durable {
            Ok(Ok(durable)) => {
                let id = asked.id();
                if let Err(error) = self.set_off(&asked, durable, acknowledged).await {
                    tracing::error!(watch_id = id.0, %error, "intake.not_settled");
                }
            }
            Ok(Err(error)) => {
                self.answer_unrecorded(asker, asked, &error.to_string())
                    .await
            }
            Err(_) => {
                self.answer_unrecorded(asker, asked.clone(), "it did not answer in time")
                    .await;
                // It may be recorded all the same, and the person was told that it
                // is not.
                let undone = match opening {
                    Opening::NewMessage => parts.store.withdraw(asked.id()).await,
                    Opening::SameMessage(_) => {
                        parts.store.drop_watch(asked.id(), &asked.task_id).await
                    }
                };
                if let Err(error) = undone {
                    tracing::error!(watch_id = asked.id().0, %error, "intake.not_settled");
                }
            }
        }
    }

    /// Whoever asks for a new message waits for one row; whether a message that is
    /// there is followed already must be known before the press is answered.
    async fn make_durable(
        &self,
        asked: &NewWatch,
        opening: Opening,
    ) -> Result<Durable, StoreError> {
        let parts = &self.parts;
        let max = parts.max_watches.get();
        let message_id = match opening {
            Opening::NewMessage => {
                let noted = parts.store.ask(asked, now(), max).await?;
                return Ok(if noted {
                    Durable::Asked
                } else {
                    Durable::Recorded(Added::TooMany)
                });
            }
            Opening::SameMessage(id) => id,
        };
        let added = parts.store.add_watch_on(
            message_id,
            asked,
            now(),
            parts.lease,
            parts.watch_timeout,
            max,
        );
        Ok(Durable::Recorded(added.await?))
    }

    async fn set_off(
        &self,
        asked: &NewWatch,
        durable: Durable,
        acknowledged: Result<(), DiscordError>,
    ) -> Result<(), StoreError> {
        let Parts { store, .. } = &self.parts;
        let id = asked.id();
        let age_ms = now()
            .since(Timestamp::of_snowflake(asked.interaction_id))
            .as_millis();
        if let Err(error @ DiscordError::TooLate) = &acknowledged {
            tracing::warn!(watch_id = id.0, age_ms, %error, "intake.too_late");
            return match durable {
                Durable::Asked => store.withdraw(id).await,
                Durable::Recorded(Added::New(_)) => store.drop_watch(id, &asked.task_id).await,
                Durable::Recorded(_) => Ok(()),
            };
        }
        let added = match durable {
            Durable::Asked => {
                let (lease, timeout) = (self.parts.lease, self.parts.watch_timeout);
                store.add_watch(asked, now(), lease, timeout).await?
            }
            Durable::Recorded(added) => added,
        };
        let Added::New(recorded) = added else {
            return Ok(());
        };
        match acknowledged {
            Err(error) if error != DiscordError::AlreadyAcknowledged => {
                // Whether Discord got it is not known; the loops find out.
                tracing::warn!(watch_id = id.0, %error, "intake.acknowledgement_failed");
                Ok(())
            }
            _ => {
                tracing::info!(watch_id = id.0, task_id = %asked.task_id, guild_id = asked.guild_id, age_ms, "watch.added");
                self.hand_on(*recorded).await
            }
        }
    }

    /// Hands what is recorded to the loop whose turn it is; where that is busy,
    /// gives it back, for the loops to find.
    async fn hand_on(&self, recorded: Recorded) -> Result<(), StoreError> {
        let Parts { store, wakes, .. } = &self.parts;
        let Recorded { watch, task, woke } = recorded;
        let since = watch.created_at;
        let watch = if woke {
            let first = Some(watch);
            let Err(Poll { task, first }) = wakes.poller.hand(Poll { task, first }, since) else {
                return Ok(());
            };
            store.hold_task(&task, now()).await?;
            wakes.poller.wake();
            first
        } else if task.answered {
            wakes
                .courier
                .hand((watch, task), since)
                .err()
                .map(|(watch, _)| watch)
        } else {
            // Somebody else's first poll is under way.
            Some(watch)
        };
        if let Some(watch) = watch {
            store.settle_watch(&watch, None, now()).await?;
            wakes.courier.wake();
        }
        Ok(())
    }

    /// The database failed: the person still gets an answer, once, and is told
    /// that it will not change.
    async fn answer_unrecorded(&self, asker: &Asker, asked: NewWatch, why: &str) {
        tracing::error!(task_id = %asked.task_id, error = why, "intake.not_recorded");
        let at = now();
        let task = poll::asked(&asked.task_id, None, true, at, self.parts.watch_timeout);
        let result = self.parts.client.query(&asked.task_id, at).await;
        let task = poll::after_poll(&task, result, at, &self.parts.pace, 0.0).task;
        let message = status::message(&View {
            task: &task,
            locale: Locale::of(asked.message_locale()),
            now: now(),
            watch: &Watch::new(asked, at),
            outcome: task.outcome,
            media: &Media::linked(&task.snapshot),
            typical: None,
            subscribers: 0,
            caution: Some(Caution::NotSaved),
            hide: Hide::default(),
        });
        let sent = self
            .parts
            .messenger
            .edit_original(asker.reply(), &message, &[])
            .await;
        self.log_answer(asker, sent.map(|_| ()));
    }
}

fn new_watch(asker: &Asker, task_id: TaskId, options: &StatusOptions) -> NewWatch {
    let asked_at = Timestamp::of_snowflake(asker.interaction_id);
    NewWatch {
        task_id,
        interaction_id: asker.interaction_id,
        application_id: asker.application_id,
        guild_id: asker.guild_id,
        channel_id: asker.channel_id,
        user_id: asker.user_id,
        locale: asker.channel_locale.clone(),
        own_locale: asker.locale.clone(),
        private: options.private,
        notify: options.notify,
        // A private message cannot be edited by the channel's route.
        reach: if options.private {
            Reach::Dm
        } else {
            asker.reach
        },
        token: asker.token.clone(),
        token_expires_at: asked_at.plus(TOKEN_LIFE),
        upload_limit: asker.upload_limit,
        announce_channel_id: options.channel.map(|channel| channel.channel_id),
    }
}
