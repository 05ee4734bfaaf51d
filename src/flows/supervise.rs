//! Restarts a loop that panicked.
//!
//! Each row is performed in a task of its own, and a panic there does not reach the loop.
//! Supervision is for a panic in the loop itself, which would otherwise end the process or
//! leave it running without the loop.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::chance::jitter;
use crate::domain::schedule::backoff;
use crate::domain::time::millis;
use crate::metrics::{self, Loop};

/// The shortest wait before a restart.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait before a restart. It is well below the time after which the health check
/// considers a loop stuck, so that a loop that waits does not end the process.
const LAST_WAIT: Duration = Duration::from_secs(20);

/// A loop that ran for longer than this starts the count of failures anew.
const STEADY: Duration = Duration::from_secs(60);

/// The backoff between attempts of something that fails.
pub(crate) struct Patience {
    failures: u32,
    longest: Duration,
}

impl Patience {
    /// Creates a backoff without failures. No wait is longer than `longest`.
    pub(crate) fn new(longest: Duration) -> Self {
        Self {
            failures: 0,
            longest,
        }
    }

    /// Counts a failure after `held` of normal work, and returns the wait before the next
    /// try.
    pub(crate) fn wait_after(&mut self, held: Duration) -> Duration {
        self.failures = if held > STEADY { 1 } else { self.failures + 1 };
        backoff(self.failures, FIRST_WAIT, self.longest, jitter())
    }
}

/// Runs `turns` until it returns, and restarts it with backoff after each panic, unless
/// `shutdown` comes first. The panic hook has already reported the panic.
pub(crate) async fn supervise<F: Future<Output = ()>>(
    worker: Loop,
    shutdown: &CancellationToken,
    turns: impl Fn() -> F,
) {
    let mut patience = Patience::new(LAST_WAIT);
    loop {
        let started = Instant::now();
        if caught(turns()).await {
            return;
        }
        let wait = patience.wait_after(started.elapsed());
        let wait_ms = millis(wait);
        metrics::worker_restarted(worker);
        tracing::error!(worker = worker.name(), wait_ms, "worker.broke");
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Polls a future to its end and returns whether it ended without a panic. A future that
/// panicked is not used again, so the state in which the panic left it does not matter.
async fn caught(future: impl Future<Output = ()>) -> bool {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(|()| true),
            Err(_) => Poll::Ready(false),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_loop_that_panics_is_started_again_later_and_later() {
        let (shutdown, starts) = (CancellationToken::new(), AtomicU32::new(0));
        let begun = Instant::now();
        let turns = || async {
            if starts.fetch_add(1, Ordering::Relaxed) < 3 {
                // The panic comes after an `await`, not in the future's first poll.
                tokio::time::sleep(Duration::from_millis(1)).await;
                panic!("for the test");
            }
        };
        supervise(Loop::Poller, &shutdown, turns).await;
        assert_eq!(starts.load(Ordering::Relaxed), 4);
        // With full jitter each wait is between the first wait and a multiple of it.
        let (least, most) = (3 * FIRST_WAIT, FIRST_WAIT * (2 + 4 + 8));
        assert!((least..=most + FIRST_WAIT).contains(&begun.elapsed()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_shutdown_ends_the_wait() {
        let shutdown = CancellationToken::new();
        let turns = || async {
            shutdown.cancel();
            panic!("for the test");
        };
        let begun = Instant::now();
        supervise(Loop::Poller, &shutdown, turns).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}
