//! Media in the background: shared fetches, turns and cancellation.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use videostatus::provider::media::{FetchLimits, MediaError, MediaKind};

use super::{
    Fixture, PATIENCE, again, asking, assert_coming, dripping, hanging, holds, length, link,
    link_of, mp4, once, script, sending, size,
};
use crate::server::{Script, Server, Then};

/// A server that sends `size` bytes once the gate is notified.
fn gated(size: usize) -> (Script, Arc<Notify>) {
    let gate = Arc::new(Notify::new());
    let mut gated = script(&length(size), &mp4(size), Then::Close);
    gated.gate = Some(Arc::clone(&gate));
    (gated, gate)
}

#[tokio::test]
async fn equal_fetches_share_one_download() {
    let (script, gate) = gated(5000);
    let mut server = Server::run(script).await;
    let fixture = Fixture::new();
    let fetches: Vec<_> = (0..10).map(|_| asking(&fixture, link(&server))).collect();
    server.head().await;
    assert_coming(&fixture.now(&link(&server)).await);
    gate.notify_one();
    for fetch in fetches {
        assert_eq!(size(&fetch.await.unwrap()), 5000);
    }
    // A later fetch finds the file without waiting.
    assert_eq!(size(&fixture.now(&link(&server)).await), 5000);
    assert_eq!(server.calls(), 1);
    fixture.holds(1).await;
}

#[tokio::test]
async fn a_dropped_caller_does_not_cancel_the_fetch() {
    let (script, gate) = gated(5000);
    let mut server = Server::run(script).await;
    let fixture = Fixture::new();
    let first = asking(&fixture, link(&server));
    server.head().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    gate.notify_one();
    assert_eq!(fixture.video(&link(&server)).await, Ok(5000));
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn nobody_waits_longer_than_the_patience() {
    let server = hanging().await;
    let fixture = Fixture::new();
    let patience = Duration::from_millis(20);
    let url = link(&server);
    let fetch = fixture
        .fetcher
        .fetch(&url, None, MediaKind::Video, patience);
    assert_coming(&timeout(PATIENCE, fetch).await.unwrap());
}

#[tokio::test]
async fn a_dropped_fetcher_ends_its_fetches() {
    let mut server = hanging().await;
    let fixture = Fixture::with(again());
    assert_coming(&fixture.now(&link(&server)).await);
    server.head().await;
    let Fixture { fetcher, dir } = fixture;
    drop(fetcher);
    timeout(PATIENCE, server.hung_up.recv()).await.unwrap();
    holds(dir.path(), 0).await;
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn what_a_link_came_to_is_remembered() {
    let server = sending(&mp4(5000)).await;
    let small = Fixture::with(FetchLimits {
        size: 4000,
        ..once()
    });
    let page = sending(b"<html>expired</html>").await;
    for _ in 0..3 {
        let refused = Err(MediaError::TooLarge(4000));
        assert_eq!(small.video(&link(&server)).await, refused);
        let refused = Err(MediaError::WrongType);
        assert_eq!(small.video(&link(&page)).await, refused);
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
        let fetches: Vec<_> = (0..6)
            .map(|n| asking(&fixture, link_of(&server, n)))
            .collect();
        // All six were asked for before the first head is read here.
        for _ in 0..6 {
            server.head().await;
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
    let mut slow = dripping().await;
    let fixture = Fixture::with(FetchLimits::default());
    for n in 0..40 {
        assert_coming(&fixture.now(&link_of(&slow, n)).await);
    }
    for _ in 0..2 {
        slow.head().await;
    }
    let others = [sending(&mp4(100)).await, sending(&mp4(200)).await];
    assert_eq!(fixture.video(&link(&others[0])).await, Ok(100));
    assert_eq!(fixture.video(&link(&others[1])).await, Ok(200));
    assert_eq!(slow.calls(), 2);
    assert_coming(&fixture.now(&link_of(&slow, 0)).await);
}

#[tokio::test]
async fn beyond_the_bound_a_link_is_coming_and_not_yet_asked_for() {
    let (script, gate) = gated(100);
    let mut slow = Server::run(script).await;
    let server = sending(&mp4(100)).await;
    let fixture = Fixture::with(FetchLimits { links: 1, ..once() });
    assert_coming(&fixture.now(&link(&slow)).await);
    slow.head().await;
    let url = link(&server);
    let fetch = fixture
        .fetcher
        .fetch(&url, None, MediaKind::Video, PATIENCE);
    assert_coming(&fetch.await);
    gate.notify_one();
    assert_eq!(fixture.video(&link(&slow)).await, Ok(100));
    assert_eq!(server.calls(), 0);
    assert_eq!(fixture.video(&link(&server)).await, Ok(100));
}
