//! The loop that the poller and the courier share: claim what is due, perform it
//! and what is handed over within a bounded number of slots, sleep until the next
//! is due or a wake-up.

mod flights;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use flights::{Flights, Landed};

use super::now;
use super::supervise::supervise;
use super::wakes::{Handed, Wake};
use crate::domain::time::Timestamp;
use crate::store::StoreError;

/// The loop looks for due rows at least this often: a wake-up from another
/// process may be lost, and a crashed process's leases just run out.
const SWEEP: Duration = Duration::from_secs(5);

/// After the database failed, the loop waits so long before it tries again.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// The shortest sleep while something is due that another process, or a lock of
/// its, keeps from us: without it the loop would ask as fast as it can.
const BREATH: Duration = Duration::from_millis(50);

/// Unless it is woken, a loop looks again only after this time, so that one
/// claim takes all that has become due in it: with many rows a claim for each
/// would cost more than the rows themselves.
const GATHER: Duration = Duration::from_millis(20);

/// What one loop works on. `Item` is a claimed row.
pub trait Work: Send + Sync + 'static {
    /// A claimed row.
    type Item: Send + Sync + 'static;

    /// The loop's name in logs.
    const NAME: &'static str;

    /// Claims up to `limit` rows that are due, for the time of `lease`.
    fn claim(
        &self,
        limit: u32,
        lease: Duration,
    ) -> impl Future<Output = Result<Vec<Self::Item>, StoreError>> + Send;

    /// When the next row is due.
    fn next_due(&self) -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send;

    /// Does what the row asks for and settles it. Errors are handled inside.
    /// Returns when the row is due again, if that is known.
    fn perform(&self, item: Arc<Self::Item>) -> impl Future<Output = Option<Timestamp>> + Send;

    /// Settles a row whose performance panicked, so that it is not tried for ever.
    fn broken(&self, item: Arc<Self::Item>) -> impl Future<Output = ()> + Send;

    /// Moves the end of a claimed row's lease: on, while it is performed, or to
    /// now, to give it back.
    fn hold(
        &self,
        item: Arc<Self::Item>,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// When a loop last turned, for the health check: by a clock that nobody sets.
#[derive(Debug)]
pub struct Pulse(Mutex<Instant>);

impl Pulse {
    /// The loop turned.
    pub(crate) fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long ago the loop last turned.
    #[must_use]
    pub fn age(&self) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.elapsed()
    }
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

/// One loop over one kind of work.
pub struct Worker<W: Work> {
    /// The work itself.
    pub work: Arc<W>,
    /// How many rows are performed at a time.
    pub slots: u32,
    /// How long a claim lasts; it is renewed while its row is performed, so that
    /// it can be short: a crashed process's rows are due again after it.
    pub lease: Duration,
    /// Told on each turn.
    pub pulse: Arc<Pulse>,
}

impl<W: Work> Worker<W> {
    /// Runs until `shutdown`, then lets what is in flight finish until `overdue`
    /// and gives the rest back. A panic in the loop starts it again; what was in
    /// flight is broken off by it, and its leases run out.
    pub async fn run(
        &self,
        wake: &Wake<W::Item>,
        shutdown: &CancellationToken,
        overdue: &CancellationToken,
    ) {
        let turns = || self.turns(wake, shutdown, overdue);
        supervise(W::NAME, shutdown, turns).await;
    }

    async fn turns(
        &self,
        wake: &Wake<W::Item>,
        shutdown: &CancellationToken,
        overdue: &CancellationToken,
    ) {
        let mut flights = Flights::default();
        let mut inbox = wake.inbox.lock().await;
        while !shutdown.is_cancelled() {
            self.pulse.beat();
            self.renew(&mut flights).await;
            let pause = match self.turn(&mut flights).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::error!(worker = W::NAME, %error, "worker.store_failed");
                    Pause::For(STORE_PAUSE)
                }
            };
            let mut until = Instant::now() + pause.longest().max(GATHER).min(self.lease / 3);
            loop {
                let free = (self.slots as usize).saturating_sub(flights.len());
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    () = wake.woken(), if free > 0 => break,
                    // The last slot is for what a claim finds: it has its turn, too.
                    Some(Handed { row, since }) = inbox.recv(), if free > 1 => {
                        self.begin(&mut flights, row, since);
                        // It may have been long on its way: its lease comes first.
                        if now().since(since) >= self.lease / 3 {
                            break;
                        }
                    }
                    () = tokio::time::sleep_until(until) => break,
                    Some(landed) = flights.next() => {
                        let due = match landed {
                            Landed::Done(due) => due,
                            Landed::Broken(None) => None,
                            Landed::Broken(Some(item)) => {
                                self.work.broken(item).await;
                                None
                            }
                        };
                        let again = match pause {
                            Pause::UntilOneLands => Some(GATHER),
                            Pause::For(_) => due.map(|at| at.since(now()).max(GATHER)),
                        };
                        until = again.map_or(until, |again| until.min(Instant::now() + again));
                    }
                }
            }
        }
        self.land(flights, &mut inbox, overdue).await;
    }

    /// Claims as much as there are free slots and returns how long to sleep.
    async fn turn(&self, flights: &mut Flights<W::Item>) -> Result<Pause, StoreError> {
        loop {
            let free = self
                .slots
                .saturating_sub(u32::try_from(flights.len()).unwrap_or(u32::MAX));
            if free == 0 {
                return Ok(Pause::UntilOneLands);
            }
            let claimed = self.work.claim(free, self.lease).await?;
            let more = claimed.len() >= free as usize;
            let idle = claimed.is_empty();
            let since = now();
            for item in claimed {
                self.begin(flights, item, since);
            }
            if !more {
                let due = self.work.next_due().await?;
                let pause = due.map_or(SWEEP, |at| at.since(now()).min(SWEEP));
                return Ok(Pause::For(if idle { pause.max(BREATH) } else { pause }));
            }
        }
    }

    fn begin(&self, flights: &mut Flights<W::Item>, item: W::Item, since: Timestamp) {
        let (work, item) = (Arc::clone(&self.work), Arc::new(item));
        let cargo = Arc::clone(&item);
        flights.start(item, since, async move { work.perform(cargo).await });
    }

    /// Renews the leases of what takes long.
    async fn renew(&self, flights: &mut Flights<W::Item>) {
        let at = now();
        for flight in flights.all() {
            if at.since(flight.held_at) < self.lease / 3 {
                continue;
            }
            // Without it the lease runs out, and settling finds that it did.
            if let Err(error) = self
                .work
                .hold(Arc::clone(&flight.item), at.plus(self.lease))
                .await
            {
                // The others would wait as long for the same database, one after
                // another, and the loop would not turn meanwhile.
                tracing::error!(worker = W::NAME, %error, "worker.not_renewed");
                return;
            }
            flight.held_at = at;
        }
    }

    async fn land(
        &self,
        mut flights: Flights<W::Item>,
        inbox: &mut mpsc::Receiver<Handed<W::Item>>,
        overdue: &CancellationToken,
    ) {
        // What was handed over and not begun is due again, here or elsewhere.
        inbox.close();
        while let Ok(handed) = inbox.try_recv() {
            if !self.released(Arc::new(handed.row)).await {
                break;
            }
        }
        let finished = overdue.run_until_cancelled(async {
            // A broken-off flight's lease runs out.
            while flights.next().await.is_some() {}
        });
        if finished.await.is_none() {
            flights.abort();
            while let Some(landed) = flights.next().await {
                let Landed::Broken(Some(item)) = landed else {
                    continue;
                };
                if !self.released(item).await {
                    break;
                }
            }
        }
        tracing::info!(worker = W::NAME, "worker.stopped");
    }

    /// Gives a claimed row back. Where the database does not take it, its lease
    /// and those of the others run out by themselves.
    async fn released(&self, item: Arc<W::Item>) -> bool {
        let released = self.work.hold(item, now()).await;
        if let Err(error) = &released {
            tracing::warn!(worker = W::NAME, %error, "worker.not_released");
        }
        released.is_ok()
    }
}

/// How long a loop sleeps unless it is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// So long, or until something that has landed is due again.
    For(Duration),
    /// Every slot is taken: until one is free.
    UntilOneLands,
}

impl Pause {
    fn longest(self) -> Duration {
        match self {
            Self::For(pause) => pause,
            Self::UntilOneLands => SWEEP,
        }
    }
}

#[cfg(test)]
mod tests;
