//! Builds everything and runs it until a signal.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::discord::application::Application;
use crate::discord::messenger::Messenger;
use crate::discord::rest::Rest;
use crate::doors::address::Address;
use crate::doors::entrance::Entrance;
use crate::doors::gateway::{Gateway, GatewayStatus};
use crate::doors::health::{Health, KEEPER_STUCK, Loop, STUCK};
use crate::doors::http;
use crate::doors::interactions;
use crate::flows::courier::{self, Courier};
use crate::flows::intake::{Intake, Parts};
use crate::flows::keeper::Keeper;
use crate::flows::poller::Poller;
use crate::flows::supervise::supervise;
use crate::flows::wakes::Wakes;
use crate::flows::worker::Worker;
use crate::metrics;
use crate::provider::client::Client;
use crate::provider::media::{Fetcher, MediaConfig};
use crate::store::Store;

/// How often what was measured is sorted into its buckets, so that it does not
/// pile up where nobody reads `/metrics`.
const MEASURE: Duration = Duration::from_secs(10);

/// How long a claim lasts if its process is gone; the time after which another
/// one, or the next start, goes on.
#[derive(Clone, Copy, Debug)]
pub struct Leases {
    /// A recorded command, from its acknowledgement on, a poll or a delivery;
    /// renewed while it is performed.
    pub work: Duration,
    /// How long Discord is trusted to know a nonce again: it says "the past few
    /// minutes", we count on two. After that a message is looked for.
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
    listener: TcpListener,
    http: Router,
    entrance: Entrance,
    gateway: Option<Gateway>,
    poller: Worker<Poller>,
    courier: Worker<Courier>,
    keeper: Keeper,
    wakes: Arc<Wakes>,
    store: Store,
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
        let media = Arc::new(Fetcher::new(&MediaConfig {
            allow_private_hosts: config.media_allow_private_hosts,
            dir: temporary_folder()?,
        })?);
        let rest = Rest::new(&config.discord_api_url, &config.discord_token)?;
        let has_public_key = config.discord_public_key.is_some();
        let application = Application::log_in(&rest, has_public_key).await?;
        application.register(&rest, config.discord_guild_id).await?;
        let address = if config.discord_gateway {
            Some(Address::ask(&rest, config.discord_shards).await?)
        } else {
            None
        };

        let slots = Poller::slots(config.poll_rate);
        let wakes = Arc::new(Wakes::new(slots, courier::SLOTS));
        let messenger = Messenger::new(rest.clone(), application.bot_id);
        let gateway_status = Arc::new(GatewayStatus::default());
        let poller = Worker {
            slots,
            lease: leases.work,
            pulse: Arc::default(),
            work: Arc::new(Poller::new(
                store.clone(),
                Arc::clone(&client),
                Arc::clone(&wakes),
                config.pace,
                config.poll_rate,
            )),
        };
        let courier = Worker {
            slots: courier::SLOTS,
            lease: leases.work,
            pulse: Arc::default(),
            work: Arc::new(Courier {
                store: store.clone(),
                messenger: messenger.clone(),
                media,
                nonce_memory: leases.nonce,
            }),
        };
        let keeper = Keeper {
            store: store.clone(),
            wakes: Arc::clone(&wakes),
            lease: leases.work,
            watch_timeout: config.watch_timeout,
            retention: config.retention,
            pulse: Arc::default(),
        };
        let parts = Parts {
            store: store.clone(),
            messenger,
            client,
            wakes: Arc::clone(&wakes),
            lease: leases.work,
            watch_timeout: config.watch_timeout,
            pace: config.pace,
            max_watches: config.max_watches_per_user,
        };
        let intake = Arc::new(Intake::new(parts, config.commands_per_minute));
        let entrance = Entrance::new(intake);
        let turning = |name, pulse: &Arc<_>, stuck| Loop {
            name,
            pulse: Arc::clone(pulse),
            stuck,
        };
        let health = Health {
            loops: vec![
                turning("poller", &poller.pulse, STUCK),
                turning("courier", &courier.pulse, STUCK),
                turning("keeper", &keeper.pulse, KEEPER_STUCK),
            ],
            gateway: config.discord_gateway.then(|| Arc::clone(&gateway_status)),
            store: store.clone(),
        };
        let mut http = http::routes(health);
        if let Some(key) = config.discord_public_key {
            http = http.merge(interactions::routes(key, entrance.clone()));
        }
        let gateway = address.map(|address| Gateway {
            rest,
            origin: config.discord_api_url,
            token: config.discord_token,
            shards: config.discord_shards,
            entrance: entrance.clone(),
            status: gateway_status,
            first: Mutex::new(Some(address)),
        });
        let grace = config.shutdown_grace;
        Ok(Self {
            listener,
            http,
            entrance,
            gateway,
            poller,
            courier,
            keeper,
            wakes,
            store,
            grace,
        })
    }

    /// Where the HTTP door listens; `HTTP_ADDR` may have asked for port 0.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn http_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Runs until `shutdown`; then closes the doors, stops claiming, finishes
    /// what is in flight within the grace time and gives the rest back.
    ///
    /// # Errors
    /// If the HTTP door breaks.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> anyhow::Result<()> {
        let [doors, loops, overdue] = <[CancellationToken; 3]>::default();
        // Closed at once, so that a load balancer goes to another process.
        let http = axum::serve(self.listener, self.http)
            .with_graceful_shutdown(doors.clone().cancelled_owned());
        let gateway = async {
            if let Some(gateway) = &self.gateway {
                supervise("gateway", &doors, || gateway.run(&doors)).await;
            }
        };
        let both_doors = async {
            let run = async {
                let ((), served) = tokio::join!(gateway, http.into_future());
                // What came in through the doors may still need the loops.
                self.entrance.close().await;
                served
            };
            let served = overdue.run_until_cancelled(run).await;
            loops.cancel();
            served.unwrap_or(Ok(()))
        };
        let listen = || async {
            let listen = self.store.listen(|signal| self.wakes.pass_on(signal));
            loops.run_until_cancelled(listen).await;
        };
        // Tasks of their own: what wakes one of the loops need not poll everything
        // else. They are aborted where the bot is dropped.
        let mut workers = JoinSet::new();
        let shared = || (Arc::clone(&self.wakes), loops.clone(), overdue.clone());
        let (poller, (wakes, stop, late)) = (self.poller, shared());
        workers.spawn(async move { poller.run(&wakes.poller, &stop, &late).await });
        let (courier, (wakes, stop, late)) = (self.courier, shared());
        workers.spawn(async move { courier.run(&wakes.courier, &stop, &late).await });
        let tend = || async {
            loops.run_until_cancelled(self.store.tend_journal()).await;
        };
        let work = async {
            let ((), (), (), (), _, served) = tokio::join!(
                supervise("listener", &loops, listen),
                supervise("journal", &loops, tend),
                supervise("measure", &loops, || measure(&loops)),
                self.keeper.run(loops.clone()),
                workers.join_all(),
                both_doors,
            );
            served
        };
        // The doors and the loops share one time of grace.
        let order = async {
            shutdown.await;
            tracing::info!("app.stopping");
            doors.cancel();
            tokio::time::sleep(self.grace).await;
            overdue.cancel();
            std::future::pending::<Infallible>().await
        };
        let served = tokio::select! {
            served = work => served,
            never = order => match never {},
        };
        self.store.close().await;
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

/// Keeps the measurements small until `shutdown`.
async fn measure(shutdown: &CancellationToken) {
    while !shutdown.is_cancelled() {
        metrics::upkeep();
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(MEASURE) => {}
        }
    }
}
