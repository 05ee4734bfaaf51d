//! Text safety: a provider's text is shown as data, never as markup.
//!
//! Provider text is shown escaped, as plain text in a block quote, which also shows whose words
//! they are. A code fence would not do: it does not wrap on phones, its monospace font lacks
//! many scripts, and a text can close it from inside.

use url::Url;

/// The mark at the end of a text that was cut.
const ELLIPSIS: char = '…';

/// The longest word that is kept whole at a cut, in bytes. No word of a language with spaces is
/// longer.
const LONG_WORD: usize = 60;

/// The variation selector that asks for the coloured form of the character before it. One is
/// kept after a visible character.
const VARIANT: char = '\u{fe0f}';

/// Returns a text's length as Discord may count it. Its API counts code points and its clients
/// count UTF-16 code units; the latter are never fewer, so they are safe.
///
/// Source: <https://github.com/discord/discord-api-docs/issues/1315>
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Returns the text without control, bidirectional, zero-width and other invisible characters.
/// Line breaks stay, with at most one blank line in a row. Other white space becomes a space,
/// and both ends are trimmed.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.truncate(out.trim_end_matches(' ').len());
                if !out.ends_with("\n\n") {
                    out.push('\n');
                }
            }
            c if c.is_whitespace() => out.push(' '),
            c if is_invisible(c) => {}
            VARIANT if out.is_empty() || out.ends_with([VARIANT, ' ', '\n']) => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// Returns whether a character has no shape of its own. Emoji sequences fall apart and joined
/// scripts lose a hint without these; both stay readable, and no text can hide.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns provider text for an embed: cleaned, with Markdown escaped, and cut to `max` units
/// with an ellipsis. It is empty if nothing visible is left.
pub fn text(raw: &str, max: usize) -> String {
    cut(escape(&clean(raw)), max)
}

/// Returns [`text`] cut after a whole word, if one ends near the limit. The result may be one
/// unit longer than `max`.
pub fn excerpt(raw: &str, max: usize) -> String {
    let whole = text(raw, usize::MAX);
    let cut = text(raw, max);
    if cut == whole {
        return whole;
    }
    let start = cut.trim_end_matches(ELLIPSIS);
    // Scripts without spaces have no words to keep whole.
    let end = start
        .rfind(char::is_whitespace)
        .filter(|end| start.len() - end < LONG_WORD);
    let start = end.map_or(start, |end| start[..end].trim_end());
    format!("{start} {ELLIPSIS}")
}

/// Returns provider text as [`text`] does, on one line.
pub fn line(raw: &str, max: usize) -> String {
    cut(escape(&one_line(raw)), max)
}

/// Returns one line as [`line()`] does, without escapes, for places where Discord reads no
/// Markdown: labels and file contents.
pub fn label(raw: &str, max: usize) -> String {
    cut(one_line(raw).chars().map(|c| (false, c)), max)
}

fn one_line(raw: &str) -> String {
    clean(raw).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Yields each character of a clean text, and whether it needs a backslash before it.
///
/// Escaped everywhere are the characters that start or end emphasis, code, spoilers, links,
/// mentions, custom emoji and timestamps, and the colon of `scheme://`, so that Discord does not
/// turn it into a link. Escaped at a line's start are those that start headings, quotes, lists
/// and small print.
fn escape(clean: &str) -> impl Iterator<Item = (bool, char)> + '_ {
    let mut start = true;
    let mut number = false;
    clean.char_indices().map(move |(at, c)| {
        let everywhere = matches!(
            c,
            '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' | '@'
        ) || (c == ':' && clean[at..].starts_with("://"));
        let opens_line = start && matches!(c, '#' | '>' | '-' | '+');
        let numbers_line = number && matches!(c, '.' | ')');
        number = (start || number) && c.is_ascii_digit();
        start = c == '\n' || (start && c == ' ');
        (everywhere || opens_line || numbers_line, c)
    })
}

/// Joins the characters that fit into `max` units. A backslash stays with the character that it
/// escapes, and a cut text ends in an ellipsis.
fn cut(parts: impl IntoIterator<Item = (bool, char)>, max: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    // The text's length if it is cut, with one unit left for the ellipsis.
    let mut fits = 0;
    for (escaped, c) in parts {
        used += usize::from(escaped) + c.len_utf16();
        if used > max {
            out.truncate(fits);
            if max > 0 {
                out.push(ELLIPSIS);
            }
            return out;
        }
        if escaped {
            out.push('\\');
        }
        out.push(c);
        if used < max {
            fits = out.len();
        }
    }
    out
}

/// Returns a provider's link, normalised, if it may be shown: http or https with a host, and at
/// most `max` units long.
pub fn link(raw: &str, max: usize) -> Option<String> {
    let url = Url::parse(raw.trim()).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let url = String::from(url);
    (web && units(&url) <= max).then_some(url)
}

/// Returns a text that Discord hides until somebody clicks it.
pub fn spoiler(text: &str) -> String {
    format!("||{text}||")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::hostile;
    use super::*;

    fn all(raw: &str) -> String {
        text(raw, usize::MAX)
    }

    #[test]
    fn markdown_is_shown_as_typed() {
        for (raw, safe) in [
            ("*a* _b_ ~~c~~ ||d||", r"\*a\* \_b\_ \~\~c\~\~ \|\|d\|\|"),
            ("`x` ```y```", r"\`x\` \`\`\`y\`\`\`"),
            (
                "[free](https://evil.example)",
                r"\[free\](https\://evil.example)",
            ),
            (
                "@everyone <@1> <:a:1> <t:1:R>",
                r"\@everyone \<\@1> \<:a:1> \<t:1:R>",
            ),
            (
                "# a\n  - b\n> c\n-# d\n+ e",
                "\\# a\n  \\- b\n\\> c\n\\-# d\n\\+ e",
            ),
            ("1. one\n12) two\n3.5 a.b", "1\\. one\n12\\) two\n3\\.5 a.b"),
            ("well-known #1, a > b", "well-known #1, a > b"),
            (r"C:\dir", r"C:\\dir"),
            ("会飞的牛。\n第二行", "会飞的牛。\n第二行"),
        ] {
            assert_eq!(all(raw), safe);
        }
    }

    #[test]
    fn what_nobody_sees_is_gone() {
        assert_eq!(
            clean("a\u{202e}b\u{200b}c\u{0}d\u{e0041}\u{feff}e"),
            "abcde"
        );
        assert_eq!(clean("\n\n a \r\n\r\n\r\n \n b\t c \n"), "a\n\n b  c");
        assert_eq!(clean("a\u{2028}b\u{a0}c"), "a\nb c");
        assert_eq!(clean("\u{3164}\u{2800} \u{200b}\u{fe0f}"), "");
        assert_eq!(clean("❤\u{fe0f}\u{fe0f} \u{fe0f}!"), "❤\u{fe0f} !");
    }

    #[test]
    fn a_cut_parts_nothing_and_says_so() {
        assert_eq!(text("abcdef", 6), "abcdef");
        assert_eq!(text("abcdefg", 6), "abcde…");
        assert_eq!(text("ab*def", 6), r"ab\*d…");
        assert_eq!(text("abcd*f", 6), "abcd…");
        assert_eq!(text("🐮🐮🐮🐮", 7), "🐮🐮🐮…");
        assert_eq!(text("abc", 0), "");
        assert_eq!(line("a\n\n b", 80), "a b");
        assert_eq!(label("a*\nb", 80), "a* b");
    }

    #[test]
    fn only_web_links_pass() {
        let link = |url| link(url, 60);
        assert_eq!(
            link(" https://a.example/v.mp4 ").unwrap(),
            "https://a.example/v.mp4"
        );
        assert_eq!(
            link("http://a.example/x y\n").unwrap(),
            "http://a.example/x%20y"
        );
        for url in [
            "",
            "v.mp4",
            "/v.mp4",
            "ftp://a.example/v",
            "javascript:alert(1)",
            "data:,x",
        ] {
            assert_eq!(link(url), None, "{url}");
        }
        assert_eq!(link(&format!("https://a.example/{}", "x".repeat(43))), None);
    }

    /// Reads escapes as Discord does: a backslash before anything but a letter, a digit or white
    /// space shows the next character. Fails at unescaped markup.
    fn read(shown: &str) -> String {
        let mut out = String::new();
        let mut chars = shown.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => out.extend(chars.next()),
                '*' | '_' | '~' | '`' | '|' | '[' | ']' | '<' | '@' => {
                    panic!("bare {c} in {shown:?}")
                }
                ':' if chars.as_str().starts_with("//") => panic!("a link in {shown:?}"),
                c => out.push(c),
            }
        }
        out
    }

    proptest! {
        #[test]
        fn people_read_what_was_sent_and_nothing_acts(raw in hostile()) {
            let shown = all(&raw);
            prop_assert_eq!(read(&shown), clean(&raw));
            for line in shown.lines() {
                prop_assert!(!line.trim_start().starts_with(['#', '>', '-', '+']));
            }
            prop_assert!(!shown.chars().any(|c| c != '\n' && is_invisible(c)));
            prop_assert!(!shown.contains("\n\n\n"));
            prop_assert_eq!(clean(&clean(&raw)), clean(&raw));
        }

        #[test]
        fn a_cut_text_fits_and_is_a_beginning(raw in hostile(), max in 1_usize..300) {
            let shown = text(&raw, max);
            prop_assert!(units(&shown) <= max);
            let whole = all(&raw);
            match shown.strip_suffix(ELLIPSIS) {
                Some(start) if shown != whole => {
                    prop_assert!(whole.starts_with(start));
                    read(start);
                }
                _ => prop_assert_eq!(shown, whole),
            }
        }
    }
}
