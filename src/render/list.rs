//! Choices: a person's watches, task ids found in a message, and what the
//! command's `id` option suggests.

use serde::Serialize;

use crate::domain::button::Control;
use crate::domain::recent::RecentTask;
use crate::domain::state::State;
use crate::domain::task::{Task, TaskId};
use crate::domain::watch::Watch;

use super::body::{
    CONTENT_MAX, Choice, Component, DESCRIPTION_MAX, Embed, Message, OPTION_TEXT_MAX, OPTIONS_MAX,
};
use super::locale::Locale;
use super::look;
use super::notice::Notice;
use super::ping::message_link;
use super::prompt;
use super::safe::{self, units};
use super::small::relative;

/// The most of a prompt on a line of the list, in units.
const TITLE_MAX: usize = 80;

#[derive(Clone, Debug)]
pub struct ListedWatch {
    pub watch: Watch,
    pub task: Task,
}

/// The private list of running watches, with a menu to stop some of them. Shows the
/// first [`OPTIONS_MAX`] of `entries`, or fewer where their lines do not fit, and says
/// how many of `total` are not shown. `owners` adds whose watch it is (a mention in an
/// embed pings nobody).
pub fn watches(entries: &[ListedWatch], total: usize, owners: bool, locale: Locale) -> Message {
    let mut text = String::new();
    let mut shown = Vec::new();
    for entry in entries.iter().take(OPTIONS_MAX) {
        let line = line(entry, owners, locale);
        // The last line says how many are missing; 100 units are plenty.
        if units(&text) + units(&line) + 100 > DESCRIPTION_MAX {
            break;
        }
        text.push_str(&line);
        let prompt = prompt::start(&entry.task.snapshot, OPTION_TEXT_MAX);
        shown.push(Choice {
            label: safe::label(entry.task.id.as_str(), OPTION_TEXT_MAX),
            value: entry.watch.id.0.to_string(),
            description: prompt,
        });
    }
    if shown.is_empty() {
        let none = if owners {
            Notice::NoWatchesHere
        } else {
            Notice::NoWatches
        };
        return none.message(locale);
    }
    let missing = total.saturating_sub(shown.len());
    if missing > 0 {
        text.push_str(&locale.with("list-more", &[("count", missing.into())]));
    }
    let embed = Embed {
        title: Some(locale.text(if owners {
            "list-title-all"
        } else {
            "list-title"
        })),
        description: Some(text),
        ..Embed::default()
    };
    let placeholder = locale.text("list-stop");
    Message {
        embeds: vec![embed],
        components: menu(Control::StopSome, placeholder, shown.len(), shown),
        ..Message::private()
    }
}

fn line(entry: &ListedWatch, owners: bool, locale: Locale) -> String {
    let ListedWatch { watch, task } = entry;
    let state = State::of(task, watch.outcome(task));
    let what = prompt::best(&task.snapshot).map(|text| safe::line(text, TITLE_MAX));
    let what = what.filter(|text| !text.is_empty());
    let what = what.unwrap_or_else(|| format!("`{}`", task.id));
    let what = match message_link(watch) {
        Some(url) => format!("[{what}]({url})"),
        None => what,
    };
    let progress = task.snapshot.progress.filter(|_| state == State::Running);
    let progress = progress.map(|percent| locale.percent(percent.min(100)));
    let owner = watch.asked.person().filter(|_| owners);
    let owner = owner.map(|id| format!("<@{id}>"));
    let moment = relative(watch.created_at);
    let since = locale.with("list-since", &[("moment", moment.into())]);
    let parts = [Some(what), progress, owner, Some(since)];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("{} {}\n", look::mark(state), parts.join(" · "))
}

/// A menu of `options`, of which up to `max_values` may be chosen.
fn menu(
    control: Control,
    placeholder: String,
    max_values: usize,
    options: Vec<Choice>,
) -> Vec<Component> {
    let menu = Component::Menu {
        r#type: 3,
        custom_id: control.custom_id(),
        placeholder,
        max_values,
        options,
    };
    vec![Component::row(vec![menu])]
}

/// The private question which of several task ids is meant; `None` where there are
/// none. An id that is too long for an option stands on a line of the question, as far
/// as there is room, and its option names that line ([`picked`]).
pub fn pick_task(ids: &[TaskId], locale: Locale) -> Option<Message> {
    let mut content = locale.text("pick-question").replace('\n', " ");
    let mut options = Vec::new();
    for id in ids.iter().map(TaskId::as_str) {
        let value = if id.len() <= OPTION_TEXT_MAX {
            id.to_owned()
        } else if units(&content) + id.len() + 3 <= CONTENT_MAX {
            content += &format!("\n`{id}`");
            format!("{LINE}{}", content.lines().count() - 1)
        } else {
            continue;
        };
        options.push(Choice {
            label: safe::label(id, OPTION_TEXT_MAX),
            value,
            description: None,
        });
    }
    options.truncate(OPTIONS_MAX);
    if options.is_empty() {
        return None;
    }
    let placeholder = locale.text("pick-placeholder");
    Some(Message {
        content,
        components: menu(Control::PickTask, placeholder, 1, options),
        ..Message::private()
    })
}

/// Begins the value of an option whose id stands on a line of the question. No id
/// begins so.
const LINE: char = '#';

/// The id of the option with this `value` of the question that says `content`.
pub fn picked(value: &str, content: &str) -> Option<TaskId> {
    let id = match value.strip_prefix(LINE) {
        Some(line) => content.lines().nth(line.parse().ok()?)?.trim_matches('`'),
        None => value,
    };
    TaskId::parse(id).ok()
}

/// A suggestion for the command's `id` option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What people read, at most [`OPTION_TEXT_MAX`].
    pub name: String,
    pub value: String,
}

/// The suggestion for a task: status mark, start of the prompt, id. `None`
/// where the id is longer than Discord lets a suggestion be.
pub fn suggestion(task: &RecentTask) -> Option<Suggestion> {
    let value = task.id.to_string();
    if value.len() > OPTION_TEXT_MAX {
        return None;
    }
    let mark = look::mark(task.state);
    let name = match OPTION_TEXT_MAX.checked_sub(units(&format!("{mark}  · {value}"))) {
        Some(room) if room >= 8 && !task.title.is_empty() => {
            format!("{mark} {} · {value}", safe::label(&task.title, room))
        }
        _ => safe::label(&format!("{mark} {value}"), OPTION_TEXT_MAX),
    };
    Some(Suggestion { name, value })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{self, assert_fits, sketch};
    use super::*;
    use crate::domain::task::Phase;

    fn entry() -> ListedWatch {
        let task = samples::task(Phase::Running);
        let watch = samples::watch(&task, "en-US");
        ListedWatch { watch, task }
    }

    #[test]
    fn a_list_leads_to_the_messages_and_stops_watches() {
        let mut private = entry();
        private.watch.asked.private = true;
        let message = watches(&[entry(), private], 5, true, Locale::default());
        assert_eq!(message.flags, Some(64));
        assert_fits(&message);
        insta::assert_snapshot!(sketch(&message));
    }

    #[test]
    fn no_watches_are_a_sentence() {
        let message = watches(&[], 0, false, Locale::default());
        assert_eq!(message, Notice::NoWatches.message(Locale::default()));
    }

    #[test]
    fn a_long_list_of_long_ids_fits_and_counts_the_rest() {
        let mut long = entry();
        long.task.id = TaskId::parse(&"x".repeat(TaskId::MAX)).unwrap();
        long.watch.message_id = Some(u64::MAX);
        long.watch.asked.user_id = u64::MAX;
        long.task.snapshot.prompt = Some("🐮".repeat(500));
        for entries in [vec![entry(); 40], vec![long; 40]] {
            for locale in Locale::ALL {
                let message = watches(&entries, 1000, true, *locale);
                assert_fits(&message);
                let json = serde_json::to_value(&message).unwrap();
                let menu = &json["components"][0]["components"][0];
                let shown = menu["options"].as_array().unwrap().len();
                assert!(shown > 5);
                assert_eq!(menu["max_values"], shown);
                let text = json["embeds"][0]["description"].as_str().unwrap();
                assert_eq!(text.matches("channels/").count(), shown);
                assert!(text.contains(&(1000 - shown).to_string()), "{text}");
            }
        }
    }

    #[test]
    fn one_of_several_ids_is_chosen() {
        let id = |text: &str| TaskId::parse(text).unwrap();
        let long = id(&"x".repeat(101));
        let message = pick_task(
            &[id("grok:1"), long.clone(), id("veo:2")],
            Locale::default(),
        );
        let message = message.unwrap();
        assert_fits(&message);
        assert_eq!(message.flags, Some(64));
        let picked = |value: &str| picked(value, &message.content).map(|id| id.to_string());
        assert_eq!(picked("grok:1").as_deref(), Some("grok:1"));
        assert_eq!(picked("#1").as_deref(), Some(long.as_str()));
        assert_eq!(picked("#2"), None);
        insta::assert_snapshot!(sketch(&message));
        let longest = id(&"x".repeat(TaskId::MAX));
        assert_fits(&pick_task(&vec![longest; 9], Locale::default()).unwrap());
        assert_eq!(pick_task(&[], Locale::default()), None);
        assert_fits(&pick_task(&vec![id("a"); 60], Locale::default()).unwrap());
    }

    #[test]
    fn a_suggestion_is_mark_prompt_and_id() {
        let mut task = samples::task(Phase::Running);
        let of = |task: &Task| suggestion(&RecentTask::of(task)).map(|s| s.name);
        let short = of(&task).unwrap();
        task.snapshot.prompt = Some("@everyone 🐮\n".repeat(50));
        let long = of(&task).unwrap();
        insta::assert_snapshot!([short, long].join("\n"));
        for length in [80, 90, 95, 97, 98, 99, 100] {
            task.id = TaskId::parse(&"x".repeat(length)).unwrap();
            let name = of(&task).unwrap();
            assert!(units(&name) <= OPTION_TEXT_MAX, "{name}");
        }
        task.id = TaskId::parse(&"x".repeat(101)).unwrap();
        assert_eq!(of(&task), None);
    }
}
