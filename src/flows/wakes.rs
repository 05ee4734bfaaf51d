//! How the rooms reach the loops: by a wake-up when something has become due, or
//! by handing over a row that they have claimed already, which saves the loop
//! the search for it.

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, Notify, mpsc};

use super::poller::Poll;
use crate::domain::task::Task;
use crate::domain::time::Timestamp;
use crate::domain::watch::Watch;
use crate::store::Signal;

/// The way to each loop.
#[derive(Debug)]
pub struct Wakes {
    /// Tasks that are due.
    pub poller: Wake<Poll>,
    /// Messages that are due.
    pub courier: Wake<(Watch, Task)>,
}

impl Wakes {
    /// Loops that can be handed so many rows at a time.
    #[must_use]
    pub fn new(polls: u32, deliveries: u32) -> Self {
        Self {
            poller: Wake::new(polls as usize),
            courier: Wake::new(deliveries as usize),
        }
    }

    /// Passes on what a process of the cluster says.
    pub fn pass_on(&self, signal: Signal) {
        match signal {
            Signal::Poll => self.poller.wake(),
            Signal::Delivery => self.courier.wake(),
        }
    }
}

/// The way to one loop.
#[derive(Debug)]
pub struct Wake<T> {
    due: Notify,
    handed: mpsc::Sender<Handed<T>>,
    /// Whoever runs the loop holds it.
    pub(super) inbox: Mutex<mpsc::Receiver<Handed<T>>>,
}

/// A row that is handed over.
#[derive(Debug)]
pub(super) struct Handed<T> {
    pub(super) row: T,
    /// When its lease began.
    pub(super) since: Timestamp,
}

impl<T> Wake<T> {
    /// A way that so many rows can be on at a time.
    pub(super) fn new(room: usize) -> Self {
        let (handed, inbox) = mpsc::channel(room);
        Self {
            due: Notify::new(),
            handed,
            inbox: Mutex::new(inbox),
        }
    }

    /// Says that something has become due.
    pub fn wake(&self) {
        self.due.notify_one();
    }

    /// Hands over a claimed row whose lease began at `since`, or later.
    ///
    /// # Errors
    /// The row itself, where the loop is busy or has stopped: then it is to be
    /// given back in the database.
    pub fn hand(&self, row: T, since: Timestamp) -> Result<(), T> {
        let sent = self.handed.try_send(Handed { row, since });
        sent.map_err(|error| match error {
            TrySendError::Full(handed) | TrySendError::Closed(handed) => handed.row,
        })
    }

    /// Completes once something has become due since the last time.
    pub(super) async fn woken(&self) {
        self.due.notified().await;
    }
}
