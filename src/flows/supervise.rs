//! Starts a loop again that broke.
//!
//! What a loop performs runs in tasks of its own and cannot hurt it; this is for
//! a panic in the loop itself, which without it would end the process or, worse,
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

/// The waits before the next start grow from the first to the last.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Well below the time after which the health check takes a loop for stuck: the
/// wait for a restart is no reason to end the process.
const LAST_WAIT: Duration = Duration::from_secs(20);

/// A loop that held for so long ends a row of failures.
const STEADY: Duration = Duration::from_secs(60);

/// How long to wait before what failed is tried again.
pub(crate) struct Patience {
    failures: u32,
    longest: Duration,
}

impl Patience {
    /// None has failed yet; no wait is longer than `longest`.
    pub(crate) fn new(longest: Duration) -> Self {
        Self {
            failures: 0,
            longest,
        }
    }

    /// The wait after something failed that had held for so long.
    pub(crate) fn wait_after(&mut self, held: Duration) -> Duration {
        self.failures = if held > STEADY { 1 } else { self.failures + 1 };
        backoff(self.failures, FIRST_WAIT, self.longest, jitter())
    }
}

/// Runs `turns` until it returns, and again after each panic, later and later,
/// unless `shutdown` comes first. The panic itself was reported by its hook.
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

/// Polls a future to its end; `false` if it panicked. Nothing of it is used
/// afterwards, so it does not matter in which state it is left.
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
                // After a poll, so that it is no panic of the first one only.
                tokio::time::sleep(Duration::from_millis(1)).await;
                panic!("for the test");
            }
        };
        supervise(Loop::Poller, &shutdown, turns).await;
        assert_eq!(starts.load(Ordering::Relaxed), 4);
        // Full jitter lies between the first wait and its multiple.
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
