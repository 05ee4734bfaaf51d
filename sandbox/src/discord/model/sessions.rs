//! Gateway sessions: their connections, and the sent events that a resume can replay.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::ids::Id;

/// The time for which a session without a connection can be resumed.
const RESUMABLE: Duration = Duration::from_secs(60);
/// The number of sent events that are kept for a resume.
const REPLAYED: usize = 500;

/// The way in which [`crate::Sandbox::cut_gateway`] ends the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The connection breaks without a close frame; sessions can be resumed.
    Abrupt,
    /// Discord closes the connection with this code (4000: resumable).
    Code(u16),
    /// The connection breaks and the sessions are forgotten: a resume is answered with "invalid
    /// session".
    Forget,
}

/// The gateway's answer to a bot that identifies or resumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Welcome {
    /// A session.
    #[default]
    Session,
    /// The answer "invalid session".
    Invalid {
        /// True if Discord says that a resume may be tried again.
        resumable: bool,
    },
    /// A close frame with this code.
    Close(u16),
    /// A frame that is not JSON.
    Broken,
    /// No answer, while heartbeats are answered.
    Silence,
}

/// The gateway's sessions and settings.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) sessions: Sessions,
    /// True if `/gateway*` answers 503 and no connection is accepted.
    pub(crate) refused: bool,
    /// The number of shards that `/gateway/bot` recommends.
    pub(crate) shards: u64,
    /// True if heartbeats are not acknowledged.
    pub(crate) mute: bool,
    pub(crate) welcome: Welcome,
    /// The flags of the bot's user in READY.
    pub(crate) bot_flags: u64,
    /// The numbers of IDENTIFYs and RESUMEs with the right token.
    pub(crate) identifies: usize,
    pub(crate) resumes: usize,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            sessions: Sessions::default(),
            refused: false,
            shards: 1,
            mute: false,
            welcome: Welcome::default(),
            bot_flags: 0,
            identifies: 0,
            resumes: 0,
        }
    }
}

/// A command to a connection.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Send(String),
    /// Close with this code.
    Close(u16),
    /// End the connection without a close frame.
    Vanish,
}

/// One bot's session on one shard.
#[derive(Debug)]
pub(crate) struct Session {
    shard: (u64, u64),
    seq: u64,
    sent: VecDeque<(u64, String)>,
    line: Option<mpsc::UnboundedSender<Outgoing>>,
    lost: Option<Instant>,
}

impl Session {
    fn dispatch(&mut self, kind: &str, data: &Value) {
        self.seq += 1;
        let text = json!({"op": 0, "t": kind, "s": self.seq, "d": data}).to_string();
        if let Some(line) = &self.line {
            // An error means that the connection just ended. A resume replays the event.
            let _ = line.send(Outgoing::Send(text.clone()));
        }
        self.sent.push_back((self.seq, text));
        if self.sent.len() > REPLAYED {
            self.sent.pop_front();
        }
    }

    fn resumable(&self) -> bool {
        self.line.is_some() || self.lost.is_some_and(|lost| lost.elapsed() < RESUMABLE)
    }
}

/// All sessions, by their id.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    sessions: BTreeMap<String, Session>,
    opened: u64,
}

impl Sessions {
    /// Opens a session and returns its id. Lost sessions of the same shard can no longer be
    /// resumed, because their bot has come back with a new one.
    pub(crate) fn open(
        &mut self,
        shard: (u64, u64),
        line: mpsc::UnboundedSender<Outgoing>,
    ) -> String {
        self.sessions
            .retain(|_, session| session.line.is_some() || session.shard != shard);
        self.opened += 1;
        let id = format!("{:032x}", self.opened);
        let session = Session {
            shard,
            seq: 0,
            sent: VecDeque::new(),
            line: Some(line),
            lost: None,
        };
        self.sessions.insert(id.clone(), session);
        id
    }

    /// Sends one event to one session.
    pub(crate) fn dispatch_to(&mut self, id: &str, kind: &str, data: &Value) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.dispatch(kind, data);
        }
    }

    /// Resumes a session and replays the events after `seq`. Returns false if that is not
    /// possible.
    pub(crate) fn resume(
        &mut self,
        id: &str,
        seq: u64,
        line: mpsc::UnboundedSender<Outgoing>,
    ) -> bool {
        let Some(session) = self
            .sessions
            .get_mut(id)
            .filter(|session| session.resumable())
        else {
            return false;
        };
        if seq > session.seq
            || session
                .sent
                .front()
                .is_some_and(|(first, _)| *first > seq + 1)
        {
            self.sessions.remove(id);
            return false;
        }
        for (_, text) in session.sent.iter().filter(|(sent, _)| *sent > seq) {
            let _ = line.send(Outgoing::Send(text.clone()));
        }
        session.line = Some(line);
        session.lost = None;
        session.dispatch("RESUMED", &json!({}));
        true
    }

    /// Records that a session's connection ended. A `clean` end ends the session too.
    pub(crate) fn lost(&mut self, id: &str, line: &mpsc::UnboundedSender<Outgoing>, clean: bool) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        // The session may have another connection by now.
        if !session
            .line
            .as_ref()
            .is_some_and(|own| own.same_channel(line))
        {
            return;
        }
        if clean {
            self.sessions.remove(id);
        } else {
            session.line = None;
            session.lost = Some(Instant::now());
        }
    }

    /// Sends an event to every session of a guild's shard, which is shard 0 without a guild. A
    /// lost session gets it when it resumes. Returns false if there is no session.
    pub(crate) fn dispatch(&mut self, guild: Option<Id>, kind: &str, data: &Value) -> bool {
        let number = guild.map_or(0, |guild| guild.get() >> 22);
        let sessions = self.sessions.values_mut();
        let mut any = false;
        for session in sessions.filter(|s| s.resumable() && number % s.shard.1 == s.shard.0) {
            session.dispatch(kind, data);
            any = true;
        }
        any
    }

    /// Returns the number of connected sessions.
    pub(crate) fn connected(&self) -> usize {
        self.shards().len()
    }

    /// Returns the shards of the connected sessions.
    pub(crate) fn shards(&self) -> Vec<(u64, u64)> {
        self.sessions
            .values()
            .filter(|session| session.line.is_some())
            .map(|session| session.shard)
            .collect()
    }

    /// Ends every connection with this close code, or without a close frame if it is `None`.
    pub(crate) fn cut(&mut self, code: Option<u16>) {
        for session in self.sessions.values_mut() {
            if let Some(line) = session.line.take() {
                let _ = line.send(code.map_or(Outgoing::Vanish, Outgoing::Close));
                session.lost = Some(Instant::now());
            }
        }
    }

    /// Forgets every session without a connection, so that a resume fails.
    pub(crate) fn forget(&mut self) {
        self.sessions.retain(|_, session| session.line.is_some());
    }
}
