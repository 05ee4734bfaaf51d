//! How a state looks: mark, colour, headline.

use crate::domain::state::State;

use super::locale::Locale;

/// The mark before the headline and in lists.
pub(super) fn mark(state: State) -> char {
    match state {
        State::Waiting => '⏳',
        State::Running => '🎬',
        State::Finishing => '📦',
        State::Troubled => '📡',
        State::Done => '✅',
        State::NoVideo => '📭',
        State::Failed => '❌',
        State::NotFound => '🔍',
        State::Denied => '🔑',
        State::TimedOut => '⌛',
        State::Stopped => '🛑',
    }
}

/// The bar's colour. Amber is for what we do not know, never for a failure.
pub(super) fn color(state: State) -> u32 {
    const BLURPLE: u32 = 0x58_65F2;
    const GREEN: u32 = 0x57_F287;
    const RED: u32 = 0xED_4245;
    const AMBER: u32 = 0xF0_B232;
    const GREY: u32 = 0x99_AAB5;
    match state {
        State::Waiting | State::Running | State::Finishing => BLURPLE,
        State::Done => GREEN,
        State::Failed | State::NotFound | State::Denied => RED,
        State::Troubled | State::NoVideo | State::TimedOut => AMBER,
        State::Stopped => GREY,
    }
}

/// The headline, with its mark.
pub(super) fn title(state: State, locale: Locale) -> String {
    let key = match state {
        State::Waiting => "title-waiting",
        State::Running => "title-running",
        State::Finishing => "title-finishing",
        State::Troubled => "title-troubled",
        State::Done => "title-done",
        State::NoVideo => "title-no-video",
        State::Failed => "title-failed",
        State::NotFound => "title-not-found",
        State::Denied => "title-denied",
        State::TimedOut => "title-timed-out",
        State::Stopped => "title-stopped",
    };
    format!("{} {}", mark(state), locale.text(key))
}
