//! The query client against servers that misbehave, on the wire.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use url::Url;
use videostatus::domain::query::{InvalidReply, QueryError};
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{NoLink, Phase, Snapshot, TaskId};
use videostatus::domain::time::Timestamp;
use videostatus::provider::client::{BadClient, Client, ClientConfig};
use videostatus::provider::endpoint::DEFAULT_PATH;

const KEY: &str = "sk-0123456789abcdef";
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const RUNNING: &str = r#"{"id":"grok:1","status":"processing","progress":42}"#;

/// A server that sends the same bytes to everybody, then closes or hangs.
struct Server {
    origin: Url,
    requests: mpsc::UnboundedReceiver<String>,
    count: Arc<AtomicUsize>,
}

impl Server {
    async fn sending(reply: impl Into<Vec<u8>>) -> Self {
        Self::start(reply.into(), false).await
    }

    async fn hanging_after(reply: impl Into<Vec<u8>>) -> Self {
        Self::start(reply.into(), true).await
    }

    async fn start(reply: Vec<u8>, hang: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::unbounded_channel();
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                seen.fetch_add(1, Ordering::SeqCst);
                let (sender, reply) = (sender.clone(), reply.clone());
                tokio::spawn(async move {
                    if let Ok(request) = request_head(&mut stream).await {
                        let _ = sender.send(request);
                    }
                    // The client may have hung up; that is its right.
                    let _ = stream.write_all(&reply).await;
                    if hang {
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        Self {
            origin: origin.parse().unwrap(),
            requests,
            count,
        }
    }

    fn client(&self) -> Client {
        self.client_with(|_| {})
    }

    fn client_with(&self, change: impl FnOnce(&mut ClientConfig)) -> Client {
        let mut config = config(&self.origin);
        change(&mut config);
        Client::with_timeout(&config, Duration::from_secs(20)).unwrap()
    }

    fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

async fn request_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn config(origin: &Url) -> ClientConfig {
    ClientConfig {
        name: "main".to_owned(),
        origin: origin.clone(),
        path: DEFAULT_PATH.to_owned(),
        key: Secret::new(KEY),
        forwarded_host: None,
        longest_pause: Duration::from_secs(300),
    }
}

fn reply(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

fn task() -> TaskId {
    TaskId::parse("grok:1").unwrap()
}

async fn query(server: &Server) -> Result<Snapshot, QueryError> {
    server.client().query(&task(), false, NOW).await
}

fn unavailable(result: Result<Snapshot, QueryError>) -> String {
    match result {
        Err(QueryError::Unavailable { cause }) => cause,
        other => panic!("{other:?} instead of unavailable"),
    }
}

fn invalid(result: Result<Snapshot, QueryError>) -> String {
    match result {
        Err(QueryError::Invalid { cause, .. }) => cause,
        other => panic!("{other:?} instead of invalid"),
    }
}

fn too_large(result: Result<Snapshot, QueryError>) -> String {
    match result {
        Err(QueryError::Invalid {
            what: InvalidReply::TooLarge,
            cause,
        }) => cause,
        other => panic!("{other:?} instead of too large"),
    }
}

#[tokio::test]
async fn the_request_is_what_the_contract_says() {
    let mut server = Server::sending(reply(200, "", RUNNING)).await;
    let snapshot = query(&server).await.unwrap();
    assert_eq!(
        (snapshot.phase, snapshot.progress),
        (Phase::Running, Some(42))
    );
    let request = server.requests.recv().await.unwrap().to_lowercase();
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
    let mut server = Server::sending(reply(200, "", RUNNING)).await;
    let client = server.client_with(|config| {
        config.key = Secret::new("");
        config.forwarded_host = Some("localhost:5173".into());
        config.path = "/v1/videos/{id}".into();
    });
    client.query(&task(), false, NOW).await.unwrap();
    let request = server.requests.recv().await.unwrap().to_lowercase();
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
    let seconds = |s| Some(Duration::from_secs(s));
    let rows = [
        (
            400,
            "",
            not_exist,
            QueryError::NotFound {
                detail: "HTTP 400 task_not_exist".into(),
            },
        ),
        (
            401,
            "",
            &quoting,
            QueryError::Denied {
                detail: "HTTP 401 bad key …".into(),
            },
        ),
        (429, "", "", QueryError::RateLimited { wait: None }),
        (
            429,
            "Retry-After: 45\r\n",
            "",
            QueryError::RateLimited { wait: seconds(45) },
        ),
        // NOW is 22:13:20 on that day.
        (
            429,
            "Retry-After: Tue, 14 Nov 2023 22:14:20 GMT\r\n",
            "",
            QueryError::RateLimited { wait: seconds(60) },
        ),
        (
            403,
            "",
            saturated,
            QueryError::Unavailable {
                cause: "HTTP 403 upstream_load_saturated".into(),
            },
        ),
        (
            403,
            "Retry-After: 7\r\n",
            saturated,
            QueryError::RateLimited { wait: seconds(7) },
        ),
        (
            503,
            "",
            "<html>x</html>",
            QueryError::Unavailable {
                cause: "HTTP 503 an HTML page".into(),
            },
        ),
        (
            503,
            "Retry-After: 120\r\n",
            "",
            QueryError::RateLimited { wait: seconds(120) },
        ),
        (
            401,
            "Retry-After: 120\r\n",
            "",
            QueryError::Denied {
                detail: "HTTP 401".into(),
            },
        ),
    ];
    for (status, headers, body, expected) in rows {
        let server = Server::sending(reply(status, headers, body)).await;
        assert_eq!(query(&server).await, Err(expected), "{status} {headers:?}");
    }
}

#[tokio::test]
async fn the_key_is_in_no_text_even_of_a_failed_task() {
    let body = format!(r#"{{"id":"1","status":"failed","error":"key {KEY} is blocked"}}"#);
    let server = Server::sending(reply(200, "", &body)).await;
    let error = query(&server).await.unwrap().error;
    assert_eq!(error.as_deref(), Some("key … is blocked"));
}

#[tokio::test]
async fn an_unknown_word_is_logged_once_and_the_key_never() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let writer = Arc::new(log.reopen().unwrap());
    let subscriber = tracing_subscriber::fmt().with_writer(writer);
    let subscriber = subscriber.with_max_level(tracing::Level::TRACE).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = Server::sending(reply(200, "", r#"{"id":"1","status":"polishing"}"#)).await;
    let client = server.client();
    for _ in 0..3 {
        client.query(&task(), false, NOW).await.unwrap();
    }
    let server = Server::sending(reply(200, "", r#"{"id":"1","status":""}"#)).await;
    let client = server.client();
    for _ in 0..3 {
        client.query(&task(), false, NOW).await.unwrap();
    }
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert_eq!(log.matches("provider.status.unknown").count(), 1, "{log}");
    assert_eq!(log.matches("provider.status.missing").count(), 1, "{log}");
    assert!(log.contains("polishing") && !log.contains(KEY), "{log}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut target = Server::sending(reply(200, "", RUNNING)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}\r\n", target.origin);
        let server = Server::sending(reply(status, &location, "")).await;
        assert_eq!(
            invalid(query(&server).await),
            format!("HTTP {status}, a redirect")
        );
    }
    assert_eq!(target.count(), 0);
    assert!(target.requests.try_recv().is_err());
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    // A port that was free a moment ago and that nobody can have: it stays bound.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let origin = format!("http://{}", socket.local_addr().unwrap());
    let client = Client::new(&config(&origin.parse().unwrap())).unwrap();
    let cause = unavailable(client.query(&task(), false, NOW).await);
    assert!(cause.starts_with("no connection: "), "{cause}");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":";
    for started in ["", "HTTP/1.1 20", head] {
        let server = Server::hanging_after(started).await;
        let client = Client::with_timeout(&config(&server.origin), Duration::from_millis(200));
        let result = client.unwrap().query(&task(), false, NOW).await;
        let Err(QueryError::NoAnswer { cause }) = result else {
            panic!("{started:?}: {result:?}")
        };
        assert!(
            cause.starts_with("no answer in time"),
            "{started:?}: {cause}"
        );
    }
}

#[tokio::test]
async fn known_tasks_that_hang_close_the_door_to_no_new_one() {
    let server = Server::hanging_after("").await;
    let client = Client::with_timeout(&config(&server.origin), Duration::from_millis(20)).unwrap();
    let ask = async |known| client.query(&task(), known, NOW).await.unwrap_err();
    for known in [true; 5] {
        assert!(matches!(ask(known).await, QueryError::NoAnswer { .. }));
    }
    assert!(matches!(ask(true).await, QueryError::Unavailable { .. }));
    assert!(matches!(ask(false).await, QueryError::NoAnswer { .. }));
}

#[tokio::test]
async fn an_answer_cut_short_is_unavailable() {
    for cut in [
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":\"grok:1\",\"status\":\"completed\"}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"",
        "HTTP/1.1 200 OK\r\n",
        "not http\r\n\r\n",
        "",
    ] {
        let server = Server::sending(cut).await;
        unavailable(query(&server).await);
    }
}

#[tokio::test]
async fn an_endless_or_huge_body_stops_at_the_cap() {
    let told = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n".to_owned();
    let untold = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_owned();
    for head in [told, untold] {
        let server = Server::hanging_after(head + &" ".repeat(300 * 1024)).await;
        assert_eq!(
            too_large(query(&server).await),
            "a body of more than 262144 bytes"
        );
    }
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_huge_one_stops_at_the_cap() {
    // gzip of 1 MiB of spaces: stored here as it is to need no packer.
    let packed = include_bytes!("wire/spaces.gz");
    assert!(packed.len() < 4096);
    let head = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    let server = Server::sending([head.as_bytes(), packed].concat()).await;
    assert_eq!(
        too_large(query(&server).await),
        "a body of more than 262144 bytes"
    );
}

#[tokio::test]
async fn a_video_in_a_reply_takes_no_room() {
    let base64 = "A".repeat(5_500_000);
    let inline = format!(
        r#"{{"code":"success","data":{{"task_id":"x","status":"SUCCESS","result_url":"data:video/mp4;base64,{base64}"}}}}"#
    );
    let server = Server::sending(reply(200, "", &inline)).await;
    let raw = server.client().fetch(&task()).await.unwrap();
    assert!(raw.body.len() < 10_000, "{} bytes", raw.body.len());
    let snapshot = query(&server).await.unwrap();
    assert_eq!(
        (snapshot.phase, snapshot.no_link, snapshot.video_url),
        (Phase::Completed, Some(NoLink::InReply), None)
    );

    let endless = format!(
        "{{\"url\":\"data:video/mp4;base64,{}",
        "A".repeat(34_000_000)
    );
    let server = Server::hanging_after(reply(200, "", &endless)).await;
    assert_eq!(
        too_large(query(&server).await),
        "a body of more than 33554432 bytes"
    );
}

/// A slow line needs longer for a video than for a status.
#[tokio::test]
async fn a_reply_with_a_video_in_it_may_take_longer() {
    let base64 = "A".repeat(100_000);
    let body = format!(r#"{{"id":"x","url":"data:video/mp4;base64,{base64}","status":"done"}}"#);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        request_head(&mut stream).await.unwrap();
        let reply = reply(200, "", &body);
        let (first, rest) = reply.split_at(50_000);
        stream.write_all(first.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(900)).await;
        stream.write_all(rest.as_bytes()).await.unwrap();
    });
    let config = config(&origin.parse().unwrap());
    let client = Client::with_timeout(&config, Duration::from_millis(300)).unwrap();
    let snapshot = client.query(&task(), false, NOW).await.unwrap();
    assert_eq!(snapshot.no_link, Some(NoLink::InReply));
}

#[tokio::test]
async fn a_relative_link_leads_to_the_gateway() {
    let body = r#"{"id":"1","status":"completed","url":"/v1/videos/1/content"}"#;
    let server = Server::sending(reply(200, "", body)).await;
    let expected = server.origin.join("/v1/videos/1/content").unwrap();
    let video = query(&server).await.unwrap().video_url;
    assert_eq!(video, Some(expected.into()));
}

#[tokio::test]
async fn the_circuit_opens_over_all_tasks_probes_and_closes() {
    let server = Server::sending(reply(502, "", "")).await;
    let client = server.client();
    for n in 0..5 {
        let id = TaskId::parse(&format!("grok:{n}")).unwrap();
        assert_eq!(unavailable(client.query(&id, false, NOW).await), "HTTP 502");
    }
    assert_eq!(
        unavailable(client.query(&task(), false, NOW).await),
        "circuit open"
    );
    assert_eq!(server.count(), 5);
    // Long after: one probe, and nothing else before the next interval.
    let later = NOW.plus(Duration::from_secs(30));
    assert_eq!(
        unavailable(client.query(&task(), false, later).await),
        "HTTP 502"
    );
    assert_eq!(
        unavailable(client.query(&task(), false, later).await),
        "circuit open"
    );
    assert_eq!(server.count(), 6);
    // For a person at the command line the circuit is no obstacle.
    assert_eq!(client.fetch(&task()).await.unwrap().status, 502);
}

#[tokio::test]
async fn connections_are_kept() {
    let ask = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{RUNNING}",
        RUNNING.len()
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin: Url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let server = tokio::spawn(async move {
        // One connection is accepted; a second would wait for ever.
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            request_head(&mut stream).await.unwrap();
            stream.write_all(ask.as_bytes()).await.unwrap();
        }
    });
    let client = Client::new(&config(&origin)).unwrap();
    for _ in 0..3 {
        client.query(&task(), false, NOW).await.unwrap();
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_reply_can_be_seen_as_it_came() {
    let date = "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n";
    let server = Server::sending(reply(404, date, "nothing here")).await;
    let raw = server.client().fetch(&task()).await.unwrap();
    assert_eq!(
        (raw.status, raw.body.as_slice()),
        (404, b"nothing here".as_slice())
    );
    assert_eq!(raw.headers["date"], "Tue, 14 Nov 2023 22:13:20 GMT");
}

#[test]
fn what_cannot_be_sent_is_refused_at_the_start() {
    let origin = Url::parse("https://a.example").unwrap();
    let mut bad_key = config(&origin);
    bad_key.key = Secret::new("two\nlines");
    assert!(matches!(Client::new(&bad_key), Err(BadClient::Key)));
    let mut bad_host = config(&origin);
    bad_host.forwarded_host = Some("a\r\nb: c".into());
    assert!(matches!(
        Client::new(&bad_host),
        Err(BadClient::ForwardedHost)
    ));
    let mut bad_path = config(&origin);
    bad_path.path = "/v1/video".into();
    assert!(matches!(
        Client::new(&bad_path),
        Err(BadClient::Endpoint(_))
    ));
}
