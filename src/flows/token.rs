//! A periodic check of the bot token. Without it a bot that nobody uses would not notice that
//! its token was reset, or that Discord accepts the token again.

use std::time::Duration;

use crate::discord::rest::Rest;
use crate::discord::route::Route;

/// Requests the bot's own application from Discord every `pause`. The reply is dropped: the
/// client records what each reply says about the token. Never returns.
pub async fn check_repeatedly(rest: &Rest, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        if let Err(error) = rest.json(Route::GetCurrentApplication, None).await {
            tracing::debug!(%error, "discord.not_looked_at");
        }
    }
}
