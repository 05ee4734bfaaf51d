//! The client that queries one gateway. A circuit counts the failures of all its queries,
//! so that a gateway that is down is probed instead of hammered.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Response;

use super::circuit::Circuit;
use super::transport::Transport;
pub use super::transport::{BODY_MAX, BadClient, ClientConfig, RawReply, bearer, forwarded_host};
use super::wire::status::Word;
use crate::domain::query::{InvalidReply, QueryError};
use crate::domain::task::{Snapshot, TaskId};
use crate::domain::time::Timestamp;
use crate::metrics;
use crate::sync::lock;

/// The bound on a query, from the start of the request to the last byte of the reply.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(8);
/// The bound on the unknown status words that are logged, and remembered as logged.
const WORDS_MAX: usize = 64;

/// A client of one gateway. There is one per gateway and process, because it pools
/// connections and its circuit counts the failures of all tasks.
pub struct Client {
    /// The gateway's name.
    name: String,
    transport: Transport,
    circuit: Mutex<Circuit>,
    /// True if the circuit has closed since the last call of `has_recovered`.
    recovered: AtomicBool,
    /// The bound on the pause that the provider may ask for.
    longest_pause: Duration,
    unknown_words: Mutex<HashSet<String>>,
    /// True once the log has said that the path of the query is wrong.
    wrong_path_said: AtomicBool,
}

impl Client {
    /// Builds a client after checking its configuration. Sends nothing.
    pub fn new(config: &ClientConfig) -> Result<Self, BadClient> {
        Self::with_timeout(config, WHOLE_TIMEOUT)
    }

    /// Builds a client as [`Client::new`] does, with another bound on a whole query.
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

    /// Queries a task, unless the circuit or a pause forbids it. `known` is true if this
    /// gateway has shown the task before. The circuit and `Retry-After` dates count from
    /// `now`.
    ///
    /// # Errors
    /// [`QueryError`], with one variant for each reaction. If the reply to a passing error
    /// names a wait, the error is [`QueryError::RateLimited`]. No text holds the key.
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
                what: InvalidReply::WrongPath,
                cause,
            }) => self.log_wrong_path(cause),
            Err(_) => {}
        }
        self.note(id, known, result, now, now.plus(started.elapsed()))
    }

    /// Returns whether the circuit has closed since the last call. Tasks that waited
    /// because of a setback can be polled again then.
    pub fn has_recovered(&self) -> bool {
        self.recovered.swap(false, Ordering::Relaxed)
    }

    /// Returns whether the circuit is open.
    pub fn is_down(&self) -> bool {
        lock(&self.circuit).is_open()
    }

    /// Refuses a query during a pause that the provider asked for, or while the circuit is
    /// open. If only hanging known tasks opened it, a new task is still queried.
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

    /// Sends the query and returns the reply as it came, without asking the circuit. The
    /// command line uses it to show replies.
    pub async fn fetch(&self, id: &TaskId) -> Result<RawReply, QueryError> {
        self.transport.ask(id).await
    }

    /// Sends the query and returns the reply before its body, from which the caller reads
    /// a video. The whole reply may take `whole`.
    pub(super) async fn open(&self, id: &TaskId, whole: Duration) -> Result<Response, QueryError> {
        self.transport.open(id, whole).await
    }

    /// Records the result of a query in the circuit. While refusals of known tasks keep the
    /// circuit open, the refusal of a new task becomes [`QueryError::Unavailable`], because
    /// the gateway then refuses everything. A query that hangs counts only if the task is
    /// known; otherwise its id may be the cause.
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
                        down, and are the key, the quota and the address right? The bot goes on \
                        asking",
                "provider.circuit.opened"
            );
        } else if was_open && !circuit.is_open() {
            self.recovered.store(true, Ordering::Relaxed);
            tracing::info!(gateway = self.name, "provider.circuit.closed");
        }
        metrics::circuit(&self.name, circuit.is_open());
        result
    }

    /// Logs once that the path of the query is wrong. Only the operator can repair that.
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

    /// Logs each unknown status word once, and once that a reply has no status.
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
