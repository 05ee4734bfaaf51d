//! The decoder of the gateway family's replies, into a [`Snapshot`] or a typed error.
//!
//! Gateways of the family agree on `id` and `status` and on little else, so the decoder
//! is lenient: it treats a field of an unexpected type as absent instead of failing. It
//! does no I/O and reads no clock.

pub mod status;
pub mod text;

mod fields;
mod links;
mod place;
mod problem;
mod reason;
mod repair;
mod reply;
#[rustfmt::skip]
mod roles;
mod task;
#[cfg(test)]
mod tests;
mod unknown;

use serde_json::Value;

pub use self::links::Question;
use self::problem::Problem;
use self::reason::UNWRAPS;
pub use self::reply::Reading;
use self::reply::Reply;
use self::status::Word;
use self::text::CAUSE_MAX;
use crate::domain::query::{InvalidReply, QueryError};
use crate::domain::task::{Phase, Snapshot};

/// Decodes a reply from its HTTP status and its body, whose size the caller has bounded.
///
/// # Errors
/// Fails as [`read`] does.
pub fn decode(status: u16, body: &[u8], question: &Question) -> Result<Snapshot, QueryError> {
    read(status, body, question).map(|reading| reading.snapshot)
}

/// Decodes as [`decode`] does, and returns the paths in the reply that the fields were read
/// from, too.
///
/// # Errors
/// [`QueryError`], with one variant for each reaction. Its texts hold at most [`CAUSE_MAX`]
/// characters of the reply and no HTML. Waits in headers are left to the caller.
pub fn read(status: u16, body: &[u8], question: &Question) -> Result<Reading, QueryError> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let success = (200..300).contains(&status);
    match repair::parse(text) {
        Ok(value) if success => understand(value, text, question),
        Ok(value) => Err(Problem::of(&value).classify(status)),
        Err(_) if !success => Err(Problem::of_text(text).classify(status)),
        Err(_) if text::is_html(text) => Err(invalid("an HTML page")),
        Err(_) if text.trim().is_empty() => Err(invalid("an empty body")),
        Err(error) => Err(invalid(&format!("not JSON: {error}"))),
    }
}

fn invalid(cause: &str) -> QueryError {
    let (what, cause) = (InvalidReply::Unknown, cause.to_owned());
    QueryError::Invalid { what, cause }
}

/// Decodes a reply with a 2xx status; `text` is its body.
fn understand(mut root: Value, text: &str, question: &Question) -> Result<Reading, QueryError> {
    root = root.as_str().and_then(place::opened).unwrap_or(root);
    place::open(&mut root, UNWRAPS);
    let reply = Reply::of(&root, question);
    let (problem, envelope) = (reply.problem(), Problem::of(&root));
    match (reply.word(), envelope.status()) {
        (Some(Word::Error), _) if problem.is_refusal() => Err(problem.classify(200)),
        // Without an id, a failure may be that of the query instead of the task.
        (Some(word), status)
            if word.phase() == Phase::Failed
                && !reply.has_id()
                && (status.is_some() || envelope.is_refusal()) =>
        {
            Err(envelope.classify(status.unwrap_or(200)))
        }
        (Some(_), _) => Ok(reply.read()),
        // An error in a 2xx reply: only the envelope can hold its status.
        (None, Some(status)) => Err(envelope.classify(status)),
        (None, None) if reply.has_id() => Ok(reply.read()),
        (None, None) => Err(match envelope.classify(200) {
            QueryError::Invalid { .. } => no_task(text),
            error => error,
        }),
    }
}

/// Returns the error for a reply without a task. It quotes the reply for the operator.
fn no_task(body: &str) -> QueryError {
    let body = text::line(text::before_html(body), CAUSE_MAX);
    invalid(&format!(
        "neither a task's status nor its id in {body} (see `videostatus query --raw`)"
    ))
}
