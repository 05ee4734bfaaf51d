//! The short facts below the prompt.

use crate::domain::state::State;
use crate::domain::task::NoLink;
use crate::domain::time::Timestamp;

use super::body::{FIELD_MAX, Field};
use super::safe;
use super::view::View;

/// The most of a model's name or a ratio, in units.
const SHORT_MAX: usize = 80;

/// The facts that are known, the provider's reason first, the task id last.
pub(super) fn fields(view: &View<'_>) -> Vec<Field> {
    let locale = view.locale;
    let state = view.state();
    let snapshot = &view.task.snapshot;
    let field = |key, value, inline| Field {
        name: locale.text(key),
        value,
        inline,
    };

    let mut fields = Vec::new();
    if let Some((key, said)) = said(view) {
        fields.push(field(key, said, false));
    }

    let mut short = |key, value: Option<String>| {
        let value = value.filter(|value| !value.is_empty());
        fields.extend(value.map(|value| field(key, value, true)));
    };
    let theirs = |text: &Option<String>| {
        let text = text.as_deref().filter(|_| !view.hide.prompt);
        text.map(|text| safe::line(text, SHORT_MAX))
    };
    let unfinished = !matches!(
        state,
        State::Done | State::NoVideo | State::Failed | State::NotFound | State::Denied
    );
    let progress = snapshot.progress.filter(|_| unfinished);
    short("field-progress", progress.map(bar));
    if view.outcome.is_none() {
        let typical = view.typical.map(|typical| locale.span(typical));
        let typical = typical.map(|span| locale.with("value-usual", &[("span", span.into())]));
        short("field-usual", typical);
    }
    short("field-model", theirs(&snapshot.model));
    short("field-ratio", theirs(&snapshot.ratio));
    match snapshot.completed_at.filter(|_| !unfinished) {
        Some(at) => short("field-finished", Some(relative(at))),
        None => short("field-changed", snapshot.status_update_time.map(relative)),
    }
    let took = view.task.took.filter(|_| state == State::Done);
    short("field-took", took.map(|took| locale.span(took)));
    if view.is_live() {
        short("field-since", Some(relative(view.watch.created_at)));
        short("field-until", Some(relative(view.task.give_up_at)));
    }

    // No id holds a backtick, so none leaves its code span.
    fields.push(field("field-task", format!("`{}`", view.task.id), false));
    fields
}

/// What the provider says about it, by the name of its field.
fn said(view: &View<'_>) -> Option<(&'static str, String)> {
    let snapshot = &view.task.snapshot;
    let flagged = snapshot.no_link == Some(NoLink::Flagged);
    let words = snapshot.error.as_deref().filter(|_| !flagged);
    let words = words.filter(|_| !view.hide.prompt);
    let words = words.map(|words| safe::text(words, FIELD_MAX));
    let words = words.filter(|words| !words.is_empty());
    match view.state() {
        State::Failed => {
            let none = if flagged {
                "value-filtered"
            } else {
                "value-no-reason"
            };
            let words = words.unwrap_or_else(|| view.locale.text(none));
            Some(("field-reason", words))
        }
        State::NoVideo => Some(("field-reason", words?)),
        State::Waiting | State::Running | State::Finishing | State::TimedOut => {
            Some(("field-says", words?))
        }
        // The words are older than the state, or nobody asks about the task any more.
        State::Troubled
        | State::TooLarge
        | State::Done
        | State::NotFound
        | State::Denied
        | State::Stopped => None,
    }
}

/// A moment in the reader's own words and time zone.
fn relative(at: Timestamp) -> String {
    format!("<t:{}:R>", at.seconds())
}

/// Percent as ten blocks and a number; a block is filled when it is full.
fn bar(percent: u8) -> String {
    let percent = percent.min(100);
    let full = usize::from(percent / 10);
    format!("{}{} {percent} %", "▰".repeat(full), "▱".repeat(10 - full))
}
