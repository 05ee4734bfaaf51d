//! Media in the background: which links are tried again, when, and for how long.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::sync::mpsc;
use tokio::time::timeout;
use videostatus::provider::media::guard::AddressGuard;
use videostatus::provider::media::{FetchLimits, MediaError};

use super::{
    Fixture, PATIENCE, again, asking, assert_coming, assert_unreachable, length, link, link_of,
    mp4, refusing, reply, script, size,
};
use crate::server::{Server, Then};

#[tokio::test]
async fn a_link_that_is_not_ready_yet_is_tried_again() {
    let page = b"<html>Your video is being prepared</html>";
    let nothing = |status| reply(status, &length(0), b"");
    for not_ready in [
        nothing(404),
        nothing(503),
        nothing(429),
        reply(200, &length(page.len()), page),
        // These break off, before the head and in the middle.
        Vec::new(),
        reply(200, &length(5000), &mp4(4000)),
    ] {
        let mut script = script(&length(5000), &mp4(5000), Then::Close);
        script.first = vec![not_ready.clone(), not_ready];
        let server = Server::run(script).await;
        let fixture = Fixture::with(again());
        assert_eq!(fixture.video(&link(&server)).await, Ok(5000));
        assert_eq!(server.calls(), 3);
        fixture.holds(1).await;
    }
}

/// A port at which nobody listens, and which nobody else can have while it stays bound.
fn bound() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!(
        "http://late.example:{}/v",
        socket.local_addr().unwrap().port()
    );
    (socket, url)
}

#[tokio::test]
async fn a_server_that_is_not_up_yet_is_tried_again() {
    let (socket, url) = bound();
    let (lookups, mut looked_up) = mpsc::unbounded_channel();
    let guard = AddressGuard {
        allows: Arc::new(|_| true),
        lookup: Arc::new(move |_| {
            let _ = lookups.send(());
            Ok(vec![Ipv4Addr::LOCALHOST.into()])
        }),
    };
    let fixture = Fixture::guarded(guard, again(), None);
    let fetch = asking(&fixture, url);
    // The second lookup belongs to the second try: nobody listened at the first.
    for _ in 0..2 {
        timeout(PATIENCE, looked_up.recv()).await.unwrap().unwrap();
    }
    let late = script(&length(5000), &mp4(5000), Then::Close);
    let _server = Server::on(socket.listen(9).unwrap(), late);
    assert_eq!(size(&fetch.await.unwrap()), 5000);
}

#[tokio::test]
async fn a_server_that_does_not_come_up_is_given_up() {
    let (socket, _) = bound();
    let limits = FetchLimits {
        retry_for: Duration::from_millis(50),
        ..again()
    };
    let url = format!("http://{}/v", socket.local_addr().unwrap());
    assert_unreachable(&Fixture::with(limits).video(&url).await);
}

#[tokio::test]
async fn a_refusal_is_final_at_once() {
    for status in [400, 401, 403, 410] {
        let server = Server::run(refusing(status)).await;
        let fixture = Fixture::with(FetchLimits::default());
        let result = fixture.video(&link(&server)).await;
        assert_eq!(result, Err(MediaError::Refused(status)));
        assert_eq!(server.calls(), 1);
    }
    let fixture = Fixture::with(FetchLimits::default());
    let result = fixture.video("file:///etc/passwd").await;
    assert_eq!(result, Err(MediaError::BadLink));
}

#[tokio::test]
async fn after_some_tries_a_file_is_missing_and_that_is_believed() {
    let server = Server::run(refusing(503)).await;
    let fixture = Fixture::with(FetchLimits {
        retry_for: Duration::from_secs(1),
        first_pause: Duration::from_millis(100),
        longest_pause: Duration::from_millis(400),
        ..FetchLimits::default()
    });
    assert_coming(&fixture.now(&link(&server)).await);
    let refused = Err(MediaError::Refused(503));
    assert_eq!(fixture.video(&link(&server)).await, refused);
    // Tries begin at 0, 0.1, 0.3 and 0.7 seconds; a busy machine makes fewer.
    let calls = server.calls();
    assert!((2..=4).contains(&calls), "{calls} tries");
    assert_eq!(fixture.video(&link(&server)).await, refused);
    assert_eq!(server.calls(), calls);
}

#[tokio::test]
async fn a_pause_between_two_tries_holds_no_turn() {
    let mut script = script(&length(100), &mp4(100), Then::Close);
    script.first = vec![reply(503, &length(0), b"")];
    let mut server = Server::run(script).await;
    let hour = Duration::from_secs(60 * 60);
    let fixture = Fixture::with(FetchLimits {
        parallel: 1,
        per_host: 1,
        retry_for: 2 * hour,
        first_pause: hour,
        longest_pause: hour,
        ..FetchLimits::default()
    });
    assert_coming(&fixture.now(&link_of(&server, 1)).await);
    server.head().await;
    assert_eq!(fixture.video(&link_of(&server, 2)).await, Ok(100));
    // The first link still waits for its hour to pass.
    assert_coming(&fixture.now(&link_of(&server, 1)).await);
}
