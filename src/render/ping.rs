//! Telling people of the end: a new message, because edits notify nobody.

use crate::domain::task::{Outcome, Task};
use crate::domain::watch::Watch;

use super::body::{AllowedMentions, Message, Reference};
use super::locale::Locale;
use super::state::State;
use super::status::{self, View};

/// The most people that one message mentions: 50 mentions and the sentence fit
/// Discord's 2000 characters, and it allows 100 users.
pub const PEOPLE_MAX: usize = 50;

/// A notification in a channel.
#[derive(Clone, Copy, Debug)]
pub struct Ping<'a> {
    /// The task that has ended.
    pub task: &'a Task,
    /// How.
    pub outcome: Outcome,
    /// The watch's language.
    pub locale: Locale,
    /// Whom to mention, at most [`PEOPLE_MAX`]; whoever takes subscriptions
    /// refuses beyond that, and those after it are not mentioned.
    pub people: &'a [u64],
    /// The message to reply to; without one it is a plain message.
    pub reply_to: Option<u64>,
    /// The same for every try, at most 25 characters: a repeated send within a
    /// few minutes then gives the message that is already there.
    pub nonce: &'a str,
}

/// The notification: it mentions these people and pings nobody else.
#[must_use]
pub fn ping(ping: &Ping<'_>) -> Message {
    let people = &ping.people[..ping.people.len().min(PEOPLE_MAX)];
    let mentions: String = people.iter().map(|id| format!("<@{id}> ")).collect();
    let news = news(ping.task, ping.outcome, ping.locale);
    Message {
        content: format!("{mentions}{news}"),
        allowed_mentions: AllowedMentions::users(people),
        message_reference: ping.reply_to.map(|id| Reference {
            message_id: id.to_string(),
            fail_if_not_exists: false,
        }),
        nonce: Some(ping.nonce.to_owned()),
        enforce_nonce: true,
        ..Message::default()
    }
}

/// The end of a watch as a direct message: the news, where the message is, and
/// the whole box, for there the message may have stopped changing.
///
/// Without an outcome in the view it is the present state, without news.
#[must_use]
pub fn dm(view: &View<'_>) -> Message {
    let news = view
        .outcome
        .map(|outcome| news(view.task, outcome, view.locale()));
    let lines = [news, message_link(view.watch), view.link()];
    Message {
        content: lines.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        embeds: vec![status::embed(view)],
        ..Message::default()
    }
}

/// The headline of the end and the task's id; nothing of the provider's.
fn news(task: &Task, outcome: Outcome, locale: Locale) -> String {
    let title = State::of(task, Some(outcome)).title(locale);
    format!("{title} · `{}`", task.id)
}

/// Where a watch's message is; a private one cannot be linked to.
pub(super) fn message_link(watch: &Watch) -> Option<String> {
    let asked = &watch.asked;
    let message = watch.message_id.filter(|_| !asked.private)?;
    let guild = asked.guild_id.map_or("@me".to_owned(), |id| id.to_string());
    let channel = asked.channel_id;
    Some(format!(
        "https://discord.com/channels/{guild}/{channel}/{message}"
    ))
}
