//! What the query endpoint says to a task that nobody has.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap};

use super::finding::Finding;
use crate::config::Config;
use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::flows::clock::Clock;
use crate::provider::client::{Client, RawReply};
use crate::provider::wire;

/// An interaction's token is believed for one minute less than it lives; half of
/// that may be lost by a clock that is wrong.
const SKEW: Duration = Duration::from_secs(30);

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "provider";
    match ask(config).await {
        Ok(reply) => {
            let mut findings = vec![answer(&reply)];
            findings.extend(clock(&reply.headers, Clock::system().now()));
            findings
        }
        Err(error) => {
            let advice =
                "check VIDEO_API_URL and VIDEO_QUERY_PATH, and the way out of this machine";
            vec![Finding::broken(CHECK, format!("{error:#}"), advice)]
        }
    }
}

async fn ask(config: &Config) -> anyhow::Result<RawReply> {
    let client = Client::new(&config.video)?;
    let id = TaskId::parse("videostatus-doctor")?;
    Ok(client.fetch(&id).await?)
}

fn answer(reply: &RawReply) -> Finding {
    const CHECK: &str = "provider";
    match wire::decode(reply.status, &reply.body) {
        Ok(_) | Err(QueryError::NotFound { .. }) => Finding::fine(CHECK, "answers, key accepted"),
        Err(error @ QueryError::Denied { .. }) => {
            Finding::broken(CHECK, error.to_string(), "set VIDEO_API_KEY to a valid key")
        }
        Err(error @ (QueryError::RateLimited { .. } | QueryError::Unavailable { .. })) => {
            Finding::doubtful(
                CHECK,
                error.to_string(),
                "try again later; lower POLL_RATE if it stays",
            )
        }
        Err(error @ QueryError::Invalid { .. }) => Finding::broken(
            CHECK,
            error.to_string(),
            "check VIDEO_API_URL and VIDEO_QUERY_PATH: this is no answer of a video gateway",
        ),
    }
}

/// Compares the clocks, where the provider tells its own.
fn clock(headers: &HeaderMap, now: Timestamp) -> Option<Finding> {
    const CHECK: &str = "clock";
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    let theirs = Timestamp(0).plus(date.duration_since(UNIX_EPOCH).ok()?);
    let skew = now.since(theirs).max(theirs.since(now));
    let found = format!("{} s beside the provider's", skew.as_secs());
    Some(if skew < SKEW {
        Finding::fine(CHECK, found)
    } else {
        let advice = "set this machine's clock (NTP): edits by expired tokens would fail";
        Finding::doubtful(CHECK, found, advice)
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;
    use crate::cli::doctor::finding::Verdict;

    #[test]
    fn a_clock_may_be_wrong_by_half_a_minute_in_either_direction() {
        let at = |seconds: i64| {
            let date = HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
            let headers = HeaderMap::from_iter([(DATE, date)]);
            let now = Timestamp((784_111_777 + seconds) * 1000);
            clock(&headers, now).unwrap().verdict
        };
        assert_eq!([at(0), at(29), at(-29)], [Verdict::Fine; 3]);
        assert_eq!([at(30), at(-30)], [Verdict::Doubtful; 2]);
        assert!(clock(&HeaderMap::new(), Timestamp(0)).is_none());
    }
}
