//! The query client: what to make of replies and of their absence. A circuit
//! watches over the queries of all tasks.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::circuit::Circuit;
use super::transport::Transport;
pub use super::transport::{BODY_MAX, BadClient, ClientConfig, RawReply, bearer, forwarded_host};
use super::wire;
use super::wire::status::Word;
use crate::domain::query::QueryError;
use crate::domain::task::{Snapshot, TaskId};
use crate::domain::time::Timestamp;
use crate::metrics;
use crate::sync::lock;

/// The limit for a query from its first to its last byte.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(20);
/// So many unknown status words are remembered as logged.
const WORDS_MAX: usize = 64;

/// Asks the provider for tasks. One per process: it pools connections, and its
/// circuit counts the failures of all tasks.
#[derive(Debug)]
pub struct Client {
    transport: Transport,
    circuit: Mutex<Circuit>,
    unknown_words: Mutex<HashSet<String>>,
}

impl Client {
    /// Checks the configuration; nothing is sent.
    ///
    /// # Errors
    /// [`BadClient`] names the part that cannot be used.
    pub fn new(config: &ClientConfig) -> Result<Self, BadClient> {
        Self::with_timeout(config, WHOLE_TIMEOUT)
    }

    /// [`Client::new`] with another limit for a whole query.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_timeout(config: &ClientConfig, whole: Duration) -> Result<Self, BadClient> {
        Ok(Self {
            transport: Transport::new(config, whole)?,
            circuit: Mutex::default(),
            unknown_words: Mutex::default(),
        })
    }

    /// Asks how far a task is. `now` is for the circuit and for `Retry-After`.
    ///
    /// # Errors
    /// [`QueryError`], typed by reaction; a wait told by the provider makes any
    /// passing trouble [`QueryError::RateLimited`]. No text holds the key.
    pub async fn query(&self, id: &TaskId, now: Timestamp) -> Result<Snapshot, QueryError> {
        if !lock(&self.circuit).admits(now) {
            let cause = "circuit open".to_owned();
            return Err(QueryError::Unavailable { cause });
        }
        let started = Instant::now();
        let (result, wait) = match self.fetch(id).await {
            Ok(reply) => {
                let result = wire::decode(reply.status, &reply.body);
                (result, reply.retry_after(now))
            }
            Err(error) => (Err(error), None),
        };
        self.note(&result, now.plus(started.elapsed()));
        match result {
            Ok(snapshot) => {
                self.log_unknown_word(&snapshot);
                Ok(snapshot)
            }
            Err(QueryError::RateLimited { .. }) => Err(QueryError::RateLimited { wait }),
            Err(QueryError::Unavailable { .. }) if wait.is_some() => {
                Err(QueryError::RateLimited { wait })
            }
            Err(error) => Err(error),
        }
    }

    /// Sends the query and gives the reply as it came, whatever the circuit
    /// says: for a person at the command line.
    ///
    /// # Errors
    /// [`QueryError::Unavailable`] where nothing came, [`QueryError::Invalid`]
    /// where the body is larger than [`BODY_MAX`].
    pub async fn fetch(&self, id: &TaskId) -> Result<RawReply, QueryError> {
        self.transport.ask(id).await
    }

    fn note(&self, result: &Result<Snapshot, QueryError>, ended: Timestamp) {
        let mut circuit = lock(&self.circuit);
        let was_open = circuit.is_open();
        match result {
            Err(QueryError::Unavailable { .. }) => circuit.failed(ended),
            _ => circuit.answered(),
        }
        match (was_open, circuit.is_open()) {
            (false, true) => tracing::warn!("provider.circuit.opened"),
            (true, false) => tracing::info!("provider.circuit.closed"),
            _ => {}
        }
    }

    fn log_unknown_word(&self, snapshot: &Snapshot) {
        let Some(word) = snapshot.status.as_deref() else {
            return;
        };
        if Word::read(word) != Word::Unknown {
            return;
        }
        let mut seen = lock(&self.unknown_words);
        if seen.len() < WORDS_MAX && seen.insert(word.to_owned()) {
            metrics::unknown_word();
            tracing::warn!(word, "provider.status.unknown");
        }
    }
}
