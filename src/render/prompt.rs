//! The whole prompt, for the one person who asked to see it.

use crate::domain::task::Snapshot;

use super::body::{DESCRIPTION_MAX, EMBEDS_MAX, Embed, Message};
use super::locale::Locale;
use super::safe::{self, units};

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
pub fn full(snapshot: &Snapshot, locale: Locale) -> Option<FullPrompt> {
    let mut embeds = Vec::new();
    let mut sections = Vec::new();
    for (key, raw) in [
        ("prompt-enhanced", &snapshot.enhanced_prompt),
        ("prompt-original", &snapshot.prompt),
    ] {
        let text = safe::clean(raw.as_deref().unwrap_or_default());
        if text.is_empty() {
            continue;
        }
        let title = locale.text(key);
        sections.push(format!("# {title}\n\n{text}\n"));
        embeds.push(Embed {
            title: Some(title),
            description: Some(safe::text(&text, usize::MAX)),
            ..Embed::default()
        });
    }
    if embeds.is_empty() {
        return None;
    }
    let long = |embed: &Embed| embed.description.as_deref().map_or(0, units) > DESCRIPTION_MAX;
    let total: usize = embeds.iter().map(Embed::size).sum();
    let fits = total <= EMBEDS_MAX && !embeds.iter().any(long);
    let mut message = Message::private();
    if fits {
        message.embeds = embeds;
    } else {
        message.content = locale.text("prompt-in-file");
    }
    let file = (!fits).then(|| sections.join("\n"));
    Some(FullPrompt { message, file })
}

/// What a video shows, for people who cannot see it: its prompt, in at most `max`
/// characters. Empty where that is not known.
pub fn description(snapshot: &Snapshot, max: usize) -> String {
    let known = [&snapshot.enhanced_prompt, &snapshot.prompt];
    let prompt = known.into_iter().find_map(|text| text.as_deref());
    let text = safe::clean(prompt.unwrap_or_default());
    text.chars().take(max).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{assert_fits, hostile, sketch};
    use super::*;

    fn of(enhanced: Option<&str>, prompt: Option<&str>) -> Option<FullPrompt> {
        let snapshot = Snapshot {
            enhanced_prompt: enhanced.map(str::to_owned),
            prompt: prompt.map(str::to_owned),
            ..Snapshot::default()
        };
        full(&snapshot, Locale::default())
    }

    #[test]
    fn both_prompts_are_shown_where_they_fit() {
        let answer = of(Some("a *cow*\nflies"), Some("cow")).unwrap();
        assert_eq!(answer.message.flags, Some(64));
        assert_eq!(answer.file, None);
        insta::assert_snapshot!(sketch(&answer.message), @r"
        #000000 Enhanced prompt
        a \*cow\*
        flies
        #000000 Prompt
        cow
        ");
    }

    #[test]
    fn what_fits_no_embed_becomes_a_file_word_for_word() {
        let long = "牛*".repeat(2000);
        for (enhanced, prompt) in [
            (Some(long.as_str()), None),
            (Some(&long[..4 * 1400]), Some(&long[..4 * 1400])),
        ] {
            let answer = of(enhanced, prompt).unwrap();
            assert_fits(&answer.message);
            let file = answer.file.unwrap();
            for text in [enhanced, prompt].into_iter().flatten() {
                assert!(file.contains(text));
            }
        }
    }

    #[test]
    fn the_longest_that_fits_stays_a_message() {
        let answer = of(Some(&"x".repeat(DESCRIPTION_MAX)), None).unwrap();
        assert_eq!(answer.file, None);
        assert_fits(&answer.message);
        assert!(
            of(Some(&"x".repeat(DESCRIPTION_MAX + 1)), None)
                .unwrap()
                .file
                .is_some()
        );
    }

    #[test]
    fn nothing_to_show_is_nothing() {
        assert_eq!(of(None, None), None);
        assert_eq!(of(Some("\u{200b}"), Some(" ")), None);
    }

    proptest! {
        #[test]
        fn whatever_comes_every_limit_holds(one in hostile(), other in hostile()) {
            if let Some(answer) = of(Some(&one), Some(&other)) {
                assert_fits(&answer.message);
            }
        }
    }
}
