//! Telling people of the end: a new message, because edits notify nobody.

use crate::domain::state::State;
use crate::domain::task::{Outcome, Task};
use crate::domain::watch::Watch;

use super::body::{AllowedMentions, CONTENT_MAX, Message, Reference};
use super::locale::Locale;
use super::look;
use super::safe::{self, units};
use super::status;
use super::view::View;

/// The most people that one message mentions: 50 mentions and the sentence fit
/// Discord's 2000 characters, and it allows 100 users.
pub const PEOPLE_MAX: usize = 50;

/// A notification or an announcement in a channel.
#[derive(Clone, Copy, Debug)]
pub struct Ping<'a> {
    pub task: &'a Task,
    pub outcome: Outcome,
    /// The watch's language.
    pub locale: Locale,
    /// Whom to mention, at most [`PEOPLE_MAX`]; whoever takes subscriptions
    /// refuses beyond that, and those after it are not mentioned.
    pub people: &'a [u64],
    /// The message to reply to; without one it is a plain message.
    pub reply_to: Option<u64>,
    /// Further lines: a link to the message or to the video, which plays here.
    pub links: &'a [String],
    /// The same for every try, at most 25 characters: a repeated send within a
    /// few minutes then gives the message that is already there.
    pub nonce: &'a str,
}

/// The notification, which pings nobody but these people.
pub fn ping(ping: &Ping<'_>) -> Message {
    let people = &ping.people[..ping.people.len().min(PEOPLE_MAX)];
    let mentions: String = people.iter().map(|id| format!("<@{id}> ")).collect();
    let news = news(ping.task, ping.outcome, ping.locale);
    let mut content = format!("{mentions}{news}");
    // Whoever did not stop it may want to go on.
    if ping.outcome == Outcome::Stopped {
        content += &format!("\n{}", ping.locale.text("text-stopped"));
    }
    for link in ping.links {
        // A provider's link may be as long as it likes.
        if units(&content) + 1 + units(link) <= CONTENT_MAX {
            content += &format!("\n{link}");
        }
    }
    Message {
        content,
        allowed_mentions: AllowedMentions {
            parse: [],
            users: people.iter().map(u64::to_string).collect(),
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

/// The end of a watch as a direct message: the news, where the message is, and
/// the whole box, for there the message may have stopped changing. The view's media are those that the direct message itself carries. Without
/// an outcome in the view it is the present state, without news.
pub fn dm(view: &View<'_>) -> Message {
    let news = |outcome| news(view.task, outcome, view.locale);
    let news = view.outcome.map(news);
    let lines = [news, message_link(view.watch), view.link_text()];
    Message {
        content: lines.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        embeds: vec![status::embed(view)],
        ..Message::default()
    }
}

/// The headline of the end and the task's id; nothing of the provider's.
fn news(task: &Task, outcome: Outcome, locale: Locale) -> String {
    let title = look::title(State::of(task, Some(outcome)), locale);
    format!("{title} · `{}`", task.id)
}

/// The link to a finished task's video: in a message without a box it plays.
pub fn video_link(task: &Task) -> Option<String> {
    let url = task.snapshot.video_url.as_deref();
    url.and_then(|url| safe::link(url, CONTENT_MAX))
}

/// Where a watch's message is; a private one cannot be linked to.
pub fn message_link(watch: &Watch) -> Option<String> {
    let asked = &watch.asked;
    let message = watch.message_id.filter(|_| !asked.private)?;
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
            locale: Locale::default(),
            people,
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
                assert_eq!(ping.content.matches("<@").count(), PEOPLE_MAX);
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
        ✅ Your video is ready · `grok:299604b7-c5ea-47b5-bc64-c06f300f0d27`
        https://discord.com/channels/3/4/6
        https://media.example/file_download/ca10efbb.mp4
        ");
        watch.asked.guild_id = None;
        let private = message_link(&watch).unwrap();
        assert_eq!(private, "https://discord.com/channels/@me/4/6");
        watch.asked.private = true;
        assert_eq!(message_link(&watch), None);
    }
}
