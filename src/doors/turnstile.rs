//! Where shards are counted as they connect.
//!
//! serenity tells of no start that fails, and tries again by itself. Before each
//! connection it reads the gateway's address, though, behind a lock that it shares: who
//! holds the lock decides when the next shard connects, and sees that one did.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// Keeps shards from connecting, but for one at each turn.
pub(super) struct Turnstile {
    address: Arc<Mutex<String>>,
    /// Held but for a moment in [`Self::turn`].
    held: Option<OwnedMutexGuard<String>>,
}

impl Turnstile {
    /// A turnstile before whoever reads `address`, with `url` behind it.
    pub(super) async fn new(address: Arc<Mutex<String>>, url: String) -> Self {
        let mut held = Arc::clone(&address).lock_owned().await;
        *held = url;
        Self {
            address,
            held: Some(held),
        }
    }

    /// Lets a shard that waits pass, and returns whether there was one. The lock is fair:
    /// it goes to who waits. (Several that wait at the same moment pass as one.)
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
