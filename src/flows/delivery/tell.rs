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
use crate::render::view::View;

/// A notification on its way into a channel.
struct Post {
    channel_id: u64,
    /// The message that it replies to.
    reply_to: Option<u64>,
    /// Whom it mentions.
    people: Vec<u64>,
    /// The link to the watch's message.
    message: Option<String>,
    /// The link to the video.
    video: Option<String>,
    /// What its nonce begins with.
    kind: char,
}

impl Delivery<'_> {
    /// Tells people of the end once the message shows it, and ends the watch.
    pub(super) async fn tell(&mut self, shown_by: Route) {
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

    async fn tell_all(&self, mut tell: Tell) -> Result<(), DiscordError> {
        if tell.announce && self.announce(tell.mention).await? {
            let marked = self.courier.store.mark_announced(&self.watch, now());
            marked
                .await
                .map_err(|error| DiscordError::Unavailable(error.to_string()))?;
            if tell.mention {
                (tell.requester, tell.dm) = (false, false);
            }
        }
        if tell.requester || tell.subscribers {
            match self.ping(tell).await {
                Err(error) if error.is_about_the_place() || error.is_about_the_form() => {
                    tracing::warn!(watch_id = self.watch.id.0, %error, "notify.by_dm");
                    tell.dm |= tell.requester;
                }
                sent => sent?,
            }
        }
        if tell.dm {
            match self.send_dm(&Cargo::default(), Form::FULL).await {
                Err(error) if error.is_about_the_form() => {
                    self.send_dm(&Cargo::default(), Form::BARE).await?;
                }
                sent => sent?,
            }
        }
        Ok(())
    }

    /// Announces the end in the channel that was asked for; returns whether that
    /// took it.
    async fn announce(&self, mention: bool) -> Result<bool, DiscordError> {
        let asked = &self.watch.asked;
        let Some(channel_id) = asked.announce_channel_id else {
            return Ok(false);
        };
        let post = Post {
            channel_id,
            reply_to: None,
            people: mention.then_some(asked.user_id).into_iter().collect(),
            message: self.message_link(),
            video: ping::video_link(self.task),
            kind: 'a',
        };
        let sent = match self.post(&post).await {
            // A filter may refuse the links; the news may still be taken.
            Err(error) if error.is_about_the_form() => {
                let bare = Post {
                    message: None,
                    video: None,
                    ..post
                };
                self.post(&bare).await
            }
            sent => sent,
        };
        match sent {
            Err(error) if error.is_about_the_place() || error.is_about_the_form() => {
                tracing::warn!(watch_id = self.watch.id.0, %error, "notify.not_announced");
                Ok(false)
            }
            sent => sent.map(|()| true),
        }
    }

    /// Pings those who are to be told where the message is.
    async fn ping(&self, tell: Tell) -> Result<(), DiscordError> {
        let asked = &self.watch.asked;
        let requester = tell.requester.then_some(asked.user_id);
        let subscribers = self.extras.subscribers.iter().copied();
        let others = subscribers.filter(|_| tell.subscribers);
        let reply_to = self
            .watch
            .message_id
            .filter(|_| asked.reach == Reach::Channel);
        let video = ping::video_link(self.task);
        let post = Post {
            channel_id: asked.channel_id,
            reply_to,
            people: requester.into_iter().chain(others).collect(),
            message: self.message_link().filter(|_| reply_to.is_none()),
            video: video.filter(|_| self.linked && asked.reach != Reach::Gone),
            kind: 'p',
        };
        self.post(&post).await
    }

    /// Where the message is, unless it is deleted.
    fn message_link(&self) -> Option<String> {
        let there = self.watch.asked.reach != Reach::Gone;
        ping::message_link(&self.watch).filter(|_| there)
    }

    /// Sends a notification into a channel, unless it was sent before.
    async fn post(&self, post: &Post) -> Result<(), DiscordError> {
        let Some(outcome) = self.outcome else {
            return Ok(());
        };
        // Another watch may tell of the same task in the same channel, but
        // mentions somebody else first or links to another message. Where it does
        // neither, it says the very same.
        let mention = post.people.first().map(|id| format!("<@{id}>"));
        let message = post.message.clone();
        let words: Vec<String> = self.words().chain(mention).chain(message).collect();
        if !self
            .may_send(post.channel_id, post.reply_to, &words)
            .await?
        {
            return Ok(());
        }
        let links: Vec<String> = post.message.iter().chain(&post.video).cloned().collect();
        let nonce = self.nonce(post.kind);
        let mut ping = Ping {
            task: self.task,
            outcome,
            locale: Locale::of(&self.watch.asked.locale),
            people: &post.people,
            reply_to: post.reply_to,
            links: &links,
            nonce: &nonce,
        };
        let messenger = &self.courier.messenger;
        match messenger
            .send(post.channel_id, &ping::ping(&ping), &[])
            .await
        {
            Err(DiscordError::NoReply) => {
                ping.reply_to = None;
                messenger
                    .send(post.channel_id, &ping::ping(&ping), &[])
                    .await?
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
            let view = View {
                locale: Locale::of(self.watch.asked.own_locale()),
                ..self.view(&media, form)
            };
            let message = self.once(ping::dm(&view), 'd');
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
