//! Any reply of the gateway family to a [`Snapshot`] or a typed error.
//!
//! Gateways of the family agree on `id` and `status` and on little else, so the
//! body is read leniently from a JSON value: a field of another type is a field
//! left out, never a failure. No I/O happens here, and no clock is read.

pub mod status;
pub mod text;

mod fields;
mod problem;
mod reason;
mod reply;
mod surrogates;

use serde_json::Value;

use self::problem::Problem;
use self::reply::Reply;
use self::status::Word;
use self::text::CAUSE_MAX;
use crate::domain::query::QueryError;
use crate::domain::task::Snapshot;

/// Understands a reply from its HTTP status and its body (already capped).
///
/// # Errors
/// [`QueryError`], typed by the reaction that the reply asks for; its texts are
/// at most [`CAUSE_MAX`] characters and never hold HTML. A wait that a header
/// told is not known here.
pub fn decode(status: u16, body: &[u8]) -> Result<Snapshot, QueryError> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let json = serde_json::from_str::<Value>(text);
    let json = json.or_else(|_| serde_json::from_str(&surrogates::mended(text)));
    let success = (200..300).contains(&status);
    match json {
        Ok(value) if success => understand(&value),
        Ok(value) => Err(Problem::of(&value).classify(status)),
        Err(_) if !success => Err(Problem::of_text(text).classify(status)),
        Err(_) if text::is_html(text) => invalid("an HTML page"),
        Err(_) if text.trim().is_empty() => invalid("an empty body"),
        Err(error) => invalid(&format!("not JSON: {error}")),
    }
}

fn invalid(cause: &str) -> Result<Snapshot, QueryError> {
    let cause = text::line(cause, CAUSE_MAX);
    Err(QueryError::Invalid { cause })
}

/// A reply that came with success.
fn understand(root: &Value) -> Result<Snapshot, QueryError> {
    if !root.is_object() {
        return invalid("JSON, but no object");
    }
    let reply = Reply::of(root);
    let (told, envelope) = (reply.problem(), Problem::of(root));
    match reply.word().map(Word::read) {
        Some(Word::Error) if told.is_unknown_task() || told.is_temporary() => {
            Err(told.classify(200))
        }
        Some(_) => Ok(reply.snapshot()),
        // An error under a success: the status stands in the envelope, if at all.
        None if envelope.status().is_some() || !reply.is_task() => {
            Err(envelope.classify(envelope.status().unwrap_or(200)))
        }
        None => Ok(reply.snapshot()),
    }
}
