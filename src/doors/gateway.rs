//! The gateway: one serenity session per shard, without any intents, because
//! interactions are sent to every bot.
//!
//! The gateway's address is asked for here and given to serenity: its own client
//! goes to the real Discord whenever the answer to that request fails, which
//! must never happen to a bot that was told another origin.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use serenity::all::{
    ClientBuilder, ConnectionStage, Context, Event, EventHandler, GatewayIntents, HttpBuilder,
    Interaction, RawEventHandler, ShardId, ShardManager, ShardStageUpdateEvent,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::address::{Address, GatewayError, Shards};
use super::entrance::{Admitted, Entrance};
use crate::discord::rest::Rest;
use crate::domain::secret::Secret;
use crate::domain::time::millis;
use crate::flows::supervise::Patience;
use crate::sync::lock;

/// The event of an interaction, which serenity names where it cannot decode one.
const INTERACTION_CREATE: &str = "INTERACTION_CREATE";

/// The longest wait between two sessions.
const LAST_WAIT: Duration = Duration::from_secs(300);

/// A shard that Discord has not answered for so long counts as lost. It answers
/// a heartbeat each 41 s.
const QUIET: Duration = Duration::from_secs(100);

/// The shards of the present session, for the readiness check. serenity's own list is
/// asked, not its events: a shard that is restarted leaves the list without an event.
#[derive(Default)]
pub struct GatewayStatus(Mutex<Option<Session>>);

struct Session {
    manager: Arc<ShardManager>,
    wanted: u32,
    heartbeats: Heartbeats,
}

impl GatewayStatus {
    /// Whether every shard is connected, as far as is known: one of which
    /// nothing is heard is noticed a while after this was asked before.
    pub async fn complete(&self) -> bool {
        let manager = lock(&self.0).as_ref().map(|now| Arc::clone(&now.manager));
        let Some(manager) = manager else { return false };
        let runners = manager.runners.lock().await;
        let connected = runners.iter().filter_map(|(id, runner)| {
            let is_connected = runner.stage == ConnectionStage::Connected;
            is_connected.then_some((*id, runner.latency))
        });
        let mut session = lock(&self.0);
        session.as_mut().is_some_and(|session| {
            session.heartbeats.update(connected, Instant::now()) >= session.wanted as usize
        })
    }

    /// Ends the present session, if there is one: its shards run in tasks of
    /// their own, and would go on beside those of the next.
    async fn end(&self) {
        let session = lock(&self.0).take();
        if let Some(session) = session {
            session.manager.shutdown_all().await;
        }
    }
}

/// When each connected shard last answered a heartbeat: serenity keeps only the stage,
/// which stays the same while a connection hangs, and the last heartbeat's
/// latency, which no two share.
#[derive(Default)]
struct Heartbeats(HashMap<ShardId, (Option<Duration>, Instant)>);

impl Heartbeats {
    /// Takes in the latencies of the connected shards, and returns how many of
    /// them were heard lately. The first latency comes with the first heartbeat.
    fn update(
        &mut self,
        connected: impl Iterator<Item = (ShardId, Option<Duration>)>,
        now: Instant,
    ) -> usize {
        let before = std::mem::take(&mut self.0);
        self.0 = connected
            .map(|(id, latency)| match before.get(&id) {
                Some(known) if known.0 == latency => (id, *known),
                _ => (id, (latency, now)),
            })
            .collect();
        let lately = |(_, at): &&(Option<Duration>, Instant)| now.duration_since(*at) < QUIET;
        self.0.values().filter(lately).count()
    }
}

pub struct Gateway {
    pub rest: Rest,
    pub origin: String,
    pub token: Secret,
    pub shards: Option<Shards>,
    pub entrance: Entrance,
    pub status: Arc<GatewayStatus>,
    /// Where the first session begins; later ones ask.
    pub first: Mutex<Option<Address>>,
}

impl Gateway {
    /// Holds a session until `shutdown`; one that ends is followed by another,
    /// later and later, because Discord allows a thousand starts a day.
    pub async fn run(&self, shutdown: &CancellationToken) {
        // If a panic broke this off, its session is still there.
        self.status.end().await;
        let mut patience = Patience::new(LAST_WAIT);
        while !shutdown.is_cancelled() {
            let started = Instant::now();
            let ended = shutdown.run_until_cancelled(self.session()).await;
            self.status.end().await;
            let Some(Err(error)) = ended else { break };
            let wait = patience.wait_after(started.elapsed());
            let wait_ms = millis(wait);
            tracing::error!(%error, wait_ms, "gateway.down");
            shutdown.run_until_cancelled(tokio::time::sleep(wait)).await;
        }
    }

    /// The address to begin at, once it is time to begin.
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
        let address = self.begin().await?;
        let session = |error: serenity::Error| GatewayError::Session(error.to_string());
        // serenity's own requests (one for the address, which is not used) go to
        // the same origin; its rate limiter would ignore that.
        let client = reqwest::Client::builder().timeout(Duration::from_secs(15));
        let client = client
            .build()
            .map_err(|error| GatewayError::Session(error.to_string()))?;
        let http = HttpBuilder::new(self.token.expose())
            .client(client)
            .proxy(&self.origin)
            .ratelimiter_disabled(true)
            .build();
        let mut client = ClientBuilder::new_with_http(http, GatewayIntents::empty())
            .event_handler(self.entrance.clone())
            .raw_event_handler(self.entrance.clone())
            .await
            .map_err(session)?;
        *client.ws_url.lock().await = address.url;
        let Shards { first, last, total } = address.shards;
        let starts_left = address.starts_left;
        tracing::info!(first, last, total, starts_left, "gateway.starting");
        *lock(&self.status.0) = Some(Session {
            manager: Arc::clone(&client.shard_manager),
            wanted: address.shards.count(),
            heartbeats: Heartbeats::default(),
        });
        // serenity starts one shard in five seconds, as Discord asks, and counts
        // the end of this range in.
        let ended = client.start_shard_range(first..last, total).await;
        ended.map_err(session)?;
        Err(GatewayError::Session("every shard is gone".into()))
    }
}

/// An interaction as Discord sent it. serenity leaves its type out.
fn raw(interaction: &Interaction) -> Option<Value> {
    let mut raw = serde_json::to_value(interaction).ok()?;
    raw["type"] = u8::from(interaction.kind()).into();
    Some(raw)
}

#[serenity::async_trait]
impl RawEventHandler for Entrance {
    /// serenity calls this in a task of its own, also for what it cannot decode. An
    /// interaction that is refused shows "did not respond"; it was logged.
    async fn raw_event(&self, _: Context, event: Event) {
        let raw = match event {
            Event::InteractionCreate(event) => raw(&event.interaction),
            Event::Unknown(event) if event.kind == INTERACTION_CREATE => Some(event.value),
            _ => None,
        };
        if let Some(raw) = raw
            && let Admitted::Taken(taking) = self.admit(&raw)
        {
            taking.await;
        }
    }
}

#[serenity::async_trait]
impl EventHandler for Entrance {
    async fn shard_stage_update(&self, _: Context, event: ShardStageUpdateEvent) {
        tracing::info!(shard = event.shard_id.0, stage = %event.new, "gateway.shard");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_whose_latency_stays_the_same_is_lost_after_a_while() {
        let (mut heartbeats, start) = (Heartbeats::default(), Instant::now());
        let mut connected = |after: u64, latencies: &[Option<u64>]| {
            let shards = (0..).map(ShardId).zip(latencies);
            let shards = shards.map(|(id, ms)| (id, ms.map(Duration::from_millis)));
            heartbeats.update(shards, start + Duration::from_secs(after))
        };
        assert_eq!(connected(0, &[None, None]), 2);
        assert_eq!(connected(41, &[Some(20), None]), 2);
        assert_eq!(connected(99, &[Some(20), None]), 2);
        assert_eq!(connected(100, &[Some(20), None]), 1);
        assert_eq!(connected(141, &[Some(20), Some(30)]), 1);
        assert_eq!(connected(150, &[Some(21), Some(30)]), 2);
        assert_eq!(connected(151, &[]), 0, "nothing is connected");
        assert_eq!(connected(400, &[Some(21), Some(30)]), 2, "a new session");
    }
}
