//! Servers that misbehave, and what the client's circuit and connections do about them.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpSocket};
use videostatus::domain::query::{InvalidReply, QueryError};
use videostatus::domain::task::{NoLink, Phase, Snapshot, TaskId};
use videostatus::provider::client::Client;

use super::{NOW, RUNNING, ask, client, config, patient, query, reply, sending, task, unavailable};
use crate::server::{Script, Server, Then, length, request_head, response};

/// A server that sends these bytes to everybody and says nothing more.
async fn hanging_after(reply: impl Into<Vec<u8>>) -> Server {
    Server::run(Script::of(reply, Then::Hang)).await
}

/// The reason for which a reply is invalid, and the words for it.
#[track_caller]
fn invalid(result: Result<Snapshot, QueryError>) -> (InvalidReply, String) {
    match result {
        Err(QueryError::Invalid { what, cause }) => (what, cause),
        other => panic!("{other:?} instead of invalid"),
    }
}

/// The reason for which a body of more than `bytes` bytes is invalid.
fn too_large(bytes: usize) -> (InvalidReply, String) {
    let cause = format!("a body of more than {bytes} bytes");
    (InvalidReply::TooLarge, cause)
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = sending(reply(200, "", RUNNING)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}\r\n", target.origin);
        let server = sending(reply(status, &location, "")).await;
        let (_, cause) = invalid(query(&server).await);
        assert_eq!(cause, format!("HTTP {status}, a redirect"));
    }
    assert_eq!(target.connections(), 0);
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    // Nobody listens at this port, and nobody else can have it while it stays bound.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let origin = format!("http://{}", socket.local_addr().unwrap());
    let client = Client::new(&config(&origin.parse().unwrap())).unwrap();
    let cause = unavailable(ask(&client, NOW).await);
    assert!(cause.starts_with("no connection: "), "{cause}");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":";
    for started in ["", "HTTP/1.1 20", head] {
        let server = hanging_after(started).await;
        let client = patient(&server.origin, Duration::from_millis(200));
        let result = ask(&client, NOW).await;
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
    let server = hanging_after("").await;
    let client = patient(&server.origin, Duration::from_millis(20));
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
        let server = sending(cut).await;
        unavailable(query(&server).await);
    }
}

#[tokio::test]
async fn an_endless_or_huge_body_stops_at_the_cap() {
    for headers in [length(99_999_999), "Connection: close\r\n".to_owned()] {
        let spaces = [b' '; 300 * 1024];
        let server = hanging_after(response(200, &headers, &spaces)).await;
        assert_eq!(invalid(query(&server).await), too_large(262_144));
    }
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_huge_one_stops_at_the_cap() {
    // The file is the gzip of 1 MiB of spaces, so that no test needs a packer.
    let packed = include_bytes!("spaces.gz");
    assert!(packed.len() < 4096);
    let headers = format!("Content-Encoding: gzip\r\n{}", length(packed.len()));
    let server = sending(response(200, &headers, packed)).await;
    assert_eq!(invalid(query(&server).await), too_large(262_144));
}

#[tokio::test]
async fn a_video_in_a_reply_takes_no_room() {
    let base64 = "A".repeat(5_500_000);
    let inline = format!(
        r#"{{"code":"success","data":{{"task_id":"x","status":"SUCCESS","result_url":"data:video/mp4;base64,{base64}"}}}}"#
    );
    let server = sending(reply(200, "", &inline)).await;
    let raw = client(&server).fetch(&task()).await.unwrap();
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
    let server = hanging_after(reply(200, "", &endless)).await;
    assert_eq!(invalid(query(&server).await), too_large(33_554_432));
}

/// A slow line needs longer for a video than for a status. The two halves are a second
/// and a half apart, more than a status may take and far less than a video may.
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
        stream.write_all(first).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        stream.write_all(rest).await.unwrap();
    });
    let client = patient(&origin.parse().unwrap(), Duration::from_secs(1));
    let snapshot = ask(&client, NOW).await.unwrap();
    assert_eq!(snapshot.no_link, Some(NoLink::InReply));
}

#[tokio::test]
async fn the_circuit_opens_over_all_tasks_probes_and_closes() {
    let mut recovering = Script::of(reply(200, "", RUNNING), Then::Close);
    recovering.first = vec![reply(502, "", ""); 7];
    let server = Server::run(recovering).await;
    let client = client(&server);
    for n in 0..5 {
        let id = TaskId::parse(&format!("grok:{n}")).unwrap();
        let cause = unavailable(client.query(&id, false, NOW).await);
        assert_eq!(cause, "HTTP 502");
    }
    let later = NOW.plus(Duration::from_secs(30));
    for (step, now, expected, calls) in [
        ("it is open", NOW, "circuit open", 5),
        (
            "long after, it lets one probe through",
            later,
            "HTTP 502",
            6,
        ),
        (
            "no other before the next interval",
            later,
            "circuit open",
            6,
        ),
    ] {
        assert_eq!(unavailable(ask(&client, now).await), expected, "{step}");
        assert_eq!(server.calls(), calls, "{step}");
    }
    // For a person at the command line the circuit is no obstacle.
    assert_eq!(client.fetch(&task()).await.unwrap().status, 502);
    assert!(client.is_down());
    // The next probe is answered, so that others go out at once.
    let recovered = NOW.plus(Duration::from_secs(60));
    for calls in [8, 9] {
        ask(&client, recovered).await.unwrap();
        assert_eq!(server.calls(), calls);
    }
    assert!(!client.is_down());
}

#[tokio::test]
async fn connections_are_kept() {
    let reply = response(200, &length(RUNNING.len()), RUNNING.as_bytes());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        // One connection is accepted; a query on a second one would wait in vain.
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            request_head(&mut stream).await.unwrap();
            stream.write_all(&reply).await.unwrap();
        }
    });
    let client = Client::new(&config(&origin.parse().unwrap())).unwrap();
    for _ in 0..3 {
        ask(&client, NOW).await.unwrap();
    }
    server.await.unwrap();
}
