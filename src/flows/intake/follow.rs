//! Follows a task: the watch is recorded durably, then acknowledged, then started.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::Intake;
use crate::discord::forbidden::LookupError;
use crate::discord::request::{Asker, Options};
use crate::domain::decide::{poll, request as requested};
use crate::domain::discord::DiscordError;
use crate::domain::find;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Reach, TOKEN_LIFE, Watch};
use crate::flows::links;
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::render::status;
use crate::render::view::{Caution, Hide, View};
use crate::store::Asked;

/// How long recording a watch may take. The acknowledgement must still be in time.
const RECORD_TIMEOUT: Duration = Duration::from_millis(1500);

/// How long the check of the channel to announce in may take.
const LOOK_TIMEOUT: Duration = Duration::from_millis(700);

/// How long the acknowledgement may take, retries included. Discord allows three seconds, and
/// part of them has passed when the interaction arrives here.
///
/// Source: <https://discord.com/developers/docs/interactions/receiving-and-responding>
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_millis(2500);

/// How long an answer that is never edited waits to learn whether a link may be shown.
const LINK_PATIENCE: Duration = Duration::from_secs(3);

/// The pause before the first retry of the acknowledgement. It doubles with each retry.
const ACKNOWLEDGE_PAUSE: Duration = Duration::from_millis(100);

/// The message that follows the task.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    /// A new message, which shows "thinking…" at first.
    NewMessage,
    /// The message under the pressed button; the press is acknowledged silently.
    SameMessage(u64),
}

impl Intake {
    pub(super) async fn videostatus(&self, asker: &Asker, options: &Options) {
        let Ok(task_id) = find::pasted(&options.id) else {
            return self.notify(asker, Notice::BadId).await;
        };
        if let Some(channel) = options.channel {
            if !channel.allowed {
                return self.notify(asker, Notice::ChannelNotYours).await;
            }
            let notice = self.refuses_channel(asker, channel.channel_id, false);
            if let Some(notice) = notice.await {
                return self.notify(asker, notice).await;
            }
        }
        self.follow(asker, task_id, options, Opening::NewMessage)
            .await;
    }

    /// Returns why the end cannot be announced in a channel, if that is known now: the bot
    /// may not post there, or the person named too many such channels. If the channel was
    /// chosen for an earlier watch (`again`), it is checked instead whether the person may
    /// still post there. An answer that comes too late is no refusal: the end checks the
    /// person again.
    pub(super) async fn refuses_channel(
        &self,
        asker: &Asker,
        channel_id: u64,
        again: bool,
    ) -> Option<Notice> {
        let Some(guild_id) = asker.guild_id else {
            return Some(Notice::ChannelNotMine);
        };
        let (messenger, person, now) = (self.parts.messenger.clone(), asker.user_id, self.now());
        // The check runs in a task of its own, so that it is counted even after the timeout.
        let looked = tokio::spawn(async move {
            match again {
                true => {
                    messenger
                        .person_may_post(person, guild_id, channel_id, now)
                        .await
                }
                false => messenger.may_post(person, guild_id, channel_id, now).await,
            }
        });
        let error = match tokio::time::timeout(LOOK_TIMEOUT, looked).await {
            Ok(Ok(Ok(true))) => return None,
            Ok(Ok(Ok(false))) if again => return Some(Notice::ChannelNotYours),
            Ok(Ok(Ok(false) | Err(LookupError::Refused))) => return Some(Notice::ChannelNotMine),
            Ok(Ok(Err(LookupError::TooMany(wait)))) => return Some(Notice::QuotaCommands { wait }),
            Ok(Ok(Err(LookupError::Unknown(error)))) => error.to_string(),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the check took too long".to_owned(),
        };
        tracing::warn!(channel_id, error, "intake.channel_not_looked_at");
        None
    }

    /// Follows a task with a new message or the message under a button.
    pub(super) async fn follow(
        &self,
        asker: &Asker,
        task_id: TaskId,
        options: &Options,
        opening: Opening,
    ) {
        let mut watch = new_watch(asker, task_id, options, opening, self.now());
        watch.asked.spoiler |= self.parts.spoiler;
        if let Some(language) = self.parts.language {
            language.code().clone_into(&mut watch.asked.locale);
        }
        let most = self.parts.max_watches;
        let store = self.store();
        let asked = store.ask(&watch, self.parts.starter.lease, most.get());
        match tokio::time::timeout(RECORD_TIMEOUT, asked).await {
            Ok(Ok(Asked::Recorded)) => self.acknowledge_and_start(asker, &watch, opening).await,
            // Discord delivered the interaction twice.
            Ok(Ok(Asked::Again)) => {}
            Ok(Ok(Asked::TooMany)) => {
                let max = most.get() as usize;
                self.notify(asker, Notice::QuotaWatches { max }).await;
            }
            Ok(Ok(Asked::Following)) => self.notify(asker, Notice::WatchingAgain).await,
            Ok(Err(error)) => {
                let why = error.to_string();
                self.answer_unrecorded(asker, watch, opening, &why).await;
            }
            Err(_) => {
                let (id, why) = (watch.id, "the database did not answer in time");
                self.answer_unrecorded(asker, watch, opening, why).await;
                // The watch may be recorded although the person was told that it is not.
                if let Err(error) = store.drop(id).await {
                    tracing::error!(watch_id = id.0, %error, "intake.not_dropped");
                }
            }
        }
    }

    /// Acknowledges an interaction. If Discord does not answer, or answers with an unexpected
    /// error, the acknowledgement is retried within Discord's three seconds.
    async fn acknowledge(
        &self,
        asker: &Asker,
        private: bool,
        opening: Opening,
    ) -> Result<(), DiscordError> {
        let messenger = &self.parts.messenger;
        let deadline = Instant::now() + ACKNOWLEDGE_WITHIN;
        let mut pause = ACKNOWLEDGE_PAUSE;
        loop {
            let sent = async {
                match opening {
                    Opening::NewMessage => messenger.acknowledge(asker.reply(), private).await,
                    Opening::SameMessage(_) => messenger.acknowledge_press(asker.reply()).await,
                }
            };
            let error = match timeout_at(deadline, sent).await {
                Ok(Ok(()) | Err(DiscordError::AlreadyAcknowledged)) => return Ok(()),
                Ok(Err(error @ DiscordError::TooLate)) => return Err(error),
                Ok(Err(error)) => error,
                Err(_) => return Err(DiscordError::Unavailable("no answer in time".into())),
            };
            if Instant::now() + pause >= deadline {
                return Err(error);
            }
            tracing::info!(interaction_id = asker.interaction_id, %error, "intake.acknowledged_again");
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Acknowledges a recorded watch and starts it. The watch is also started if the
    /// acknowledgement failed, because Discord may have taken it. Only if Discord says that
    /// it came too late is the watch dropped: nobody will ever see its message.
    async fn acknowledge_and_start(&self, asker: &Asker, watch: &Watch, opening: Opening) {
        let watch_id = watch.id.0;
        let acknowledged = self.acknowledge(asker, watch.asked.private, opening).await;
        let age_ms = self
            .now()
            .since(Timestamp::of_snowflake(asker.interaction_id))
            .as_millis();
        let done = match acknowledged {
            Ok(()) => self.parts.starter.begin(watch).await,
            Err(error @ DiscordError::TooLate) => {
                tracing::warn!(watch_id, age_ms, %error, "intake.too_late");
                self.store().drop(watch.id).await
            }
            Err(error) => {
                tracing::warn!(watch_id, age_ms, %error, "intake.acknowledgement_failed");
                self.parts.starter.begin(watch).await
            }
        };
        if let Err(error) = done {
            tracing::error!(watch_id, %error, "intake.not_started");
        }
    }

    /// Answers once although the database failed: asks the gateways now, and tells the person
    /// that the message will not change.
    async fn answer_unrecorded(&self, asker: &Asker, watch: Watch, opening: Opening, why: &str) {
        tracing::error!(task_id = %watch.asked.task_id, error = why, "intake.not_recorded");
        let acknowledged = self.acknowledge(asker, watch.asked.private, opening).await;
        self.log_answer(asker, acknowledged);
        let (at, parts) = (self.now(), &self.parts);
        let task = requested::first(&watch.asked.task_id, at, parts.starter.watch_timeout);
        let (gateway, result) = parts.gateways.query(&task, at).await;
        let mut task = poll::after_poll(&task, result, at, &parts.pace, 0.0).task;
        task.gateway = gateway;
        let media = links::shown(&parts.fetcher, &task, LINK_PATIENCE).await;
        let message = status::message(&View {
            task: &task,
            locale: Locale::of(watch.asked.message_locale()),
            now: self.now(),
            watch: &watch,
            outcome: task.outcome,
            media: &media,
            typical: None,
            others: 0,
            caution: Some(Caution::NotSaved),
            hide: Hide::default(),
        });
        let sent = parts
            .messenger
            .edit_original(asker.reply(), &message, &[])
            .await;
        self.log_answer(asker, sent.map(|_| ()));
    }
}

fn new_watch(
    asker: &Asker,
    task_id: TaskId,
    options: &Options,
    opening: Opening,
    now: Timestamp,
) -> Watch {
    let asked = NewWatch {
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
        // The channel's route cannot edit an ephemeral message.
        reach: if options.private {
            Reach::Dm
        } else {
            asker.reach
        },
        token: asker.token.clone(),
        token_expires_at: now.plus(TOKEN_LIFE),
        spoiler: options.spoiler,
        embeds: asker.embeds,
        upload_limit: asker.upload_limit,
        announce_channel_id: options.channel.map(|channel| channel.channel_id),
        role_id: None,
        order: None,
    };
    let message_id = match opening {
        Opening::NewMessage => None,
        Opening::SameMessage(id) => Some(id),
    };
    Watch {
        message_id,
        ..Watch::new(asked, now)
    }
}
