//! Waits that last longer on a slow machine.

use std::time::Duration;

/// The length of the steps in which time is counted.
const STEP: Duration = Duration::from_millis(50);

/// The longest wait on the slowest machine, as a multiple of its patience.
const SLOWEST: u32 = 8;

/// Returns the result of `wait`, or `None` if it takes longer than `patience`. Patience is
/// counted in steps that need this process to run, so it grows on a machine that is busy with
/// other work: a step takes longer there and counts the same.
pub(crate) async fn within<F: Future>(patience: Duration, wait: F) -> Option<F::Output> {
    let steps = async {
        let mut left = patience;
        while !left.is_zero() {
            let step = left.min(STEP);
            tokio::time::sleep(step).await;
            left -= step;
        }
    };
    tokio::select! {
        biased;
        found = wait => Some(found),
        () = steps => None,
        () = tokio::time::sleep(patience * SLOWEST) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_ends_with_its_patience_and_no_sooner() {
        let began = std::time::Instant::now();
        let never = std::future::pending::<()>();
        assert_eq!(within(Duration::from_millis(120), never).await, None);
        assert!(began.elapsed() >= Duration::from_millis(120));
        assert_eq!(within(Duration::ZERO, async { 7 }).await, Some(7));
    }

    /// A thread that blocks the runtime stands for a machine that is busy with other work.
    #[tokio::test]
    async fn patience_grows_where_the_process_has_no_turn() {
        let busy = tokio::spawn(async {
            for _ in 0..20 {
                std::thread::sleep(Duration::from_millis(100));
                tokio::task::yield_now().await;
            }
            7
        });
        // Two seconds of work, during which only some twenty steps run, which count as one
        // second.
        let found = within(Duration::from_millis(1500), busy).await;
        assert_eq!(found.unwrap().unwrap(), 7);
    }
}
