//! Builds everything and runs it until a signal.

mod loops;
mod open_doors;
mod shutdown;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;

use self::loops::Loops;
use self::open_doors::Doors;
use self::shutdown::Shutdown;
use crate::config::Config;
use crate::discord::application::Application;
use crate::discord::messenger::Messenger;
use crate::discord::rest::Rest;
use crate::doors::address::Address;
use crate::doors::entrance::Entrance;
use crate::doors::gateway::{Gateway, GatewayStatus};
use crate::doors::health::Health;
use crate::doors::http;
use crate::doors::interactions;
use crate::flows::cleaner::Cleaner;
use crate::flows::courier::{self, Courier};
use crate::flows::inbox::Inboxes;
use crate::flows::intake::{Intake, Parts};
use crate::flows::poller::Poller;
use crate::flows::start::Starter;
use crate::flows::worker::Worker;
use crate::metrics;
use crate::provider::client::Client;
use crate::provider::media::guard::AddressGuard;
use crate::provider::media::{FetchLimits, Fetcher};
use crate::store::Store;

/// How long a claim lasts if its process is gone; the time after which another
/// one, or the next start, goes on.
#[derive(Clone, Copy, Debug)]
pub struct Leases {
    /// A watch that is asked for, a poll or a delivery; renewed while it is performed.
    pub work: Duration,
    /// How long Discord is trusted to recognise a nonce: it says "the past few
    /// minutes", the bot counts on two. After that a message is looked for.
    ///
    /// Source: <https://discord.com/developers/docs/resources/message#create-message>
    pub nonce: Duration,
}

impl Default for Leases {
    fn default() -> Self {
        Self {
            work: Duration::from_secs(15),
            nonce: Duration::from_secs(120),
        }
    }
}

/// A bot that is ready to run: its database is migrated, its token is accepted,
/// its commands are registered and its port is open.
pub struct App {
    doors: Doors,
    loops: Loops,
    grace: Duration,
}

impl App {
    /// Builds the bot.
    ///
    /// # Errors
    /// Whatever keeps it from starting, in words for the operator.
    pub async fn build(config: Config, leases: Leases) -> anyhow::Result<Self> {
        metrics::install();
        let store = Store::open(&config.database_url)
            .await
            .context("DATABASE_URL")?;
        let listener = TcpListener::bind(config.http_addr)
            .await
            .with_context(|| format!("HTTP_ADDR: {} cannot be listened on", config.http_addr))?;
        if config.video.key.is_empty() {
            tracing::warn!(
                hint = "VIDEO_API_KEY is empty: queries go out without a key",
                "config.no_key"
            );
        }
        let client = Arc::new(Client::new(&config.video)?);
        let guard = AddressGuard::new(config.media_allow_private_hosts);
        let fetcher = Fetcher::new(temporary_folder()?, guard, FetchLimits::default())?;
        let rest = Rest::new(&config.discord_api_url, &config.discord_token)?;
        let has_public_key = config.discord_public_key.is_some();
        let application = Application::log_in(&rest, has_public_key).await?;
        application.register(&rest, config.discord_guild_id).await?;
        let address = if config.discord_gateway {
            Some(Address::ask(&rest, config.discord_shards).await?)
        } else {
            None
        };

        let messenger = Messenger::new(rest.clone(), application.bot_id);
        let polls = Poller::slots(config.poll_rate);
        let starter = Starter {
            store: store.clone(),
            inboxes: Arc::new(Inboxes::new(polls, courier::SLOTS)),
            lease: leases.work,
            watch_timeout: config.watch_timeout,
        };
        let poller = Poller::new(
            store.clone(),
            Arc::clone(&client),
            Arc::clone(&starter.inboxes),
            config.pace,
            config.poll_rate,
        );
        let courier = Courier::new(starter.clone(), messenger.clone(), fetcher, leases.nonce);
        let loops = Loops {
            poller: Worker::new(poller, polls, leases.work),
            courier: Worker::new(courier, courier::SLOTS, leases.work),
            cleaner: Cleaner {
                store: store.clone(),
                retention: config.retention,
                pulse: Arc::default(),
            },
            inboxes: Arc::clone(&starter.inboxes),
            store: store.clone(),
        };
        let parts = Parts {
            starter,
            messenger,
            client,
            pace: config.pace,
            max_watches: config.max_watches_per_user,
        };
        let entrance = Entrance::new(Arc::new(Intake::new(parts, config.commands_per_minute)));
        let status = Arc::new(GatewayStatus::default());
        let mut http = http::routes(Health {
            loops: loops.pulses(),
            gateway: config.discord_gateway.then(|| Arc::clone(&status)),
            store,
        });
        if let Some(key) = config.discord_public_key {
            http = http.merge(interactions::routes(key, entrance.clone()));
        }
        let gateway = address.map(|address| Gateway {
            rest,
            origin: config.discord_api_url,
            token: config.discord_token,
            shards: config.discord_shards,
            entrance: entrance.clone(),
            status,
            first: Mutex::new(Some(address)),
        });
        Ok(Self {
            doors: Doors {
                listener,
                http,
                gateway,
                entrance,
            },
            loops,
            grace: config.shutdown_grace,
        })
    }

    /// Where the HTTP door listens; `HTTP_ADDR` may have asked for port 0.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn http_addr(&self) -> std::io::Result<SocketAddr> {
        self.doors.listener.local_addr()
    }

    /// Runs until `signal`; then closes the doors, stops claiming, finishes the rows
    /// in flight within the time of grace and releases the rest.
    ///
    /// # Errors
    /// If the HTTP door breaks.
    pub async fn run(self, signal: impl Future<Output = ()>) -> anyhow::Result<()> {
        let store = self.loops.store.clone();
        let shutdown = Shutdown::default();
        let work = async {
            let ((), served) = tokio::join!(self.loops.run(&shutdown), self.doors.run(&shutdown));
            served
        };
        let served = tokio::select! {
            served = work => served,
            never = shutdown.order(signal, self.grace) => match never {},
        };
        store.close().await;
        tracing::info!("app.stopped");
        served.context("the HTTP door")
    }
}

/// The folder for temporary files, which is made where it is missing: in the image
/// it is on the volume, which is empty at the first start.
///
/// # Errors
/// If it cannot be made.
pub fn temporary_folder() -> anyhow::Result<PathBuf> {
    let folder = std::env::temp_dir();
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("TMPDIR: {} cannot be made", folder.display()))?;
    Ok(folder)
}
