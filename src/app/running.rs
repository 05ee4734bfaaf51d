//! The doors and the loops of a running bot, and how they end.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::doors::entrance::Entrance;
use crate::doors::gateway::Gateway;
use crate::flows::cleaner::Cleaner;
use crate::flows::courier::Courier;
use crate::flows::inbox::Inboxes;
use crate::flows::poller::Poller;
use crate::flows::pulse::Pulse;
use crate::flows::supervise::supervise;
use crate::flows::worker::Worker;
use crate::metrics::{self, Loop};
use crate::store::Store;

/// The signals of a shutdown, in their order.
#[derive(Clone, Default)]
pub(super) struct Shutdown {
    /// Nothing is taken in any more.
    pub(super) doors: CancellationToken,
    /// Nothing is claimed any more; rows in flight are finished.
    pub(super) loops: CancellationToken,
    /// The time of grace is over: rows in flight are released.
    pub(super) overdue: CancellationToken,
}

pub(super) struct Doors {
    pub(super) listener: TcpListener,
    pub(super) http: Router,
    pub(super) gateway: Option<Gateway>,
    pub(super) entrance: Entrance,
}

impl Doors {
    /// Takes in what comes until the shutdown; then lets the loops stop, once
    /// everything that came in is dealt with.
    pub(super) async fn run(self, shutdown: &Shutdown) -> std::io::Result<()> {
        let stop = &shutdown.doors;
        // Closed at once, so that a load balancer goes to another process.
        let http = axum::serve(self.listener, self.http)
            .with_graceful_shutdown(stop.clone().cancelled_owned());
        let gateway = async {
            if let Some(gateway) = &self.gateway {
                supervise(Loop::Gateway, stop, || gateway.run(stop)).await;
            }
        };
        let open = async {
            let ((), served) = tokio::join!(gateway, http.into_future());
            self.entrance.close().await;
            served
        };
        let served = shutdown.overdue.run_until_cancelled(open).await;
        shutdown.loops.cancel();
        served.unwrap_or(Ok(()))
    }
}

pub(super) struct Loops {
    pub(super) poller: Worker<Poller>,
    pub(super) courier: Worker<Courier>,
    pub(super) cleaner: Cleaner,
    pub(super) inboxes: Arc<Inboxes>,
    pub(super) store: Store,
}

impl Loops {
    /// When each of the loops that turn last did.
    pub(super) fn pulses(&self) -> Vec<(Loop, Arc<Pulse>)> {
        vec![
            (Loop::Poller, Arc::clone(&self.poller.pulse)),
            (Loop::Courier, Arc::clone(&self.courier.pulse)),
            (Loop::Cleaner, Arc::clone(&self.cleaner.pulse)),
        ]
    }

    pub(super) async fn run(self, shutdown: &Shutdown) {
        let (inboxes, store) = (self.inboxes, self.store);
        // Tasks of their own: what wakes one of the loops need not poll everything
        // else. They are aborted where the bot is dropped.
        let mut workers = JoinSet::new();
        let (all, order) = (Arc::clone(&inboxes), shutdown.clone());
        workers.spawn(async move {
            self.poller
                .run(&all.poller, &order.loops, &order.overdue)
                .await
        });
        let (all, order) = (Arc::clone(&inboxes), shutdown.clone());
        workers.spawn(async move {
            self.courier
                .run(&all.courier, &order.loops, &order.overdue)
                .await
        });
        let stop = &shutdown.loops;
        let listen = || store.listen(|signal| inboxes.wake(signal));
        let endless = async {
            tokio::join!(
                supervise(Loop::Listener, stop, listen),
                supervise(Loop::Checkpoint, stop, || store.keep_wal_small()),
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

/// Sorts measurements into their buckets, so that they do not pile up where nobody
/// reads `/metrics`. Never returns.
async fn measure() {
    loop {
        metrics::upkeep();
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
}
