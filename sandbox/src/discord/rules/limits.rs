//! Rate limits of new messages and of edits, each per channel.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::http::Method;

/// The requests that a window takes. The number was observed on both routes; Discord documents
/// only that clients read it from the headers.
///
/// Source: <https://discord.com/developers/docs/topics/rate-limits#header-format>
pub(crate) const REQUESTS: u32 = 5;
const WINDOW: Duration = Duration::from_secs(5);

/// For each bucket, the end of its present window and how many requests it took.
#[derive(Debug, Default)]
pub(crate) struct Limits(HashMap<String, (Instant, u32)>);

/// A bucket's verdict on a request.
pub(crate) struct Turn {
    pub(crate) taken: bool,
    pub(crate) remaining: u32,
    pub(crate) reset_after: Duration,
}

impl Limits {
    pub(crate) fn take(&mut self, bucket: &str, now: Instant) -> Turn {
        self.0.retain(|_, (ends, _)| *ends > now);
        let (ends, sent) = self.0.entry(bucket.to_owned()).or_insert((now + WINDOW, 0));
        let taken = *sent < REQUESTS;
        *sent += u32::from(taken);
        Turn {
            taken,
            remaining: REQUESTS - *sent,
            reset_after: *ends - now,
        }
    }
}

/// Returns the bucket of a request, or `None` for routes without a limit here. Each channel, the
/// major parameter of the path, has buckets of its own.
pub(crate) fn bucket(method: &Method, path: &str) -> Option<String> {
    let rest = path.split("/channels/").nth(1)?;
    let mut parts = rest.split('/');
    let (channel, messages, message) = (parts.next()?, parts.next()?, parts.next());
    let kind = match (method, message) {
        (&Method::POST, None) => "create",
        (&Method::PATCH, Some(_)) => "edit",
        _ => return None,
    };
    (messages == "messages").then(|| format!("{kind}:{channel}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_takes_five_of_a_kind_in_five_seconds() {
        let (mut limits, start) = (Limits::default(), Instant::now());
        let create = bucket(&Method::POST, "/api/v10/channels/1/messages").unwrap();
        let edit = bucket(&Method::PATCH, "/api/v10/channels/1/messages/7").unwrap();
        let other = bucket(&Method::POST, "/api/v10/channels/2/messages").unwrap();
        for _ in 0..5 {
            assert!(limits.take(&create, start).taken);
        }
        let refused = limits.take(&create, start + Duration::from_secs(1));
        assert!(!refused.taken && refused.reset_after == Duration::from_secs(4));
        assert!(limits.take(&edit, start).taken && limits.take(&other, start).taken);
        assert!(limits.take(&create, start + WINDOW).taken);
        assert_eq!(bucket(&Method::GET, "/api/v10/channels/1/messages"), None);
        assert_eq!(bucket(&Method::POST, "/api/v10/users/@me/channels"), None);
    }
}
