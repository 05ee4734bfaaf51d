//! The links of a reply, and the choice of those that the bot follows.

use serde_json::Value;
use url::{Url, form_urlencoded};

use super::fields;
use crate::domain::task::TaskId;

/// The question that a reply answers, which completes relative links and missing ids.
#[derive(Clone, Debug)]
pub struct Question {
    pub id: TaskId,
    /// The gateway's address; a path in it is a prefix.
    pub gateway: Url,
}

/// Reads an absolute link that may lead to a video.
pub(super) fn video(value: &Value) -> Option<String> {
    fields::link(value).filter(|link| !is_picture(link))
}

/// Reads a path on the gateway's own origin that may lead to a video, as a link.
pub(super) fn own_video(value: &Value, question: &Question) -> Option<String> {
    relative(value, question).filter(|link| !is_picture(link))
}

fn is_picture(link: &str) -> bool {
    const PICTURES: [&str; 7] = [".png", ".jpg", ".jpeg", ".webp", ".avif", ".bmp", ".svg"];
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let path = path.to_ascii_lowercase();
    PICTURES.iter().any(|end| path.ends_with(end))
}

pub(super) fn thumbnail(value: &Value, question: &Question) -> Option<String> {
    let value = value.get("url").unwrap_or(value);
    fields::link(value).or_else(|| relative(value, question))
}

/// Reads a path on the gateway's own origin, as a link. A text that leads to another host,
/// such as `//host`, is not read.
fn relative(value: &Value, question: &Question) -> Option<String> {
    let path = value.as_str()?.trim();
    let rooted = path.len() > 1 && path.starts_with('/') && !path[1..].starts_with(['/', '\\']);
    let url = rooted.then(|| question.gateway.join(path).ok())??;
    let own = url.origin() == question.gateway.origin();
    own.then(|| fields::link(&Value::String(url.into())))?
}

/// Returns the link at which gateways in OpenAI's style serve a finished task's file.
pub(super) fn content(question: &Question) -> Option<String> {
    let id: String = form_urlencoded::byte_serialize(question.id.as_str().as_bytes()).collect();
    let gateway = question.gateway.as_str().trim_end_matches('/');
    fields::link(&Value::String(format!("{gateway}/v1/videos/{id}/content")))
}

/// Returns `Some` if a value is the video itself in place of its link: a `data:` link of a
/// video's type, or of a video's first bytes.
pub(super) fn inline(value: &Value) -> Option<()> {
    let text = value.as_str()?.trim_start();
    let starts = |with: &str| {
        let start = text.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    let base64 = text
        .split_once(";base64,")
        .map(|(_, base64)| base64.trim_start());
    // The bytes 4 to 8 of an mp4 file are "ftyp"; a webm file begins with Matroska's mark.
    let is_video = |base64: &str| base64.get(6..11) == Some("Z0eXB") || base64.starts_with("GkXfo");
    (starts("data:video/") || starts("data:") && base64.is_some_and(is_video)).then_some(())
}

/// Returns `Some` if a text is long enough to be a video in base64.
pub(super) fn bytes(value: &Value) -> Option<()> {
    /// No video is shorter, in bytes of base64.
    const LEAST: usize = 1024;
    (value.as_str()?.len() > LEAST).then_some(())
}
