//! Ends a session that starts its shards too often, or stays incomplete.

use std::sync::{Arc, Weak};
use std::time::Duration;

use serenity::all::{ShardId, ShardManager};
use tokio::time::Instant;

use super::address::{GatewayError, Shards};
use super::session::{GatewayStatus, StartKind};
use super::turnstile::Turnstile;

/// How often a session is looked at. A shard waits for one look before it resumes, and for
/// one of the more frequent looks before it identifies itself.
const TURN: Duration = Duration::from_millis(200);
const TURN_WHILE_CONNECTING: Duration = Duration::from_millis(20);

/// serenity starts one shard in so long, as Discord asks.
const BETWEEN_SHARDS: Duration = Duration::from_secs(5);

/// The supervision of a session, which runs among its tasks.
pub(super) struct Supervision {
    /// Weak, because the status holds these tasks.
    pub(super) status: Weak<GatewayStatus>,
    pub(super) manager: Arc<ShardManager>,
    pub(super) shards: Shards,
    pub(super) turnstile: Turnstile,
    /// How long the session may be incomplete.
    pub(super) longest_incomplete: Duration,
}

impl Supervision {
    /// Lets shards through the turnstile while there are starts for them, and returns why
    /// the session must end: they are spent, or it is incomplete for too long. The
    /// turnstile comes back, so that no shard passes it before the session has ended.
    pub(super) async fn run(mut self) -> (GatewayError, Turnstile) {
        let wanted = self.shards.count();
        let longest = self.longest_incomplete + BETWEEN_SHARDS * (wanted - 1);
        // The shards one of which connects. It identifies itself once it is in the list.
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
            // A shard that is refused at once comes into the list and leaves it in a
            // millisecond: in between it waits for this lock, which is fair.
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
