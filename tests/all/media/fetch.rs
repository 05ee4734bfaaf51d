//! Media in the background: shared fetches, turns, further tries, cancellation.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use videostatus::provider::media::{FetchLimits, Fetched, MediaError, MediaKind};

use super::{
    Fixture, MP4, PATIENCE, Script, Server, Then, holds, length, mp4, once, reply, script,
};

/// Further tries follow at once, for as long as a test may take.
fn again() -> FetchLimits {
    FetchLimits {
        retry_for: PATIENCE,
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(1),
        ..FetchLimits::default()
    }
}

/// A server that sends `size` bytes once the gate is notified.
fn gated(size: usize) -> (Script, Arc<Notify>) {
    let gate = Arc::new(Notify::new());
    let mut gated = script(&length(size), &mp4(size));
    gated.gate = Some(Arc::clone(&gate));
    (gated, gate)
}

/// Asks for a video in a task of its own.
fn asking(fixture: &Fixture, url: String) -> tokio::task::JoinHandle<Fetched> {
    let fetcher = Arc::clone(&fixture.fetcher);
    tokio::spawn(async move { fetcher.fetch(&url, None, MediaKind::Video, PATIENCE).await })
}

fn size(fetched: &Fetched) -> u64 {
    match fetched {
        Fetched::Ready(file) => file.size,
        other => panic!("{other:?} instead of a file"),
    }
}

#[track_caller]
fn assert_coming(fetched: &Fetched) {
    assert!(matches!(fetched, Fetched::Coming), "{fetched:?}");
}

#[tokio::test]
async fn equal_fetches_share_one_download() {
    let (script, gate) = gated(5000);
    let mut server = Server::run(script).await;
    let fixture = Fixture::new();
    let fetches: Vec<_> = (0..10)
        .map(|_| asking(&fixture, server.url.clone()))
        .collect();
    server.heads.recv().await.unwrap();
    assert_coming(&fixture.now(&server.url).await);
    gate.notify_one();
    for fetch in fetches {
        assert_eq!(size(&fetch.await.unwrap()), 5000);
    }
    // Later ones as well, without waiting.
    assert_eq!(size(&fixture.now(&server.url).await), 5000);
    assert_eq!(server.calls(), 1);
    fixture.holds(1).await;
}

#[tokio::test]
async fn a_dropped_caller_does_not_cancel_the_fetch() {
    let (script, gate) = gated(5000);
    let mut server = Server::run(script).await;
    let fixture = Fixture::new();
    let first = asking(&fixture, server.url.clone());
    server.heads.recv().await.unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.notify_one();
    assert_eq!(fixture.video(&server.url).await, Ok(5000));
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn nobody_waits_longer_than_the_patience() {
    let mut hanging = script(&length(5000), MP4);
    hanging.then = Then::Hang;
    let server = Server::run(hanging).await;
    let fixture = Fixture::new();
    let patience = Duration::from_millis(20);
    let fetch = fixture
        .fetcher
        .fetch(&server.url, None, MediaKind::Video, patience);
    assert_coming(&timeout(PATIENCE, fetch).await.unwrap());
}

#[tokio::test]
async fn a_dropped_fetcher_ends_its_fetches() {
    let mut hanging = script(&length(5000), MP4);
    hanging.then = Then::Hang;
    let mut server = Server::run(hanging).await;
    let fixture = Fixture::with(again());
    assert_coming(&fixture.now(&server.url).await);
    server.heads.recv().await.unwrap();
    let Fixture { fetcher, dir } = fixture;
    drop(fetcher);
    timeout(PATIENCE, server.hung_up.recv()).await.unwrap();
    holds(dir.path(), 0).await;
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn what_a_link_came_to_is_remembered() {
    let server = Server::sending(&mp4(5000)).await;
    let small = Fixture::with(FetchLimits {
        size: 4000,
        ..once()
    });
    let page = Server::sending(b"<html>expired</html>").await;
    for _ in 0..3 {
        let refused = Err(MediaError::TooLarge(4000));
        assert_eq!(small.video(&server.url).await, refused);
        let refused = Err(MediaError::WrongType);
        assert_eq!(small.video(&page.url).await, refused);
    }
    assert_eq!((server.calls(), page.calls()), (1, 1));
}

#[tokio::test]
async fn a_few_downloads_run_at_a_time_and_fewer_of_one_host() {
    for (parallel, per_host) in [(2, 6), (6, 2)] {
        let (script, gate) = gated(100);
        let mut server = Server::run(script).await;
        let fixture = Fixture::with(FetchLimits {
            parallel,
            per_host,
            ..once()
        });
        let fetches: Vec<_> = (0..6).map(|n| asking(&fixture, server.link(n))).collect();
        // All six were asked for before the first head is read here.
        for _ in 0..6 {
            server.heads.recv().await.unwrap();
            gate.notify_one();
        }
        for fetch in fetches {
            assert_eq!(size(&fetch.await.unwrap()), 100);
        }
        assert_eq!(server.most(), 2);
    }
}

#[tokio::test]
async fn a_host_that_drips_leaves_room_for_others() {
    let mut dripping = script("Connection: close\r\n", MP4);
    dripping.then = Then::Drip;
    let mut slow = Server::run(dripping).await;
    let fixture = Fixture::with(FetchLimits::default());
    for n in 0..40 {
        assert_coming(&fixture.now(&slow.link(n)).await);
    }
    for _ in 0..2 {
        slow.heads.recv().await.unwrap();
    }
    let others = [
        Server::sending(&mp4(100)).await,
        Server::sending(&mp4(200)).await,
    ];
    assert_eq!(fixture.video(&others[0].url).await, Ok(100));
    assert_eq!(fixture.video(&others[1].url).await, Ok(200));
    assert_eq!(slow.calls(), 2);
    assert_coming(&fixture.now(&slow.link(0)).await);
}

#[tokio::test]
async fn a_link_that_is_not_ready_yet_is_tried_again() {
    let page = b"<html>Your video is being prepared</html>";
    let nothing = |status| reply(status, &length(0), b"");
    for not_ready in [
        nothing(404),
        nothing(503),
        nothing(429),
        reply(200, &length(page.len()), page),
        // Broken off, before the head and in the middle.
        Vec::new(),
        reply(200, &length(5000), &mp4(4000)),
    ] {
        let mut script = script(&length(5000), &mp4(5000));
        script.first = vec![not_ready.clone(), not_ready];
        let server = Server::run(script).await;
        let fixture = Fixture::with(again());
        assert_eq!(fixture.video(&server.url).await, Ok(5000));
        assert_eq!(server.calls(), 3);
        fixture.holds(1).await;
    }
}

#[tokio::test]
async fn a_server_that_is_not_up_yet_is_tried_again() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    drop(taken);
    let limits = FetchLimits {
        retry_for: Duration::from_millis(50),
        ..again()
    };
    let result = Fixture::with(limits)
        .video(&format!("http://{address}/v"))
        .await;
    assert!(
        matches!(result, Err(MediaError::Unreachable(_))),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_refusal_is_final_at_once() {
    for status in [400, 401, 403, 410] {
        let mut script = script("", b"");
        script.reply = reply(status, &length(0), b"");
        let server = Server::run(script).await;
        let fixture = Fixture::with(FetchLimits::default());
        let result = fixture.video(&server.url).await;
        assert_eq!(result, Err(MediaError::Refused(status)));
        assert_eq!(server.calls(), 1);
    }
    let fixture = Fixture::with(FetchLimits::default());
    let result = fixture.video("file:///etc/passwd").await;
    assert_eq!(result, Err(MediaError::BadLink));
}

#[tokio::test]
async fn after_some_tries_a_file_is_missing_and_that_is_believed() {
    let mut script = script("", b"");
    script.reply = reply(503, &length(0), b"");
    let server = Server::run(script).await;
    let fixture = Fixture::with(FetchLimits {
        retry_for: Duration::from_secs(1),
        first_pause: Duration::from_millis(100),
        longest_pause: Duration::from_millis(400),
        ..FetchLimits::default()
    });
    assert_coming(&fixture.now(&server.url).await);
    let refused = Err(MediaError::Refused(503));
    assert_eq!(fixture.video(&server.url).await, refused);
    // At 0, 0.1, 0.3 and 0.7 seconds; fewer on a machine that is busy.
    let calls = server.calls();
    assert!((2..=4).contains(&calls), "{calls} tries");
    assert_eq!(fixture.video(&server.url).await, refused);
    assert_eq!(server.calls(), calls);
}

#[tokio::test]
async fn a_pause_between_two_tries_holds_no_turn() {
    let mut script = script(&length(100), &mp4(100));
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
    assert_coming(&fixture.now(&server.link(1)).await);
    server.heads.recv().await.unwrap();
    assert_eq!(fixture.video(&server.link(2)).await, Ok(100));
    // The first one still has its hour's pause before it.
    assert_coming(&fixture.now(&server.link(1)).await);
}

#[tokio::test]
async fn beyond_the_bound_a_link_is_coming_and_not_yet_asked_for() {
    let (script, gate) = gated(100);
    let mut slow = Server::run(script).await;
    let server = Server::sending(&mp4(100)).await;
    let fixture = Fixture::with(FetchLimits { links: 1, ..once() });
    assert_coming(&fixture.now(&slow.url).await);
    slow.heads.recv().await.unwrap();
    let fetch = fixture
        .fetcher
        .fetch(&server.url, None, MediaKind::Video, PATIENCE);
    assert_coming(&fetch.await);
    gate.notify_one();
    assert_eq!(fixture.video(&slow.url).await, Ok(100));
    assert_eq!(server.calls(), 0);
    assert_eq!(fixture.video(&server.url).await, Ok(100));
}
