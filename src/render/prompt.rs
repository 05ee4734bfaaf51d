//! The whole prompt, for the one person who asked to see it.

use crate::domain::task::Snapshot;

use super::body::{DESCRIPTION_MAX, EMBEDS_MAX, Embed, Message};
use super::locale::Locale;
use super::safe::{self, units};

/// The answer to "Full prompt".
#[derive(Clone, Debug, PartialEq)]
pub struct FullPrompt {
    /// A private message, to be sent in any case.
    pub message: Message,
    /// Where the prompt is too long for an embed: the text of the `.txt` file
    /// that goes with the message.
    pub file: Option<String>,
}

/// What the provider made of the prompt, and the prompt itself, as far as they
/// are known; `None` where neither is.
#[must_use]
pub fn full(snapshot: &Snapshot, locale: Locale) -> Option<FullPrompt> {
    let known = [
        ("prompt-enhanced", &snapshot.enhanced_prompt),
        ("prompt-original", &snapshot.prompt),
    ];
    let texts: Vec<(String, String)> = known
        .into_iter()
        .filter_map(|(key, raw)| Some((locale.text(key), safe::clean(raw.as_deref()?))))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    if texts.is_empty() {
        return None;
    }

    let embeds: Vec<Embed> = texts
        .iter()
        .map(|(title, text)| Embed {
            title: Some(title.clone()),
            description: Some(safe::text(text, usize::MAX)),
            ..Embed::default()
        })
        .collect();
    let long = |embed: &Embed| embed.description.as_deref().map_or(0, units) > DESCRIPTION_MAX;
    let total: usize = embeds.iter().map(Embed::size).sum();
    if total <= EMBEDS_MAX && !embeds.iter().any(long) {
        let message = Message {
            embeds,
            ..Message::default()
        };
        return Some(FullPrompt {
            message: message.private(),
            file: None,
        });
    }
    let message = Message {
        content: locale.text("prompt-in-file"),
        ..Message::default()
    };
    let sections = texts
        .iter()
        .map(|(title, text)| format!("# {title}\n\n{text}\n"));
    Some(FullPrompt {
        message: message.private(),
        file: Some(sections.collect::<Vec<_>>().join("\n")),
    })
}
