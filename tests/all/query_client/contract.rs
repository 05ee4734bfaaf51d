//! The client's requests, and its reading of the contract's replies.

use std::sync::Arc;
use std::time::Duration;

use url::Url;
use videostatus::domain::query::QueryError;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::Phase;
use videostatus::provider::client::{BadClient, Client};

use super::{KEY, NOW, RUNNING, ask, client, config, query, reply, sending, task};

#[tokio::test]
async fn the_request_is_what_the_contract_says() {
    let mut server = sending(reply(200, "", RUNNING)).await;
    let snapshot = query(&server).await.unwrap();
    assert_eq!(
        (snapshot.phase, snapshot.progress),
        (Phase::Running, Some(42))
    );
    let request = server.head().await.to_lowercase();
    assert!(request.starts_with("get /v1/video/query?id=grok%3a1 http/1.1"));
    for line in [
        "authorization: bearer sk-0123456789abcdef",
        "accept: application/json",
        "content-type: application/json",
        "accept-encoding: gzip",
    ] {
        assert!(request.lines().any(|l| l == line), "{line} in {request}");
    }
    assert!(!request.contains("x-forwarded-host"));
}

#[tokio::test]
async fn without_a_key_none_is_sent_and_a_forwarded_host_is_when_set() {
    let mut server = sending(reply(200, "", RUNNING)).await;
    let mut config = config(&server.origin);
    config.key = Secret::new("");
    config.forwarded_host = Some("localhost:5173".into());
    config.path = "/v1/videos/{id}".into();
    let client = Client::new(&config).unwrap();
    ask(&client, NOW).await.unwrap();
    let request = server.head().await.to_lowercase();
    assert!(request.starts_with("get /v1/videos/grok%3a1 "));
    assert!(!request.contains("authorization"));
    assert!(request.contains("x-forwarded-host: localhost:5173\r\n"));
}

#[tokio::test]
async fn each_status_asks_for_its_reaction() {
    let not_exist = r#"{"code":"task_not_exist","message":"task_not_exist","data":null}"#;
    let saturated =
        r#"{"code":"fail_to_fetch_task","message":"{\"code\":\"upstream_load_saturated\"}"}"#;
    let quoting = format!(r#"{{"error":{{"message":"bad key {KEY}","code":""}}}}"#);
    let not_found = |detail: &str| QueryError::NotFound {
        detail: detail.into(),
    };
    let denied = |detail: &str| QueryError::Denied {
        detail: detail.into(),
    };
    let unavailable = |cause: &str| QueryError::Unavailable {
        cause: cause.into(),
    };
    let wait = |seconds| QueryError::RateLimited {
        wait: Some(Duration::from_secs(seconds)),
    };
    // NOW is 22:13:20 on that day.
    let date = "Retry-After: Tue, 14 Nov 2023 22:14:20 GMT\r\n";
    let seven = "Retry-After: 7\r\n";
    let overloaded = unavailable("HTTP 403 upstream_load_saturated");
    let rows = [
        (400, "", not_exist, not_found("HTTP 400 task_not_exist")),
        (401, "", &quoting, denied("HTTP 401 bad key …")),
        (401, seven, "", denied("HTTP 401")),
        (429, "", "", QueryError::RateLimited { wait: None }),
        (429, seven, "", wait(7)),
        (429, date, "", wait(60)),
        (403, "", saturated, overloaded),
        (403, seven, saturated, wait(7)),
        (
            503,
            "",
            "<html>x</html>",
            unavailable("HTTP 503 an HTML page"),
        ),
        (503, seven, "", wait(7)),
    ];
    for (status, headers, body, expected) in rows {
        let server = sending(reply(status, headers, body)).await;
        assert_eq!(query(&server).await, Err(expected), "{status} {headers:?}");
    }
}

#[tokio::test]
async fn the_key_is_in_no_text_even_of_a_failed_task() {
    for written in [KEY, "sk%2D0123456789abcdef", r"sk\u002d0123456789abcdef"] {
        let body = format!(r#"{{"id":"1","status":"failed","error":"key {written} is blocked"}}"#);
        let server = sending(reply(200, "", &body)).await;
        let raw = client(&server).fetch(&task()).await.unwrap();
        let snapshot = raw.read().unwrap().snapshot;
        assert_eq!(snapshot.error.as_deref(), Some("key … is blocked"));
        let raw = String::from_utf8(raw.body).unwrap();
        assert!(raw.contains("key … is blocked"), "{raw}");
    }
}

#[tokio::test]
async fn an_unknown_word_is_logged_once_and_the_key_never() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let writer = Arc::new(log.reopen().unwrap());
    let subscriber = tracing_subscriber::fmt().with_writer(writer);
    let subscriber = subscriber.with_max_level(tracing::Level::TRACE).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    for body in [
        r#"{"id":"1","status":"polishing"}"#,
        r#"{"id":"1","status":""}"#,
    ] {
        let server = sending(reply(200, "", body)).await;
        let client = client(&server);
        for _ in 0..3 {
            ask(&client, NOW).await.unwrap();
        }
    }
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert_eq!(log.matches("provider.status.unknown").count(), 1, "{log}");
    assert_eq!(log.matches("provider.status.missing").count(), 1, "{log}");
    assert!(log.contains("polishing") && !log.contains(KEY), "{log}");
}

#[tokio::test]
async fn a_relative_link_leads_to_the_gateway() {
    let body = r#"{"id":"1","status":"completed","url":"/v1/videos/1/content"}"#;
    let server = sending(reply(200, "", body)).await;
    let expected = server.origin.join("/v1/videos/1/content").unwrap();
    let video = query(&server).await.unwrap().video_url;
    assert_eq!(video, Some(expected.into()));
}

#[tokio::test]
async fn a_reply_can_be_seen_as_it_came() {
    let date = "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n";
    let server = sending(reply(404, date, "nothing here")).await;
    let raw = client(&server).fetch(&task()).await.unwrap();
    assert_eq!(
        (raw.status, raw.body.as_slice()),
        (404, b"nothing here".as_slice())
    );
    assert_eq!(raw.headers["date"], "Tue, 14 Nov 2023 22:13:20 GMT");
}

#[test]
fn what_cannot_be_sent_is_refused_at_the_start() {
    let usual = config(&Url::parse("https://a.example").unwrap());
    let mut bad_key = usual.clone();
    bad_key.key = Secret::new("two\nlines");
    assert!(matches!(Client::new(&bad_key), Err(BadClient::Key)));
    let mut bad_host = usual.clone();
    bad_host.forwarded_host = Some("a\r\nb: c".into());
    let refused = Client::new(&bad_host);
    assert!(matches!(refused, Err(BadClient::ForwardedHost)));
    let mut bad_path = usual;
    bad_path.path = "/v1/video".into();
    let refused = Client::new(&bad_path);
    assert!(matches!(refused, Err(BadClient::Endpoint(_))));
}
