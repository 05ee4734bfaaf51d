//! A Discord message as it goes over the wire: only the parts that we use.
//!
//! Field names are Discord's. Limits count UTF-16 code units: Discord counts
//! code points, of which there are never more.
//!
//! Sources: <https://discord.com/developers/docs/resources/message>,
//! <https://discord.com/developers/docs/components/reference>

use serde::Serialize;

use crate::domain::button::Control;

use super::safe::units;

/// The longest text outside the embeds.
pub const CONTENT_MAX: usize = 2000;
pub const DESCRIPTION_MAX: usize = 4096;
/// The most text in all embeds of a message.
pub const EMBEDS_MAX: usize = 6000;
pub const EMBED_URL_MAX: usize = 2048;
pub const BUTTON_URL_MAX: usize = 512;
/// The most options of a menu, and of an autocomplete answer.
pub const OPTIONS_MAX: usize = 25;
/// The longest label, value or description of an option.
pub const OPTION_TEXT_MAX: usize = 100;
/// The flag of a message that only the person who acted sees.
pub const EPHEMERAL: u64 = 1 << 6;

/// A message to create, or to replace another with.
///
/// `content`, `embeds`, `components` and `allowed_mentions` are always sent:
/// an edit must clear what is gone, and Discord stores no allowed mentions. Files
/// are no part of it: the messenger lists those that it sends along.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// Text outside the embed, at most 2000.
    pub content: String,
    pub embeds: Vec<Embed>,
    pub components: Vec<Component>,
    pub allowed_mentions: AllowedMentions,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_reference: Option<Reference>,
    /// Makes a repeated create harmless for some minutes; at most 25 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Has Discord look at the nonce.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enforce_nonce: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<u64>,
}

impl Message {
    /// An empty answer that only the person who acted sees.
    pub fn private() -> Self {
        let flags = Some(EPHEMERAL);
        Self {
            flags,
            ..Self::default()
        }
    }
}

/// The people and roles that a message may ping, by default none. Nobody else is pinged,
/// whatever its text says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllowedMentions {
    /// Always empty: no kind of mention is read from the text.
    pub parse: [(); 0],
    /// Discord takes up to 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    pub message_id: String,
    /// Always false: a deleted target must not keep the news from people.
    pub fail_if_not_exists: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Embed {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the title leads to, at most [`EMBED_URL_MAX`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 0xRRGGBB.
    pub color: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Picture>,
}

impl Embed {
    /// How much of [`EMBEDS_MAX`] this takes.
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

/// A component below a message, to press or to choose from. Its `type` is 1 for a row, 2
/// for a button or a link and 3 for a menu. Labels have at most 80, placeholders at most
/// 150 and URLs at most [`BUTTON_URL_MAX`].
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
    /// A row of one to five buttons, or of one menu.
    pub fn row(components: Vec<Self>) -> Self {
        let r#type = 1;
        Self::Row { r#type, components }
    }

    /// A row of a menu, of whose options up to `max_values` may be chosen.
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

/// An option of a menu. Each text has at most [`OPTION_TEXT_MAX`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The text that people read; must not be empty.
    pub label: String,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
