//! The doctor's check of a gateway.

use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap};

use super::certificates;
use super::finding::{Fault, Found};
use crate::config::Config;
use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::flows::clock::Clock;
use crate::provider::client::{Client, RawReply};
use crate::provider::gateways::GatewayConfig;

/// The difference between the clocks from which on the doctor warns. The bot stops using an
/// interaction's token one minute before it expires, and a wrong clock may cost half of that.
const SKEW: Duration = Duration::from_secs(30);

/// Queries a gateway and compares the clocks. If there are several gateways, the finding begins
/// with the gateway's name.
pub(super) async fn examine(config: &Config, gateway: &GatewayConfig) -> (Found, Option<Found>) {
    let set = |variable, field| config.variable_of(gateway, variable, field);
    let (url, path) = (
        set("VIDEO_API_URL", "url"),
        set("VIDEO_QUERY_PATH", "query_path"),
    );
    let (found, clock) = match ask(gateway).await {
        Ok(reply) => {
            let key = set("VIDEO_API_KEY", "key");
            let clock = clock(&reply.headers, Clock::system().now());
            let keyed = !gateway.client.key.is_empty();
            (answer(&reply, keyed, &key, &url, &path), clock)
        }
        Err(error) => {
            let error = format!("{error:#}");
            let advice = match certificates::advice(&error) {
                Some(advice) => advice.to_owned(),
                None => format!(
                    "check {url} and {path}, and this machine's network (firewall, DNS, proxy)"
                ),
            };
            (Err(Fault::broken(error, &advice)), None)
        }
    };
    let named = |found: String| match config.from_file {
        true => format!("{}: {found}", gateway.client.name),
        false => found,
    };
    // The fault names the host too, because there may be several gateways.
    let host = gateway.client.origin.authority();
    let found = found.map(named).map_err(|fault| Fault {
        found: named(format!("{host}: {}", fault.found)),
        ..fault
    });
    (found, clock)
}

/// Queries a gateway for a task that does not exist.
async fn ask(gateway: &GatewayConfig) -> anyhow::Result<RawReply> {
    let client = Client::new(&gateway.client)?;
    let id = TaskId::parse("videostatus-doctor")?;
    Ok(client.fetch(&id).await?)
}

/// Judges the reply to a query. `keyed` is true if the query had a key; only then can the service
/// have accepted one.
fn answer(reply: &RawReply, keyed: bool, key: &str, url: &str, path: &str) -> Found {
    let fault = match reply.read() {
        Ok(_) | Err(QueryError::NotFound { .. }) => {
            return Ok(match keyed {
                true => "answers, key accepted".to_owned(),
                false => "answers without a key".to_owned(),
            });
        }
        Err(error @ QueryError::Denied { .. }) => {
            Fault::broken(error, &format!("set {key} to a valid key"))
        }
        Err(
            error @ (QueryError::RateLimited { .. }
            | QueryError::Unavailable { .. }
            | QueryError::NoAnswer { .. }
            | QueryError::Unserved),
        ) => Fault::doubtful(error, "try again later; lower POLL_RATE if it stays"),
        Err(error @ QueryError::Invalid { .. }) => Fault::broken(
            error,
            &format!("check {url} and {path}: a video service does not answer like this"),
        ),
    };
    Err(fault)
}

/// Compares this machine's clock with the service's, if its reply has a date.
fn clock(headers: &HeaderMap, now: Timestamp) -> Option<Found> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    let theirs = Timestamp(0).plus(date.duration_since(UNIX_EPOCH).ok()?);
    let skew = now.since(theirs).max(theirs.since(now));
    let found = format!("{} s apart from the video service's", skew.as_secs());
    let advice = "set this machine's clock (NTP), or edits with expired tokens may fail";
    Some(match skew < SKEW {
        true => Ok(found),
        false => Err(Fault::doubtful(found, advice)),
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_clock_may_be_wrong_by_half_a_minute_in_either_direction() {
        let at = |seconds: i64| {
            let date = HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
            let headers = HeaderMap::from_iter([(DATE, date)]);
            let now = Timestamp((784_111_777 + seconds) * 1000);
            clock(&headers, now).unwrap().is_ok()
        };
        assert_eq!([at(0), at(29), at(-29)], [true; 3]);
        assert_eq!([at(30), at(-30)], [false; 2]);
        assert!(clock(&HeaderMap::new(), Timestamp(0)).is_none());
    }
}
