//! The small print below the prompt: what is known about the video, and what the bot does.

use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Notify, Reach};

use super::safe;
use super::view::{Caution, View};

/// The most of a model's name or a ratio, in units.
const SHORT_MAX: usize = 80;

/// Returns the small lines, the first of which ends with the task's id.
pub(super) fn lines(view: &View<'_>) -> Vec<String> {
    let facts = facts(view).join(" · ");
    let mut lines = vec![format!("-# {facts}")];
    if view.is_live() {
        let privacy = privacy(view).join(" ");
        lines.extend((!privacy.is_empty()).then(|| format!("-# {privacy}")));
    }
    lines
}

fn facts(view: &View<'_>) -> Vec<String> {
    let locale = view.locale;
    let state = view.state();
    let mut facts = Vec::new();
    if shows_prompt(state) {
        let snapshot = &view.task.snapshot;
        let theirs = [&snapshot.model, &snapshot.ratio].into_iter().flatten();
        let theirs = theirs.filter(|_| !view.hide.prompt);
        facts.extend(theirs.map(|text| safe::line(text, SHORT_MAX)));
        facts.retain(|text| !text.is_empty());
    }
    let took = view.task.took.filter(|_| state == State::Done);
    let usual = view.typical.filter(|_| is_under_way(state));
    for (key, span) in [("small-usual", usual), ("small-took", took)] {
        let span = span.map(|span| locale.span(span));
        facts.extend(span.map(|span| locale.with(key, &[("span", span.into())])));
    }
    if view.is_live() && is_under_way(state) {
        facts.extend(notified(view));
    } else if view.is_live() {
        let moment = relative(view.task.give_up_at);
        facts.push(locale.with("small-until", &[("moment", moment.into())]));
    }
    // Task ids have no backticks, so none can leave its code span.
    facts.push(format!("`{}`", view.task.id));
    facts
}

/// Says whom the bot will notify of the end.
fn notified(view: &View<'_>) -> Vec<String> {
    let locale = view.locale;
    let asked = &view.watch.asked;
    let (here, dm) = match (asked.notify, asked.reach) {
        // A line of its own says what happens there ([`privacy`]).
        (_, Reach::Dm) => (0, false),
        (Notify::Off, _) => (view.others, false),
        (Notify::Here, _) => (view.others + 1, false),
        (Notify::Dm, _) => (view.others, true),
    };
    let here = match here {
        0 => None,
        1 if asked.notify == Notify::Here => Some(locale.text("small-ping-you")),
        count => Some(locale.with("small-ping-people", &[("count", count.into())])),
    };
    let dm = dm.then(|| locale.text("small-dm"));
    here.into_iter().chain(dm).collect()
}

/// Says that only the requester sees the message, and what follows once the message stops
/// changing.
fn privacy(view: &View<'_>) -> Vec<String> {
    let private = view.watch.asked.private.then_some("small-private");
    let then = match view.caution {
        // Both cautions are promises: whether a direct message arrives is known only when it is
        // sent.
        Some(Caution::EndsByDm) => Some("small-then-dm"),
        Some(Caution::AskAgain) => Some("small-then-ask"),
        Some(Caution::Frozen { .. } | Caution::NotTold | Caution::NotSaved) | None => None,
    };
    let keys = private.into_iter().chain(then);
    keys.map(|key| view.locale.text(key)).collect()
}

/// Returns whether the provider says that the video is on its way.
pub(super) fn is_under_way(state: State) -> bool {
    matches!(state, State::Waiting | State::Running | State::Finishing)
}

/// Returns whether the message shows the prompt in this state. In the other states it would only
/// take room below a sentence about the bot or the provider.
pub(super) fn shows_prompt(state: State) -> bool {
    is_under_way(state) || matches!(state, State::Done | State::NoVideo | State::Failed)
}

/// Returns a moment that Discord shows relative to now, in the reader's language.
pub(super) fn relative(at: Timestamp) -> String {
    format!("<t:{}:R>", at.seconds())
}
