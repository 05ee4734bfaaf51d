//! The look of each state: its mark, colour and headline.

use crate::domain::state::State;
use crate::domain::task::{Outcome, Setback, Task};

use super::locale::Locale;

const BLURPLE: u32 = 0x58_65F2;
const GREEN: u32 = 0x57_F287;
const RED: u32 = 0xED_4245;
/// The colour of states in which the result is unknown; never a failure's.
const AMBER: u32 = 0xF0_B232;
const GREY: u32 = 0x99_AAB5;

fn look(state: State) -> (char, u32, &'static str) {
    match state {
        State::Waiting => ('⏳', BLURPLE, "title-waiting"),
        State::Running => ('🎬', BLURPLE, "title-running"),
        State::Finishing => ('📦', BLURPLE, "title-finishing"),
        State::Troubled => ('📡', AMBER, "title-troubled"),
        State::TooLarge => ('📚', AMBER, "title-too-large"),
        State::Done => ('✅', GREEN, "title-done"),
        State::NoVideo => ('📭', AMBER, "title-no-video"),
        State::Failed => ('❌', RED, "title-failed"),
        State::NotFound => ('🔍', RED, "title-not-found"),
        State::Denied => ('🔑', RED, "title-denied"),
        State::Unserved => ('🔌', AMBER, "title-unserved"),
        State::TimedOut => ('⌛', AMBER, "title-timed-out"),
        State::Stopped => ('🛑', GREY, "title-stopped"),
    }
}

/// Returns the mark before the headline and in lists.
pub(super) fn mark(state: State) -> char {
    look(state).0
}

pub(super) fn color(state: State) -> u32 {
    look(state).1
}

/// Returns the headline of a task, or of how the watch ended, with its mark.
pub(super) fn title(task: &Task, outcome: Option<Outcome>, locale: Locale) -> String {
    let (mark, _, key) = look(State::of(task, outcome));
    // A task with unreadable answers may be finished, so its end has a headline of its own.
    let unread = task.setback == Some(Setback::TooLarge);
    let key = match key {
        "title-timed-out" if unread => "title-unread",
        key => key,
    };
    let followed = locale.span(task.give_up_at.since(task.watched_since));
    format!("{mark} {}", locale.with(key, &[("span", followed.into())]))
}
