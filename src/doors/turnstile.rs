//! The turnstile at which shards are counted when they connect.
//!
//! serenity reports no failed start, and tries again by itself. But before each connection it
//! reads the gateway's address behind a shared lock. The holder of that lock decides when the
//! next shard connects, and sees that one did.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// A lock on the gateway's address that keeps shards from connecting, except for one in each
/// turn.
pub(super) struct Turnstile {
    address: Arc<Mutex<String>>,
    /// The guard, held at all times except within [`Self::turn`].
    held: Option<OwnedMutexGuard<String>>,
}

impl Turnstile {
    /// Locks `address` against its readers, and sets it to `url`.
    pub(super) async fn new(address: Arc<Mutex<String>>, url: String) -> Self {
        let mut held = Arc::clone(&address).lock_owned().await;
        *held = url;
        Self {
            address,
            held: Some(held),
        }
    }

    /// Lets a waiting shard pass, and returns whether one waited. The lock is fair, so that it
    /// goes to a waiting shard first. Several shards that wait at the same moment pass as one.
    pub(super) async fn turn(&mut self) -> bool {
        drop(self.held.take());
        if let Ok(held) = Arc::clone(&self.address).try_lock_owned() {
            self.held = Some(held);
            return false;
        }
        self.held = Some(Arc::clone(&self.address).lock_owned().await);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_passes_at_the_next_turn_and_not_before() {
        let address = Arc::new(Mutex::new(String::new()));
        let mut turnstile = Turnstile::new(Arc::clone(&address), "url".to_owned()).await;
        assert!(!turnstile.turn().await);
        let shard = tokio::spawn(async move { address.lock().await.clone() });
        tokio::task::yield_now().await;
        assert!(!shard.is_finished());
        assert!(turnstile.turn().await);
        assert_eq!(shard.await.unwrap(), "url");
        assert!(!turnstile.turn().await);
    }
}
