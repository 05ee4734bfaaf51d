//! The sandbox's state behind one lock, and the notice that it changed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::discord::model::message::Message;
use crate::discord::model::sessions::Gateway;
use crate::discord::model::world::World;
use crate::discord::rules::limits::Limits;
use crate::discord::wire::endpoint::Endpoint;
use crate::faults::Faults;
use crate::ids::Id;
use crate::log::{Event, Log};
use crate::options::Options;
use crate::patience;
use crate::video::tasks::Tasks;

/// All state of a sandbox. One lock is enough, because nothing waits while it holds the lock.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) gateway: Gateway,
    /// The endpoint that gets the interactions instead of the gateway, if one is set.
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) tasks: Tasks,
    pub(crate) faults: Faults,
    pub(crate) limits: Limits,
    pub(crate) log: Log,
}

impl State {
    /// Tells the followers about a new or changed message.
    pub(crate) fn tell_message(&self, message: &Message) {
        self.log.tell(|| Event::Message(Box::new(message.clone())));
    }

    /// Tells the followers how many sessions are connected.
    pub(crate) fn tell_gateway(&self) {
        self.log.tell(|| Event::Gateway {
            sessions: self.gateway.sessions.connected(),
        });
    }

    /// Tells the followers about an interaction.
    pub(crate) fn tell_interaction(&self, id: Id, callback: Option<u8>) {
        self.log.tell(|| Event::Interaction { id, callback });
    }
}

/// The part that every route, connection and handle shares.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) options: Options,
    pub(crate) discord_url: String,
    pub(crate) video_url: String,
    /// The token that is cancelled when the sandbox is dropped.
    pub(crate) stop: CancellationToken,
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

impl Core {
    pub(crate) fn new(options: Options, discord_url: String, video_url: String) -> Self {
        let state = State {
            world: World::new(options.clone(), discord_url.clone()),
            gateway: Gateway::default(),
            endpoint: None,
            tasks: Tasks::new(options.records_kept),
            faults: Faults::default(),
            limits: Limits::default(),
            log: Log::new(options.records_kept),
        };
        Self {
            options,
            discord_url,
            video_url,
            stop: CancellationToken::new(),
            state: Mutex::new(state),
            changed: watch::channel(()).0,
        }
    }

    /// Reads the state.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.lock())
    }

    /// Changes the state and wakes everybody who waits for a change.
    pub(crate) fn update<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.send_replace(());
        result
    }

    /// Waits until `look` returns a value; it is called again at every change. Returns `None` if
    /// that takes longer than [`Options::patience`].
    pub(crate) async fn wait<T>(&self, mut look: impl FnMut(&State) -> Option<T>) -> Option<T> {
        let mut changes = self.changed.subscribe();
        let found = async {
            loop {
                // Marked before the look, so that no change in between is missed.
                changes.mark_unchanged();
                if let Some(found) = self.read(&mut look) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        patience::within(self.options.patience, found).await?
    }

    /// A panic of a test that reads the state leaves it intact, so a poisoned lock is still
    /// good.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
