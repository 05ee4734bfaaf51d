//! A Discord message as it is sent: only the parts that the bot uses.
//!
//! Field names are Discord's. Limits are in UTF-16 code units: Discord counts code points, and a
//! text never has more of those.
//!
//! Sources: <https://discord.com/developers/docs/resources/message>,
//! <https://discord.com/developers/docs/components/reference>

use serde::Serialize;

use crate::domain::button::Control;

use super::safe::units;

/// The longest text outside the embeds, in units.
pub const CONTENT_MAX: usize = 2000;
pub const DESCRIPTION_MAX: usize = 4096;
/// The most text in all embeds of a message together, in units.
pub const EMBEDS_MAX: usize = 6000;
pub const EMBED_URL_MAX: usize = 2048;
pub const BUTTON_URL_MAX: usize = 512;
/// The most options of a menu, and of an autocomplete answer.
pub const OPTIONS_MAX: usize = 25;
/// The longest label, value or description of an option.
pub const OPTION_TEXT_MAX: usize = 100;
/// The flag of an ephemeral message, which only the person who acted sees.
pub const EPHEMERAL: u64 = 1 << 6;

/// A message to create, or the new form of one to edit.
///
/// `content`, `embeds`, `components` and `allowed_mentions` are always sent: an edit must clear
/// parts that are gone, and Discord does not store allowed mentions. Files are not included; the
/// messenger lists those that it sends along.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// The text outside the embeds, at most [`CONTENT_MAX`].
    pub content: String,
    pub embeds: Vec<Embed>,
    pub components: Vec<Component>,
    pub allowed_mentions: AllowedMentions,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_reference: Option<Reference>,
    /// The idempotency key of a new message, at most 25 characters. Discord forgets it after
    /// some minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// True if Discord shall return the earlier message for a repeated nonce.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enforce_nonce: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<u64>,
}

impl Message {
    /// Creates an empty ephemeral message.
    pub fn private() -> Self {
        let flags = Some(EPHEMERAL);
        Self {
            flags,
            ..Self::default()
        }
    }
}

/// The people and roles that a message may ping, by default none. Nobody else is pinged, even if
/// the text mentions them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllowedMentions {
    /// Always empty, so that no kind of mention is taken from the text.
    pub parse: [(); 0],
    /// At most 100 ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    pub message_id: String,
    /// Always false, so that a reply to a deleted message is still sent.
    pub fail_if_not_exists: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Embed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The link of the title, at most [`EMBED_URL_MAX`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The colour as 0xRRGGBB.
    pub color: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Picture>,
}

impl Embed {
    /// Returns how much of [`EMBEDS_MAX`] the embed takes.
    pub fn size(&self) -> usize {
        let texts = self.title.iter().chain(&self.description);
        texts.map(|text| units(text)).sum()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// A web URL or `attachment://name`.
    pub url: String,
}

/// A component below a message. Its `type` is 1 for a row, 2 for a button or a link and 3 for a
/// menu. Labels have at most 80 units, placeholders at most 150 and URLs at most
/// [`BUTTON_URL_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Component {
    Row {
        r#type: u8,
        components: Vec<Component>,
    },
    Button {
        r#type: u8,
        style: u8,
        label: String,
        custom_id: String,
    },
    Link {
        r#type: u8,
        style: u8,
        label: String,
        url: String,
    },
    Menu {
        r#type: u8,
        custom_id: String,
        placeholder: String,
        max_values: usize,
        options: Vec<Choice>,
    },
}

impl Component {
    /// Creates a row of one to five buttons, or of one menu.
    pub fn row(components: Vec<Self>) -> Self {
        let r#type = 1;
        Self::Row { r#type, components }
    }

    /// Creates a row with a menu of which up to `max_values` options can be chosen.
    pub fn menu(
        control: Control,
        placeholder: String,
        max_values: usize,
        options: Vec<Choice>,
    ) -> Self {
        Self::row(vec![Self::Menu {
            r#type: 3,
            custom_id: control.custom_id(),
            placeholder,
            max_values,
            options,
        }])
    }
}

/// An option of a menu. Each text has at most [`OPTION_TEXT_MAX`] units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The text that people read. Discord refuses an empty one.
    pub label: String,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
