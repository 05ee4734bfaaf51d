//! The bot token: the header that carries it, and whether Discord still accepts it.

use std::sync::Mutex;

use reqwest::header::HeaderValue;

use crate::domain::discord::DiscordError;
use crate::sync::lock;

/// Returns the header value that carries the bot token, or `None` if the token has characters
/// that no header can hold.
#[must_use]
pub fn authorization(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bot {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Discord's last verdict on the bot token: true if it was accepted. It is `None` until the
/// token is first accepted; the log-in reports a token that is refused before that.
#[derive(Debug, Default)]
pub(super) struct Acceptance(Mutex<Option<bool>>);

impl Acceptance {
    /// Records the result of a request with the token, and logs when Discord begins or ceases to
    /// refuse the token. Errors other than [`DiscordError::Unauthorized`] say nothing about it.
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
