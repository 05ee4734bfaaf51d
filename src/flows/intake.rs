//! The intake: a command becomes a watch. Everything but the acknowledgement is
//! local, because Discord waits three seconds for it and a person less.

use std::sync::Arc;
use std::time::Duration;

use serenity::model::application::{CommandInteraction, Interaction};

use super::{Wakes, now};
use crate::discord::command::{self, Asker, VIDEOSTATUS};
use crate::discord::messenger::{Messenger, Reply};
use crate::domain::decide::delivery::DiscordError;
use crate::domain::decide::poll;
use crate::domain::schedule::Pace;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::domain::watch::{NewWatch, Notify, TOKEN_LIFE, Watch, WatchId};
use crate::provider::client::Client;
use crate::render::locale::Locale;
use crate::render::notice::Notice;
use crate::render::status::{self, Caution, Hide, Media, Video, View};
use crate::store::{Added, Store, StoreError};

/// How long recording may take, so that the acknowledgement is still in time.
const RECORD_TIMEOUT: Duration = Duration::from_millis(1500);

/// Takes in what people ask for.
pub struct Intake {
    /// Where watches are recorded.
    pub store: Store,
    /// How people are answered.
    pub messenger: Messenger,
    /// Asked once where nothing can be recorded.
    pub client: Arc<Client>,
    /// Told what has become due.
    pub wakes: Arc<Wakes>,
    /// What was recorded is due after this time, if we crash before we say so.
    pub lease: Duration,
    /// `WATCH_TIMEOUT`.
    pub watch_timeout: Duration,
    /// `POLL_MIN` and `POLL_MAX`.
    pub pace: Pace,
}

impl Intake {
    /// Takes in an interaction, whichever door it came through.
    pub async fn take(&self, interaction: Interaction) {
        match interaction {
            Interaction::Command(command) if command.data.name == VIDEOSTATUS => {
                self.videostatus(&command).await;
            }
            other => {
                tracing::debug!(kind = ?other.kind(), "intake.ignored");
            }
        }
    }

    async fn videostatus(&self, command: &CommandInteraction) {
        let asker = Asker::of(command);
        match TaskId::parse(command::text_option(command, "id")) {
            Ok(task_id) => self.watch(&asker, task_id).await,
            Err(_) => self.answer(&asker, Notice::BadId).await,
        }
    }

    /// Records a watch, acknowledges, and makes it due.
    async fn watch(&self, asker: &Asker, task_id: TaskId) {
        let asked = new_watch(asker, task_id);
        let recorded = self
            .store
            .add_watch(&asked, now(), self.lease, self.watch_timeout);
        let recorded = tokio::time::timeout(RECORD_TIMEOUT, recorded).await;
        let acknowledged = self
            .messenger
            .acknowledge(reply(asker), asked.private)
            .await;
        match recorded {
            Ok(Ok(Added::Again)) => {}
            Ok(Ok(Added::New { woke })) => self.set_off(&asked, woke, acknowledged).await,
            Ok(Err(error)) => self.answer_unrecorded(&asked, &error.to_string()).await,
            Err(_) => {
                self.answer_unrecorded(&asked, "it did not answer in time")
                    .await
            }
        }
    }

    async fn set_off(&self, asked: &NewWatch, woke: bool, acknowledged: Result<(), DiscordError>) {
        let id = WatchId(asked.interaction_id.cast_signed());
        let age_ms = now()
            .since(Timestamp::of_snowflake(asked.interaction_id))
            .as_millis();
        let result = match acknowledged {
            Err(error @ DiscordError::TooLate) => {
                tracing::warn!(watch_id = id.0, age_ms, %error, "intake.too_late");
                self.store.drop_watch(id, &asked.task_id).await
            }
            Err(error) if error != DiscordError::AlreadyAcknowledged => {
                // Whether Discord got it is not known; the loops find out.
                tracing::warn!(watch_id = id.0, %error, "intake.acknowledgement_failed");
                Ok(())
            }
            _ => {
                tracing::info!(watch_id = id.0, task_id = %asked.task_id, age_ms, "watch.added");
                self.activate(id, asked, woke).await
            }
        };
        if let Err(error) = result {
            tracing::error!(watch_id = id.0, %error, "intake.not_settled");
        }
    }

    async fn activate(&self, id: WatchId, asked: &NewWatch, woke: bool) -> Result<(), StoreError> {
        self.store.activate(id, &asked.task_id, woke, now()).await?;
        self.wakes.poller.notify_one();
        self.wakes.courier.notify_one();
        Ok(())
    }

    /// The database failed: the person still gets an answer, once, and is told
    /// that it will not change.
    async fn answer_unrecorded(&self, asked: &NewWatch, why: &str) {
        tracing::error!(task_id = %asked.task_id, error = why, "intake.not_recorded");
        let at = now();
        let task = poll::asked(&asked.task_id, None, true, at, self.watch_timeout);
        let result = self.client.query(&asked.task_id, at).await;
        let task = poll::after_poll(&task, result, at, &self.pace, 0.0).task;
        let video = task.snapshot.video_url.is_some();
        let media = Media {
            video: if video {
                Video::Link { may_expire: true }
            } else {
                Video::None
            },
            ..Media::default()
        };
        let message = status::message(&View {
            task: &task,
            watch: &Watch::new(asked.clone(), at),
            outcome: task.outcome,
            media: &media,
            typical: None,
            subscribers: 0,
            caution: Some(Caution::NotSaved),
            buttons: false,
            hide: Hide::default(),
        });
        let reply = Reply {
            application_id: asked.application_id,
            interaction_id: asked.interaction_id,
            token: &asked.token,
        };
        if let Err(error) = self.messenger.edit_original(reply, &message, &[]).await {
            tracing::error!(task_id = %asked.task_id, %error, "intake.not_answered");
        }
    }

    async fn answer(&self, asker: &Asker, notice: Notice) {
        let message = notice.message(Locale::of(&asker.locale));
        if let Err(error) = self.messenger.answer(reply(asker), &message).await {
            tracing::warn!(?notice, %error, "intake.not_answered");
        }
    }
}

fn new_watch(asker: &Asker, task_id: TaskId) -> NewWatch {
    let asked_at = Timestamp::of_snowflake(asker.interaction_id);
    NewWatch {
        task_id,
        interaction_id: asker.interaction_id,
        application_id: asker.application_id,
        guild_id: asker.guild_id,
        channel_id: asker.channel_id,
        user_id: asker.user_id,
        locale: asker.channel_locale.clone(),
        private: false,
        notify: Notify::Here,
        reach: asker.reach,
        token: asker.token.clone(),
        token_expires_at: asked_at.plus(TOKEN_LIFE),
        upload_limit: asker.upload_limit,
    }
}

fn reply(asker: &Asker) -> Reply<'_> {
    Reply {
        application_id: asker.application_id,
        interaction_id: asker.interaction_id,
        token: &asker.token,
    }
}
