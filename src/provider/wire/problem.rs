//! Error replies: the envelopes of the family, unwrapped and classified by the reaction
//! that they ask for.

use serde_json::Value;

use super::place::{named, opened};
use super::reason::{UNWRAPS, human, reason};
use super::roles;
use super::text::{self, CAUSE_MAX};
use super::unknown;
use crate::domain::query::{InvalidReply, QueryError};

/// The bound on a machine code, in characters.
const CODE_MAX: usize = 64;

/// The codes of a passing error, with any HTTP status.
const TEMPORARY: [&str; 2] = ["upstream_load_saturated", "bad_response_status_code"];

/// The codes of one provider that gateways pass on (refused keys, an empty account, limits,
/// its own errors), each with the equivalent HTTP status.
#[rustfmt::skip]
const HANDED_ON: [(&str, u16); 6] = [
    ("1004", 401), ("2049", 401), ("1008", 402), ("1002", 429), ("1039", 429), ("1013", 503),
];

/// The phrases for a key that is refused.
const DENIED: &str = "login fail|api key|api_key|apikey|api secret key|invalid token|\
    token expired|token is expired|token has no access|unauthorized|not authorized|\
    unauthenticated|authentication|credential|无效的令牌|令牌已过期|未提供令牌|鉴权失败|认证失败|无权访问";
/// The beginnings of servers' messages about an unknown path.
const WRONG_PATH: &str =
    "invalid url|cannot get|no route|no such route|route not found|path not found|404 page";

/// An error reply: the machine codes of all its levels, and its words for people.
pub(super) struct Problem {
    codes: Vec<String>,
    words: Option<String>,
    /// True if the body is an HTML page.
    html: bool,
    /// True if the body is an envelope of the family, with `error` or `code`.
    family: bool,
}

impl Problem {
    /// Reads an envelope: `{code, message}`, `{error: {…}}` or `{error: "…"}`, also with
    /// another envelope in its `message`.
    pub(super) fn of(value: &Value) -> Self {
        let mut codes = Vec::new();
        collect_codes(value, UNWRAPS, &mut codes);
        Self {
            codes,
            words: human(value),
            html: false,
            family: value.get("error").is_some() || value.get("code").is_some(),
        }
    }

    /// Reads a body that is not JSON.
    pub(super) fn of_text(text: &str) -> Self {
        let html = text::is_html(text);
        Self {
            codes: Vec::new(),
            words: reason(text).filter(|_| !html),
            html,
            family: false,
        }
    }

    /// Returns the HTTP status in the envelope, which may differ from that of the reply, or
    /// the status that is equivalent to a code.
    pub(super) fn status(&self) -> Option<u16> {
        let handed_on = |code: &String| HANDED_ON.iter().find(|(known, _)| known == code);
        self.codes.iter().find_map(|code| match code.parse() {
            Ok(status @ 400..600) => Some(status),
            _ => Some(handed_on(code)?.1),
        })
    }

    /// Returns whether the task does not exist or is not visible with the bot's key.
    fn is_unknown_task(&self) -> bool {
        self.has_unknown_task_code() || self.words.as_deref().is_some_and(unknown::says)
    }

    /// Returns whether the operator's key is refused.
    fn is_denied(&self) -> bool {
        self.says(DENIED) || self.codes.iter().any(|code| code.contains("auth"))
    }

    /// Returns whether the query failed, and not the task.
    pub(super) fn is_refusal(&self) -> bool {
        self.is_unknown_task() || self.is_temporary() || self.is_denied() || self.is_quota(200)
    }

    fn says(&self, phrases: &str) -> bool {
        let words = self.lower();
        phrases.split('|').any(|phrase| words.contains(phrase))
    }

    fn lower(&self) -> String {
        self.words.as_deref().unwrap_or_default().to_lowercase()
    }

    fn has_unknown_task_code(&self) -> bool {
        self.codes.iter().any(|code| unknown::says(code))
    }

    /// Returns whether the error passes by itself.
    fn is_temporary(&self) -> bool {
        let words = self.lower();
        TEMPORARY.iter().any(|code| self.has(code))
            // "Saturated" alone may describe a colour.
            || words.contains("load") && words.contains("saturated")
            || words.contains("负载") && words.contains("饱和")
    }

    /// Returns whether the operator's account is empty, which ends no task.
    fn is_quota(&self, status: u16) -> bool {
        status == 402
            || self.codes.iter().any(|code| code.contains("quota"))
            || matches!(status, 200 | 403) && self.says("quota|balance|余额|额度")
    }

    fn has(&self, code: &str) -> bool {
        self.codes.iter().any(|c| c == code)
    }

    /// Returns the status with the provider's words, or else with the codes.
    fn detail(&self, status: u16) -> String {
        let said = match &self.words {
            Some(words) => words.clone(),
            None if self.html => "an HTML page".to_owned(),
            None => self.codes.join(" "),
        };
        text::line(&format!("HTTP {status} {said}"), CAUSE_MAX)
    }

    /// Returns the error for a reply with this HTTP status and body.
    pub(super) fn classify(&self, status: u16) -> QueryError {
        let detail = self.detail(status);
        // The words of a 5xx or 429 are about the gateway, so only a code counts there.
        let unknown = match status {
            429 | 500.. => self.has_unknown_task_code(),
            _ => self.is_unknown_task(),
        };
        if unknown {
            return QueryError::NotFound { detail };
        }
        if self.is_temporary() || self.is_quota(status) {
            return QueryError::Unavailable { cause: detail };
        }
        let invalid = |what, cause| QueryError::Invalid { what, cause };
        match status {
            300..=399 => invalid(InvalidReply::Unknown, format!("HTTP {status}, a redirect")),
            // An HTML page (for example a firewall's) says nothing about the key.
            403 if self.html => QueryError::Unavailable { cause: detail },
            401..=403 => QueryError::Denied { detail },
            200 if self.is_denied() => QueryError::Denied { detail },
            // An envelope of the family is about the task, unless it names the path. Other
            // bodies mean that the operator's path is wrong.
            404 | 410 if self.family && !self.is_wrong_path() => QueryError::NotFound { detail },
            404 | 405 | 410 => invalid(InvalidReply::WrongPath, detail),
            408 | 409 | 425 | 500.. => QueryError::Unavailable { cause: detail },
            429 => QueryError::RateLimited { wait: None },
            // The gateway could not ask its own provider.
            _ if self.has("fail_to_fetch_task") => QueryError::Unavailable { cause: detail },
            _ => invalid(InvalidReply::Unknown, detail),
        }
    }

    fn is_wrong_path(&self) -> bool {
        let words = self.lower();
        let named = self.codes.iter().any(|code| code.contains("not_found"));
        let bare = !named && words.trim_end_matches('.') == "not found";
        bare || WRONG_PATH.split('|').any(|start| words.starts_with(start))
    }
}

fn collect_codes(value: &Value, unwraps: u32, codes: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (_, value) in named(fields, roles::CODES) {
                let code = match value {
                    Value::String(code) => code.trim().to_owned(),
                    Value::Number(code) => code.to_string(),
                    _ => continue,
                };
                // Some gateways write prose in place of a code.
                let known = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
                if code.len() <= CODE_MAX && code.chars().all(known) {
                    codes.push(code);
                }
            }
            // A numeric status is an HTTP status and not the task's.
            let status = fields.get("status").and_then(Value::as_u64);
            codes.extend(status.map(|status| status.to_string()));
            for (_, inner) in named(fields, roles::CODES_WITHIN) {
                collect_codes(inner, unwraps, codes);
            }
        }
        Value::String(text) if unwraps > 0 => {
            if let Some(inner) = opened(text) {
                collect_codes(&inner, unwraps - 1, codes);
            }
        }
        _ => {}
    }
}
