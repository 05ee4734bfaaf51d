//! Tries the bot token now and then, also in a bot that nobody uses: somebody may have
//! reset it, and Discord may accept it again.

use std::time::Duration;

use crate::discord::rest::Rest;
use crate::discord::route::Route;

/// Asks for the bot's own application once in `pause`. The client itself keeps what the
/// reply says about the token, as it does with every reply. Never returns.
pub async fn look(rest: &Rest, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        if let Err(error) = rest.json(Route::GetCurrentApplication, None).await {
            tracing::debug!(%error, "discord.not_looked_at");
        }
    }
}
