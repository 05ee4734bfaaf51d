//! The video service's answers: replies, and scripts of them.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::Value;

/// An answer of the query endpoint, or a file of the media host.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    pub(crate) delay: Duration,
    pub(crate) ending: Ending,
}

/// The way in which an answer's body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Whole,
    /// The declared length is longer than the body.
    Truncated,
    /// The body is repeated until the client leaves.
    Endless,
    /// No answer at all.
    Hang,
    /// The body comes, and then nothing, with the connection left open.
    Stall,
}

impl Reply {
    /// Creates a reply with bytes of any type and status 200.
    #[must_use]
    pub fn bytes(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
            delay: Duration::ZERO,
            ending: Ending::Whole,
        }
    }

    /// Creates a reply with a JSON body.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "reads better with json!() as the argument"
    )]
    pub fn json(status: u16, body: Value) -> Self {
        Self::bytes("application/json", body.to_string()).status(status)
    }

    /// Creates a reply with a text of any type, such as an HTML page or broken JSON.
    #[must_use]
    pub fn text(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self::bytes(content_type, body.into()).status(status)
    }

    /// Creates a redirect (302).
    #[must_use]
    pub fn redirect(to: &str) -> Self {
        Self::bytes("text/plain", "")
            .status(302)
            .header("location", to)
    }

    /// Creates a reply that never comes.
    #[must_use]
    pub fn hang() -> Self {
        Self {
            ending: Ending::Hang,
            ..Self::bytes("text/plain", "")
        }
    }

    /// Sets the status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header, or replaces its value.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = name.to_ascii_lowercase();
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Waits before answering.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Declares more bytes than it sends, then closes.
    #[must_use]
    pub fn truncated(mut self) -> Self {
        self.ending = Ending::Truncated;
        self
    }

    /// Repeats its body until the client leaves.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.ending = Ending::Endless;
        self
    }

    /// Sends its body, declares more, and then sends nothing.
    #[must_use]
    pub fn stalled(mut self) -> Self {
        self.ending = Ending::Stall;
        self
    }
}

/// The answers about a task, from the first query to the last.
#[derive(Clone, Debug)]
pub struct Script(pub(crate) Plan);

#[derive(Clone, Debug)]
pub(crate) enum Plan {
    /// One reply a query; the last one repeats.
    Steps(Vec<Reply>),
    /// Each reply from its time on, counted from when the task was set.
    Timeline(Vec<(Duration, Reply)>),
}

impl Script {
    /// Creates a script with one answer for all queries.
    #[must_use]
    pub fn always(reply: Reply) -> Self {
        Self::steps([reply])
    }

    /// Creates a script with an answer for each query; the last one repeats.
    #[must_use]
    pub fn steps(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self(Plan::Steps(replies.into_iter().collect()))
    }

    /// Creates a script of answers by time, counted from when the task was set. Before the first
    /// time the task is unknown.
    #[must_use]
    pub fn timeline(replies: impl IntoIterator<Item = (Duration, Reply)>) -> Self {
        let mut replies: Vec<_> = replies.into_iter().collect();
        replies.sort_by_key(|(after, _)| *after);
        Self(Plan::Timeline(replies))
    }

    /// Returns the reply to query number `count` (from 0), `age` after the task was set.
    pub(crate) fn reply(&self, count: usize, age: Duration) -> Option<&Reply> {
        match &self.0 {
            Plan::Steps(replies) => replies.get(count).or(replies.last()),
            Plan::Timeline(replies) => replies
                .iter()
                .rev()
                .find(|(after, _)| *after <= age)
                .map(|(_, reply)| reply),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(script: &Script, count: usize, seconds: u64) -> Option<u16> {
        script
            .reply(count, Duration::from_secs(seconds))
            .map(|reply| reply.status)
    }

    #[test]
    fn steps_go_by_count_and_the_last_repeats() {
        let script = Script::steps([Reply::text(201, "a", ""), Reply::text(202, "a", "")]);
        assert_eq!(
            [0, 1, 2].map(|count| status(&script, count, 0)),
            [Some(201), Some(202), Some(202)]
        );
    }

    #[test]
    fn a_timeline_goes_by_time() {
        let at = |seconds, code| (Duration::from_secs(seconds), Reply::text(code, "a", ""));
        let script = Script::timeline([at(9, 203), at(1, 201)]);
        assert_eq!(
            [0, 1, 8, 9].map(|seconds| status(&script, 7, seconds)),
            [None, Some(201), Some(201), Some(203)]
        );
    }
}
