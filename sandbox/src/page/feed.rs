//! `GET /api/feed`: the whole state, and then every event.

use std::convert::Infallible;
use std::mem;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event as Sent, KeepAlive};
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, watch};

use super::Shared;
use super::panel::Panel;
use crate::core::State as Everything;
use crate::discord::model::message::Message;
use crate::discord::model::things::BOT;
use crate::log::Event;

/// The number of earlier requests that a newly opened page gets.
const PAST_REQUESTS: usize = 200;

/// Serves a page's event stream, which ends when the page's server stops.
pub(super) async fn feed(
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    let end = shared.stop.clone().cancelled_owned();
    let follower = Follower {
        events: shared.sandbox.events(),
        panel: shared.panel.subscribe(),
        shared,
        afresh: true,
    };
    let news = stream::unfold(follower, |mut follower| async {
        let news = follower.next().await?;
        Some((Ok(Sent::default().data(news.to_string())), follower))
    });
    Sse::new(news.take_until(end)).keep_alive(KeepAlive::default())
}

/// A page that follows the events.
struct Follower {
    shared: Arc<Shared>,
    events: broadcast::Receiver<Event>,
    panel: watch::Receiver<Panel>,
    /// True if the whole state is due: at the start, and after events were missed.
    afresh: bool,
}

impl Follower {
    /// Returns the next message for the page, or `None` if there can be no more.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if mem::take(&mut self.afresh) {
                return Some(self.whole());
            }
            tokio::select! {
                event = self.events.recv() => match event {
                    Ok(event) => return Some(self.told(event)),
                    Err(RecvError::Lagged(_)) => self.afresh = true,
                    Err(RecvError::Closed) => return None,
                },
                changed = self.panel.changed() => {
                    changed.ok()?;
                    return Some(json!({"event": "panel", "panel": &*self.panel.borrow_and_update()}));
                }
            }
        }
    }

    /// Returns the whole state, and subscribes to the events that follow. Both happen under one
    /// lock, so that nothing in between is missed.
    fn whole(&mut self) -> Value {
        let core = &self.shared.sandbox.core;
        let (events, mut value) = core.read(|state| {
            let world = &state.world;
            let requests: Vec<_> = state.log.records().collect();
            let past = requests.len().saturating_sub(PAST_REQUESTS);
            let value = json!({
                "event": "state",
                "bot": BOT,
                "origins": [core.discord_url, core.video_url],
                "people": world.people,
                "channels": world.channels.values().collect::<Vec<_>>(),
                "messages": world.messages.values().map(shown).collect::<Vec<_>>(),
                "requests": requests[past..],
                "sessions": state.gateway.sessions.connected(),
                "commands": commands(state),
            });
            (state.log.follow(), value)
        });
        self.events = events;
        value["panel"] = json!(&*self.panel.borrow_and_update());
        value
    }

    fn told(&self, event: Event) -> Value {
        match event {
            Event::Message(message) => json!({"event": "message", "message": shown(&message)}),
            Event::Gateway { sessions } => {
                // A bot registers its commands before it connects, so they go along with its
                // sessions.
                let commands = self.shared.sandbox.core.read(commands);
                json!({"event": "gateway", "sessions": sessions, "commands": commands})
            }
            other => json!(other),
        }
    }
}

/// Returns every registered command.
fn commands(state: &Everything) -> Value {
    json!(state.world.commands.values().flatten().collect::<Vec<_>>())
}

/// Returns a message as the page draws it: its newest version, and details that Discord's JSON
/// lacks.
fn shown(message: &Message) -> Value {
    let newest = message.versions.last();
    json!({
        "id": message.id,
        "channel": message.channel,
        "author": message.author,
        "body": newest.map(|version| &version.body),
        "by": newest.map(|version| version.by),
        "version": message.versions.len(),
        "only_for": message.ephemeral_for,
        "deleted": message.deleted,
        "thinking": message.thinking,
        "pings": message.pings,
        "asked_by": message.source.as_ref().map(|source| source.person),
    })
}
