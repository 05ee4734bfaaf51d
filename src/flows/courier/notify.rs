//! Notifications: the people who waited are notified of the end by a new message, once.
//!
//! A crash may come after any step. A notification is therefore marked in the database before
//! it is sent, and carries a nonce that Discord recognises for some minutes. After those
//! minutes the courier searches the channel for it before sending it again.

use super::job::{DeliveryError, Job};
use super::once::may_send;
use crate::discord::forbidden::LookupError;
use crate::discord::upload::Upload;
use crate::domain::decide::attempt::{Form, Via};
use crate::domain::decide::end::{self, Recipients};
use crate::domain::discord::DiscordError;
use crate::domain::watch::Reach;
use crate::render::locale::Locale;
use crate::render::ping::{self, Ping};
use crate::render::safe;
use crate::render::view::{Media, View};

/// A notification in a channel.
struct Post {
    channel_id: u64,
    /// The message that the notification replies to.
    reply_to: Option<u64>,
    /// The people whom the notification mentions.
    people: Vec<u64>,
    /// The role that the notification mentions.
    role: Option<u64>,
    /// The link to the watch's message.
    message: Option<String>,
    /// The link to the video.
    video: Option<String>,
    /// The first letter of the notification's nonce.
    kind: char,
}

/// Notifies the recipients of the end, which `shown_by` has shown. Returns whether there were
/// any. Sets `untold` on the watch if the requester could not be notified.
pub(super) async fn notify(job: &mut Job<'_>, shown_by: Via) -> Result<bool, DeliveryError> {
    let others = !job.extras.subscribers.is_empty();
    let mut recipients = end::recipients(&job.watch, job.task, shown_by, others);
    if recipients == Recipients::default() {
        return Ok(false);
    }
    if recipients.announce && announce(job, recipients.mention).await? {
        job.means
            .store
            .mark_announced(&job.watch, job.now())
            .await?;
        if recipients.mention {
            (recipients.requester, recipients.dm) = (false, false);
        }
    }
    // A mention replaces a refused direct message if the message is public, and a direct
    // message replaces a refused mention.
    let mut untold = recipients.dm && !by_dm(job).await?;
    recipients.requester |= untold && job.watch.asked.reach != Reach::Dm;
    if recipients.requester || recipients.subscribers {
        let pinged = taken(ping(job, recipients).await, job)?;
        if recipients.requester {
            untold = !pinged && (untold || !by_dm(job).await?);
        }
    }
    job.watch.untold = untold;
    Ok(true)
}

/// Returns whether Discord accepted a notification. A permanent refusal of the place or the
/// form is no error, because another way to notify may be left.
fn taken(sent: Result<(), DeliveryError>, job: &Job<'_>) -> Result<bool, DeliveryError> {
    match sent {
        // Closed direct messages and missing permissions are people's choice, not an error.
        Err(DeliveryError::Discord(error)) if error.is_about_the_place() => {
            tracing::info!(watch_id = job.watch.id.0, %error, "notify.not_taken");
            Ok(false)
        }
        Err(DeliveryError::Discord(error)) if error.is_about_the_form() => {
            tracing::warn!(watch_id = job.watch.id.0, %error, "notify.not_taken");
            Ok(false)
        }
        sent => sent.map(|()| true),
    }
}

/// Notifies the requester by a direct message. Returns whether Discord accepted it.
async fn by_dm(job: &Job<'_>) -> Result<bool, DeliveryError> {
    if job.watch.asked.person().is_none() {
        return Ok(false);
    }
    let media = if job.link_hidden {
        Media::default()
    } else {
        Media::linked(&job.task.snapshot)
    };
    let sent = match send_dm(job, &media, &[], Form::FULL).await {
        Err(DeliveryError::Discord(error)) if error.is_about_the_form() => {
            send_dm(job, &media, &[], Form::BARE).await
        }
        sent => sent,
    };
    taken(sent, job)
}

/// Announces the end in the channel that was asked for. Returns whether Discord accepted it.
async fn announce(job: &Job<'_>, mention: bool) -> Result<bool, DeliveryError> {
    let asked = &job.watch.asked;
    let Some(channel_id) = asked.announce_channel_id else {
        return Ok(false);
    };
    // The requester chose the channel when asking for the watch. The bot must not post there
    // for a person who has lost access to it since.
    let (messenger, user_id) = (&job.means.messenger, asked.user_id);
    let may = match asked.guild_id {
        Some(guild_id) => {
            let looked = messenger.person_may_post(user_id, guild_id, channel_id, job.now());
            match looked.await {
                Ok(may) => may,
                Err(LookupError::Refused | LookupError::TooMany(_)) => false,
                Err(LookupError::Unknown(error)) => return Err(error.into()),
            }
        }
        None => false,
    };
    if !may {
        tracing::info!(watch_id = job.watch.id.0, "notify.not_announced_for_person");
        return Ok(false);
    }
    let announcement = Post {
        channel_id,
        reply_to: None,
        role: announced_to(job, channel_id).await?,
        people: mention.then_some(asked.user_id).into_iter().collect(),
        message: ping::message_link(&job.watch),
        video: video_link(job).filter(|_| !job.link_hidden),
        kind: 'a',
    };
    let sent = match post(job, &announcement).await {
        // A filter may refuse the links; it may accept the announcement without them.
        Err(DeliveryError::Discord(error)) if error.is_about_the_form() => {
            let bare = Post {
                message: None,
                video: None,
                ..announcement
            };
            post(job, &bare).await
        }
        sent => sent,
    };
    taken(sent, job)
}

/// Returns the role that an announcement mentions, if the operator set one and the bot may
/// mention it in that channel.
async fn announced_to(job: &Job<'_>, channel_id: u64) -> Result<Option<u64>, DeliveryError> {
    let Some(role) = job.means.announce_role else {
        return Ok(None);
    };
    let person = job.watch.asked.user_id;
    let venue = job.means.messenger.venue(person, channel_id, job.now());
    match venue.await {
        Ok(venue) => Ok(Some(role).filter(|role| venue.is_some_and(|it| it.roles.contains(role)))),
        Err(LookupError::Refused | LookupError::TooMany(_)) => Ok(None),
        Err(LookupError::Unknown(error)) => Err(error.into()),
    }
}

/// Notifies the recipients by one new message in the channel of the watch's message.
async fn ping(job: &Job<'_>, recipients: Recipients) -> Result<(), DeliveryError> {
    let asked = &job.watch.asked;
    let requester = asked.person().filter(|_| recipients.requester);
    let subscribers = job.extras.subscribers.iter().copied();
    let others = subscribers.filter(|_| recipients.subscribers);
    let reply_to = job
        .watch
        .message_id
        .filter(|_| asked.reach == Reach::Channel);
    let video = video_link(job);
    let notification = Post {
        channel_id: asked.channel_id,
        reply_to,
        people: requester.into_iter().chain(others).collect(),
        role: asked.role_id.filter(|_| recipients.requester),
        message: ping::message_link(&job.watch).filter(|_| reply_to.is_none()),
        video: video.filter(|_| job.linked && asked.reach != Reach::Gone),
        kind: 'p',
    };
    post(job, &notification).await
}

/// Returns the link to the video, as a spoiler if the video is hidden.
fn video_link(job: &Job<'_>) -> Option<String> {
    let hidden = job.watch.asked.spoiler;
    ping::video_link(job.task).map(|url| if hidden { safe::spoiler(&url) } else { url })
}

/// Sends a notification to a channel, unless it was sent before.
async fn post(job: &Job<'_>, post: &Post) -> Result<(), DeliveryError> {
    let Some(outcome) = job.outcome else {
        return Ok(());
    };
    // The words that identify this notification. Another watch may notify of the same task in
    // the same channel, but it mentions somebody else first or links to another message. If
    // it does neither, both notifications have the same text.
    let role = post.role.map(|id| format!("<@&{id}>"));
    let mention = post.people.first().map(|id| format!("<@{id}>"));
    let message = post.message.clone();
    let words: Vec<String> = words(job)
        .chain(role)
        .chain(mention)
        .chain(message)
        .collect();
    let is_dm = job.watch.asked.guild_id.is_none();
    if !may_send(job, post.channel_id, post.reply_to, &words, is_dm).await? {
        return Ok(());
    }
    let links: Vec<String> = post.message.iter().chain(&post.video).cloned().collect();
    let nonce = job.nonce(post.kind);
    let mut ping = Ping {
        task: job.task,
        outcome,
        stopped_by: job.watch.stopped_by,
        locale: Locale::of(&job.watch.asked.locale),
        people: &post.people,
        role: post.role,
        reply_to: post.reply_to,
        links: &links,
        quotes: true,
        nonce: &nonce,
    };
    loop {
        let message = ping::ping(&ping);
        let sent = job.means.messenger.send(post.channel_id, &message, &[]);
        match sent.await {
            Err(DiscordError::NoReply) if ping.reply_to.is_some() => ping.reply_to = None,
            // A server's filter may refuse the provider's quoted words only.
            Err(error) if error.is_about_the_form() && ping.quotes => ping.quotes = false,
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(()),
        }
    }
}

/// Sends the end as a direct message, unless it was sent before.
pub(super) async fn send_dm(
    job: &Job<'_>,
    media: &Media,
    files: &[Upload<'_>],
    form: Form,
) -> Result<(), DeliveryError> {
    let messenger = &job.means.messenger;
    let channel_id = messenger.open_dm(job.watch.asked.user_id).await?;
    let link = ping::message_link(&job.watch);
    let words: Vec<String> = words(job).chain(link).collect();
    if may_send(job, channel_id, None, &words, true).await? {
        let view = View {
            locale: Locale::of(job.watch.asked.own_locale()),
            ..job.view(media, form)
        };
        let message = job.once(ping::dm(&view), 'd');
        messenger.send(channel_id, &message, files).await?;
    }
    Ok(())
}

/// Tells the requester by a direct message, once, that the watch's message was deleted.
pub(super) async fn tell_deletion(job: &Job<'_>) -> Result<(), DeliveryError> {
    let (messenger, watch) = (&job.means.messenger, &job.watch);
    let Some(person) = watch.asked.person() else {
        return Ok(());
    };
    let channel_id = messenger.open_dm(person).await?;
    let media = Media::default();
    let view = View {
        locale: Locale::of(watch.asked.own_locale()),
        ..job.view(&media, Form::FULL)
    };
    let message = job.once(ping::deleted(&view), 'g');
    let after = watch.messages_after(watch.created_at);
    let words = [message.content.clone()];
    if !messenger.has_sent(channel_id, after, None, &words).await? {
        messenger.send(channel_id, &message, &[]).await?;
    }
    Ok(())
}

/// Returns the words that every notification about this watch's task contains.
fn words(job: &Job<'_>) -> impl Iterator<Item = String> {
    std::iter::once(format!("`{}`", job.task.id))
}
