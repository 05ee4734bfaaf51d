//! Discord's errors: code, message, status, and the tree of form errors.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::codes;

/// The messages of the codes that the stand-in sends.
const WORDS: &[(u32, &str)] = &[
    (10003, "Unknown Channel"),
    (10004, "Unknown Guild"),
    (10007, "Unknown Member"),
    (10008, "Unknown Message"),
    (10013, "Unknown User"),
    (10015, "Unknown Webhook"),
    (10062, "Unknown interaction"),
    (
        20012,
        "You are not authorized to perform this action on this application",
    ),
    (
        20016,
        "This action cannot be performed due to slowmode rate limit",
    ),
    (
        20028,
        "The channel you are writing has hit the write rate limit",
    ),
    (
        20029,
        "The write action you are performing on the server has hit the write rate limit",
    ),
    (
        30034,
        "Max number of daily application command creates has been reached (200)",
    ),
    (
        30046,
        "Maximum number of edits to messages older than 1 hour reached. Try again later",
    ),
    (40005, "Request entity too large"),
    (40060, "Interaction has already been acknowledged."),
    (40062, "Service resource is being rate limited."),
    (40333, "internal network error"),
    (50001, "Missing Access"),
    (50005, "Cannot edit a message authored by another user"),
    (50006, "Cannot send an empty message"),
    (50007, "Cannot send messages to this user"),
    (50013, "Missing Permissions"),
    (50027, "Invalid Webhook Token"),
    (50033, "Invalid Recipient(s)"),
    (50035, "Invalid Form Body"),
    (50083, "Thread is archived"),
    (50109, "The request body contains invalid JSON."),
    (
        50240,
        "You cannot remove this app's Entry Point command in a bulk update operation. Please include the Entry Point \
         command in your update request or delete it separately.",
    ),
    (
        50278,
        "Cannot send messages to this user due to having no mutual guilds",
    ),
    (
        130_000,
        "API resource is currently overloaded. Try again a little later",
    ),
    (
        160_002,
        "Cannot reply without permission to read message history",
    ),
    (160_005, "Thread is locked"),
    (200_000, "Message was blocked by automatic moderation"),
    (240_000, "Message blocked by harmful links filter"),
];

/// The wait of a 429 that no rate limit computed, in seconds.
const WAIT_SECONDS: u64 = 1;

/// An error answer.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    code: u32,
    message: String,
    errors: Option<Value>,
}

impl ApiError {
    /// Creates the error for one of Discord's codes, or for any other number, which gets 400.
    pub(crate) fn known(code: u32) -> Self {
        let words = WORDS.iter().find(|(known, _)| *known == code);
        let words = words.map_or("Unknown error", |(_, words)| *words);
        let status = StatusCode::from_u16(codes::status(code));
        Self {
            status: status.unwrap_or(StatusCode::BAD_REQUEST),
            code,
            message: words.to_owned(),
            errors: None,
        }
    }

    /// Creates an error without a code, such as `404: Not Found`.
    pub(crate) fn plain(status: StatusCode) -> Self {
        let words = status.canonical_reason().unwrap_or("Error");
        Self {
            status,
            code: 0,
            message: format!("{}: {words}", status.as_u16()),
            errors: None,
        }
    }

    /// Creates a form error (50035) with a single mistake.
    pub(crate) fn form(path: &str, code: &str, message: impl Into<String>) -> Self {
        let mut mistakes = Mistakes::default();
        mistakes.add(path, code, message);
        mistakes.into_error()
    }

    /// Returns the JSON body.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({"message": self.message, "code": self.code});
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            body["retry_after"] = json!(WAIT_SECONDS);
            body["global"] = json!(false);
        }
        body
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, WAIT_SECONDS.into());
        }
        response
    }
}

/// The mistakes in a form, by their place in it.
#[derive(Debug, Default)]
pub(crate) struct Mistakes(Map<String, Value>);

impl Mistakes {
    /// Adds a mistake at `path`: keys and indices joined by dots, such as
    /// `embeds.0.fields.2.name`, or empty for the form itself.
    pub(crate) fn add(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mistake = json!({"code": code, "message": message.into()});
        let mut place = &mut self.0;
        for key in path.split('.').filter(|key| !key.is_empty()) {
            let next = place.entry(key).or_insert_with(|| json!({}));
            let Value::Object(next) = next else { return };
            place = next;
        }
        if let Value::Array(list) = place.entry("_errors").or_insert_with(|| json!([])) {
            list.push(mistake);
        }
    }

    /// Returns an error if there is any mistake.
    pub(crate) fn check(self) -> Result<(), ApiError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.into_error())
        }
    }

    fn into_error(self) -> ApiError {
        ApiError {
            errors: Some(Value::Object(self.0)),
            ..ApiError::known(50035)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_nested_by_their_path() {
        let error = ApiError::form(
            "embeds.0.title",
            "BASE_TYPE_MAX_LENGTH",
            "Must be 256 or fewer in length.",
        );
        assert_eq!(
            error.body(),
            json!({"message": "Invalid Form Body", "code": 50035, "errors": {"embeds": {"0": {"title": {"_errors": [
                {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}
            ]}}}}})
        );
    }
}
