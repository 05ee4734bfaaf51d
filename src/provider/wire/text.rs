//! Texts of a stranger, made short and plain.

/// The longest text of a [`crate::domain::query::QueryError`], in characters.
pub const CAUSE_MAX: usize = 200;

/// Text in one line: control characters and runs of white space become one
/// space; longer than `max` characters it ends in an ellipsis.
#[must_use]
pub fn line(text: &str, max: usize) -> String {
    let spaced = text.replace(char::is_control, " ");
    let words: Vec<_> = spaced.split_whitespace().collect();
    shorten(words.join(" "), max)
}

/// Text in paragraphs: line breaks and tabs stay, other control characters go
/// (PostgreSQL refuses NUL, Discord shows the rest as boxes).
#[must_use]
pub fn paragraphs(text: &str, max: usize) -> String {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    shorten(text.chars().filter(kept).collect(), max)
}

fn shorten(text: String, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text,
        Some(_) => text.chars().take(max - 1).chain(['…']).collect(),
    }
}

/// Whether a body that is not JSON is a page for a browser, or a part of one.
#[must_use]
pub fn is_html(body: &str) -> bool {
    body.trim_start().starts_with('<') || html_start(body).is_some()
}

/// What stands before a page for a browser, or the whole where there is none.
#[must_use]
pub fn before_html(text: &str) -> &str {
    html_start(text).map_or(text, |at| &text[..at])
}

/// Where HTML begins. Single tags of prose (`a <b`) are none.
fn html_start(text: &str) -> Option<usize> {
    const MARKS: [&str; 7] = [
        "<!doctype",
        "<html",
        "<head",
        "<title",
        "<body",
        "<center",
        "<?xml",
    ];
    // ASCII lower case keeps every byte where it was.
    let lower = text.to_ascii_lowercase();
    MARKS.iter().filter_map(|mark| lower.find(mark)).min()
}

/// `text` without the `(request id: …)` that gateways append, once per hop.
#[must_use]
pub fn without_request_ids(text: &str) -> &str {
    let mut rest = text.trim_end();
    while rest.ends_with([')', '）', ']']) {
        let Some(open) = rest.rfind(['(', '（', '[']) else {
            break;
        };
        let inside = rest[open..]
            .trim_start_matches(['(', '（', '['])
            .to_ascii_lowercase()
            .replace(['_', '-', ' '], "");
        if !inside.starts_with("requestid") && !inside.starts_with("traceid") {
            break;
        }
        rest = rest[..open].trim_end();
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_short() {
        assert_eq!(line(" a\n\tb\u{0} c\u{1b}[0m ", 50), "a b c [0m");
        assert_eq!(line("abcdef", 6), "abcdef");
        assert_eq!(line("abcdefg", 6), "abcde…");
        assert_eq!(line("饱和饱和", 3), "饱和…");
    }

    #[test]
    fn paragraphs_keep_their_breaks_and_double_spaces() {
        assert_eq!(paragraphs("a  b\n\nc\u{0}\u{7}", 50), "a  b\n\nc");
    }

    #[test]
    fn html_is_seen_wherever_it_starts() {
        assert!(is_html("\n<!DOCTYPE html><p>Bad gateway"));
        assert!(is_html("not JSON <HTML>") && is_html("<a href='/login'>Found</a>"));
        assert!(!is_html("a <b and c> d"));
        assert_eq!(before_html("upstream said: <html>x"), "upstream said: ");
        assert_eq!(before_html("İ<html>"), "İ");
    }

    #[test]
    fn request_ids_are_dropped_and_other_brackets_kept() {
        for (from, to) in [
            ("no access (request id: 2026abc)", "no access"),
            ("busy (request id: a) (request id: b)", "busy"),
            ("无效的令牌 （Request ID：x）", "无效的令牌"),
            ("stopped [trace_id=9]", "stopped"),
            ("timed out (1440 min)", "timed out (1440 min)"),
            (")", ")"),
        ] {
            assert_eq!(without_request_ids(from), to);
        }
    }
}
