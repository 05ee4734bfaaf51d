//! The prompt: in the message, in the name of the video's file, and whole for a person who asks
//! for it.

use crate::domain::task::Snapshot;

use super::body::{DESCRIPTION_MAX, EMBEDS_MAX, Embed, Message};
use super::locale::Locale;
use super::safe::{self, units};
use super::small::shows_prompt;
use super::view::View;

/// The most of a prompt that a message shows, in units. A longer prompt gets a button.
pub(super) const PROMPT_MAX: usize = 1000;
/// The most characters of a prompt that go into a file's name.
const FILE_NAME_MAX: usize = 40;

#[derive(Clone, Debug, PartialEq)]
pub struct FullPrompt {
    /// The ephemeral message, which is sent with and without a file.
    pub message: Message,
    /// The text of the `.txt` file that goes with the message, if the prompt is too long for an
    /// embed.
    pub file: Option<String>,
}

/// Returns the enhanced prompt and the prompt, those that are known, or `None` if neither is.
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

/// Returns the enhanced prompt, or otherwise the prompt.
pub fn best(snapshot: &Snapshot) -> Option<&str> {
    let known = [&snapshot.enhanced_prompt, &snapshot.prompt];
    let visible = |text: &&str| !safe::clean(text).is_empty();
    let texts = known.into_iter().filter_map(|text| text.as_deref());
    texts.into_iter().find(visible)
}

/// Returns the prompt that a view's message shows, if it shows one.
pub(super) fn shown<'a>(view: &View<'a>) -> Option<&'a str> {
    let shown = shows_prompt(view.state()) && !view.hide.prompt;
    best(&view.task.snapshot).filter(|_| shown)
}

/// Returns whether there is more of the prompt to read than the message shows.
pub(super) fn has_more(view: &View<'_>) -> bool {
    let Some(best) = best(&view.task.snapshot) else {
        return false;
    };
    let whole = safe::text(best, usize::MAX);
    let original = view.task.snapshot.prompt.as_deref().unwrap_or_default();
    let original = safe::clean(original);
    let differs = !original.is_empty() && original != safe::clean(best);
    differs || shown(view).is_none() || units(&whole) > PROMPT_MAX
}

/// Returns the start of the prompt in at most `max` units, on one line and without markup.
pub fn start(snapshot: &Snapshot, max: usize) -> Option<String> {
    let start = safe::label(best(snapshot)?, max);
    (!start.is_empty()).then_some(start)
}

/// Returns a description of the video for people who cannot see it: its prompt, in at most `max`
/// characters. It is empty if no prompt is known.
pub fn description(snapshot: &Snapshot, max: usize) -> String {
    let text = safe::clean(best(snapshot).unwrap_or_default());
    text.chars().take(max).collect()
}

/// Returns a name for a video's file: the ASCII words at the start of the prompt, with the
/// extension of `name`. Without such words it is `name` itself.
pub fn file_name(snapshot: &Snapshot, name: &str) -> String {
    let letters = best(snapshot)
        .unwrap_or_default()
        .chars()
        .take(FILE_NAME_MAX);
    let letters: String = letters
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                ' '
            }
        })
        .collect();
    let words = letters.split_whitespace().collect::<Vec<_>>().join("-");
    match name.rsplit_once('.') {
        Some((_, ending)) if !words.is_empty() => format!("{words}.{ending}"),
        _ => name.to_owned(),
    }
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
    fn a_file_is_named_after_the_prompt() {
        let named = |prompt: &str| {
            let snapshot = Snapshot {
                prompt: Some(prompt.to_owned()),
                ..Snapshot::default()
            };
            file_name(&snapshot, "video.mp4")
        };
        assert_eq!(
            named("A *calm* summer, morning"),
            "a-calm-summer-morning.mp4"
        );
        assert_eq!(
            named("../../etc/passwd\u{202e}4pm.exe"),
            "etc-passwd-4pm-exe.mp4"
        );
        assert_eq!(named("会飞的牛"), "video.mp4");
        assert_eq!(named(&"x".repeat(90)), format!("{}.mp4", "x".repeat(40)));
        assert_eq!(file_name(&Snapshot::default(), "video.mp4"), "video.mp4");
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
