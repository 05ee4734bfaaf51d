//! The `Retry-After` header in both its forms.
//!
//! Source: RFC 9110, section 10.2.3.

use std::time::{Duration, UNIX_EPOCH};

use crate::domain::time::Timestamp;

/// The wait that a header value asks for: whole seconds, or an HTTP date seen
/// from `now`. `None` for anything else and for no wait at all.
pub(super) fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(value).ok()?;
            let until = until.duration_since(UNIX_EPOCH).ok()?;
            Timestamp(0).plus(until).since(now)
        }
    };
    (!wait.is_zero()).then_some(wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_the_rest_is_not() {
        // Sun, 06 Nov 1994 08:49:37 GMT, the RFC's example.
        let now = Timestamp(784_111_777_000 - 90_000);
        for (value, seconds) in [
            ("45", Some(45)),
            (" 1 ", Some(1)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(90)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(90)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", None),
            ("0", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
            ("99999999999999999999999", None),
        ] {
            let wait = parse(value, now);
            assert_eq!(wait, seconds.map(Duration::from_secs), "{value:?}");
        }
    }
}
