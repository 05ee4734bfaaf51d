//! How the rooms reach the loops: by a wake-up when something has become due, or
//! by handing over a row that is claimed already, which saves the loop the search
//! for it.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc};

use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;
use crate::store::Signal;
use crate::sync::lock;

/// A claimed task that is to be polled.
#[derive(Debug)]
pub struct Poll {
    pub task: Task,
    /// A claimed watch that waits for its first answer, if one does: the poller hands
    /// it on to the courier together with the answer.
    pub first: Option<First>,
}

/// A watch that waits for its first answer, and its requester's turn.
#[derive(Debug)]
pub struct First {
    pub watch: Watch,
    pub(super) _turn: Turn,
}

/// A claimed watch that is to be delivered.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub watch: Watch,
    /// Its task; a watch that is still asked need not have one.
    pub task: Option<Task>,
}

/// The inboxes of both loops.
#[derive(Debug)]
pub struct Inboxes {
    pub poller: Inbox<Poll>,
    pub courier: Inbox<Delivery>,
    turns: Turns,
}

/// The people who have a first poll that passes all others.
type Turns = Arc<std::sync::Mutex<HashSet<u64>>>;

/// One person's turn to have a first poll pass all others, until it is dropped: one at a
/// time, so that nobody's burst of new questions is before everybody else's first.
#[derive(Debug)]
pub(super) struct Turn(u64, Turns);

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.1).remove(&self.0);
    }
}

impl Inboxes {
    /// Inboxes with room for so many claimed rows.
    #[must_use]
    pub fn new(polls: u32, deliveries: u32) -> Self {
        Self {
            poller: Inbox::new(polls as usize),
            courier: Inbox::new(deliveries as usize),
            turns: Turns::default(),
        }
    }

    /// The person's turn, unless they have it already.
    pub(super) fn turn(&self, person: u64) -> Option<Turn> {
        let is_new = lock(&self.turns).insert(person);
        is_new.then(|| Turn(person, Arc::clone(&self.turns)))
    }

    /// Wakes the loop that a process of the cluster signals to.
    pub fn wake(&self, signal: Signal) {
        match signal {
            Signal::Poll => self.poller.wake(),
            Signal::Delivery => self.courier.wake(),
        }
    }
}

/// One loop's inbox.
#[derive(Debug)]
pub struct Inbox<T> {
    due: tokio::sync::Notify,
    sender: mpsc::Sender<Handed<T>>,
    /// The loop locks it for as long as it runs.
    pub(super) receiver: Mutex<mpsc::Receiver<Handed<T>>>,
}

/// A claimed row that is handed over.
#[derive(Debug)]
pub(super) struct Handed<T> {
    pub(super) row: T,
    /// When its lease began.
    pub(super) leased_at: Timestamp,
}

impl<T> Inbox<T> {
    /// An inbox with room for `capacity` claimed rows.
    pub(super) fn new(capacity: usize) -> Self {
        let (sender, receiver) = mpsc::channel(capacity);
        Self {
            due: tokio::sync::Notify::new(),
            sender,
            receiver: Mutex::new(receiver),
        }
    }

    /// Tells the loop that something has become due.
    pub fn wake(&self) {
        self.due.notify_one();
    }

    /// Hands over a claimed row whose lease began at `leased_at`, or later.
    ///
    /// # Errors
    /// The row itself, where the loop is busy or has stopped: then the caller
    /// releases it.
    pub fn hand(&self, row: T, leased_at: Timestamp) -> Result<(), T> {
        let sent = self.sender.try_send(Handed { row, leased_at });
        sent.map_err(|error| match error {
            TrySendError::Full(handed) | TrySendError::Closed(handed) => handed.row,
        })
    }

    /// Completes once something has become due since the last time.
    pub(super) async fn woken(&self) {
        self.due.notified().await;
    }
}
