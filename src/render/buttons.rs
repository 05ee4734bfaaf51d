//! The buttons below a watch's message: only those that have an effect in its present state.

use crate::domain::button::{Action, Control, Listed};
use crate::domain::state::State;
use crate::domain::watch::{Reach, WatchId};

use super::body::{BUTTON_URL_MAX, Component};
use super::locale::Locale;
use super::prompt;
use super::safe::units;
use super::view::{Caution, View};

// Discord's numbers for the style of a button: blue, grey, and a link's.
const PRIMARY: u8 = 1;
const SECONDARY: u8 = 2;
const LINK: u8 = 5;

/// Returns the rows of buttons. There is at most one, because no state has more than four
/// buttons.
pub(super) fn rows(view: &View<'_>) -> Vec<Component> {
    // A watch that was not saved has no number that a button could carry.
    if view.caution == Some(Caution::NotSaved) {
        return Vec::new();
    }
    let locale = view.locale;
    let press = |style, label, action| press(style, label, action, view.watch.id);
    let mut buttons = Vec::new();

    // Other people see the button, and can be pinged, only in a channel that the bot can write
    // to.
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

/// Returns the button that undoes "Notify me".
pub(super) fn quiet(watch: WatchId, locale: Locale) -> Component {
    let label = locale.text("button-notify-off");
    Component::row(vec![press(SECONDARY, label, Action::Quiet, watch)])
}

/// Returns the buttons that lead to the neighbouring pages of a list.
pub(super) fn pages(
    list: Listed,
    newer: Option<u32>,
    older: Option<u32>,
    locale: Locale,
) -> Option<Component> {
    let button = |key: &str, page| Component::Button {
        r#type: 2,
        style: SECONDARY,
        label: locale.text(key),
        custom_id: Control::Page(list, page).custom_id(),
    };
    let newer = newer.map(|page| button("button-newer", page));
    let older = older.map(|page| button("button-older", page));
    let buttons: Vec<_> = newer.into_iter().chain(older).collect();
    (!buttons.is_empty()).then(|| Component::row(buttons))
}

fn press(style: u8, label: String, action: Action, watch: WatchId) -> Component {
    Component::Button {
        r#type: 2,
        style,
        label,
        custom_id: Control::Watch(action, watch).custom_id(),
    }
}
