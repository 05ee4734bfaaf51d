//! The tokens of callers.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::caller::Caller;
use crate::domain::secret::Secret;

/// The length in bytes below which a token may be guessed, so that the bot warns about it.
const GUESSABLE: usize = 16;

/// The tokens of `API_TOKEN`. Each one stands for a caller.
#[derive(Clone, Debug, Default)]
pub struct ApiTokens(Vec<Secret>);

impl ApiTokens {
    /// Reads tokens that are separated by commas; `None` if one is empty or holds characters
    /// other than visible ASCII.
    pub fn parse(text: &str) -> Option<Self> {
        let token = |text: &str| {
            let text = text.trim();
            let visible = text.chars().all(|c| c.is_ascii_graphic());
            (!text.is_empty() && visible).then(|| Secret::new(text))
        };
        text.split(',').map(token).collect::<Option<_>>().map(Self)
    }

    /// Returns whether a token is so short that it may be guessed.
    pub fn guessable(&self) -> bool {
        self.0.iter().any(|token| token.expose().len() < GUESSABLE)
    }

    /// Returns the first token, if there is any.
    pub fn first(&self) -> Option<&Secret> {
        self.0.first()
    }

    pub(super) fn callers(&self) -> impl Iterator<Item = Caller> {
        self.0.iter().map(|token| caller(&hash(token.expose())))
    }

    /// Returns the caller with the `presented` token. All hashes are compared in constant time,
    /// so that the time of an answer reveals nothing about a token.
    pub(super) fn caller(&self, presented: &str) -> Option<Caller> {
        let presented = hash(presented);
        let known = self.0.iter().map(|token| hash(token.expose()));
        let found = known.fold(None, |found, known| {
            let same = bool::from(known.ct_eq(&presented));
            if same { Some(known) } else { found }
        });
        found.map(|known| caller(&known))
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn caller(hash: &[u8; 32]) -> Caller {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    Caller(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_is_a_caller_of_its_own_and_nothing_else_is() {
        let tokens = ApiTokens::parse("the-first-token-1, the-second-token-2").unwrap();
        let (first, second) = (
            tokens.caller("the-first-token-1").unwrap(),
            tokens.caller("the-second-token-2").unwrap(),
        );
        assert_ne!(first, second);
        assert_eq!(Caller::parse(&first.to_string()), Some(first));
        for wrong in [
            "",
            "the-first-token-",
            "the-first-token-1 ",
            "THE-FIRST-TOKEN-1",
        ] {
            assert_eq!(tokens.caller(wrong), None, "{wrong}");
        }
        assert!(!format!("{tokens:?} {first:?}").contains("first"));
    }

    #[test]
    fn a_token_is_a_word_and_a_short_one_may_be_guessed() {
        assert!(
            ApiTokens::parse("short,long-enough-token")
                .unwrap()
                .guessable()
        );
        assert!(!ApiTokens::parse("long-enough-token").unwrap().guessable());
        for text in [
            "long-enough-token,",
            "a token with spaces in it",
            "ä-long-enough-token",
        ] {
            assert!(ApiTokens::parse(text).is_none(), "{text}");
        }
    }
}
