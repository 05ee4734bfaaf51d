//! The log: the latest requests in order, and a stream of every change.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use tokio::sync::broadcast;

use crate::discord::model::message::Message;
use crate::ids::{Id, now_ms};

/// The stand-in that a request went to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Discord's REST, gateway and file routes.
    Discord,
    /// The query endpoint.
    Video,
    /// The media host.
    Media,
}

/// A request as the sandbox saw it.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRecord {
    /// The request's number, counted from 1 in the order of arrival over all sides.
    pub n: u64,
    /// The time of the request's arrival, in milliseconds since 1970.
    pub at: u64,
    /// The time at which the answer was ready; `None` while the request waits, or if the client
    /// left.
    pub answered_at: Option<u64>,
    /// The stand-in that the request went to.
    pub side: Side,
    /// The HTTP method.
    pub method: String,
    /// The route's template, such as `/channels/{channel}/messages`.
    pub route: String,
    /// The path and query as they were sent.
    pub path: String,
    /// The status of the answer; `None` as for `answered_at`, or if the connection was cut.
    pub status: Option<u16>,
    /// The start of the request's JSON, and the names and sizes of its files.
    pub body: String,
    /// The start of the answer, if it is text and somebody follows the log.
    pub answer: String,
    /// The request's headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

impl RequestRecord {
    /// Returns the method and route, as a [`crate::Fault`] names them.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.route)
    }
}

/// An event in the sandbox, for those who follow it.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A request arrived or was answered; both events have the same `n`.
    Request(Box<RequestRecord>),
    /// A message was made, changed or deleted.
    Message(Box<Message>),
    /// An interaction was sent to the bot, or the bot answered it.
    Interaction {
        /// The interaction.
        id: Id,
        /// The type of the bot's callback, once it has come.
        callback: Option<u8>,
    },
    /// The number of connected gateway sessions changed.
    Gateway {
        /// Sessions connected now.
        sessions: usize,
    },
}

/// The kept records, and everybody who follows the events.
#[derive(Debug)]
pub(crate) struct Log {
    records: VecDeque<RequestRecord>,
    kept: usize,
    next: u64,
    followers: broadcast::Sender<Event>,
}

impl Log {
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            records: VecDeque::new(),
            kept,
            next: 1,
            followers: broadcast::channel(1024).0,
        }
    }

    /// Keeps a new request and returns its number.
    pub(crate) fn arrived(&mut self, mut record: RequestRecord) -> u64 {
        record.n = self.next;
        self.next += 1;
        self.tell(|| Event::Request(Box::new(record.clone())));
        self.records.push_back(record);
        if self.records.len() > self.kept {
            self.records.pop_front();
        }
        self.next - 1
    }

    /// Records how request `n` ended. A status of `None` means that the connection was cut.
    pub(crate) fn answered(&mut self, n: u64, status: Option<u16>, answer: String) {
        let first = self.records.front().map_or(n, |record| record.n);
        let place = usize::try_from(n.saturating_sub(first)).unwrap_or(usize::MAX);
        let Some(record) = self.records.get_mut(place).filter(|record| record.n == n) else {
            return;
        };
        record.answered_at = Some(now_ms());
        record.status = status;
        record.answer = answer;
        self.tell(|| Event::Request(Box::new(self.records[place].clone())));
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = &RequestRecord> {
        self.records.iter()
    }

    pub(crate) fn follow(&self) -> broadcast::Receiver<Event> {
        self.followers.subscribe()
    }

    /// Returns whether a page or a test listens to the events.
    pub(crate) fn is_followed(&self) -> bool {
        self.followers.receiver_count() > 0
    }

    /// Tells the followers about an event, if there are any.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if self.is_followed() {
            // An error means that the last follower just left.
            let _ = self.followers.send(event());
        }
    }
}
