//! The cleaning of untrusted texts: they become short and plain.

/// The bound on the quoted text of a [`crate::domain::query::QueryError`], in characters.
pub const CAUSE_MAX: usize = 200;

/// Returns a text as one line: control characters and runs of white space become one space,
/// and a text of more than `max` characters ends in an ellipsis.
#[must_use]
pub fn line(text: &str, max: usize) -> String {
    let spaced = text.replace(char::is_control, " ");
    let words: Vec<_> = spaced.split_whitespace().collect();
    shorten(words.join(" "), max)
}

/// Returns a text with its line breaks and tabs, but without other control characters:
/// PostgreSQL refuses NUL, and Discord shows the others as boxes. A text of more than `max`
/// characters ends in an ellipsis.
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

/// Returns a text with the Chinese characters of status words and errors in simplified script.
#[must_use]
pub fn simplified(text: &str) -> String {
    const PAIRS: &str = "敗败處处務务視视頻频隊队進进執执運运審审過过違违規规終终絕绝刪删時时\
        備备準准開开製制錯错誤误異异無无記记錄录編编號号該该個个這这對对應应業业見见";
    let simple = |c: char| {
        let mut pairs = PAIRS.chars();
        while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
            if from == c {
                return to;
            }
        }
        c
    };
    let chars = text.chars();
    chars
        .map(|c| if c.is_ascii() { c } else { simple(c) })
        .collect()
}

/// Returns a text without the pairs of tags that only emphasise words. A lone `</s>` is a
/// person's word.
#[must_use]
pub fn without_emphasis(text: &str) -> String {
    const NAMES: [&str; 7] = ["b", "i", "u", "em", "strong", "code", "small"];
    NAMES.iter().fold(text.to_owned(), |text, name| {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        match text.find(&open) {
            Some(at) if text[at..].contains(&close) => text.replace(&open, "").replace(&close, ""),
            _ => text,
        }
    })
}

/// Returns whether a body that is not JSON is an HTML page or a part of one.
#[must_use]
pub fn is_html(body: &str) -> bool {
    body.trim_start().starts_with('<') || html_start(body).is_some()
}

/// Returns the text before an HTML page, or the whole text if it has none.
#[must_use]
pub fn before_html(text: &str) -> &str {
    html_start(text).map_or(text, |at| &text[..at])
}

/// Returns the position at which HTML begins. A `<b` or `</s>` in prose is not HTML.
fn html_start(text: &str) -> Option<usize> {
    const MARKS: &str = "<!doctype <html <head <title <body <center <?xml <script <style <div \
        <span <table <h1 <h2 <p> <br> <br/ <hr <img </html </body </title </div </p> </h1";
    // ASCII lower case keeps the positions of all bytes.
    let lower = text.to_ascii_lowercase();
    let marks = MARKS.split(' ').filter_map(|mark| lower.find(mark));
    let is_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let tag = lower.trim_start().strip_prefix('<');
    let begins = tag.is_some_and(|rest| is_name(rest) && rest.contains("</"));
    marks.chain(begins.then_some(0)).min()
}

/// Returns `text` without the request ids that each gateway on the way adds, and without the
/// brackets around them. Such ids are for the gateways' own operators.
#[must_use]
pub fn without_request_ids(text: &str) -> String {
    #[rustfmt::skip]
    const NAMES: [&str; 12] = [
        "x-request-id", "request id", "request_id", "request-id", "requestid", "请求id",
        "trace id", "trace_id", "trace-id", "traceid", "log_id", "logid",
    ];
    let mut kept = text.trim_end().to_owned();
    let mut from = 0;
    loop {
        let lower = kept.to_ascii_lowercase();
        let found = NAMES
            .iter()
            .filter_map(|name| Some((lower[from..].find(name)?, name.len())));
        let Some((at, length)) = found.min() else {
            return kept;
        };
        let (start, value) = (from + at, from + at + length);
        let told = kept[value..].trim_start_matches([' ', ':', '：', '=', '#', '"', '\'']);
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        let rest = told.trim_start_matches(is_part);
        let id = &told[..told.len() - rest.len()];
        let named = kept[value..]
            .trim_start()
            .starts_with([':', '：', '=', '#']);
        if !(named || id.contains(|c: char| c.is_ascii_digit())) {
            // Without a value after it, the name is prose.
            from = value;
            continue;
        }
        let before = kept[..start].trim_end();
        let open = before.strip_suffix(['(', '（', '[', '{']);
        let after = rest.trim_start_matches(['"', '\'']);
        let after = open.map_or(after, |_| {
            after.strip_prefix([')', '）', ']', '}']).unwrap_or(after)
        });
        let before = open
            .unwrap_or(before)
            .trim_end_matches([' ', ',', ';', '，']);
        from = before.len();
        kept = format!("{before}{after}");
    }
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
        assert!(is_html("not JSON <HTML>") && is_html("<a href='/login'>Located</a>"));
        assert!(!is_html("a <b and c> d"));
        assert_eq!(before_html("upstream said: <html>x"), "upstream said: ");
        assert_eq!(before_html("İ<html>"), "İ");
        for (text, left) in [
            ("Blocked.<br><p>Ray ID 7</p>", "Blocked."),
            ("busy</body></html>", "busy"),
            ("<Error><Code>AccessDenied</Code></Error>", ""),
            (
                "shorter than <5 s; no </s>, please",
                "shorter than <5 s; no </s>, please",
            ),
            ("<prompt> is missing", "<prompt> is missing"),
        ] {
            assert_eq!(before_html(text), left);
        }
    }

    #[test]
    fn emphasis_is_dropped_and_words_are_kept() {
        for (text, left) in [
            ("the <b>b</b> and <b>c</b>", "the b and c"),
            ("<strong><em>No</em></strong>", "No"),
            ("no </s> and <b>, please", "no </s> and <b>, please"),
            ("</i> before <i>", "</i> before <i>"),
        ] {
            assert_eq!(without_emphasis(text), left);
        }
        assert_eq!(simplified("生成失敗 ü"), "生成失败 ü");
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
            ("Busy (request id: a1). Try later", "Busy. Try later"),
            ("Busy, request_id=2026-ab_c", "Busy"),
            ("Request ID: req_9 refused", " refused"),
            ("(code 5, trace-id: \"x\")", "(code 5)"),
            ("忙（请求ID：2026）", "忙"),
            ("Refused X-Request-Id: a-1", "Refused"),
            ("a request id is missing", "a request id is missing"),
        ] {
            assert_eq!(without_request_ids(from), to);
        }
    }
}
