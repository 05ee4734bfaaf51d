//! Tests of the loop, with work that panics, never ends or cannot be claimed.

use std::sync::Mutex;

use super::*;

/// Numbers to perform. Performing 13 panics, and the first claim panics in the loop itself.
#[derive(Default)]
struct Numbers {
    claims: Mutex<u32>,
    done: Mutex<Vec<u32>>,
    broken: Mutex<Vec<u32>>,
}

impl Work for Numbers {
    type Item = u32;
    const LOOP: Loop = Loop::Poller;

    async fn claim(&self, _: u32, _: Duration) -> Result<Vec<u32>, StoreError> {
        let claims = {
            let mut claims = self.claims.lock().unwrap();
            *claims += 1;
            *claims
        };
        match claims {
            1 => panic!("the loop itself"),
            2 => Ok(vec![1, 13, 2]),
            3 => Ok(vec![3]),
            // The claim never returns, as if it waited for a lock that is never released.
            _ => std::future::pending().await,
        }
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }

    async fn perform(&self, item: Arc<u32>) -> Option<Timestamp> {
        assert_ne!(*item, 13, "poison");
        self.done.lock().unwrap().push(*item);
        None
    }

    async fn settle_broken(&self, item: Arc<u32>) {
        self.broken.lock().unwrap().push(*item);
    }

    async fn renew(&self, _: Arc<u32>, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn release(&self, _: Arc<u32>) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn neither_a_poisoned_item_nor_a_broken_loop_ends_it_and_a_stuck_one_is_seen() {
    let worker = Worker {
        clock: Clock::system(),
        work: Arc::new(Numbers::default()),
        slots: 8,
        lease: Duration::from_secs(15),
        pulse: Arc::default(),
    };
    let (inbox, shutdown) = (Inbox::new(1), CancellationToken::new());
    let run = worker.run(&inbox, &shutdown, &shutdown);
    // The paused clock advances only to what the loop waits for: the restart, two sweeps, and
    // then nothing.
    let watch = tokio::time::sleep(Duration::from_secs(60));
    tokio::select! {
        () = run => panic!("it ended"),
        () = watch => {}
    }
    assert_eq!(*worker.work.done.lock().unwrap(), [1, 2, 3]);
    assert_eq!(*worker.work.broken.lock().unwrap(), [13]);
    assert_eq!(*worker.work.claims.lock().unwrap(), 4);
    assert!(worker.pulse.age() > Duration::from_secs(40));
}

/// Rows whose performance never ends; no row can be claimed.
#[derive(Default)]
struct Stuck {
    /// When the next row is due, which another process has locked.
    due: Option<Timestamp>,
    /// True if every renewal fails.
    down: bool,
    begun: Mutex<u32>,
    renewed: Mutex<u32>,
    released: Mutex<u32>,
}

impl Work for Stuck {
    type Item = u32;
    const LOOP: Loop = Loop::Poller;

    async fn claim(&self, _: u32, _: Duration) -> Result<Vec<u32>, StoreError> {
        Ok(Vec::new())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.due)
    }

    async fn perform(&self, _: Arc<u32>) -> Option<Timestamp> {
        *self.begun.lock().unwrap() += 1;
        std::future::pending().await
    }

    async fn settle_broken(&self, _: Arc<u32>) {}

    async fn renew(&self, _: Arc<u32>, _: Timestamp) -> Result<(), StoreError> {
        *self.renewed.lock().unwrap() += 1;
        if self.down {
            return Err(StoreError::Row("lease"));
        }
        Ok(())
    }

    async fn release(&self, _: Arc<u32>) -> Result<(), StoreError> {
        *self.released.lock().unwrap() += 1;
        Ok(())
    }
}

#[tokio::test]
async fn neither_a_failing_database_nor_a_locked_row_keeps_the_loop_busy() {
    let worker = Worker {
        clock: Clock::system(),
        work: Arc::new(Stuck {
            due: Some(Timestamp(0)),
            down: true,
            ..Stuck::default()
        }),
        slots: 8,
        lease: Duration::from_secs(15),
        pulse: Arc::default(),
    };
    let mut in_flight = InFlight::default();
    for number in [1, 2] {
        worker.begin(&mut in_flight, number, Timestamp(0), Origin::Claimed);
    }
    worker.renew(&mut in_flight).await;
    assert_eq!(*worker.work.renewed.lock().unwrap(), 1);
    let pause = worker.turn(&mut in_flight).await.unwrap();
    assert_eq!(pause, Pause::For(BREATH));
}

#[tokio::test(start_paused = true)]
async fn what_was_long_on_its_way_is_renewed_at_once_and_one_slot_stays_for_claims() {
    let worker = Worker {
        clock: Clock::system(),
        work: Arc::new(Stuck::default()),
        slots: 3,
        lease: Duration::from_secs(15),
        pulse: Arc::default(),
    };
    let (inbox, shutdown) = (Inbox::new(3), CancellationToken::new());
    for row in [1, 2, 3] {
        inbox.hand(row, Timestamp(0)).unwrap();
    }
    assert_eq!(inbox.hand(4, Timestamp(0)), Err(4), "there is no room");
    let run = worker.run(&inbox, &shutdown, &shutdown);
    let watch = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(*worker.work.begun.lock().unwrap(), 2);
        assert_eq!(*worker.work.renewed.lock().unwrap(), 2);
        shutdown.cancel();
    };
    tokio::join!(run, watch);
    // The row that was not started is released, and so are those that were aborted.
    assert_eq!(*worker.work.released.lock().unwrap(), 3);
}
