//! The patterns of task ids that a gateway is asked about.

use super::task::{TaskId, is_id_character};

/// A pattern of task ids such as `grok:*`. Each `*` matches any characters, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdPattern(String);

impl IdPattern {
    /// Returns the pattern that matches every id.
    #[must_use]
    pub fn all() -> Self {
        Self("*".to_owned())
    }

    /// Reads a pattern. Returns `None` if no task id could match it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let known = |c: char| c == '*' || is_id_character(c);
        let fine = (1..=TaskId::MAX).contains(&text.len()) && text.chars().all(known);
        fine.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn fits(&self, id: &TaskId) -> bool {
        let Some((begin, rest)) = self.0.split_once('*') else {
            return self.0 == id.as_str();
        };
        let Some(mut left) = id.as_str().strip_prefix(begin) else {
            return false;
        };
        let mut parts: Vec<&str> = rest.split('*').collect();
        // The text after the last star ends the id; the parts before it come in their order.
        let end = parts.pop().unwrap_or_default();
        for part in parts {
            match left.split_once(part) {
                Some((_, behind)) => left = behind,
                None => return false,
            }
        }
        left.ends_with(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        let rows = [
            ("*", &["grok:1", "a"][..], &[][..]),
            (
                "grok:*",
                &["grok:1", "grok:"],
                &["grok", "xgrok:1", "Grok:1"],
            ),
            ("veo*", &["veo3.1-fast:1", "veo"], &["grok:veo"]),
            ("a*b*c", &["abc", "a-b-c", "abbcc"], &["acb", "ab", "abcd"]),
            ("*:x", &["a:x", ":x"], &["a:xy", "x"]),
            ("a*a", &["aa", "aba"], &["a"]),
            ("**1", &["1", "21"], &["12"]),
            ("grok:1", &["grok:1"], &["grok:11"]),
        ];
        for (pattern, fitting, others) in rows {
            let pattern = IdPattern::parse(pattern).unwrap();
            let fits = |id: &&str| pattern.fits(&TaskId::parse(id).unwrap());
            assert!(fitting.iter().all(fits), "{pattern:?} {fitting:?}");
            assert!(!others.iter().any(fits), "{pattern:?} {others:?}");
        }
    }

    #[test]
    fn what_no_id_could_fit_is_no_pattern() {
        for text in ["", "a b", "grok/*", "é*", "grok:?", &"x".repeat(513)] {
            assert_eq!(IdPattern::parse(text), None, "{text:?}");
        }
    }
}
