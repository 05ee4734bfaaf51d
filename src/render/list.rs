//! The list of a person's watches, or of everybody's in a server, page by page.

use crate::domain::button::{Control, Listed};
use crate::domain::state::State;
use crate::domain::task::Task;
use crate::domain::watch::Watch;

use super::body::{Choice, Component, Embed, Message, OPTION_TEXT_MAX};
use super::buttons;
use super::locale::Locale;
use super::look;
use super::notice::Notice;
use super::ping::message_link;
use super::prompt;
use super::safe;
use super::small::relative;

/// The most of a prompt that a line of the list shows, in units.
const TITLE_MAX: usize = 80;

/// The most of a task id that a line shows, in units.
const ID_MAX: usize = 200;

/// The number of watches on a page, chosen so that the longest lines fit an embed.
pub const PAGE: u32 = 10;

#[derive(Clone, Debug)]
pub struct ListedWatch {
    pub watch: Watch,
    pub task: Task,
}

/// One page of a list.
#[derive(Clone, Copy, Debug)]
pub struct ListPage<'a> {
    pub list: Listed,
    /// At most [`PAGE`] watches.
    pub entries: &'a [ListedWatch],
    /// The page's number, counted from 0.
    pub number: u32,
    /// The number of watches on all pages.
    pub total: u32,
}

/// Returns the ephemeral list: a line for each watch, a menu to stop some or to follow one
/// again, and buttons to the neighbouring pages. A server's list also names the requesters; a
/// mention in an embed pings nobody.
pub fn watches(page: &ListPage<'_>, locale: Locale) -> Message {
    let (title, none) = match page.list {
        Listed::Running => ("list-title", Notice::NoWatches),
        Listed::Finished => ("list-title-finished", Notice::NoneFinished),
        Listed::Server => ("list-title-all", Notice::NoWatchesHere),
    };
    if page.entries.is_empty() {
        return none.message(locale);
    }
    let mut lines: Vec<_> = page
        .entries
        .iter()
        .map(|entry| line(entry, page.list, locale))
        .collect();
    let first = page.number * PAGE + 1;
    let last = page.number * PAGE + u32::try_from(page.entries.len()).unwrap_or(PAGE);
    if page.total > PAGE {
        lines.push(format!("-# {first}–{last} / {}", page.total));
    }
    let options: Vec<_> = page.entries.iter().map(choice).collect();
    let menu = match page.list {
        Listed::Finished => {
            Component::menu(Control::FollowOne, locale.text("list-again"), 1, options)
        }
        Listed::Running | Listed::Server => {
            let most = options.len();
            Component::menu(Control::StopSome, locale.text("list-stop"), most, options)
        }
    };
    let mut components = vec![menu];
    let newer = page.number.checked_sub(1);
    let older = (last < page.total).then_some(page.number + 1);
    components.extend(buttons::pages(page.list, newer, older, locale));
    let embed = Embed {
        title: Some(locale.text(title)),
        description: Some(lines.join("\n")),
        ..Embed::default()
    };
    Message {
        embeds: vec![embed],
        components,
        ..Message::private()
    }
}

/// Returns the state that a line shows: the present one of a running watch, and the last one of
/// an ended watch, because later changes of its task do not belong to it. If the message of an
/// ended watch does not show its end (it was deleted, or the end came by direct message), the
/// recorded outcome counts.
fn state(entry: &ListedWatch) -> State {
    let ListedWatch { watch, task } = entry;
    let shown_end = watch.shown_state.filter(|shown| shown.is_end());
    shown_end.unwrap_or_else(|| State::of(task, watch.ended_as.or(watch.outcome(task))))
}

fn choice(entry: &ListedWatch) -> Choice {
    Choice {
        label: safe::label(entry.task.id.as_str(), OPTION_TEXT_MAX),
        value: entry.watch.id.0.to_string(),
        description: prompt::start(&entry.task.snapshot, OPTION_TEXT_MAX),
    }
}

fn line(entry: &ListedWatch, list: Listed, locale: Locale) -> String {
    let ListedWatch { watch, task } = entry;
    let state = state(entry);
    // A bracket in a link's text could end it, even an escaped one.
    let title = |text: &str| safe::line(&text.replace('[', "(").replace(']', ")"), TITLE_MAX);
    let what = prompt::best(&task.snapshot).map(title);
    let what = what.filter(|text| !text.is_empty());
    let what = what.unwrap_or_else(|| format!("`{}`", safe::label(task.id.as_str(), ID_MAX)));
    let what = match message_link(watch) {
        Some(url) => format!("[{what}]({url})"),
        None => what,
    };
    let progress = task.snapshot.progress.filter(|_| state == State::Running);
    let progress = progress.map(|percent| locale.percent(percent.min(100)));
    let owner = watch.asked.person().filter(|_| list == Listed::Server);
    let owner = owner.map(|id| format!("<@{id}>"));
    let moment = match list {
        Listed::Finished => relative(watch.edited_at.unwrap_or(watch.created_at)),
        Listed::Running | Listed::Server => {
            let moment = relative(watch.created_at);
            locale.with("list-since", &[("moment", moment.into())])
        }
    };
    let parts = [Some(what), progress, owner, Some(moment)];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("{} {}", look::mark(state), parts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::super::body::DESCRIPTION_MAX;
    use super::super::safe::units;
    use super::super::samples::{self, assert_fits, sketch};
    use super::*;
    use crate::domain::task::{Outcome, Phase, TaskId};
    use crate::domain::watch::WatchState;

    fn entry() -> ListedWatch {
        let task = samples::task(Phase::Running);
        let watch = samples::watch(&task, "en-US");
        ListedWatch { watch, task }
    }

    fn page(list: Listed, entries: &[ListedWatch], number: u32, total: u32) -> ListPage<'_> {
        ListPage {
            list,
            entries,
            number,
            total,
        }
    }

    #[test]
    fn a_list_leads_to_the_messages_and_stops_watches() {
        let mut private = entry();
        private.watch.asked.private = true;
        let entries = [entry(), private];
        let message = watches(&page(Listed::Server, &entries, 0, 2), Locale::default());
        assert_eq!(message.flags, Some(64));
        assert_fits(&message);
        insta::assert_snapshot!(sketch(&message));
    }

    #[test]
    fn finished_ones_are_shown_as_their_message_shows_them_and_followed_again() {
        let mut stopped = entry();
        stopped.watch.state = WatchState::Ended;
        stopped.watch.shown_state = Some(State::Stopped);
        let task = samples::done();
        let mut watch = samples::watch(&task, "en-US");
        watch.state = WatchState::Ended;
        // The end came by direct message, and the watch's own message was not changed.
        let mut told = ListedWatch { watch, task };
        told.watch.shown_state = Some(State::Running);
        told.watch.ended_as = Some(Outcome::Completed);
        told.task.outcome = None;
        let entries = [told, stopped];
        let message = watches(&page(Listed::Finished, &entries, 1, 25), Locale::default());
        assert_fits(&message);
        insta::assert_snapshot!(sketch(&message));
    }

    #[test]
    fn no_prompt_ends_the_link_that_it_is_the_text_of() {
        let mut entry = entry();
        entry.task.snapshot.enhanced_prompt = Some("](https://evil.example) [x".to_owned());
        let message = watches(&page(Listed::Running, &[entry], 0, 1), Locale::default());
        let text = message.embeds[0].description.as_deref().unwrap();
        assert_eq!(text.matches('[').count(), 1, "{text}");
        assert_eq!(text.matches(']').count(), 1, "{text}");
    }

    #[test]
    fn no_watches_are_a_sentence() {
        let none = |list| watches(&page(list, &[], 0, 0), Locale::default());
        let notice = |notice: Notice| notice.message(Locale::default());
        assert_eq!(none(Listed::Running), notice(Notice::NoWatches));
        assert_eq!(none(Listed::Finished), notice(Notice::NoneFinished));
        assert_eq!(none(Listed::Server), notice(Notice::NoWatchesHere));
    }

    #[test]
    fn each_page_of_long_lines_fits() {
        let mut long = entry();
        long.task.id = TaskId::parse(&"x".repeat(TaskId::MAX)).unwrap();
        long.watch.message_id = Some(u64::MAX);
        (long.watch.asked.guild_id, long.watch.asked.channel_id) = (Some(u64::MAX), u64::MAX);
        long.watch.asked.user_id = u64::MAX;
        let mut wordy = long.clone();
        wordy.task.snapshot.prompt = Some("🐮*".repeat(500));
        long.task.snapshot = crate::domain::task::Snapshot::default();
        for entries in [vec![entry(); 10], vec![wordy; 10], vec![long; 10]] {
            for locale in Locale::ALL {
                for list in [Listed::Running, Listed::Finished, Listed::Server] {
                    let message = watches(&page(list, &entries, 1, 1000), *locale);
                    assert_fits(&message);
                    let json = serde_json::to_value(&message).unwrap();
                    let menu = &json["components"][0]["components"][0];
                    assert_eq!(menu["options"].as_array().unwrap().len(), 10);
                    assert_eq!(
                        json["components"][1]["components"]
                            .as_array()
                            .unwrap()
                            .len(),
                        2
                    );
                    let text = json["embeds"][0]["description"].as_str().unwrap();
                    assert!(text.contains("11–20 / 1000") && units(text) <= DESCRIPTION_MAX);
                }
            }
        }
    }
}
