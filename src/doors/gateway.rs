//! Discord's gateway: one serenity session for each shard. It asks for no intents, because
//! Discord sends interactions to every bot.
//!
//! The bot asks for the gateway's address itself and gives it to serenity. serenity's own
//! client would connect to the real Discord if that request failed, which must never happen
//! to a bot with another `DISCORD_API_URL`.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serenity::all::{Client, ClientBuilder, GatewayIntents, HttpBuilder};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::address::{Address, GatewayError, Shards};
use super::entrance::Entrance;
use super::events::{GatewayEvents, UndecodedReady};
use super::session::{GatewayStatus, SessionTasks};
use super::supervision::Supervision;
use super::turnstile::Turnstile;
use crate::discord::rest::Rest;
use crate::domain::discord::DiscordError;
use crate::domain::secret::Secret;
use crate::domain::time::millis;
use crate::flows::supervise::Patience;
use crate::sync::lock;

/// The bound on the wait between two sessions.
const LAST_WAIT: Duration = Duration::from_secs(300);

/// The bound on that wait while Discord cannot be reached. It is shorter, because a request
/// that fails costs no session start.
const LAST_WAIT_OUT_OF_REACH: Duration = Duration::from_secs(30);

pub struct Gateway {
    pub rest: Rest,
    pub origin: String,
    pub token: Secret,
    pub shards: Option<Shards>,
    pub entrance: Entrance,
    pub status: Arc<GatewayStatus>,
    /// The address for the first session, if it is known already; later sessions ask for it.
    pub first: Mutex<Option<Address>>,
    /// How long a session may be incomplete before another one is started.
    pub longest_incomplete: Duration,
    /// The bound on the rest after a session whose starts are spent.
    pub longest_pause: Duration,
}

impl Gateway {
    /// Holds a session until `shutdown`. When a session ends, another one follows after a
    /// wait with backoff, because Discord allows a thousand starts per day.
    pub async fn run(&self, shutdown: &CancellationToken) {
        // A call that ended by a panic left its session running.
        self.status.end().await;
        let mut patience = Patience::new(LAST_WAIT);
        while !shutdown.is_cancelled() {
            let started = Instant::now();
            let ended = shutdown.run_until_cancelled(self.session()).await;
            self.status.end().await;
            let Some(Err(error)) = ended else { break };
            let held = started.elapsed();
            let wait = match error {
                GatewayError::StartsSpent => self.status.pause_after(held).min(self.longest_pause),
                GatewayError::Refused(DiscordError::Unavailable(_)) => {
                    patience.wait_after(held).min(LAST_WAIT_OUT_OF_REACH)
                }
                _ => patience.wait_after(held),
            };
            log_ended(&error, millis(wait));
            shutdown.run_until_cancelled(tokio::time::sleep(wait)).await;
        }
    }

    /// Waits until the shards may start, and returns the gateway's address.
    async fn begin(&self) -> Result<Address, GatewayError> {
        let mut first = lock(&self.first).take();
        loop {
            let address = match first.take() {
                Some(address) => address,
                None => Address::ask(&self.rest, self.shards).await?,
            };
            if !address.delay.is_zero() {
                let (starts_left, wait_s) = (address.starts_left, address.delay.as_secs());
                tracing::warn!(starts_left, wait_s, "gateway.start_delayed");
                tokio::time::sleep(address.delay).await;
            }
            if !address.outdated {
                return Ok(address);
            }
        }
    }

    /// Starts a session and returns why it ended.
    async fn session(&self) -> Result<Infallible, GatewayError> {
        let Address {
            url,
            shards,
            starts_left,
            ..
        } = self.begin().await?;
        let broken = |error: std::io::Error| GatewayError::Session(error.to_string());
        let tasks = SessionTasks::new().map_err(broken)?;
        let events = GatewayEvents {
            entrance: self.entrance.clone(),
            heard: UndecodedReady::default(),
            home: Handle::current(),
        };
        let heard = Arc::clone(&events.heard);
        let client = client(self.token.clone(), self.origin.clone(), events);
        let mut client = tasks.run(client).await??;
        let turnstile = Turnstile::new(Arc::clone(&client.ws_url), url).await;
        let Shards { first, last, total } = shards;
        tracing::info!(first, last, total, starts_left, "gateway.starting");
        let manager = Arc::clone(&client.shard_manager);
        // serenity starts one shard every five seconds, as Discord asks, and treats the end
        // of this range as included.
        let serving = async move { client.start_shard_range(first..last, total).await };
        let serving = tasks.run(serving);
        let supervision = Supervision {
            status: Arc::downgrade(&self.status),
            manager: Arc::clone(&manager),
            shards,
            turnstile,
            longest_incomplete: self.longest_incomplete,
        };
        let supervising = tasks.run(supervision.run());
        self.status.begin(manager, shards, heard, tasks);
        let (error, turnstile) = tokio::select! {
            ended = serving => match ended {
                Ok(Ok(())) => (GatewayError::Session("every shard is gone".into()), None),
                Ok(Err(error)) => (GatewayError::Session(error.to_string()), None),
                Err(error) => (error, None),
            },
            ended = supervising => match ended {
                Ok((error, turnstile)) => (error, Some(turnstile)),
                Err(error) => (error, None),
            },
        };
        self.status.end().await;
        drop(turnstile);
        Err(error)
    }
}

/// Logs the reason why there is no session.
fn log_ended(error: &GatewayError, wait_ms: i64) {
    match error {
        GatewayError::StartsSpent => tracing::error!(
            %error,
            wait_ms,
            hint = "Discord resets the token of a bot that starts 1,000 times a day, so this one \
                    rests: is Discord in trouble, or does another process use the same token?",
            "gateway.starts_spent"
        ),
        // The client has logged the first refusal as an error already.
        GatewayError::Refused(DiscordError::Unauthorized) => {
            tracing::warn!(%error, wait_ms, "gateway.down");
        }
        _ => tracing::error!(%error, wait_ms, "gateway.down"),
    }
}

/// Builds serenity's client. It must run among the tasks of its session, which then own the
/// tasks that the client spawns.
async fn client(
    token: Secret,
    origin: String,
    events: GatewayEvents,
) -> Result<Client, GatewayError> {
    // serenity's own requests (one for the address, which is not used) must go to the same
    // origin; its rate limiter would ignore that.
    let client = reqwest::Client::builder().timeout(Duration::from_secs(15));
    let client = client
        .build()
        .map_err(|error| GatewayError::Session(error.to_string()))?;
    let http = HttpBuilder::new(token.expose())
        .client(client)
        .proxy(origin)
        .ratelimiter_disabled(true)
        .build();
    ClientBuilder::new_with_http(http, GatewayIntents::empty())
        .event_handler(events.clone())
        .raw_event_handler(events)
        .await
        .map_err(|error| GatewayError::Session(error.to_string()))
}
