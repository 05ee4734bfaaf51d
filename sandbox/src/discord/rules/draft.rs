//! A message form: the message that a request asks for.

use serde_json::Value;

use crate::discord::model::errors::{ApiError, Mistakes};
use crate::discord::model::message::COMPONENTS_V2;
use crate::discord::rules::body::{Payload, Upload};
use crate::discord::rules::validate;
use crate::ids::Id;

/// The people and roles that a message's text may notify.
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    pub(crate) all_users: bool,
    pub(crate) users: Vec<Id>,
    pub(crate) all_roles: bool,
    pub(crate) roles: Vec<Id>,
    pub(crate) everyone: bool,
    pub(crate) replied_user: bool,
}

/// The default: without `allowed_mentions` Discord parses all mentions.
const EVERYTHING: Allowed = Allowed {
    all_users: true,
    users: Vec::new(),
    all_roles: true,
    roles: Vec::new(),
    everyone: true,
    replied_user: true,
};

/// An entry of `attachments`: an existing file's id, or the `n` of a new file.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) id: u64,
    pub(crate) description: Option<String>,
}

/// A form that was read. `None` leaves that part of a message unchanged.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) content: Option<String>,
    pub(crate) embeds: Option<Vec<Value>>,
    pub(crate) components: Option<Value>,
    pub(crate) flags: Option<u64>,
    pub(crate) allowed: Allowed,
    pub(crate) nonce: Option<String>,
    pub(crate) enforce_nonce: bool,
    /// The message to reply to, and true if it must exist.
    pub(crate) reference: Option<(Id, bool)>,
    pub(crate) attachments: Option<Vec<Listed>>,
    pub(crate) files: Vec<Upload>,
}

impl Draft {
    /// Reads the form of a request that is a message. `flags` are those that the message already
    /// has.
    pub(crate) fn read(payload: &Payload, flags: u64) -> Result<Self, ApiError> {
        Self::from_json(&payload.json()?, payload.files.clone(), flags)
    }

    /// Reads the form of a message inside a request, such as a callback's `data`.
    pub(crate) fn from_json(
        form: &Value,
        files: Vec<Upload>,
        flags: u64,
    ) -> Result<Self, ApiError> {
        check(form, flags)?;
        let list = |key: &str| match &form[key] {
            Value::Array(list) => Some(list.clone()),
            // `null` empties the part.
            Value::Null if form.get(key).is_some() => Some(Vec::new()),
            _ => None,
        };
        let content = match &form["content"] {
            Value::Null if form.get("content").is_some() => Some(String::new()),
            content => content.as_str().map(str::to_owned),
        };
        let reference = &form["message_reference"];
        let must_exist = reference["fail_if_not_exists"].as_bool().unwrap_or(true);
        Ok(Self {
            content,
            embeds: list("embeds"),
            components: list("components").map(Value::Array),
            flags: form["flags"].as_u64(),
            allowed: allowed(&form["allowed_mentions"]),
            nonce: form["nonce"]
                .as_u64()
                .map(|n| n.to_string())
                .or(form["nonce"].as_str().map(str::to_owned)),
            enforce_nonce: form["enforce_nonce"].as_bool().unwrap_or(false),
            reference: Id::from_json(&reference["message_id"]).map(|id| (id, must_exist)),
            attachments: list("attachments").map(|list| list.iter().filter_map(listed).collect()),
            files,
        })
    }

    /// Returns whether a new message would consist of embeds alone.
    pub(crate) fn is_only_embeds(&self) -> bool {
        let embeds = self
            .embeds
            .as_ref()
            .is_some_and(|embeds| !embeds.is_empty());
        let text = self
            .content
            .as_ref()
            .is_some_and(|content| !content.trim().is_empty());
        embeds && !text && self.files.is_empty() && self.components.is_none()
    }
}

/// Checks a message form against every documented limit.
fn check(form: &Value, flags: u64) -> Result<(), ApiError> {
    let mut mistakes = Mistakes::default();
    mistakes.object("", form);
    mistakes.text("content", &form["content"], 0..=2000);
    mistakes.number("flags", &form["flags"], 0..=u64::from(u32::MAX));
    mistakes.flag("tts", &form["tts"]);
    mistakes.flag("enforce_nonce", &form["enforce_nonce"]);
    if form["nonce"].as_u64().is_none() && !form["nonce"].is_null() {
        mistakes.text("nonce", &form["nonce"], 1..=25);
    }
    let wanted = form["flags"].as_u64().unwrap_or(0);
    // This flag cannot be removed again.
    let layout = (wanted | flags) & COMPONENTS_V2 != 0;
    validate::embeds::check(&mut mistakes, &form["embeds"]);
    validate::components::check(&mut mistakes, &form["components"], layout);
    validate::mentions::check(&mut mistakes, &form["allowed_mentions"]);
    let filled = |key: &str| match &form[key] {
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    };
    for key in ["content", "embeds"]
        .into_iter()
        .filter(|key| layout && filled(key))
    {
        let text =
            format!("The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
        mistakes.add(
            key,
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            text,
        );
    }
    for (place, entry) in mistakes
        .list("attachments", &form["attachments"], 10)
        .iter()
        .enumerate()
    {
        let path = validate::at("attachments", place);
        if Id::from_json(&entry["id"]).is_none() {
            mistakes.required(&validate::at(&path, "id"));
        }
        mistakes.text(
            &validate::at(&path, "description"),
            &entry["description"],
            0..=1024,
        );
    }
    let reference = &form["message_reference"];
    if !reference.is_null() && Id::from_json(&reference["message_id"]).is_none() {
        mistakes.required("message_reference.message_id");
    }
    mistakes.check()
}

fn allowed(form: &Value) -> Allowed {
    if form.is_null() {
        return EVERYTHING;
    }
    let parses = |kind: &str| {
        form["parse"]
            .as_array()
            .is_some_and(|parse| parse.iter().any(|one| one == kind))
    };
    let ids = |kind: &str| {
        let listed = form[kind].as_array().into_iter().flatten();
        listed.filter_map(Id::from_json).collect()
    };
    Allowed {
        all_users: parses("users"),
        users: ids("users"),
        all_roles: parses("roles"),
        roles: ids("roles"),
        everyone: parses("everyone"),
        replied_user: form["replied_user"].as_bool().unwrap_or(false),
    }
}

fn listed(entry: &Value) -> Option<Listed> {
    let description = entry["description"].as_str().map(str::to_owned);
    Some(Listed {
        id: Id::from_json(&entry["id"])?.get(),
        description,
    })
}
