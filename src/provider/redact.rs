//! The removal of the API key from replies, because gateways may quote a request.

/// A shorter key is no secret, and may be part of an ordinary word.
const SECRET_FROM: usize = 12;
/// The most backslashes before a character: those of JSON in a text, three times over.
const SLASHES_MAX: usize = 7;
/// The beginnings of the codes of a character, which two hexadecimal digits complete: those of
/// JSON, and of links in links.
const CODES: [&[u8]; 4] = [b"u00", b"%", b"%25", b"%2525"];

/// Returns `body` with "…" in place of the key. The key is found in any case, with JSON's
/// escapes and percent-encoded, because the decoder and people turn these back.
pub(super) fn without_key(key: &str, body: Vec<u8>) -> Vec<u8> {
    let key = key.as_bytes();
    if key.len() < SECRET_FROM {
        return body;
    }
    let mut kept = Vec::with_capacity(body.len());
    let mut rest = &body[..];
    while let Some((first, others)) = rest.split_first() {
        if let Some(length) = quoted(key, rest) {
            kept.extend("…".bytes());
            rest = &rest[length..];
        } else {
            kept.push(*first);
            rest = others;
        }
    }
    kept
}

/// Returns the length of the key at the start of `text`.
fn quoted(key: &[u8], text: &[u8]) -> Option<usize> {
    let mut bytes = key.iter();
    bytes.try_fold(0, |at, byte| Some(at + written(*byte, text.get(at..)?)?))
}

/// Returns the length of the character at the start of `text` if it is `byte`.
fn written(byte: u8, text: &[u8]) -> Option<usize> {
    let start = text.iter().take(SLASHES_MAX);
    let slashes = start.take_while(|byte| **byte == b'\\').count();
    let text = &text[slashes..];
    if text.first()?.eq_ignore_ascii_case(&byte) {
        return Some(slashes + 1);
    }
    let coded = |start: &&[u8]| {
        let digits = str::from_utf8(text.strip_prefix(*start)?.get(..2)?).ok()?;
        let code = u8::from_str_radix(digits, 16).ok()?;
        code.eq_ignore_ascii_case(&byte)
            .then_some(slashes + start.len() + 2)
    };
    CODES.iter().find_map(coded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AIza/canary+0123456789-u0";

    fn redacted(key: &str, body: &str) -> String {
        String::from_utf8(without_key(key, body.into())).unwrap()
    }

    #[test]
    fn the_key_is_found_however_it_is_written() {
        let slashed = |with: &str| KEY.replace('/', with);
        for written in [
            KEY.to_owned(),
            KEY.to_lowercase(),
            slashed(r"\/"),
            slashed(r"\\\/"),
            slashed(r"\u002f"),
            slashed(r"\\\u002F"),
            slashed("%2F").replace('+', "%2b"),
            slashed("%252F").replace('+', "%252b"),
            KEY.replace('A', r"\u0041"),
            KEY.replace('-', r"\u002d").replace('I', "%49"),
        ] {
            let body = format!(r#"{{"a":"Bearer {written}","b":"{written}\n{written}"}}"#);
            let expected = r#"{"a":"Bearer …","b":"…\n…"}"#;
            assert_eq!(redacted(KEY, &body), expected, "{written}");
        }
    }

    #[test]
    fn everything_else_stays() {
        for body in [
            "",
            "AIza/canary",
            r"AIza\n/canary+0123456789-u0",
            "\\\\\\\\",
            "%2",
        ] {
            assert_eq!(redacted(KEY, body), body);
        }
        assert_eq!(redacted("key", "a key"), "a key");
        assert_eq!(redacted("", "a key"), "a key");
        // Many beginnings of a key take no long time.
        let body = r"\".repeat(256 * 1024);
        assert_eq!(redacted(KEY, &body), body);
    }
}
