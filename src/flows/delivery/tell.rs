//! The end of a delivery: whoever waited is told by a new message, once.

use std::time::Instant;

use super::Delivery;
use super::cargo::Cargo;
use crate::discord::messenger::Trace;
use crate::domain::decide::delivery::{self, Tell};
use crate::domain::decide::refusal::{Form, Route};
use crate::domain::discord::DiscordError;
use crate::domain::watch::Reach;
use crate::flows::now;
use crate::metrics;
use crate::render::locale::Locale;
use crate::render::ping::{self, Ping};

impl Delivery<'_> {
    /// Tells people of the end once the message shows it, and ends the watch.
    pub(super) async fn tell(mut self, shown_by: Route) {
        let others = !self.extras.subscribers.is_empty();
        let tell = delivery::tell(&self.watch, self.task, shown_by, others);
        if tell == Tell::default() {
            return self.end().await;
        }
        self.started = Instant::now();
        match self.tell_all(tell).await {
            Ok(()) => {
                self.watch.notified_at = Some(now());
                metrics::delivery("notification", "done", self.started.elapsed());
                self.end().await;
            }
            Err(error) => {
                let next = self.after(&error, Route::Dm, Form::BARE);
                self.put_off("notification", next).await;
            }
        }
    }

    async fn tell_all(&self, tell: Tell) -> Result<(), DiscordError> {
        let mut dm = tell.dm;
        if tell.requester || tell.subscribers {
            match self.ping(tell).await {
                Err(error) if error.is_about_the_place() || error.is_about_the_form() => {
                    tracing::warn!(watch_id = self.watch.id.0, %error, "notify.by_dm");
                    dm |= tell.requester;
                }
                sent => sent?,
            }
        }
        if dm {
            match self.send_dm(&Cargo::default(), Form::FULL).await {
                Err(error) if error.is_about_the_form() => {
                    self.send_dm(&Cargo::default(), Form::BARE).await?;
                }
                sent => sent?,
            }
        }
        Ok(())
    }

    /// Sends the notification: the requester's into the channel that was asked
    /// for, if the bot may post there; else below the message, where everybody
    /// who pressed "Notify me" is.
    async fn ping(&self, tell: Tell) -> Result<(), DiscordError> {
        let asked = &self.watch.asked;
        let mut here = tell;
        let elsewhere = asked.announce_channel_id;
        if let Some(id) = elsewhere.filter(|id| tell.requester && *id != asked.channel_id) {
            let alone = Tell {
                subscribers: false,
                ..tell
            };
            match self.ping_in(id, None, alone, 'a').await {
                Err(error) if error.is_about_the_place() => {
                    tracing::warn!(watch_id = self.watch.id.0, %error, "notify.not_announced");
                }
                sent => {
                    sent?;
                    here.requester = false;
                }
            }
        }
        if !(here.requester || here.subscribers) {
            return Ok(());
        }
        let reply_to = self
            .watch
            .message_id
            .filter(|_| asked.reach == Reach::Channel);
        self.ping_in(asked.channel_id, reply_to, here, 'p').await
    }

    /// Sends the notification into one channel, unless it was sent before.
    async fn ping_in(
        &self,
        channel_id: u64,
        reply_to: Option<u64>,
        tell: Tell,
        kind: char,
    ) -> Result<(), DiscordError> {
        let Some(outcome) = self.outcome else {
            return Ok(());
        };
        let asked = &self.watch.asked;
        let requester = tell.requester.then_some(asked.user_id);
        let others = self
            .extras
            .subscribers
            .iter()
            .copied()
            .filter(|_| tell.subscribers);
        let people: Vec<u64> = requester.into_iter().chain(others).collect();
        // Another watch may tell of the same task in the same channel, but
        // mentions somebody else first or links to another message.
        let message = ping::message_link(&self.watch).filter(|_| reply_to.is_none());
        let mention = people.first().map(|id| format!("<@{id}>"));
        let words: Vec<String> = self.words().chain(mention).chain(message.clone()).collect();
        if !self.may_send(channel_id, reply_to, &words).await? {
            return Ok(());
        }
        let video = self.task.snapshot.video_url.clone();
        let links: Vec<String> = message
            .into_iter()
            .chain(video.filter(|_| self.linked))
            .collect();
        let nonce = self.nonce(kind);
        let mut ping = Ping {
            task: self.task,
            outcome,
            locale: Locale::of(&asked.locale),
            people: &people,
            reply_to,
            links: if asked.reach == Reach::Gone {
                &[]
            } else {
                &links
            },
            nonce: &nonce,
        };
        let messenger = &self.courier.messenger;
        match messenger.send(channel_id, &ping::ping(&ping), &[]).await {
            Err(DiscordError::NoReply) => {
                ping.reply_to = None;
                messenger.send(channel_id, &ping::ping(&ping), &[]).await?
            }
            sent => sent?,
        };
        Ok(())
    }

    /// Sends the end as a direct message, unless it was sent before.
    pub(super) async fn send_dm(&self, cargo: &Cargo, form: Form) -> Result<(), DiscordError> {
        let messenger = &self.courier.messenger;
        let channel_id = messenger.open_dm(self.watch.asked.user_id).await?;
        let link = ping::message_link(&self.watch);
        let words: Vec<String> = self.words().chain(link).collect();
        if self.may_send(channel_id, None, &words).await? {
            let media = self.media(cargo);
            let message = self.once(ping::dm(&self.view(&media, form)), 'd');
            messenger
                .send(channel_id, &message, &cargo.uploads())
                .await?;
        }
        Ok(())
    }

    /// What every notification of this watch's task holds.
    fn words(&self) -> impl Iterator<Item = String> {
        std::iter::once(format!("`{}`", self.task.id))
    }

    /// Whether a notification is to be sent now. It is marked durably first; a
    /// mark older than Discord's memory for nonces means that an earlier try was
    /// cut off, and its message is looked for.
    async fn may_send(
        &self,
        channel_id: u64,
        reply_to: Option<u64>,
        words: &[String],
    ) -> Result<bool, DiscordError> {
        let trace = Trace { reply_to, words };
        match self.watch.notifying_since {
            Some(since) if now().since(since) >= self.courier.nonce_memory => {
                let sent = self
                    .courier
                    .messenger
                    .has_sent(channel_id, since, trace)
                    .await?;
                Ok(!sent)
            }
            _ => match self.courier.store.mark_notifying(&self.watch, now()).await {
                Ok(true) => Ok(true),
                Ok(false) => Err(DiscordError::Unavailable("the claim was lost".into())),
                Err(error) => Err(DiscordError::Unavailable(error.to_string())),
            },
        }
    }
}
