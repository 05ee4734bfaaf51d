//! Task ids to choose from: the ids in a message, and the suggestions for the command's `id`
//! option.

use serde::Serialize;

use crate::domain::button::Control;
use crate::domain::recent::RecentTask;
use crate::domain::task::TaskId;

use super::body::{CONTENT_MAX, Choice, Component, Message, OPTION_TEXT_MAX, OPTIONS_MAX};
use super::locale::Locale;
use super::look;
use super::safe::{self, units};

/// Returns the ephemeral question which of several task ids is meant, or `None` if there are
/// none. An id that is too long for an option stands on a line of the question, if there is
/// room, and its option names that line (see [`picked`]).
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
        components: vec![Component::menu(Control::PickTask, placeholder, 1, options)],
        ..Message::private()
    })
}

/// The first character of the value of an option whose id stands on a line of the question. No
/// task id begins with it.
const LINE: char = '#';

/// Returns the id of the option with this `value`, of the question with the text `content`.
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
    /// The text that people read, at most [`OPTION_TEXT_MAX`].
    pub name: String,
    pub value: String,
}

/// Returns the suggestion for a task: its state's mark, the start of its prompt and its id.
/// Returns `None` if the id is longer than a suggestion may be.
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
    use crate::domain::task::{Phase, Task};

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
