//! The loop that the poller and the courier share. It claims due rows, performs them and the
//! rows that are handed over in a bounded number of slots, and sleeps until the next row is
//! due or something wakes it.

mod in_flight;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use in_flight::{Finished, InFlight, Origin};

use super::clock::Clock;
use super::inbox::{Handed, Inbox};
use super::pulse::Pulse;
use super::supervise::supervise;
use crate::domain::time::Timestamp;
use crate::metrics::Loop;
use crate::store::StoreError;

/// The longest sleep. A wake-up from another process may be lost, and nothing signals that
/// the leases of a crashed process have run out.
const SWEEP: Duration = Duration::from_secs(5);

/// The pause after the database failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// The shortest sleep after a claim that found nothing. A row may be due and yet locked by
/// another process; without this pause the loop would query the database in a busy loop.
const BREATH: Duration = Duration::from_millis(50);

/// The shortest time between two claims unless the loop is woken. One claim then takes all
/// rows that have become due meanwhile; a claim for each row would cost more than the row.
const GATHER: Duration = Duration::from_millis(20);

/// The work of one loop.
pub trait Work: Send + Sync + 'static {
    type Item: Send + Sync + 'static;

    /// The loop that does this work.
    const LOOP: Loop;

    /// Claims up to `limit` due rows, each with a lease of duration `lease`.
    fn claim(
        &self,
        limit: u32,
        lease: Duration,
    ) -> impl Future<Output = Result<Vec<Self::Item>, StoreError>> + Send;

    /// Returns when the next row is due.
    fn next_due(&self) -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send;

    /// Performs a row and settles it. Errors are handled inside. Returns when the row is due
    /// again, if that is known.
    fn perform(&self, row: Arc<Self::Item>) -> impl Future<Output = Option<Timestamp>> + Send;

    /// Settles a row whose performance panicked. Without this it would be tried forever.
    fn settle_broken(&self, row: Arc<Self::Item>) -> impl Future<Output = ()> + Send;

    /// Extends the lease of a row that is being performed to `until`.
    fn renew(
        &self,
        row: Arc<Self::Item>,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Makes a claimed row due again at once.
    fn release(&self, row: Arc<Self::Item>) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// One loop over one kind of work.
pub struct Worker<W: Work> {
    pub clock: Clock,
    pub work: Arc<W>,
    /// The most rows that are performed at a time.
    pub slots: u32,
    /// The duration of a claim's lease. Leases are renewed while their rows are performed, so
    /// they can be short: the rows of a crashed process are due again once theirs run out.
    pub lease: Duration,
    /// The time of the last turn, for the health check.
    pub pulse: Arc<Pulse>,
}

impl<W: Work> Worker<W> {
    /// Creates a worker that performs up to `slots` rows at a time.
    #[must_use]
    pub fn new(work: W, slots: u32, lease: Duration, clock: Clock) -> Self {
        Self {
            clock,
            work: Arc::new(work),
            slots,
            lease,
            pulse: Arc::default(),
        }
    }

    /// Runs until `shutdown`, then waits until `overdue` for the rows in flight and releases
    /// those that have not finished. After a panic the loop is restarted; the panic aborts
    /// the rows in flight, and their leases run out.
    pub async fn run(
        &self,
        inbox: &Inbox<W::Item>,
        shutdown: &CancellationToken,
        overdue: &CancellationToken,
    ) {
        let turns = || self.turns(inbox, shutdown, overdue);
        supervise(W::LOOP, shutdown, turns).await;
    }

    async fn turns(
        &self,
        inbox: &Inbox<W::Item>,
        shutdown: &CancellationToken,
        overdue: &CancellationToken,
    ) {
        let mut in_flight = InFlight::default();
        let mut receiver = inbox.receiver.lock().await;
        while !shutdown.is_cancelled() {
            self.pulse.beat();
            self.renew(&mut in_flight).await;
            let pause = match self.turn(&mut in_flight).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::error!(worker = W::LOOP.name(), %error, "worker.store_failed");
                    Pause::For(STORE_PAUSE)
                }
            };
            let mut until = Instant::now() + pause.longest().max(GATHER).min(self.lease / 3);
            loop {
                let free = (self.slots as usize).saturating_sub(in_flight.len());
                let handed = in_flight.len() - in_flight.claimed as usize;
                let room = free > 0 && handed < self.share() as usize;
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    () = inbox.woken(), if free > 0 => break,
                    Some(Handed { row, leased_at }) = receiver.recv(), if room => {
                        self.begin(&mut in_flight, row, leased_at, Origin::Handed);
                        // A row that waited long in the inbox needs its lease renewed.
                        if self.clock.now().since(leased_at) >= self.lease / 3 {
                            break;
                        }
                    }
                    () = tokio::time::sleep_until(until) => break,
                    Some(finished) = in_flight.next() => {
                        let due = match finished {
                            Finished::Settled(due) => due,
                            Finished::Broken(None) => None,
                            Finished::Broken(Some(row)) => {
                                self.work.settle_broken(row).await;
                                None
                            }
                        };
                        let again = match pause {
                            Pause::UntilOneFinishes => Some(GATHER),
                            Pause::For(_) => due.map(|at| at.since(self.clock.now()).max(GATHER)),
                        };
                        until = again.map_or(until, |again| until.min(Instant::now() + again));
                    }
                }
            }
        }
        self.drain(in_flight, &mut receiver, overdue).await;
    }

    /// Claims rows for the free slots and returns how long to sleep.
    async fn turn(&self, in_flight: &mut InFlight<W::Item>) -> Result<Pause, StoreError> {
        loop {
            let free = self
                .slots
                .saturating_sub(u32::try_from(in_flight.len()).unwrap_or(u32::MAX));
            let limit = free.min(self.share() - in_flight.claimed.min(self.share()));
            if limit == 0 {
                return Ok(Pause::UntilOneFinishes);
            }
            let claimed = self.work.claim(limit, self.lease).await?;
            let more = claimed.len() >= limit as usize;
            let idle = claimed.is_empty();
            let leased_at = self.clock.now();
            for row in claimed {
                self.begin(in_flight, row, leased_at, Origin::Claimed);
            }
            if !more {
                let due = self.work.next_due().await?;
                let pause = due.map_or(SWEEP, |at| at.since(self.clock.now()).min(SWEEP));
                return Ok(Pause::For(if idle { pause.max(BREATH) } else { pause }));
            }
        }
    }

    /// Returns how many slots the rows of one origin may take. Rows that a claim finds and
    /// rows that are handed over leave each other a quarter of the slots, so that neither
    /// starves.
    fn share(&self) -> u32 {
        (self.slots - self.slots.div_ceil(4)).max(1)
    }

    fn begin(
        &self,
        in_flight: &mut InFlight<W::Item>,
        row: W::Item,
        leased_at: Timestamp,
        origin: Origin,
    ) {
        let (work, row) = (Arc::clone(&self.work), Arc::new(row));
        let performed = Arc::clone(&row);
        in_flight.start(row, leased_at, origin, async move {
            work.perform(performed).await
        });
    }

    /// Renews each lease of which a third has passed.
    async fn renew(&self, in_flight: &mut InFlight<W::Item>) {
        let at = self.clock.now();
        for leased in in_flight.all() {
            if at.since(leased.leased_at) < self.lease / 3 {
                continue;
            }
            let renewed = self
                .work
                .renew(Arc::clone(&leased.row), at.plus(self.lease));
            // If this fails, the lease may run out; settling then finds the claim lost.
            if let Err(error) = renewed.await {
                // The other renewals would each wait for the failing database in turn, and
                // the loop would not turn meanwhile.
                tracing::error!(worker = W::LOOP.name(), %error, "worker.not_renewed");
                return;
            }
            leased.leased_at = at;
        }
    }

    /// Releases the rows in the inbox, waits until `overdue` for the rows in flight, and
    /// releases those that have not finished.
    async fn drain(
        &self,
        mut in_flight: InFlight<W::Item>,
        receiver: &mut mpsc::Receiver<Handed<W::Item>>,
        overdue: &CancellationToken,
    ) {
        receiver.close();
        while let Ok(handed) = receiver.try_recv() {
            if !self.release(Arc::new(handed.row)).await {
                break;
            }
        }
        let finished = overdue.run_until_cancelled(async {
            // A row that panics here is not settled: its lease runs out.
            while in_flight.next().await.is_some() {}
        });
        if finished.await.is_none() {
            in_flight.abort();
            while let Some(finished) = in_flight.next().await {
                let Finished::Broken(Some(row)) = finished else {
                    continue;
                };
                if !self.release(row).await {
                    break;
                }
            }
        }
        tracing::info!(worker = W::LOOP.name(), "worker.stopped");
    }

    /// Releases a claimed row and returns whether that succeeded. If it did not, the database
    /// is failing, and this lease and the others run out by themselves.
    async fn release(&self, row: Arc<W::Item>) -> bool {
        let released = self.work.release(row).await;
        if let Err(error) = &released {
            tracing::warn!(worker = W::LOOP.name(), %error, "worker.not_released");
        }
        released.is_ok()
    }
}

/// How long the loop sleeps unless it is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// This long, or until a row that was settled is due again.
    For(Duration),
    /// Until a slot becomes free, because all are taken.
    UntilOneFinishes,
}

impl Pause {
    fn longest(self) -> Duration {
        match self {
            Self::For(pause) => pause,
            Self::UntilOneFinishes => SWEEP,
        }
    }
}

#[cfg(test)]
mod tests;
