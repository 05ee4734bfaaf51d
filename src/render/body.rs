//! A Discord message as it goes over the wire: only the parts that we use.
//!
//! Field names are Discord's. Limits count UTF-16 code units: Discord counts
//! code points, of which there are never more.
//!
//! Source: <https://discord.com/developers/docs/resources/message>

use serde::Serialize;

use super::safe::units;

/// The longest `content`.
pub const CONTENT_MAX: usize = 2000;
/// The longest embed description.
pub const DESCRIPTION_MAX: usize = 4096;
/// The longest field value.
pub const FIELD_MAX: usize = 1024;
/// The most text in all embeds of a message.
pub const EMBEDS_MAX: usize = 6000;
/// The longest URL in an embed.
pub const EMBED_URL_MAX: usize = 2048;
/// The longest URL behind a link button.
pub const BUTTON_URL_MAX: usize = 512;
/// The most options of a select menu, and of an autocomplete answer.
pub const OPTIONS_MAX: usize = 25;
/// The longest label, value or description of an option.
pub const OPTION_TEXT_MAX: usize = 100;

/// The flag of a message that only one person sees.
const EPHEMERAL: u64 = 1 << 6;

/// A message to create, or to replace another with.
///
/// `content`, `embeds`, `components` and `allowed_mentions` are always sent:
/// an edit must clear what is gone, and Discord stores no allowed mentions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// Text outside the embed; empty, ours, or the video link.
    pub content: String,
    /// At most one.
    pub embeds: Vec<Embed>,
    /// Rows of buttons or a menu.
    pub components: Vec<Row>,
    /// Who may be pinged: nobody by default.
    pub allowed_mentions: AllowedMentions,
    /// The files that stay or come; the messenger lists them, and without a
    /// list an edit keeps what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Attachment>>,
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

/// A file of a message: one that stays (its snowflake) or a new one (its index).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// The snowflake, or n of `files[n]`, as text.
    pub id: String,
    /// The file's name; needed for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
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
