//! The events that are heard in a gateway session.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use serenity::all::{
    Context, Event, EventHandler, Interaction, RawEventHandler, ShardId, ShardStageUpdateEvent,
};
use tokio::runtime::Handle;

use super::entrance::{Admitted, Entrance};
use crate::sync::lock;

/// The events that are read although serenity cannot decode them, by their names.
const INTERACTION_CREATE: &str = "INTERACTION_CREATE";
const READY: &str = "READY";

/// The shards that Discord greeted with a READY that serenity cannot decode. They take in
/// interactions, and serenity holds them for unconnected.
pub(super) type Heard = Arc<Mutex<HashSet<ShardId>>>;

/// Takes in what the gateway sends.
#[derive(Clone)]
pub(super) struct GatewayEvents {
    pub(super) entrance: Entrance,
    pub(super) heard: Heard,
    /// Where interactions are taken in, which must outlive their session.
    pub(super) home: Handle,
}

/// An interaction as Discord sent it. serenity leaves its type out.
fn raw(interaction: &Interaction) -> Option<Value> {
    let mut raw = serde_json::to_value(interaction).ok()?;
    raw["type"] = u8::from(interaction.kind()).into();
    Some(raw)
}

#[serenity::async_trait]
impl RawEventHandler for GatewayEvents {
    /// serenity calls this in a task of its own, also for what it cannot decode. An
    /// interaction that is refused shows "did not respond"; it was logged.
    async fn raw_event(&self, context: Context, event: Event) {
        let raw = match event {
            Event::InteractionCreate(event) => raw(&event.interaction),
            Event::Unknown(event) if event.kind == INTERACTION_CREATE => Some(event.value),
            Event::Unknown(event) if event.kind == READY => {
                let shard = context.shard_id;
                tracing::warn!(
                    shard = shard.0,
                    hint = "commands are taken in; a connection that breaks cannot be resumed",
                    "gateway.ready_not_understood"
                );
                lock(&self.heard).insert(shard);
                None
            }
            _ => None,
        };
        if let Some(raw) = raw
            && let Admitted::Taken(taking) = self.entrance.admit(&raw)
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
