//! The supervision that ends a session whose shards start too often, or that stays
//! incomplete.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serenity::all::{ShardId, ShardManager};
use tokio::time::Instant;

use super::address::{GatewayError, Shards};
use super::session::{GatewayStatus, StartKind};
use super::turnstile::Turnstile;

/// The time between two turns of the supervision. A shard waits for one before it resumes.
const TURN: Duration = Duration::from_millis(200);
/// The time between two turns while shards are absent. A shard waits for one before it
/// identifies.
const TURN_WHILE_CONNECTING: Duration = Duration::from_millis(20);

/// The time between two starts of shards in serenity, as Discord asks.
const BETWEEN_SHARDS: Duration = Duration::from_secs(5);

/// The supervision of a session, which runs among its tasks.
pub(super) struct Supervision {
    /// The session's status; weak, because it holds the tasks in which this runs.
    pub(super) status: Weak<GatewayStatus>,
    pub(super) manager: Arc<ShardManager>,
    pub(super) shards: Shards,
    pub(super) turnstile: Turnstile,
    /// How long the session may be incomplete.
    pub(super) longest_incomplete: Duration,
}

impl Supervision {
    /// Lets shards through the turnstile while starts are left for them. Returns the reason why
    /// the session must end: its starts are spent, or it was incomplete for too long. Returns
    /// the turnstile, too, which the caller holds until the session has ended, so that no shard
    /// passes it before.
    pub(super) async fn run(mut self) -> (GatewayError, Turnstile) {
        let wanted = self.shards.count();
        let longest = self.longest_incomplete + BETWEEN_SHARDS * (wanted - 1);
        // The absent shards, one of which connects. It identifies when it is in the list.
        let mut connecting: Vec<ShardId> = Vec::new();
        let mut complete_at = Instant::now();
        let error = loop {
            let runners = self.manager.runners.lock().await;
            let Some(status) = self.status.upgrade() else {
                break GatewayError::Session("the bot is gone".into());
            };
            let all = (self.shards.first..=self.shards.last).map(ShardId);
            let absent: Vec<_> = all.filter(|id| !runners.contains_key(id)).collect();
            if connecting.iter().any(|id| runners.contains_key(id)) {
                status.started(StartKind::Identify);
                connecting.clear();
            }
            if !absent.is_empty() && !status.admit(StartKind::Identify, wanted) {
                break GatewayError::StartsSpent;
            }
            if self.turnstile.turn().await {
                // A shard that resumes stays in the list.
                if absent.is_empty() {
                    if !status.admit(StartKind::Resume, wanted) {
                        break GatewayError::StartsSpent;
                    }
                    status.started(StartKind::Resume);
                }
                status.connects(&absent);
                connecting.clone_from(&absent);
            }
            let now = Instant::now();
            if status.complete_with(&runners) {
                complete_at = now;
            } else if now - complete_at > longest {
                break GatewayError::Incomplete(longest);
            }
            drop(status);
            // A shard that Discord refuses at once enters the list and leaves it within a
            // millisecond. This lock is fair, so holding it makes the shard wait in between,
            // and the next turn sees the shard in the list.
            let _kept = (!connecting.is_empty()).then_some(runners);
            let turn = match absent.is_empty() {
                true => TURN,
                false => TURN_WHILE_CONNECTING,
            };
            tokio::time::sleep(turn).await;
        };
        (error, self.turnstile)
    }
}
