//! The timeline: every request and every change, kept in order.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use tokio::sync::broadcast;

use crate::discord::model::message::Message;
use crate::ids::{Id, now_ms};

/// Which of the stand-ins a request went to.
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

/// One request as the sandbox saw it.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRecord {
    /// Its number, from 1, in the order of arrival over all sides.
    pub n: u64,
    /// When it arrived, in milliseconds since 1970.
    pub at: u64,
    /// When its answer was ready; `None` while it waits, or if the client left.
    pub answered_at: Option<u64>,
    /// Which stand-in it went to.
    pub side: Side,
    /// The HTTP method.
    pub method: String,
    /// The route's template, such as `/channels/{channel}/messages`.
    pub route: String,
    /// The path and query as sent.
    pub path: String,
    /// The status answered; `None` like `answered_at`, or if it was cut off.
    pub status: Option<u16>,
    /// The start of the request's JSON, and the names and sizes of its files.
    pub body: String,
    /// The start of the answer, where it is text and somebody follows along.
    pub answer: String,
    /// The request's headers, names in lower case.
    pub headers: BTreeMap<String, String>,
}

impl RequestRecord {
    /// Method and route, as a [`crate::Fault`] names them.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.route)
    }
}

/// What happened, as it happens; for pages that follow along.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A request arrived or was answered (the same `n` comes twice).
    Request(Box<RequestRecord>),
    /// A message was made, changed or deleted.
    Message(Box<Message>),
    /// An interaction was sent to the bot, or the bot answered it.
    Interaction {
        /// The interaction.
        id: Id,
        /// The type of the bot's callback, once it came.
        callback: Option<u8>,
    },
    /// The number of connected gateway sessions changed.
    Gateway {
        /// Sessions connected now.
        sessions: usize,
    },
}

/// The kept records, and everybody who follows.
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

    /// Keeps a new request and gives it its number.
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

    /// Notes how request `n` ended; `None` if the connection was cut instead.
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

    /// Tells the followers, if there are any.
    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if self.is_followed() {
            // An error means that the last one just left.
            let _ = self.followers.send(event());
        }
    }
}
