//! The inboxes of the loops. Other rooms wake a loop when a row has become due, or hand it a
//! row that they have claimed already, which saves the loop the search for it.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc};

use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;
use crate::store::Signal;
use crate::sync::lock;

/// A claimed task to poll.
#[derive(Debug)]
pub struct Poll {
    pub task: Task,
    /// The claimed watch that waits for its first answer, if there is one. The poller hands
    /// it to the courier together with the answer.
    pub first: Option<First>,
}

/// A watch that waits for its first answer, with its requester's turn.
#[derive(Debug)]
pub struct First {
    pub watch: Watch,
    pub(super) _turn: Turn,
}

/// A claimed watch to deliver.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub watch: Watch,
    /// The watch's task. A watch in state `asked` may not have one yet.
    pub task: Option<Task>,
}

/// The inboxes of the poller and the courier.
#[derive(Debug)]
pub struct Inboxes {
    pub poller: Inbox<Poll>,
    pub courier: Inbox<Delivery>,
    turns: Turns,
}

/// The people who have a first poll in progress that passes all other polls.
type Turns = Arc<std::sync::Mutex<HashSet<u64>>>;

/// A person's right to have one first poll pass all other polls, until it is dropped. Each
/// person has only one at a time, so that a burst of commands from one person cannot delay
/// everybody else's first polls.
#[derive(Debug)]
pub(super) struct Turn(u64, Turns);

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.1).remove(&self.0);
    }
}

impl Inboxes {
    /// Creates inboxes with room for `polls` claimed tasks and `deliveries` claimed watches.
    #[must_use]
    pub fn new(polls: u32, deliveries: u32) -> Self {
        Self {
            poller: Inbox::new(polls as usize),
            courier: Inbox::new(deliveries as usize),
            turns: Turns::default(),
        }
    }

    /// Takes the person's turn. Returns `None` if the person already has it.
    pub(super) fn turn(&self, person: u64) -> Option<Turn> {
        let is_new = lock(&self.turns).insert(person);
        is_new.then(|| Turn(person, Arc::clone(&self.turns)))
    }

    /// Wakes the loop that a signal from another process is for.
    pub fn wake(&self, signal: Signal) {
        match signal {
            Signal::Poll => self.poller.wake(),
            Signal::Delivery => self.courier.wake(),
        }
    }
}

/// The inbox of one loop.
#[derive(Debug)]
pub struct Inbox<T> {
    due: tokio::sync::Notify,
    sender: mpsc::Sender<Handed<T>>,
    /// The receiving half. The loop holds the lock while it runs.
    pub(super) receiver: Mutex<mpsc::Receiver<Handed<T>>>,
}

/// A claimed row on its way to the loop.
#[derive(Debug)]
pub(super) struct Handed<T> {
    pub(super) row: T,
    /// When the row's lease began.
    pub(super) leased_at: Timestamp,
}

impl<T> Inbox<T> {
    /// Creates an inbox with room for `capacity` claimed rows.
    pub(super) fn new(capacity: usize) -> Self {
        let (sender, receiver) = mpsc::channel(capacity);
        Self {
            due: tokio::sync::Notify::new(),
            sender,
            receiver: Mutex::new(receiver),
        }
    }

    /// Wakes the loop, because a row has become due.
    pub fn wake(&self) {
        self.due.notify_one();
    }

    /// Hands over a claimed row. `leased_at` is when its lease began, or an earlier moment.
    ///
    /// # Errors
    /// Returns the row if the inbox is full or the loop has stopped. Release it then.
    pub fn hand(&self, row: T, leased_at: Timestamp) -> Result<(), T> {
        let sent = self.sender.try_send(Handed { row, leased_at });
        sent.map_err(|error| match error {
            TrySendError::Full(handed) | TrySendError::Closed(handed) => handed.row,
        })
    }

    /// Completes once [`Self::wake`] has been called since the last time.
    pub(super) async fn woken(&self) {
        self.due.notified().await;
    }
}
