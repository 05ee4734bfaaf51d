//! The events of a gateway session.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use serenity::all::{
    Context, Event, EventHandler, Interaction, RawEventHandler, ShardId, ShardStageUpdateEvent,
};
use tokio::runtime::Handle;

use super::entrance::{Admitted, Entrance};
use crate::sync::lock;

/// The names of events that are handled even if serenity cannot decode them.
const INTERACTION_CREATE: &str = "INTERACTION_CREATE";
const READY: &str = "READY";

/// The shards whose READY serenity could not decode. They receive interactions, but serenity
/// treats them as unconnected.
pub(super) type UndecodedReady = Arc<Mutex<HashSet<ShardId>>>;

/// The handler of the gateway's events.
#[derive(Clone)]
pub(super) struct GatewayEvents {
    pub(super) entrance: Entrance,
    pub(super) heard: UndecodedReady,
    /// The runtime that handles interactions, which must outlive their session.
    pub(super) home: Handle,
}

/// Returns an interaction as Discord sent it, with its type, which serenity leaves out.
fn raw(interaction: &Interaction) -> Option<Value> {
    let mut raw = serde_json::to_value(interaction).ok()?;
    raw["type"] = u8::from(interaction.kind()).into();
    Some(raw)
}

#[serenity::async_trait]
impl RawEventHandler for GatewayEvents {
    /// Handles one event. serenity calls this in a task of its own, also for events that it
    /// cannot decode. For a refused interaction, which the entrance logs, Discord shows "did
    /// not respond".
    async fn raw_event(&self, context: Context, event: Event) {
        let raw = match event {
            Event::InteractionCreate(event) => raw(&event.interaction),
            Event::Unknown(event) if event.kind == INTERACTION_CREATE => Some(event.value),
            Event::Unknown(event) if event.kind == READY => {
                let shard = context.shard_id;
                tracing::warn!(
                    shard = shard.0,
                    hint = "commands still work, but a broken connection cannot be resumed",
                    "gateway.ready_not_understood"
                );
                lock(&self.heard).insert(shard);
                None
            }
            _ => None,
        };
        if let Some(raw) = raw
            && let Admitted::Accepted(taking) = self.entrance.admit(&raw)
        {
            self.home.spawn(taking);
        }
    }
}

#[serenity::async_trait]
impl EventHandler for GatewayEvents {
    async fn shard_stage_update(&self, _: Context, event: ShardStageUpdateEvent) {
        tracing::info!(shard = event.shard_id.0, stage = %event.new, "gateway.shard");
    }
}
