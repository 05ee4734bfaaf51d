//! What people can press or choose from below a message, as it goes over the wire.
//!
//! Source: <https://discord.com/developers/docs/components/reference>

use serde::Serialize;

/// The longest URL behind a link button.
pub const BUTTON_URL_MAX: usize = 512;
/// The most options of a select menu, and of an autocomplete answer.
pub const OPTIONS_MAX: usize = 25;
/// The longest label, value or description of an option.
pub const OPTION_TEXT_MAX: usize = 100;

/// A row of up to five buttons, or of one menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    #[serde(rename = "type")]
    kind: u8,
    components: Vec<Component>,
}

impl Row {
    /// A row of buttons; Discord takes one to five.
    #[must_use]
    pub fn buttons(buttons: Vec<Button>) -> Self {
        Self {
            kind: 1,
            components: buttons.into_iter().map(Component::Button).collect(),
        }
    }

    /// A row with a menu.
    #[must_use]
    pub fn menu(menu: Menu) -> Self {
        Self {
            kind: 1,
            components: vec![Component::Menu(menu)],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Component {
    Button(Button),
    Menu(Menu),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Button {
    #[serde(rename = "type")]
    kind: u8,
    style: u8,
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// A button's look, with Discord's number.
#[derive(Clone, Copy, Debug)]
pub enum Style {
    /// Blue.
    Primary = 1,
    /// Grey.
    Secondary = 2,
    /// Red.
    Danger = 4,
}

impl Button {
    /// A button that comes back to us; the label has at most 80.
    #[must_use]
    pub fn press(style: Style, label: String, custom_id: String) -> Self {
        Self {
            kind: 2,
            style: style as u8,
            label,
            custom_id: Some(custom_id),
            url: None,
        }
    }

    /// A button that opens a URL of at most [`BUTTON_URL_MAX`].
    #[must_use]
    pub fn link(label: String, url: String) -> Self {
        Self {
            kind: 2,
            style: 5,
            label,
            custom_id: None,
            url: Some(url),
        }
    }
}

/// A select menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Menu {
    #[serde(rename = "type")]
    kind: u8,
    custom_id: String,
    placeholder: String,
    max_values: usize,
    options: Vec<Choice>,
}

impl Menu {
    /// A menu of one to [`OPTIONS_MAX`] options, of which up to `max_values`
    /// may be chosen; the placeholder has at most 150.
    #[must_use]
    pub fn new(
        custom_id: String,
        placeholder: String,
        max_values: usize,
        options: Vec<Choice>,
    ) -> Self {
        Self {
            kind: 3,
            custom_id,
            placeholder,
            max_values,
            options,
        }
    }
}

/// An option of a menu. Each text has at most [`OPTION_TEXT_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What people read; must not be empty.
    pub label: String,
    /// What comes back.
    pub value: String,
    /// The line below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
