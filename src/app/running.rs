//! The doors and loops of a running bot, and their shutdown.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::ports::Server;
use super::ready::Ready;
use crate::doors::entrance::Entrance;
use crate::doors::gateway::Gateway;
use crate::doors::server;
use crate::flows::cleaner::Cleaner;
use crate::flows::courier::Courier;
use crate::flows::inbox::Inboxes;
use crate::flows::poller::Poller;
use crate::flows::registrar::Registrar;
use crate::flows::supervise::supervise;
use crate::flows::timekeeper::Timekeeper;
use crate::flows::token;
use crate::flows::worker::Worker;
use crate::metrics::{self, Loop};
use crate::store::Store;

/// The signals of a shutdown, in the order in which they are given.
#[derive(Default)]
pub(super) struct Shutdown {
    /// The doors take in nothing more.
    pub(super) doors: CancellationToken,
    /// The loops claim nothing more and finish the rows in flight.
    pub(super) loops: CancellationToken,
    /// `SHUTDOWN_GRACE`, which doors and loops share, is over: rows in flight are released.
    pub(super) overdue: CancellationToken,
}

impl Shutdown {
    /// Waits for the signal and starts the shutdown. Never returns: the bot ends when its
    /// doors and loops do.
    pub(super) async fn order(
        &self,
        signal: impl Future<Output = ()>,
        grace: Duration,
    ) -> Infallible {
        signal.await;
        tracing::info!("app.stopping");
        self.doors.cancel();
        tokio::time::sleep(grace).await;
        self.overdue.cancel();
        std::future::pending().await
    }
}

/// The doors: the ways by which requests come in.
pub(super) struct Doors {
    pub(super) health: Server,
    /// Discord's door, if it has a port of its own.
    pub(super) discord: Option<Server>,
    pub(super) gateway: Option<Gateway>,
    pub(super) entrance: Entrance,
    pub(super) ready: Ready,
}

impl Doors {
    /// Takes in requests until the shutdown. Once the requests in progress are handled, or
    /// the time of grace is over, it lets the loops stop.
    pub(super) async fn run(self, shutdown: &Shutdown) {
        let (listener, routes) = self.health;
        let health = server::serve(listener, routes, &shutdown.doors);
        let discord = async {
            if let Some((listener, routes)) = self.discord {
                server::serve(listener, routes, &shutdown.doors).await;
            }
        };
        let gateway = async {
            if let Some(gateway) = &self.gateway {
                let turns = || gateway.run(&shutdown.doors);
                supervise(Loop::Gateway, &shutdown.doors, turns).await;
            }
        };
        let ready = shutdown.doors.run_until_cancelled(self.ready.tell());
        let open = async {
            tokio::join!(gateway, discord, health, ready);
            self.entrance.close().await;
        };
        shutdown.overdue.run_until_cancelled(open).await;
        shutdown.loops.cancel();
    }
}

/// The loops of a running bot.
pub(super) struct Loops {
    pub(super) poller: Worker<Poller>,
    pub(super) courier: Worker<Courier>,
    pub(super) cleaner: Cleaner,
    pub(super) timekeeper: Timekeeper,
    pub(super) registrar: Arc<Registrar>,
    /// The time between two checks of the token.
    pub(super) token_check: Duration,
    pub(super) inboxes: Arc<Inboxes>,
    pub(super) store: Store,
}

impl Loops {
    /// Runs every loop until the shutdown.
    pub(super) async fn run(self, shutdown: &Shutdown) {
        let (inboxes, stop) = (self.inboxes, &shutdown.loops);
        // Each worker runs in a task of its own, so that waking one does not poll everything
        // else. The set aborts them if the bot is dropped.
        let mut workers = JoinSet::new();
        let (all, end, late) = (Arc::clone(&inboxes), stop.clone(), shutdown.overdue.clone());
        workers.spawn(async move { self.poller.run(&all.poller, &end, &late).await });
        let (all, end, late) = (Arc::clone(&inboxes), stop.clone(), shutdown.overdue.clone());
        workers.spawn(async move { self.courier.run(&all.courier, &end, &late).await });
        let listen = || self.store.listen(|signal| inboxes.wake(signal));
        let look = || token::check_repeatedly(&self.registrar.rest, self.token_check);
        let endless = async {
            tokio::join!(
                supervise(Loop::Listener, stop, listen),
                supervise(Loop::Timekeeper, stop, || self.timekeeper.run()),
                supervise(Loop::Registrar, stop, || self.registrar.run()),
                supervise(Loop::Token, stop, look),
                supervise(Loop::Checkpoint, stop, || self.store.keep_wal_small()),
                supervise(Loop::Measure, stop, measure),
            )
        };
        tokio::join!(
            stop.run_until_cancelled(endless),
            self.cleaner.run(stop.clone()),
            workers.join_all(),
        );
    }
}

/// Sorts measurements into their buckets every ten seconds, so that they do not pile up if
/// nobody reads `/metrics`. Never returns.
async fn measure() {
    loop {
        metrics::upkeep();
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}
