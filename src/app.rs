//! Builds the bot and runs it until a signal.

mod gateways;
mod login;
mod ports;
mod ready;
mod running;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;

use self::gateways::GatewayQueues;
use self::ports::Ports;
use self::ready::Ready;
use self::running::{Doors, Loops, Shutdown};
use crate::config::Config;
use crate::discord::definitions::invite_link;
use crate::discord::messenger::Messenger;
use crate::discord::rest::Rest;
use crate::doors::address::Address;
use crate::doors::api;
use crate::doors::entrance::Entrance;
use crate::doors::gateway::Gateway;
use crate::doors::http::{self, Health};
use crate::doors::interactions;
use crate::doors::session::GatewayStatus;
use crate::flows::cleaner::Cleaner;
use crate::flows::clock::Clock;
use crate::flows::courier::{self, Courier};
use crate::flows::inbox::Inboxes;
use crate::flows::intake::{Intake, Parts};
use crate::flows::orders::Orders;
use crate::flows::poller::Poller;
use crate::flows::registrar::Registrar;
use crate::flows::start::Starter;
use crate::flows::timekeeper::Timekeeper;
use crate::flows::worker::Worker;
use crate::metrics::{self, Loop};
use crate::provider::gateways::Gateways;
use crate::provider::media::guard::AddressGuard;
use crate::provider::media::{FetchLimits, Fetcher};
use crate::store::Store;

/// Durations for which the bot waits for other parties or relies on them. Tests set shorter
/// ones.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    /// How long a claim of a row lasts after its process has crashed: a recorded watch, a
    /// poll or a delivery. The claim is renewed while the row is performed.
    pub work_lease: Duration,
    /// How long the bot relies on Discord to recognise a nonce. Discord says "the past few
    /// minutes"; the bot counts on two. After that it searches for the message.
    ///
    /// Source: <https://discord.com/developers/docs/resources/message#create-message>
    pub nonce: Duration,
    /// How long a session on Discord's gateway may be incomplete before another one is
    /// started.
    pub incomplete: Duration,
    /// The longest pause after a session whose starts are used up.
    pub longest_pause: Duration,
    /// The time between two checks of whether Discord accepts the token.
    pub token_check: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            work_lease: Duration::from_secs(15),
            nonce: Duration::from_secs(120),
            incomplete: Duration::from_secs(60),
            longest_pause: Duration::from_secs(300),
            token_check: Duration::from_secs(600),
        }
    }
}

/// A bot that is ready to run: its database is migrated, its token is accepted, its port is
/// open, and its commands are registered unless an error that may pass prevented that.
pub struct App {
    /// The address of health and metrics. It differs from `HTTP_ADDR` if that asks for port
    /// 0.
    pub http_addr: SocketAddr,
    /// The address of the door for Discord's HTTP interactions, if there is one.
    pub interactions_addr: SocketAddr,
    /// The link that adds the bot to a server.
    pub invite: String,
    doors: Doors,
    loops: Loops,
    grace: Duration,
}

impl App {
    /// Builds the bot. An error tells the operator why the bot cannot start.
    pub async fn build(config: Config, timings: Timings, clock: Clock) -> anyhow::Result<Self> {
        metrics::install();
        let store = Store::open(&config.database_url)
            .await
            .context("DATABASE_URL")?;
        let ports = Ports::open(&config).await?;
        let [http_addr, interactions_addr] = ports.addresses()?;
        gateways::warn(&config);
        let gateways = Gateways::new(&config.gateways)?;
        let guard = AddressGuard::new(config.media_allow_private_hosts);
        let limits = FetchLimits::default();
        let own = gateways::origins(&config, &gateways, &limits)?;
        let fetcher = Arc::new(Fetcher::new(temporary_folder()?, guard, limits, own)?);
        let rest = Rest::new(&config.discord_api_url, &config.discord_token)?;
        let begin = begin(&config, &rest, &store);
        let (registrar, address) = ports.serve_during(begin).await?;
        let application = registrar.application;

        let status = Arc::new(GatewayStatus::default());
        let addresses = [http_addr, interactions_addr];
        let ready = Ready::new(&config, &registrar, &status, addresses);
        let messenger = Messenger::new(rest.clone(), application.bot_id);
        let GatewayQueues {
            polls,
            queues,
            sharing,
        } = GatewayQueues::of(&config, &store);
        let timekeeper = Timekeeper {
            clock: clock.clone(),
            store: store.clone(),
            watch_timeout: config.watch_timeout,
            longest_pause: config.longest_pause(),
        };
        timekeeper.begin().await.context("DATABASE_URL")?;
        let starter = Starter {
            clock: clock.clone(),
            store: store.clone(),
            inboxes: Arc::new(Inboxes::new(polls, courier::SLOTS)),
            lease: timings.work_lease,
            watch_timeout: config.watch_timeout,
        };
        let poller = Poller {
            clock: clock.clone(),
            store: store.clone(),
            gateways: gateways.clone(),
            queues,
            sharing,
            inboxes: Arc::clone(&starter.inboxes),
            pace: config.pace,
        };
        let courier = Courier::new(
            starter.clone(),
            messenger.clone(),
            Arc::clone(&fetcher),
            timings.nonce,
            config.announce_role,
        );
        let poller = Worker::new(poller, polls, timings.work_lease, clock.clone());
        let courier = Worker::new(courier, courier::SLOTS, timings.work_lease, clock.clone());
        let cleaner = Cleaner {
            clock: clock.clone(),
            store: store.clone(),
            retention: config.retention,
            pulse: Arc::default(),
        };
        let inboxes = Arc::clone(&starter.inboxes);
        let orders = Orders {
            starter: starter.clone(),
            messenger: messenger.clone(),
            application_id: application.id,
            spoiler: config.spoiler,
            language: config.language,
            guilds: config.allowed_guilds.clone(),
            max_watches: config.api_max_watches,
        };
        let parts = Parts {
            starter,
            messenger,
            fetcher,
            gateways: gateways.clone(),
            pace: config.pace,
            spoiler: config.spoiler,
            language: config.language,
            max_watches: config.max_watches_per_user,
            guilds: config.allowed_guilds,
        };
        let intake = Arc::new(Intake::new(parts, config.commands_per_minute));
        let entrance = Entrance::new(intake, application.id);
        let health = http::routes(Health {
            loops: vec![
                (Loop::Poller, Arc::clone(&poller.pulse)),
                (Loop::Courier, Arc::clone(&courier.pulse)),
                (Loop::Cleaner, Arc::clone(&cleaner.pulse)),
            ],
            gateway: config.discord_gateway.then(|| Arc::clone(&status)),
            store: store.clone(),
            clock: clock.clone(),
            registrar: Arc::clone(&registrar),
            gateways,
        });
        let api = api::routes(config.api_tokens, config.api_per_minute, orders);
        let discord = config
            .discord_public_key
            .map(|key| interactions::routes(key, entrance.clone(), clock));
        let (health, discord) = ports.serve(health.merge(api), discord);
        let gateway = config.discord_gateway.then(|| Gateway {
            rest,
            origin: config.discord_api_url,
            token: config.discord_token,
            shards: config.discord_shards,
            entrance: entrance.clone(),
            status,
            first: Mutex::new(address),
            longest_incomplete: timings.incomplete,
            longest_pause: timings.longest_pause,
        });
        Ok(Self {
            http_addr,
            interactions_addr,
            invite: invite_link(application.id),
            doors: Doors {
                health,
                discord,
                gateway,
                entrance,
                ready,
            },
            loops: Loops {
                poller,
                courier,
                cleaner,
                timekeeper,
                registrar,
                token_check: timings.token_check,
                inboxes,
                store,
            },
            grace: config.shutdown_grace,
        })
    }

    /// Runs until `signal`. Then it closes the doors, stops claiming, waits at most
    /// `SHUTDOWN_GRACE` for the rows in flight and releases the rest.
    pub async fn run(self, signal: impl Future<Output = ()>) {
        let (store, shutdown) = (self.loops.store.clone(), Shutdown::default());
        let work = async {
            tokio::join!(self.doors.run(&shutdown), self.loops.run(&shutdown));
        };
        tokio::select! {
            () = work => {}
            never = shutdown.order(signal, self.grace) => match never {},
        }
        store.close().await;
        tracing::info!("app.stopped");
    }
}

/// Takes the steps of a start that wait for Discord: logs in, registers the commands and asks
/// for the gateway's address, which is `None` if there is none or Discord did not tell it.
async fn begin(
    config: &Config,
    rest: &Rest,
    store: &Store,
) -> anyhow::Result<(Arc<Registrar>, Option<Address>)> {
    let application = login::log_in(rest, config.discord_public_key.is_some()).await?;
    let registrar = Arc::new(Registrar {
        application,
        rest: rest.clone(),
        store: store.clone(),
        guild: config.discord_guild_id,
        trouble: Mutex::default(),
    });
    registrar.begin().await?;
    let address = match config.discord_gateway {
        true => Address::ask_once(rest, config.discord_shards).await?,
        false => None,
    };
    Ok((registrar, address))
}

/// Returns the folder for temporary files and creates it if it is missing: in the container
/// image it is on the volume, which is empty at the first start.
pub fn temporary_folder() -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir();
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("TMPDIR: {} cannot be created", folder.display()))?;
    Ok(folder)
}
