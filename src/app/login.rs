//! The login at the start, which is retried until Discord can be reached.

use std::time::Duration;

use crate::discord::application::{Application, LoginError};
use crate::discord::rest::Rest;
use crate::domain::discord::DiscordError;
use crate::domain::time::millis;
use crate::flows::supervise::Patience;

/// The longest wait between two attempts.
const LAST_WAIT: Duration = Duration::from_secs(30);

/// Logs in, and retries with backoff while Discord cannot be reached: a machine that has just
/// booted may have no network yet.
///
/// # Errors
/// [`LoginError::TokenRefused`] and [`LoginError::NotDiscord`]. Only the operator can mend
/// either.
pub(super) async fn log_in(rest: &Rest, has_public_key: bool) -> Result<Application, LoginError> {
    let mut patience = Patience::new(LAST_WAIT);
    loop {
        let error = match Application::log_in(rest, has_public_key).await {
            Err(error @ LoginError::OutOfReach(..)) => error,
            ended => return ended,
        };
        let mut wait = patience.wait_after(Duration::ZERO);
        if let LoginError::OutOfReach(_, DiscordError::Wait(asked)) = &error {
            wait = wait.max(*asked);
        }
        tracing::warn!(
            %error,
            wait_ms = millis(wait),
            hint = "the bot tries again by itself; `videostatus doctor` helps to find the cause",
            "discord.out_of_reach"
        );
        tokio::time::sleep(wait).await;
    }
}
