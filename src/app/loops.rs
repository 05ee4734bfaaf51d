//! The loops of a running bot.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::shutdown::Shutdown;
use crate::flows::cleaner::Cleaner;
use crate::flows::courier::Courier;
use crate::flows::inbox::Inboxes;
use crate::flows::poller::Poller;
use crate::flows::pulse::Pulse;
use crate::flows::supervise::supervise;
use crate::flows::timekeeper::Timekeeper;
use crate::flows::worker::Worker;
use crate::metrics::{self, Loop};
use crate::store::Store;

/// How often measurements are sorted into their buckets, so that they do not
/// pile up where nobody reads `/metrics`.
const MEASURE: Duration = Duration::from_secs(10);

/// What goes on inside.
pub(super) struct Loops {
    pub(super) poller: Worker<Poller>,
    pub(super) courier: Worker<Courier>,
    pub(super) cleaner: Cleaner,
    pub(super) timekeeper: Timekeeper,
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

    /// Runs every loop until the shutdown.
    pub(super) async fn run(self, shutdown: &Shutdown) {
        let Self {
            poller,
            courier,
            cleaner,
            timekeeper,
            inboxes,
            store,
        } = self;
        // Tasks of their own: what wakes one of the loops need not poll everything
        // else. They are aborted where the bot is dropped.
        let mut workers = JoinSet::new();
        let shared = || {
            let tokens = (shutdown.loops.clone(), shutdown.overdue.clone());
            (Arc::clone(&inboxes), tokens)
        };
        let (own, (stop, overdue)) = shared();
        workers.spawn(async move { poller.run(&own.poller, &stop, &overdue).await });
        let (own, (stop, overdue)) = shared();
        workers.spawn(async move { courier.run(&own.courier, &stop, &overdue).await });
        let stop = &shutdown.loops;
        let listen = || async {
            let listen = store.listen(|signal| inboxes.wake(signal));
            stop.run_until_cancelled(listen).await;
        };
        let checkpoint = || async {
            stop.run_until_cancelled(store.keep_wal_small()).await;
        };
        let keep_time = || async {
            stop.run_until_cancelled(timekeeper.run()).await;
        };
        let measure = || async {
            stop.run_until_cancelled(measure()).await;
        };
        tokio::join!(
            supervise(Loop::Listener, stop, listen),
            supervise(Loop::Checkpoint, stop, checkpoint),
            supervise(Loop::Timekeeper, stop, keep_time),
            supervise(Loop::Measure, stop, measure),
            cleaner.run(stop.clone()),
            workers.join_all(),
        );
    }
}

/// Keeps the measurements small. Never returns.
async fn measure() {
    loop {
        metrics::upkeep();
        tokio::time::sleep(MEASURE).await;
    }
}
