//! The buttons below a watch's message: only those that lead somewhere now.

use crate::domain::button::{Action, Control};
use crate::domain::state::State;
use crate::domain::watch::Reach;

use super::body::{BUTTON_URL_MAX, Component};
use super::prompt;
use super::safe::units;
use super::view::{Caution, View};

// Discord's numbers of a button's look: blue, grey, and that of a link.
const PRIMARY: u8 = 1;
const SECONDARY: u8 = 2;
const LINK: u8 = 5;

/// At most one row: no state has more than four buttons.
pub(super) fn rows(view: &View<'_>) -> Vec<Component> {
    // A watch that was not saved has no number for a button to carry.
    if view.caution == Some(Caution::NotSaved) {
        return Vec::new();
    }
    let locale = view.locale;
    let press = |style, label, action| Component::Button {
        r#type: 2,
        style,
        label,
        custom_id: Control::Watch(action, view.watch.id).custom_id(),
    };
    let mut buttons = Vec::new();

    // Others see the button and can be pinged only in a channel of the bot's.
    let channel = !view.watch.asked.private && view.watch.asked.reach == Reach::Channel;
    if view.outcome.is_none() && channel {
        let label = format!("🔔 {}", locale.text("button-notify"));
        buttons.push(press(SECONDARY, label, Action::NotifyMe));
    }
    if matches!(
        view.state(),
        State::TimedOut | State::Stopped | State::NoVideo | State::Failed
    ) {
        buttons.push(press(
            PRIMARY,
            locale.text("button-again"),
            Action::WatchAgain,
        ));
    }
    if let Some(url) = view.link().filter(|url| units(url) <= BUTTON_URL_MAX) {
        buttons.push(Component::Link {
            r#type: 2,
            style: LINK,
            label: locale.text("button-open"),
            url,
        });
    }
    if prompt::has_more(view) {
        buttons.push(press(
            SECONDARY,
            locale.text("button-prompt"),
            Action::FullPrompt,
        ));
    }
    if view.outcome.is_none() {
        buttons.push(press(SECONDARY, locale.text("button-stop"), Action::Stop));
    }

    // Discord refuses an empty row.
    if buttons.is_empty() {
        return Vec::new();
    }
    vec![Component::row(buttons)]
}
