//! Text safety: what a provider sends is data, never markup.
//!
//! Provider text is shown escaped, as plain text in a block quote, not in a
//! code fence: prompts are prose in any script, a fence does not wrap them on
//! phones, sets them in a monospace font that few scripts have, and can be
//! closed from inside. The quote shows whose words they are.

use url::Url;

/// What stands at the end of a text that was cut.
const ELLIPSIS: char = '…';

/// A text's length as Discord may count it. Its API counts code points, its
/// clients UTF-16 code units; the latter are never fewer, so they are safe.
///
/// Source: <https://github.com/discord/discord-api-docs/issues/1315>
#[must_use]
pub fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text without what nobody sees: control, bidirectional, zero-width and
/// other invisible characters. Line breaks stay, at most one blank line in a
/// row; other white space becomes a space; the ends are trimmed.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut breaks = 0_u8;
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                let end = out.trim_end_matches(' ').len();
                out.truncate(end);
                breaks += 1;
                if breaks <= 2 {
                    out.push('\n');
                }
                breaks = breaks.min(2);
            }
            c if c.is_whitespace() => out.push(' '),
            c if is_invisible(c) => {}
            c => {
                breaks = 0;
                out.push(c);
            }
        }
    }
    out.trim().to_owned()
}

/// Characters without a shape of their own. Emoji sequences fall into their
/// parts and joined scripts lose a hint; both stay readable, and nothing hides.
/// U+FE0F stays: it only asks for the coloured form of what stands before it.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Provider text as it may stand in an embed: cleaned, Markdown escaped, cut
/// to `max` units with an ellipsis. Empty if nothing visible is left.
#[must_use]
pub fn text(raw: &str, max: usize) -> String {
    cut(escape(&clean(raw)), max)
}

/// As [`text`], on one line.
#[must_use]
pub fn line(raw: &str, max: usize) -> String {
    cut(escape(&one_line(raw)), max)
}

/// As [`line`] where Discord reads no Markdown: labels and file contents.
#[must_use]
pub fn label(raw: &str, max: usize) -> String {
    let text = one_line(raw);
    cut(text.chars().map(|c| (false, c)), max)
}

fn one_line(raw: &str) -> String {
    clean(raw).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each character of a clean text, and whether a backslash goes before it.
///
/// Everywhere: what starts or ends emphasis, code, spoilers, links, mentions,
/// custom emoji and timestamps, and the colon of `scheme://`, which stops
/// Discord from making a link of it. At a line's start: headings, quotes,
/// lists and small print.
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

/// Joins what fits into `max` units; a backslash is never parted from what it
/// escapes, and a cut text ends in an ellipsis.
fn cut(parts: impl IntoIterator<Item = (bool, char)>, max: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    // Where the text ends if it turns out too long: one unit is the ellipsis's.
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

/// A provider's link, normalised, if it may be shown: http or https with a
/// host, at most `max` units.
#[must_use]
pub fn link(raw: &str, max: usize) -> Option<String> {
    let url = Url::parse(raw.trim()).ok()?;
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let url = String::from(url);
    (web && units(&url) <= max).then_some(url)
}
