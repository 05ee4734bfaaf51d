//! The bot token: how requests carry it, and whether Discord accepts it, as far as its
//! replies tell.

use std::sync::Mutex;

use reqwest::header::HeaderValue;

use crate::domain::discord::DiscordError;
use crate::sync::lock;

/// The header that carries the bot token; `None` if no header can.
#[must_use]
pub fn authorization(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bot {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The last word about the token. `None` until it was accepted once: a token that is
/// refused before is told by the log-in.
#[derive(Debug, Default)]
pub(super) struct Acceptance(Mutex<Option<bool>>);

impl Acceptance {
    /// Takes in what the reply to a request with the token was, and tells the operator
    /// when Discord begins or ceases to refuse the token. Another error tells nothing.
    pub(super) fn note(&self, error: Option<&DiscordError>) {
        let accepted = match error {
            None => true,
            Some(DiscordError::Unauthorized) => false,
            Some(_) => return,
        };
        let mut known = lock(&self.0);
        match (*known, accepted) {
            (Some(true), false) => tracing::error!(
                hint = "somebody reset or revoked it: copy the token again from your \
                        application's Bot page into DISCORD_TOKEN and restart",
                "discord.token_refused"
            ),
            (Some(false), true) => tracing::info!("discord.token_accepted"),
            (None, false) => return,
            _ => {}
        }
        *known = Some(accepted);
    }

    pub(super) fn is_refused(&self) -> bool {
        *lock(&self.0) == Some(false)
    }
}
