//! The only place that maps Discord's error codes to the reaction that each asks for.
//!
//! Source: <https://discord.com/developers/docs/topics/opcodes-and-status-codes>

use std::time::Duration;

use serde::Deserialize;

use crate::domain::discord::DiscordError;

/// The wait, in seconds, if Discord asks for one and does not say how long.
const UNSAID_WAIT: f64 = 5.0;

/// The longest wait, in seconds. If Discord asks for a longer one, the request is tried again
/// after this.
const LONGEST_WAIT: f64 = 3600.0;

/// The parts of an error body that decide the reaction.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct JsonError {
    code: u64,
    message: String,
    retry_after: Option<f64>,
    errors: serde_json::Value,
}

/// Returns the reaction to a failed reply: `status`, its `Retry-After` header in seconds, and
/// its body. The error's texts hold Discord's words and never a URL, which could hold a token.
pub(super) fn reaction(status: u16, retry_after: Option<f64>, body: &[u8]) -> DiscordError {
    let is_page = body.trim_ascii_start().starts_with(b"<");
    let body: JsonError = serde_json::from_slice(body).unwrap_or_default();
    let told = || match (shortened(&body.message), body.code) {
        // Without words the reply is not Discord's: Cloudflare, a proxy or another server answers.
        (words, 0) if words.is_empty() => {
            let what = match status {
                300..=399 => ", a redirect",
                _ if is_page => ", a web page",
                _ => "",
            };
            format!("HTTP {status}{what}")
        }
        (words, code) => format!("{words} ({status}/{code})"),
    };
    match (status, body.code) {
        (_, 50027 | 10015) => DiscordError::TokenOver,
        (_, 10062) => DiscordError::TooLate,
        (_, 40060) => DiscordError::AlreadyAcknowledged,
        (_, 10008) => DiscordError::MessageGone,
        (_, 50083) => DiscordError::Archived,
        (_, 10003 | 10004 | 10007 | 40058 | 50001 | 50008 | 50009 | 50024 | 50095 | 160_005) => {
            DiscordError::ChannelOut(told())
        }
        (_, 50013) => DiscordError::Forbidden(told()),
        (_, 50007 | 50278 | 10013) => DiscordError::NoDm,
        (_, 160_002) => DiscordError::NoReply,
        (_, 20009 | 30015 | 40005 | 50045 | 50046 | 50110 | 50123 | 50124 | 50146 | 400_001)
        | (413, _) => DiscordError::FilesRefused(told()),
        (_, 200_000) => DiscordError::FilteredText,
        (_, 240_000) => DiscordError::FilteredLinks,
        // 40003: the bot opens direct messages too fast.
        (429, _) | (_, 20016 | 20022 | 20028 | 20029 | 30034 | 30046 | 40003) => {
            let told = body.retry_after.or(retry_after);
            let told = told.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
            let seconds = told.unwrap_or(UNSAID_WAIT).min(LONGEST_WAIT);
            DiscordError::Wait(Duration::from_secs_f64(seconds))
        }
        // Temporarily switched off, overloaded, or refused by Cloudflare in front of Discord
        // (40333).
        (_, 40004 | 40006 | 40062 | 40333 | 110_000 | 110_001 | 130_000) | (408 | 500..=599, _) => {
            DiscordError::Unavailable(told())
        }
        (401, _) => DiscordError::Unauthorized,
        // Without an error code the reply is not Discord's: Cloudflare or a proxy refuses.
        (403 | 404, 0) => DiscordError::Unavailable(told()),
        (_, 50006 | 50035 | 50109) => DiscordError::Invalid(format!(
            "{} {}",
            told(),
            shortened(&body.errors.to_string())
        )),
        _ => DiscordError::Unknown(told()),
    }
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, code: u64) -> String {
        let body = format!(r#"{{"message":"words","code":{code}}}"#);
        format!("{:?}", reaction(status, None, body.as_bytes()))
    }

    #[test]
    fn each_row_of_discords_codes_has_its_reaction() {
        let rows = [
            (401, 50027, "TokenOver"),
            (404, 10015, "TokenOver"),
            (404, 10062, "TooLate"),
            (400, 40060, "AlreadyAcknowledged"),
            (404, 10008, "MessageGone"),
            (404, 10003, r#"ChannelOut("words (404/10003)")"#),
            (404, 10004, r#"ChannelOut("words (404/10004)")"#),
            (404, 10007, r#"ChannelOut("words (404/10007)")"#),
            (403, 50001, r#"ChannelOut("words (403/50001)")"#),
            (400, 50083, "Archived"),
            (400, 160_005, r#"ChannelOut("words (400/160005)")"#),
            (403, 50013, r#"Forbidden("words (403/50013)")"#),
            (403, 50007, "NoDm"),
            (403, 50278, "NoDm"),
            (400, 160_002, "NoReply"),
            (413, 40005, r#"FilesRefused("words (413/40005)")"#),
            (413, 0, r#"FilesRefused("words (413/0)")"#),
            (400, 50045, r#"FilesRefused("words (400/50045)")"#),
            (400, 20009, r#"FilesRefused("words (400/20009)")"#),
            (403, 400_001, r#"FilesRefused("words (403/400001)")"#),
            (403, 40333, r#"Unavailable("words (403/40333)")"#),
            (400, 40006, r#"Unavailable("words (400/40006)")"#),
            (400, 50008, r#"ChannelOut("words (400/50008)")"#),
            (400, 20022, "Wait(5s)"),
            (403, 98765, r#"Unknown("words (403/98765)")"#),
            (400, 0, r#"Unknown("words (400/0)")"#),
            (400, 200_000, "FilteredText"),
            (400, 240_000, "FilteredLinks"),
            (429, 30046, "Wait(5s)"),
            (400, 20016, "Wait(5s)"),
            (400, 40062, r#"Unavailable("words (400/40062)")"#),
            (400, 130_000, r#"Unavailable("words (400/130000)")"#),
            (502, 0, r#"Unavailable("words (502/0)")"#),
            (401, 0, "Unauthorized"),
            (403, 0, r#"Unavailable("words (403/0)")"#),
            (404, 0, r#"Unavailable("words (404/0)")"#),
            (408, 0, r#"Unavailable("words (408/0)")"#),
            (403, 40003, "Wait(5s)"),
            (400, 50006, r#"Invalid("words (400/50006) null")"#),
        ];
        for (status, code, wanted) in rows {
            assert_eq!(of(status, code), wanted, "{status} {code}");
        }
    }

    /// Every code that Discord publishes, by the reaction to it.
    ///
    /// Source: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes>
    const PUBLISHED: &[(&str, &[u64])] = &[
        ("TokenOver", &[10015, 50027]),
        ("TooLate", &[10062]),
        ("AlreadyAcknowledged", &[40060]),
        ("MessageGone", &[10008]),
        ("Archived", &[50083]),
        (
            "ChannelOut",
            &[
                10003, 10004, 10007, 40058, 50001, 50008, 50009, 50024, 50095, 160_005,
            ],
        ),
        ("Forbidden", &[50013]),
        ("NoDm", &[10013, 50007, 50278]),
        ("NoReply", &[160_002]),
        (
            "FilesRefused",
            &[
                20009, 30015, 40005, 50045, 50046, 50110, 50123, 50124, 50146, 400_001,
            ],
        ),
        ("FilteredText", &[200_000]),
        ("FilteredLinks", &[240_000]),
        ("Wait", &[20016, 20022, 20028, 20029, 30034, 30046, 40003]),
        (
            "Unavailable",
            &[40004, 40006, 40062, 40333, 110_000, 110_001, 130_000],
        ),
        ("Invalid", &[50006, 50035, 50109]),
        (
            "Unknown",
            &[
                0, 10001, 10002, 10005, 10006, 10009, 10010, 10011, 10012, 10014, 10016, 10020,
                10021, 10026, 10027, 10028, 10029, 10030, 10031, 10032, 10033, 10036, 10038, 10049,
                10050, 10057, 10059, 10060, 10061, 10063, 10065, 10066, 10067, 10068, 10069, 10070,
                10071, 10087, 10097, 10124, 10129, 20001, 20002, 20012, 20015, 20018, 20024, 20031,
                20035, 30001, 30002, 30003, 30004, 30005, 30007, 30008, 30010, 30011, 30013, 30016,
                30018, 30019, 30030, 30031, 30032, 30033, 30035, 30037, 30038, 30039, 30040, 30042,
                30045, 30047, 30048, 30052, 30056, 30058, 30060, 30061, 40001, 40002, 40007, 40009,
                40012, 40018, 40019, 40032, 40033, 40041, 40043, 40061, 40066, 40067, 40074, 40094,
                50002, 50003, 50004, 50005, 50010, 50011, 50012, 50014, 50015, 50016, 50017, 50019,
                50020, 50021, 50025, 50026, 50028, 50033, 50034, 50036, 50039, 50041, 50054, 50055,
                50057, 50067, 50068, 50070, 50073, 50074, 50080, 50081, 50084, 50085, 50086, 50091,
                50097, 50101, 50131, 50132, 50138, 50144, 50145, 50151, 50159, 50160, 50161, 50162,
                50163, 50167, 50173, 50178, 50192, 50600, 60003, 80004, 90001, 90002, 150_006,
                160_004, 160_006, 160_007, 160_014, 170_001, 170_002, 170_003, 170_004, 170_005,
                170_006, 170_007, 180_000, 180_002, 200_001, 220_001, 220_002, 220_003, 220_004,
                340_015, 350_000, 350_001, 500_000, 520_000, 520_001, 520_002, 520_003, 520_004,
                520_006, 530_000, 530_001, 530_002, 530_003, 530_004, 530_006, 530_007,
            ],
        ),
    ];

    #[test]
    fn each_published_code_has_its_reaction_and_no_other_sheds_anything() {
        for (wanted, codes) in PUBLISHED {
            for code in *codes {
                let of = of(400, *code);
                assert!(of.starts_with(wanted), "{code} is {of}");
            }
        }
        let known = |code: &u64| PUBLISHED.iter().any(|(_, codes)| codes.contains(code));
        for code in (1..600_000).filter(|code| !known(code)) {
            let of = of(400, code);
            assert!(of.starts_with("Unknown"), "{code} is {of}");
        }
    }

    #[test]
    fn a_reply_without_words_of_discord_has_words_all_the_same() {
        let told = |status, body: &str| reaction(status, None, body.as_bytes()).to_string();
        assert_eq!(told(302, ""), "Discord refuses: HTTP 302, a redirect");
        let page = "Discord is not answering: HTTP 503, a web page";
        assert_eq!(told(503, "\n<!doctype html><p>"), page);
        assert_eq!(told(404, "{}"), "Discord is not answering: HTTP 404");
    }

    #[test]
    fn a_wait_comes_from_the_body_or_the_header_and_is_bounded() {
        let of = |header, body: &str| reaction(429, header, body.as_bytes());
        assert_eq!(
            of(Some(9.0), r#"{"retry_after":1.5}"#),
            DiscordError::Wait(Duration::from_millis(1500))
        );
        assert_eq!(
            of(Some(9.0), "<html>"),
            DiscordError::Wait(Duration::from_secs(9))
        );
        assert_eq!(
            of(None, r#"{"retry_after":1e300}"#),
            DiscordError::Wait(Duration::from_secs(3600))
        );
        assert_eq!(
            of(None, r#"{"retry_after":-1}"#),
            DiscordError::Wait(Duration::from_secs(5))
        );
    }

    #[test]
    fn an_invalid_form_tells_the_log_which_field() {
        let body = br#"{"code":50035,"message":"Invalid Form Body","errors":{"content":{"_errors":[{"code":"X"}]}}}"#;
        let DiscordError::Invalid(text) = reaction(400, None, body) else {
            panic!("not a bug?")
        };
        assert_eq!(
            text,
            r#"Invalid Form Body (400/50035) {"content":{"_errors":[{"code":"X"}]}}"#
        );
    }
}
