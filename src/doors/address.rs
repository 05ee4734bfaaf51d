//! The gateway's address, the shards of this process, and the delay of their start.

use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;

use crate::discord::rest::Rest;
use crate::discord::route::Route;
use crate::domain::discord::DiscordError;
use crate::domain::schedule::start_delay;

/// The reason why there is no gateway session.
#[derive(Debug, Error)]
pub enum GatewayError {
    #[error("DISCORD_API_URL did not give the gateway's address: {0}")]
    Refused(#[from] DiscordError),
    #[error("DISCORD_API_URL names no usable gateway")]
    NoGateway,
    #[error("the gateway session ended: {0}")]
    Session(String),
    #[error("the gateway session was incomplete for {0:?}")]
    Incomplete(Duration),
    /// The shards started so often that Discord must be ending sessions as they begin.
    #[error("the gateway's shards have started too often")]
    StartsSpent,
}

/// The shards of this process: from `first` to `last` (both included, counted from 0) of the
/// `total` that all processes hold together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shards {
    pub first: u32,
    pub last: u32,
    pub total: u32,
}

impl Shards {
    /// Reads `DISCORD_SHARDS`, such as `0-3/8`.
    pub fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let number = |text: &str| text.trim().parse().ok();
        let (first, last, total) = (number(first)?, number(last)?, number(total)?);
        (first <= last && last < total).then_some(Self { first, last, total })
    }

    pub fn count(self) -> u32 {
        self.last - self.first + 1
    }
}

#[derive(Clone, Debug)]
pub struct Address {
    pub url: String,
    pub shards: Shards,
    pub starts_left: u32,
    /// How long to wait before the shards start.
    pub delay: Duration,
    /// True if too few starts are left for the shards. The caller has to ask again after
    /// `delay`.
    pub outdated: bool,
}

/// The reply to Get Gateway Bot.
///
/// Source: <https://discord.com/developers/docs/events/gateway#get-gateway-bot>
#[derive(Deserialize)]
struct GatewayBot {
    url: String,
    shards: u32,
    session_start_limit: SessionStartLimit,
}

#[derive(Deserialize)]
struct SessionStartLimit {
    total: u32,
    remaining: u32,
    /// The time until `remaining` is reset, in milliseconds.
    reset_after: u64,
}

impl Address {
    /// Asks Discord at the start of the bot. Returns `None` if another try may help, which the
    /// session makes later.
    ///
    /// # Errors
    /// [`GatewayError`] if another try would not help.
    pub async fn ask_once(
        rest: &Rest,
        chosen: Option<Shards>,
    ) -> Result<Option<Self>, GatewayError> {
        match Self::ask(rest, chosen).await {
            Err(GatewayError::Refused(
                DiscordError::Unavailable(_) | DiscordError::Wait(_) | DiscordError::Unknown(_),
            )) => Ok(None),
            ended => ended.map(Some),
        }
    }

    /// Asks Discord. Without `chosen` shards, this process holds all the shards that Discord
    /// recommends.
    pub async fn ask(rest: &Rest, chosen: Option<Shards>) -> Result<Self, GatewayError> {
        let reply = rest.json(Route::GetGatewayBot, None).await?;
        let reply: GatewayBot = reply.read().map_err(|_| GatewayError::NoGateway)?;
        let web_socket = reply.url.starts_with("wss://") || reply.url.starts_with("ws://");
        let total = reply.shards;
        let recommended = total.checked_sub(1).map(|last| Shards {
            first: 0,
            last,
            total,
        });
        let shards = chosen.or(recommended).filter(|_| web_socket);
        let shards = shards.ok_or(GatewayError::NoGateway)?;
        let limit = reply.session_start_limit;
        let reset_after = Duration::from_millis(limit.reset_after);
        Ok(Self {
            url: reply.url,
            shards,
            starts_left: limit.remaining,
            delay: start_delay(shards.count(), limit.remaining, limit.total, reset_after),
            outdated: limit.remaining < shards.count(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_lies_within_its_total() {
        let shards = |text| Shards::parse(text).map(|s| (s.first, s.last, s.total, s.count()));
        assert_eq!(shards("0-3/8"), Some((0, 3, 8, 4)));
        assert_eq!(shards("7-7/8"), Some((7, 7, 8, 1)));
        for bad in ["", "3", "3/8", "0-8/8", "3-2/8", "0-0/0", "-1-3/8", "a-b/c"] {
            assert_eq!(shards(bad), None, "{bad}");
        }
    }
}
