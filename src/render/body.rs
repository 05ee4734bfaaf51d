//! A Discord message as it goes over the wire: only the parts that we use.
//!
//! Field names are Discord's. Limits count UTF-16 code units: Discord counts
//! code points, of which there are never more.
//!
//! Source: <https://discord.com/developers/docs/resources/message>

use serde::Serialize;

use super::component::Row;
use super::safe::units;

/// The longest embed description.
pub const DESCRIPTION_MAX: usize = 4096;
/// The longest field value.
pub const FIELD_MAX: usize = 1024;
/// The most text in all embeds of a message.
pub const EMBEDS_MAX: usize = 6000;
/// The longest URL in an embed.
pub const EMBED_URL_MAX: usize = 2048;
/// The flag of a message that only the person who acted sees.
///
/// Source: <https://discord.com/developers/docs/resources/message#message-object-message-flags>
pub const EPHEMERAL: u64 = 1 << 6;

/// A message to create, or to replace another with.
///
/// `content`, `embeds`, `components` and `allowed_mentions` are always sent:
/// an edit must clear what is gone, and Discord stores no allowed mentions. Files
/// are no part of it: the messenger lists those that it sends along.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// Text outside the embed, at most 2000: ours, or the video link, or none.
    pub content: String,
    /// The coloured boxes: one for a watch, up to two for a full prompt.
    pub embeds: Vec<Embed>,
    /// Rows of buttons or a menu.
    pub components: Vec<Row>,
    /// Who may be pinged: nobody by default.
    pub allowed_mentions: AllowedMentions,
    /// The message this one replies to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_reference: Option<Reference>,
    /// Makes a repeated create harmless for some minutes; at most 25 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Has Discord look at the nonce.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enforce_nonce: bool,
    /// See [`Message::private`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flags: Option<u64>,
}

impl Message {
    /// This message as an answer that only the person who acted sees.
    #[must_use]
    pub fn private(self) -> Self {
        Self {
            flags: Some(EPHEMERAL),
            ..self
        }
    }
}

/// Who a message may ping. Whatever its text says, nobody else is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllowedMentions {
    /// Always empty: no kind of mention is read from the text.
    parse: [(); 0],
    /// The people who may be pinged; Discord takes up to 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    users: Vec<String>,
}

impl AllowedMentions {
    /// Nobody.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These people and nobody else.
    #[must_use]
    pub fn users(ids: &[u64]) -> Self {
        Self {
            parse: [],
            users: ids.iter().map(u64::to_string).collect(),
        }
    }
}

/// A reply's target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The message, a snowflake as text.
    pub message_id: String,
    /// Always false: a deleted target must not keep the news from people.
    pub fail_if_not_exists: bool,
}

/// The coloured box.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Embed {
    /// The headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text, at most [`DESCRIPTION_MAX`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The bar's colour, 0xRRGGBB.
    pub color: u32,
    /// Names and values; neither may be empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// The small picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Picture>,
    /// The small print; Discord shows no markup in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<Footer>,
}

impl Embed {
    /// How much of [`EMBEDS_MAX`] this takes.
    #[must_use]
    pub fn size(&self) -> usize {
        let fields = self.fields.iter().flat_map(|f| [&f.name, &f.value]);
        let footer = self.footer.iter().map(|f| &f.text);
        let head = self.title.iter().chain(&self.description);
        head.chain(fields)
            .chain(footer)
            .map(|text| units(text))
            .sum()
    }
}

/// A name and a value in an embed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// At most 256.
    pub name: String,
    /// At most [`FIELD_MAX`].
    pub value: String,
    /// Whether it may share its line.
    pub inline: bool,
}

/// A picture by URL or `attachment://name`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    /// At most [`EMBED_URL_MAX`].
    pub url: String,
}

/// An embed's small print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Footer {
    /// At most 2048.
    pub text: String,
}
