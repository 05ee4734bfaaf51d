//! The query client: what to make of replies and of their absence. A circuit
//! watches over the queries of all tasks.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Response;

use super::circuit::Circuit;
use super::transport::Transport;
pub use super::transport::{BODY_MAX, BadClient, ClientConfig, RawReply, bearer, forwarded_host};
use super::wire::status::Word;
use crate::domain::query::{Nonsense, QueryError};
use crate::domain::task::{Snapshot, TaskId};
use crate::domain::time::Timestamp;
use crate::metrics;
use crate::sync::lock;

/// The limit for a query from its first to its last byte.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(8);
/// The most unknown status words that are remembered as logged.
const WORDS_MAX: usize = 64;

/// Asks one gateway for tasks. One per process: it pools connections, and its
/// circuit counts the failures of all tasks.
pub struct Client {
    /// The gateway's name.
    name: String,
    transport: Transport,
    circuit: Mutex<Circuit>,
    /// Whether the circuit has closed since that was asked last.
    recovered: AtomicBool,
    /// The longest pause that the provider is believed.
    longest_pause: Duration,
    unknown_words: Mutex<HashSet<String>>,
    /// Whether the log has said that the path of the query is wrong.
    wrong_path_said: AtomicBool,
}

impl Client {
    /// Checks the configuration; nothing is sent.
    pub fn new(config: &ClientConfig) -> Result<Self, BadClient> {
        Self::with_timeout(config, WHOLE_TIMEOUT)
    }

    /// [`Client::new`] with another limit for a whole query.
    pub fn with_timeout(config: &ClientConfig, whole: Duration) -> Result<Self, BadClient> {
        Ok(Self {
            name: config.name.clone(),
            transport: Transport::new(config, whole)?,
            circuit: Mutex::default(),
            recovered: AtomicBool::new(false),
            longest_pause: config.longest_pause,
            unknown_words: Mutex::default(),
            wrong_path_said: AtomicBool::new(false),
        })
    }

    /// Asks how far a task is, which the provider has shown before if it is `known`.
    /// `now` is for the circuit and for `Retry-After`.
    ///
    /// # Errors
    /// [`QueryError`], typed by reaction; a wait told by the provider makes any
    /// passing trouble [`QueryError::RateLimited`]. No text holds the key.
    pub async fn query(
        &self,
        id: &TaskId,
        known: bool,
        now: Timestamp,
    ) -> Result<Snapshot, QueryError> {
        self.admit(known, now)?;
        let started = Instant::now();
        let (result, wait) = match self.fetch(id).await {
            Ok(reply) => {
                let result = reply.read().map(|reading| reading.snapshot);
                (result, reply.retry_after(now))
            }
            Err(error) => (Err(error), None),
        };
        let wait = wait.map(|wait| wait.min(self.longest_pause));
        let result = match result {
            Err(QueryError::RateLimited { .. }) => Err(QueryError::RateLimited { wait }),
            Err(QueryError::Unavailable { .. }) if wait.is_some() => {
                Err(QueryError::RateLimited { wait })
            }
            result => result,
        };
        match &result {
            Ok(snapshot) => self.log_unknown_word(snapshot),
            Err(QueryError::Invalid {
                what: Nonsense::WrongPath,
                cause,
            }) => self.log_wrong_path(cause),
            Err(_) => {}
        }
        self.note(id, known, result, now, now.plus(started.elapsed()))
    }

    /// Whether the provider has come back, since this was asked last: what was put off
    /// while it was not answering can be asked for again.
    pub fn has_recovered(&self) -> bool {
        self.recovered.swap(false, Ordering::Relaxed)
    }

    /// Whether the provider counts as down.
    pub fn is_down(&self) -> bool {
        lock(&self.circuit).is_open()
    }

    /// Refuses a query while the provider wants to be left alone, or is down. Where known
    /// tasks hang, a new one is asked for all the same.
    fn admit(&self, known: bool, now: Timestamp) -> Result<(), QueryError> {
        let mut circuit = lock(&self.circuit);
        if let Some(wait) = circuit.pause_left(now) {
            return Err(QueryError::RateLimited { wait: Some(wait) });
        }
        let is_new = !known && circuit.is_open_by_hangs();
        if !is_new && !circuit.admits(now) {
            let cause = "circuit open".to_owned();
            return Err(QueryError::Unavailable { cause });
        }
        Ok(())
    }

    /// Sends the query and gives the reply as it came, whatever the circuit
    /// says: for a person at the command line.
    pub async fn fetch(&self, id: &TaskId) -> Result<RawReply, QueryError> {
        self.transport.ask(id).await
    }

    /// Sends the query and gives the reply as it begins, for the video in its body, which
    /// may take until `whole` is over.
    pub(super) async fn open(&self, id: &TaskId, whole: Duration) -> Result<Response, QueryError> {
        self.transport.open(id, whole).await
    }

    /// Tells the circuit what a query came to. A refusal of a task that nobody has seen
    /// is not believed while known tasks are refused: then it is the whole endpoint's. A
    /// query that hangs tells of the endpoint only where the provider has shown the task.
    fn note(
        &self,
        id: &TaskId,
        known: bool,
        mut result: Result<Snapshot, QueryError>,
        began: Timestamp,
        ended: Timestamp,
    ) -> Result<Snapshot, QueryError> {
        let mut circuit = lock(&self.circuit);
        let was_open = circuit.is_open();
        match &result {
            Err(QueryError::Unavailable { .. }) => circuit.failed(ended),
            Err(QueryError::NoAnswer { .. }) if known => circuit.hung(began, ended),
            Err(QueryError::NoAnswer { .. }) => {}
            Err(QueryError::RateLimited { wait: Some(wait) }) => circuit.pause(ended.plus(*wait)),
            Err(QueryError::NotFound { .. } | QueryError::Denied { .. }) if known => {
                circuit.refused(id, ended);
            }
            Err(error @ (QueryError::NotFound { .. } | QueryError::Denied { .. }))
                if circuit.is_open_by_refusals() =>
            {
                let cause = error.to_string();
                result = Err(QueryError::Unavailable { cause });
            }
            _ => circuit.answered(ended),
        }
        if !was_open && circuit.is_open() {
            let cause = result.as_ref().err().map(ToString::to_string);
            tracing::error!(
                gateway = self.name,
                cause,
                hint = "the video service does not answer, or refuses tasks that it knew: is it \
                        down, and are the key, the quota and the address right? The bot asks on",
                "provider.circuit.opened"
            );
        } else if was_open && !circuit.is_open() {
            self.recovered.store(true, Ordering::Relaxed);
            tracing::info!(gateway = self.name, "provider.circuit.closed");
        }
        metrics::circuit(&self.name, circuit.is_open());
        result
    }

    /// Logs once that the path of the query is wrong, which no task can help.
    fn log_wrong_path(&self, cause: &str) {
        if !self.wrong_path_said.swap(true, Ordering::Relaxed) {
            tracing::error!(
                gateway = self.name,
                cause,
                hint = "the video service has no such path: is VIDEO_QUERY_PATH right, and is \
                        VIDEO_API_URL (or query_path and url in GATEWAYS)?",
                "provider.path.wrong"
            );
        }
    }

    /// Logs a status that nobody knows, and that there is none, once each.
    fn log_unknown_word(&self, snapshot: &Snapshot) {
        let word = snapshot.status.as_deref().unwrap_or_default();
        if !word.is_empty() && Word::read(word) != Word::Unknown {
            return;
        }
        let mut seen = lock(&self.unknown_words);
        if seen.len() >= WORDS_MAX || !seen.insert(word.to_owned()) {
            return;
        }
        if word.is_empty() {
            tracing::warn!(
                hint = "the reply names a task and no status: see `videostatus query --explain`",
                "provider.status.missing"
            );
        } else {
            metrics::unknown_word();
            tracing::warn!(word, "provider.status.unknown");
        }
    }
}
