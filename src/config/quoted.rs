//! The present value in a message about a mistake, unless it may be a secret.

/// The bound on the shown part of a value, in characters.
const SHOWN_MAX: usize = 60;

/// The length in bytes from which a word of letters and digits may be a token or a key.
const MIXED_MIN: usize = 16;

/// The length in bytes from which any word may be one.
const WORD_MIN: usize = 24;

/// Texts that are parts of keys, or stand before one.
const NAMES: [&str; 5] = ["sk-", "key=", "token", "secret", "password"];

/// Returns the end of a message about a mistake, which quotes the value. A value that may hold
/// a secret, because the operator set the wrong variable or a URL with a password, is not
/// quoted.
pub fn quoted(value: &str) -> String {
    if may_be_secret(value) {
        return "; its value is not shown, because it may hold a secret".to_owned();
    }
    let plain = value.chars().map(|c| if c.is_control() { '�' } else { c });
    let mut start: String = plain.take(SHOWN_MAX).collect();
    if value.chars().count() > SHOWN_MAX {
        start.push('…');
    }
    format!("; it is \"{start}\"")
}

fn may_be_secret(value: &str) -> bool {
    // A URL may hold a password, or a key in its query.
    let in_url = value.contains("://") && value.contains(['@', '?']);
    let of_a_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    let mut words = value.split(|c| !of_a_word(c));
    let lower = value.to_ascii_lowercase();
    let is_named = NAMES.iter().any(|name| lower.contains(name));
    in_url || is_named || words.any(is_random)
}

/// Returns whether a word looks random.
fn is_random(word: &str) -> bool {
    let has = |of: fn(&char) -> bool| word.chars().any(|c| of(&c));
    let is_mixed = has(char::is_ascii_alphabetic) && has(char::is_ascii_digit);
    word.len() >= WORD_MIN || (is_mixed && word.len() >= MIXED_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_unless_it_may_be_a_secret() {
        for value in [
            "8080",
            "soon",
            "ftp://host",
            "123456789012345678,mine",
            "/v1/video/query?id=",
            "https://gateway.example/v1/videos",
        ] {
            assert_eq!(quoted(value), format!("; it is \"{value}\""));
        }
        for value in [
            "https://me:hunter2@host",
            "https://host/?key=hunter2",
            "sk-hunter2",
            "/v1/query?key=hunter2",
            "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789",
            "67c6bd767ca099e79efac9fcce4d2022",
        ] {
            assert!(quoted(value).contains("not shown"), "{value}");
        }
        let long = quoted(&"long ".repeat(20));
        assert!(long.ends_with("…\"") && long.chars().count() < 80, "{long}");
        assert_eq!(quoted("a\u{1b}[2J"), "; it is \"a�[2J\"");
    }
}
