//! The gateway: one serenity session per shard, without any intents, because
//! interactions are sent to every bot.
//!
//! The gateway's address is asked for here and given to serenity: its own client
//! goes to the real Discord whenever the answer to that request fails, which
//! must never happen to a bot that was told another origin.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serenity::all::{
    ClientBuilder, ConnectionStage, Context, EventHandler, GatewayIntents, HttpBuilder,
    Interaction, ShardManager, ShardStageUpdateEvent,
};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use super::address::{Address, AddressError, Shards};
use super::entrance::Entrance;
use crate::discord::rest::Rest;
use crate::domain::schedule::backoff;
use crate::domain::secret::Secret;
use crate::flows::jitter;

/// A session that held for so long ends a row of failures.
const STEADY: Duration = Duration::from_secs(60);

/// Why there is no gateway session.
#[derive(Debug, Error)]
pub enum GatewayError {
    /// There is nowhere to go.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// serenity ended the session.
    #[error("the gateway session ended: {0}")]
    Session(String),
}

/// The shards of the present session, for the readiness check.
///
/// serenity's own list is asked, not its events: a shard that is restarted
/// leaves the list without an event.
#[derive(Default)]
pub struct Connections(Mutex<Option<(Arc<ShardManager>, u32)>>);

impl Connections {
    /// Whether every shard is connected.
    pub async fn complete(&self) -> bool {
        let session = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let Some((manager, wanted)) = session else {
            return false;
        };
        let runners = manager.runners.lock().await;
        let connected = runners
            .values()
            .filter(|runner| runner.stage == ConnectionStage::Connected);
        connected.count() >= wanted as usize
    }

    fn set(&self, session: Option<(Arc<ShardManager>, u32)>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = session;
    }
}

/// The gateway door.
pub struct Gateway {
    /// Asks for the address.
    pub rest: Rest,
    /// `DISCORD_API_URL`.
    pub origin: String,
    /// The bot token.
    pub token: Secret,
    /// `DISCORD_SHARDS`.
    pub shards: Option<Shards>,
    /// Where interactions go.
    pub entrance: Entrance,
    /// Told of each session.
    pub connections: Arc<Connections>,
}

impl Gateway {
    /// Holds a session until `shutdown`, beginning at `first`; a session that
    /// ends is followed by another, later and later, because Discord allows a
    /// thousand starts a day.
    pub async fn run(&self, first: Address, shutdown: CancellationToken) {
        let mut address = Some(first);
        let mut failures = 0;
        while !shutdown.is_cancelled() {
            let started = tokio::time::Instant::now();
            let result = self.session(address.take(), &shutdown).await;
            self.connections.set(None);
            let Err(error) = result else { break };
            failures = if started.elapsed() > STEADY {
                1
            } else {
                failures + 1
            };
            let (base, cap) = (Duration::from_secs(1), Duration::from_secs(300));
            let wait = backoff(failures, base, cap, jitter());
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            tracing::error!(%error, wait_ms, "gateway.down");
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// The address to begin at, once it is time to begin.
    async fn begin(&self, known: Option<Address>) -> Result<Address, AddressError> {
        let mut address = match known {
            Some(address) => address,
            None => Address::ask(&self.rest, self.shards).await?,
        };
        loop {
            let Address {
                delay, starts_left, ..
            } = address;
            if !delay.is_zero() {
                let wait_s = delay.as_secs();
                tracing::warn!(starts_left, wait_s, "gateway.start_delayed");
                tokio::time::sleep(delay).await;
            }
            if !address.outdated {
                return Ok(address);
            }
            address = Address::ask(&self.rest, self.shards).await?;
        }
    }

    async fn session(
        &self,
        address: Option<Address>,
        shutdown: &CancellationToken,
    ) -> Result<(), GatewayError> {
        let address = tokio::select! {
            address = self.begin(address) => address?,
            () = shutdown.cancelled() => return Ok(()),
        };
        let session = |error: serenity::Error| GatewayError::Session(error.to_string());
        // serenity's own requests (one for the address, which is not used) go to
        // the same origin; its rate limiter would ignore that.
        let http = HttpBuilder::new(self.token.expose())
            .proxy(&self.origin)
            .ratelimiter_disabled(true)
            .build();
        let mut client = ClientBuilder::new_with_http(http, GatewayIntents::empty())
            .event_handler(Handler(self.entrance.clone()))
            .await
            .map_err(session)?;
        *client.ws_url.lock().await = address.url;
        let Shards { first, last, total } = address.shards;
        tracing::info!(
            first,
            last,
            total,
            starts_left = address.starts_left,
            "gateway.starting"
        );
        let manager = Arc::clone(&client.shard_manager);
        self.connections
            .set(Some((Arc::clone(&manager), address.shards.count())));
        tokio::select! {
            // serenity starts one shard in five seconds, as Discord asks, and
            // counts the end of this range in.
            ended = client.start_shard_range(first..last, total) => match ended {
                Err(error) => Err(session(error)),
                Ok(()) => Err(GatewayError::Session("every shard is gone".into())),
            },
            () = shutdown.cancelled() => {
                manager.shutdown_all().await;
                Ok(())
            }
        }
    }
}

struct Handler(Entrance);

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        // One that is refused shows "did not respond"; it was logged.
        let _ = self.0.admit(interaction);
    }

    async fn shard_stage_update(&self, _: Context, event: ShardStageUpdateEvent) {
        tracing::info!(shard = event.shard_id.0, stage = %event.new, "gateway.shard");
    }
}
