//! The gateway: one serenity session per shard, without any intents, because
//! interactions are sent to every bot.
//!
//! The gateway's address is asked for here and given to serenity: its own client
//! goes to the real Discord whenever the answer to that request fails, which
//! must never happen to a bot that was told another origin.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serenity::all::{
    ClientBuilder, ConnectionStage, Context, EventHandler, GatewayIntents, HttpBuilder,
    Interaction, ShardManager, ShardStageUpdateEvent,
};
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::discord::rest::{Bucket, Rest};
use crate::domain::decide::delivery::DiscordError;
use crate::domain::schedule::backoff;
use crate::domain::secret::Secret;
use crate::flows::intake::Intake;
use crate::flows::jitter;

/// How many interactions are taken in at a time; Discord forgets what waits for
/// longer than three seconds.
const MOST_AT_ONCE: usize = 256;

/// A session that held for so long ends a row of failures.
const STEADY: Duration = Duration::from_secs(60);

/// Why there is no gateway session.
#[derive(Debug, Error)]
pub enum GatewayError {
    /// The address could not be had.
    #[error("the gateway's address cannot be had from DISCORD_API_URL: {0}")]
    Address(#[from] DiscordError),
    /// The address is none.
    #[error("DISCORD_API_URL names no usable gateway")]
    NoGateway,
    /// Discord allows no more sessions for now.
    #[error("Discord allows no new session for {0:?}: too many starts in a day")]
    NoStartsLeft(Duration),
    /// serenity ended the session.
    #[error("the gateway session ended: {0}")]
    Session(String),
}

/// Where the gateway is and how to begin there.
///
/// Source: <https://discord.com/developers/docs/events/gateway#get-gateway-bot>
#[derive(Clone, Debug, Deserialize)]
pub struct Address {
    url: String,
    shards: u32,
    session_start_limit: StartLimit,
}

#[derive(Clone, Debug, Deserialize)]
struct StartLimit {
    remaining: u32,
    reset_after: u64,
}

impl Address {
    /// Asks Discord.
    ///
    /// # Errors
    /// [`GatewayError`] if there is no usable answer.
    pub async fn ask(rest: &Rest) -> Result<Self, GatewayError> {
        let reply = rest
            .json(Method::GET, "/gateway/bot", Bucket::Bot(0), None)
            .await?;
        let address: Self = serde_json::from_value(reply).map_err(|_| GatewayError::NoGateway)?;
        let web_socket = address.url.starts_with("wss://") || address.url.starts_with("ws://");
        if !web_socket || address.shards == 0 {
            return Err(GatewayError::NoGateway);
        }
        if address.session_start_limit.remaining < address.shards {
            let wait = Duration::from_millis(address.session_start_limit.reset_after);
            return Err(GatewayError::NoStartsLeft(wait));
        }
        Ok(address)
    }
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
    /// Where interactions go.
    pub intake: Arc<Intake>,
    /// Told of each session.
    pub connections: Arc<Connections>,
}

impl Gateway {
    /// Holds a session until `shutdown`, beginning at `first`; a session that
    /// ends is followed by another, later and later, because Discord allows a
    /// thousand starts a day. Returns once what came in is dealt with.
    pub async fn run(&self, first: Address, shutdown: CancellationToken) {
        let tracker = TaskTracker::new();
        let mut address = Some(first);
        let mut failures = 0;
        while !shutdown.is_cancelled() {
            let started = tokio::time::Instant::now();
            let result = match address.take() {
                Some(address) => self.session(address, &tracker, &shutdown).await,
                None => match Address::ask(&self.rest).await {
                    Ok(address) => self.session(address, &tracker, &shutdown).await,
                    Err(error) => Err(error),
                },
            };
            self.connections.set(None);
            let Err(error) = result else { break };
            failures = if started.elapsed() > STEADY {
                1
            } else {
                failures + 1
            };
            let wait = match &error {
                GatewayError::NoStartsLeft(wait) => *wait,
                _ => backoff(
                    failures,
                    Duration::from_secs(1),
                    Duration::from_secs(300),
                    jitter(),
                ),
            };
            let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            tracing::error!(%error, wait_ms, "gateway.down");
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        tracker.close();
        tracker.wait().await;
    }

    async fn session(
        &self,
        address: Address,
        tracker: &TaskTracker,
        shutdown: &CancellationToken,
    ) -> Result<(), GatewayError> {
        let session = |error: serenity::Error| GatewayError::Session(error.to_string());
        // serenity's own requests (one for the address, which is not used) go to
        // the same origin; its rate limiter would ignore that.
        let http = HttpBuilder::new(self.token.expose())
            .proxy(&self.origin)
            .ratelimiter_disabled(true)
            .build();
        let handler = Handler {
            intake: Arc::clone(&self.intake),
            tracker: tracker.clone(),
            slots: Arc::new(tokio::sync::Semaphore::new(MOST_AT_ONCE)),
        };
        let mut client = ClientBuilder::new_with_http(http, GatewayIntents::empty())
            .event_handler(handler)
            .await
            .map_err(session)?;
        *client.ws_url.lock().await = address.url;
        tracing::info!(
            shards = address.shards,
            starts_left = address.session_start_limit.remaining,
            "gateway.starting"
        );
        let manager = Arc::clone(&client.shard_manager);
        self.connections
            .set(Some((Arc::clone(&manager), address.shards)));
        tokio::select! {
            ended = client.start_shards(address.shards) => match ended {
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

struct Handler {
    intake: Arc<Intake>,
    tracker: TaskTracker,
    slots: Arc<tokio::sync::Semaphore>,
}

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        let Ok(slot) = Arc::clone(&self.slots).try_acquire_owned() else {
            tracing::warn!(reason = "too many at once", "gateway.interaction_dropped");
            return;
        };
        let intake = Arc::clone(&self.intake);
        // A task of its own, so that a shutdown lets it finish.
        self.tracker.spawn(async move {
            intake.take(interaction).await;
            drop(slot);
        });
    }

    async fn shard_stage_update(&self, _: Context, event: ShardStageUpdateEvent) {
        tracing::info!(shard = event.shard_id.0, stage = %event.new, "gateway.shard");
    }
}
