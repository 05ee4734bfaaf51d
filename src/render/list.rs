//! Choices: a person's watches, task ids found in a message, and what the
//! command's `id` option suggests.

use serde::Serialize;

use crate::domain::button::Control;
use crate::domain::task::{Task, TaskId};
use crate::domain::watch::Watch;

use super::body::{
    Choice, DESCRIPTION_MAX, Embed, Menu, Message, OPTION_TEXT_MAX, OPTIONS_MAX, Row,
};
use super::locale::Locale;
use super::notice::Notice;
use super::ping::message_link;
use super::safe::{self, units};
use super::state::State;

/// A running watch and its task.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The watch.
    pub watch: Watch,
    /// Its task.
    pub task: Task,
}

impl Entry {
    fn mark(&self) -> char {
        State::of(&self.task, self.watch.outcome(&self.task)).mark()
    }
}

/// The private list of running watches, with a menu to stop some of them.
///
/// Shows the first [`OPTIONS_MAX`] of `entries`, or fewer where their lines do
/// not fit, and says how many of `total` are not shown. `owners` adds whose
/// watch it is (a mention in an embed pings nobody).
#[must_use]
pub fn watches(entries: &[Entry], total: usize, owners: bool, locale: Locale) -> Message {
    let mut text = String::new();
    let mut shown = Vec::new();
    for entry in entries.iter().take(OPTIONS_MAX) {
        let line = line(entry, owners, locale);
        // The last line says how many are missing; 100 units are plenty.
        if units(&text) + units(&line) + 100 > DESCRIPTION_MAX {
            break;
        }
        text.push_str(&line);
        shown.push(choice(entry));
    }
    if shown.is_empty() {
        return Notice::NoWatches.message(locale);
    }
    let missing = total.saturating_sub(shown.len());
    if missing > 0 {
        text.push_str(&locale.with("list-more", &[("count", missing.into())]));
    }
    let placeholder = locale.text("list-stop");
    let menu = Menu::new(
        Control::StopSome.custom_id(),
        placeholder,
        shown.len(),
        shown,
    );
    Message {
        embeds: vec![Embed {
            title: Some(locale.text("list-title")),
            description: Some(text),
            ..Embed::default()
        }],
        components: vec![Row::menu(menu)],
        ..Message::default()
    }
    .private()
}

fn line(entry: &Entry, owners: bool, locale: Locale) -> String {
    let mut line = format!("{} `{}`", entry.mark(), entry.task.id);
    if let Some(url) = message_link(&entry.watch) {
        line += &format!(" · [{}]({url})", locale.text("list-open"));
    }
    if owners {
        line += &format!(" · <@{}>", entry.watch.asked.user_id);
    }
    line + "\n"
}

fn choice(entry: &Entry) -> Choice {
    let prompt = prompt_start(&entry.task);
    Choice {
        label: safe::label(entry.task.id.as_str(), OPTION_TEXT_MAX),
        value: entry.watch.id.0.to_string(),
        description: Some(prompt).filter(|prompt| !prompt.is_empty()),
    }
}

/// The private question which of several task ids is meant. Ids too long for
/// an option are left out; `None` where no two remain to choose from.
#[must_use]
pub fn pick_task(ids: &[TaskId], locale: Locale) -> Option<Message> {
    let options: Vec<_> = ids
        .iter()
        .filter(|id| id.as_str().len() <= OPTION_TEXT_MAX)
        .take(OPTIONS_MAX)
        .map(|id| Choice {
            label: id.to_string(),
            value: id.to_string(),
            description: None,
        })
        .collect();
    if options.is_empty() {
        return None;
    }
    let placeholder = locale.text("pick-placeholder");
    let menu = Menu::new(Control::PickTask.custom_id(), placeholder, 1, options);
    let message = Message {
        content: locale.text("pick-question"),
        components: vec![Row::menu(menu)],
        ..Message::default()
    };
    Some(message.private())
}

/// A suggestion for the command's `id` option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What people read, at most [`OPTION_TEXT_MAX`].
    pub name: String,
    /// The task id.
    pub value: String,
}

/// The suggestion for a task: status mark, start of the prompt, id. `None`
/// where the id is longer than Discord lets a suggestion be.
#[must_use]
pub fn suggestion(task: &Task) -> Option<Suggestion> {
    let value = task.id.to_string();
    if value.len() > OPTION_TEXT_MAX {
        return None;
    }
    let mark = State::of(task, task.outcome).mark();
    let prompt: String = prompt_start(task);
    let name = match OPTION_TEXT_MAX.checked_sub(units(&format!("{mark}  · {value}"))) {
        Some(room) if room >= 8 && !prompt.is_empty() => {
            format!("{mark} {} · {value}", safe::label(&prompt, room))
        }
        _ => safe::label(&format!("{mark} {value}"), OPTION_TEXT_MAX),
    };
    Some(Suggestion { name, value })
}

fn prompt_start(task: &Task) -> String {
    let snapshot = &task.snapshot;
    let prompt = snapshot
        .prompt
        .as_ref()
        .or(snapshot.enhanced_prompt.as_ref());
    prompt.map_or_else(String::new, |text| safe::label(text, OPTION_TEXT_MAX))
}
