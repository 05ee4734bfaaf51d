//! The buttons below a watch's message: only those that lead somewhere now.

use crate::domain::button::{Action, Control};
use crate::domain::state::State;
use crate::domain::watch::Reach;

use super::body::{BUTTON_URL_MAX, Component, Style};
use super::safe::units;
use super::view::{Caution, View};

/// At most one row: no state has more than four buttons.
pub(super) fn rows(view: &View<'_>) -> Vec<Component> {
    // A watch that was not saved has no number for a button to carry.
    if view.caution == Some(Caution::NotSaved) {
        return Vec::new();
    }
    let locale = view.locale;
    let press = |style, key, action| {
        let control = Control::Watch(action, view.watch.id);
        Component::button(style, locale.text(key), control.custom_id())
    };
    let mut buttons = Vec::new();

    if view.outcome.is_none() {
        buttons.push(press(Style::Primary, "button-refresh", Action::Refresh));
        // Others see the button and can be pinged only in a channel of the bot's.
        if !view.watch.asked.private && view.watch.asked.reach == Reach::Channel {
            buttons.push(press(Style::Secondary, "button-notify", Action::NotifyMe));
        }
    }
    if matches!(
        view.state(),
        State::TimedOut | State::Stopped | State::NoVideo
    ) {
        buttons.push(press(Style::Primary, "button-again", Action::WatchAgain));
    }
    if let Some(url) = view.link().filter(|url| units(url) <= BUTTON_URL_MAX) {
        buttons.push(Component::link(locale.text("button-open"), url));
    }
    let snapshot = &view.task.snapshot;
    if snapshot.prompt.is_some() || snapshot.enhanced_prompt.is_some() {
        buttons.push(press(Style::Secondary, "button-prompt", Action::FullPrompt));
    }
    if view.outcome.is_none() {
        buttons.push(press(Style::Danger, "button-stop", Action::Stop));
    }

    // Discord refuses an empty row.
    if buttons.is_empty() {
        return Vec::new();
    }
    vec![Component::row(buttons)]
}
