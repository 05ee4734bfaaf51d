//! Notifications of the end: new messages, because an edit notifies nobody.

use crate::domain::state::State;
use crate::domain::task::{NoLink, Outcome, Task};
use crate::domain::watch::{Reach, Watch};

use super::body::{AllowedMentions, CONTENT_MAX, Message, Reference};
use super::locale::Locale;
use super::look;
use super::prompt;
use super::safe::{self, units};
use super::status;
use super::view::View;

/// The most people that one message mentions. Discord allows 100, but only 50 mentions and the
/// sentence fit its 2000 characters.
pub const PEOPLE_MAX: usize = 50;

/// The most of a reason that a notification quotes, in units.
const REASON_MAX: usize = 160;
const PROMPT_START_MAX: usize = 60;

/// A notification or an announcement in a channel.
#[derive(Clone, Copy, Debug)]
pub struct Ping<'a> {
    pub task: &'a Task,
    pub outcome: Outcome,
    /// The person who stopped the watch, if one did.
    pub stopped_by: Option<u64>,
    /// The watch's language.
    pub locale: Locale,
    /// The people to mention. Those beyond [`PEOPLE_MAX`] are left out; subscriptions beyond
    /// that are refused when they are asked for.
    pub people: &'a [u64],
    /// A role to mention; never the everyone role.
    pub role: Option<u64>,
    /// The message to reply to; without one the notification is no reply.
    pub reply_to: Option<u64>,
    /// True if the provider's words are quoted; false if the server's filter refused them.
    pub quotes: bool,
    /// Further lines: a link to the message, or to the video, which then plays in the
    /// notification.
    pub links: &'a [String],
    /// The idempotency key that every try sends, at most 25 characters. If the message was
    /// already sent within a few minutes, Discord returns that one.
    pub nonce: &'a str,
}

/// Returns the notification. It pings only these people and this role.
pub fn ping(ping: &Ping<'_>) -> Message {
    let people = &ping.people[..ping.people.len().min(PEOPLE_MAX)];
    let role = ping.role.map(|id| format!("<@&{id}> "));
    let people_named = people.iter().map(|id| format!("<@{id}> "));
    let mentions: String = role.into_iter().chain(people_named).collect();
    let news = news(ping.task, ping.outcome, ping.locale, ping.quotes);
    let mut content = format!("{mentions}{news}");
    let stopped = ping.stopped_by.filter(|_| ping.outcome == Outcome::Stopped);
    let stopped = stopped.map(|by| status::stopped_by(by, ping.locale));
    for line in stopped.iter().chain(ping.links) {
        // Many mentions leave little room, and a provider's link has no bound.
        if units(&content) + 1 + units(line) <= CONTENT_MAX {
            content += &format!("\n{line}");
        }
    }
    Message {
        content,
        allowed_mentions: AllowedMentions {
            parse: [],
            users: people.iter().map(u64::to_string).collect(),
            roles: ping.role.iter().map(u64::to_string).collect(),
        },
        message_reference: ping.reply_to.map(|id| Reference {
            message_id: id.to_string(),
            fail_if_not_exists: false,
        }),
        nonce: Some(ping.nonce.to_owned()),
        enforce_nonce: true,
        ..Message::default()
    }
}

/// Returns the end of a watch as a direct message: the news, a link to the watch's message, and
/// the whole embed, because that message may have stopped changing. The view's media are those
/// that the direct message itself carries. If the view has no outcome, the direct message shows
/// the present state without news.
pub fn dm(view: &View<'_>) -> Message {
    let news = |outcome| news(view.task, outcome, view.locale, !view.hide.prompt);
    let lines = [view.outcome.map(news), message_link(view.watch)];
    Message {
        content: lines.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        embeds: vec![status::embed(view)],
        ..Message::default()
    }
}

/// Returns the direct message that tells the requester that the watch's message was deleted. It
/// holds the embed as it last stood, and the task's id, by which the bot finds this message
/// again.
pub fn deleted(view: &View<'_>) -> Message {
    Message {
        content: with_id(&view.locale.text("ping-deleted"), view.task),
        embeds: vec![status::embed(view)],
        ..Message::default()
    }
}

/// Returns the headline of the end, what the video is about if `quotes`, and in small print the
/// task's id, by which the bot finds this notification again.
fn news(task: &Task, outcome: Outcome, locale: Locale, quotes: bool) -> String {
    let title = look::title(task, Some(outcome), locale);
    let title = match about(task, outcome, locale).filter(|_| quotes) {
        Some(what) => {
            let parts = [("title", title.into()), ("what", what.into())];
            locale.with("ping-about", &parts)
        }
        None => title,
    };
    with_id(&title, task)
}

/// Returns a sentence with the task's id in small print below it.
fn with_id(sentence: &str, task: &Task) -> String {
    format!("{sentence}\n-# `{}`", task.id)
}

/// Returns why there is no video, or otherwise the start of the prompt.
fn about(task: &Task, outcome: Outcome, locale: Locale) -> Option<String> {
    let snapshot = &task.snapshot;
    let failed = matches!(
        State::of(task, Some(outcome)),
        State::Failed | State::NoVideo
    );
    if failed && snapshot.no_link == Some(NoLink::Flagged) {
        return Some(locale.text("ping-filtered"));
    }
    let reason = snapshot.error.as_deref().filter(|_| failed);
    let reason = reason.map(|words| safe::line(words, REASON_MAX));
    let prompt = || {
        let start = safe::line(prompt::best(snapshot)?, PROMPT_START_MAX);
        (!start.is_empty()).then(|| locale.quote(&start))
    };
    reason.filter(|words| !words.is_empty()).or_else(prompt)
}

/// Returns the link to a finished task's video. In a message without an embed it plays.
pub fn video_link(task: &Task) -> Option<String> {
    let url = task.snapshot.video_url.as_deref();
    url.and_then(|url| safe::link(url, CONTENT_MAX))
}

/// Returns the link to a watch's message, or `None` if the message is private or deleted.
pub fn message_link(watch: &Watch) -> Option<String> {
    let asked = &watch.asked;
    let there = !asked.private && asked.reach != Reach::Gone;
    let message = watch.message_id.filter(|_| there)?;
    let guild = asked.guild_id.map_or("@me".to_owned(), |id| id.to_string());
    let place = format!("{guild}/{}/{message}", asked.channel_id);
    Some(format!("https://discord.com/channels/{place}"))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, assert_fits};
    use super::super::view::{Media, Video};
    use super::*;
    use crate::domain::task::TaskId;

    fn of<'a>(task: &'a Task, outcome: Outcome, people: &'a [u64]) -> Ping<'a> {
        Ping {
            task,
            outcome,
            stopped_by: Some(8),
            locale: Locale::default(),
            people,
            role: Some(4),
            quotes: true,
            links: &[],
            reply_to: Some(6),
            nonce: "watch-7",
        }
    }

    #[test]
    fn it_mentions_these_people_and_can_ping_no_other() {
        let task = samples::done();
        let message = ping(&of(&task, Outcome::Completed, &[5, 8]));
        insta::assert_snapshot!(serde_json::to_string_pretty(&message).unwrap());
    }

    #[test]
    fn every_end_has_its_own_words() {
        let task = samples::done();
        let outcomes = [
            Outcome::Completed,
            Outcome::Failed,
            Outcome::NotFound,
            Outcome::Denied,
            Outcome::Unserved,
            Outcome::TimedOut,
            Outcome::Stopped,
        ];
        let all = outcomes.map(|outcome| ping(&of(&task, outcome, &[5])).content);
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn a_crowd_and_a_long_id_fit() {
        let mut task = samples::done();
        task.id = TaskId::parse(&"x".repeat(TaskId::MAX)).unwrap();
        let crowd = [u64::MAX; 200];
        for locale in Locale::ALL {
            for outcome in [Outcome::NotFound, Outcome::Stopped] {
                let ping = ping(&Ping {
                    locale: *locale,
                    ..of(&task, outcome, &crowd)
                });
                assert_fits(&ping);
                let everybody = ping.content.matches(&format!("<@{}>", u64::MAX)).count();
                assert_eq!(everybody, PEOPLE_MAX);
            }
        }
    }

    #[test]
    fn a_link_that_leaves_no_room_is_left_out_and_the_others_stay() {
        let task = samples::done();
        let crowd = [u64::MAX; PEOPLE_MAX];
        let links = [
            format!("https://a.example/{}", "v".repeat(1500)),
            "https://a.example/short".to_owned(),
        ];
        let of_links = |people| {
            ping(&Ping {
                links: &links,
                ..of(&task, Outcome::Completed, people)
            })
        };
        let (crowded, alone) = (of_links(&crowd), of_links(&[5]));
        assert_fits(&crowded);
        assert!(!crowded.content.contains(&links[0]) && crowded.content.ends_with(&links[1]));
        assert!(alone.content.contains(&links[0]) && alone.content.ends_with(&links[1]));
    }

    #[test]
    fn a_direct_message_leads_to_the_message_and_the_video() {
        let task = samples::done();
        let mut watch = samples::watch(&task, "en-US");
        let media = Media {
            video: Video::Link,
            ..Media::default()
        };
        let linked = dm(&samples::view(&task, &watch, &media)).content;
        insta::assert_snapshot!(linked, @r"
        ✅ Your video is ready: “A \*surreal\* cat, half fish.”
        -# `grok:299604b7-c5ea-47b5-bc64-c06f300f0d27`
        https://discord.com/channels/3/4/6
        ");
        watch.asked.guild_id = None;
        let private = message_link(&watch).unwrap();
        assert_eq!(private, "https://discord.com/channels/@me/4/6");
        watch.asked.private = true;
        assert_eq!(message_link(&watch), None);
    }
}
