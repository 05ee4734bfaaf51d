//! Links of the gateway's own origin, which is asked with the operator's key.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use videostatus::provider::client::bearer;
use videostatus::provider::media::{Fetched, MediaError, MediaKind, OwnOrigin};

use super::routed::{GIF, INSIDE, loopback_is_public, picture, serve, to};
use super::{Fixture, PATIENCE, once};

/// The gateway whose own origin a test has.
const MAIN: Option<&str> = Some("main");

/// A fixture whose gateway is at `origin`.
fn fixture(origin: &str) -> Fixture {
    let origin = origin.parse().unwrap();
    let own = OwnOrigin::new("main", origin, bearer("sk-key"), &once()).unwrap();
    let guard = loopback_is_public(|_| vec![Ipv4Addr::LOCALHOST.into()]);
    Fixture::guarded(guard, once(), Some(own))
}

/// Fetches a picture that a gateway gave the link of.
async fn fetch(fixture: &Fixture, url: &str, gateway: Option<&str>) -> Fetched {
    let fetch = fixture
        .fetcher
        .fetch(url, gateway, MediaKind::Image, PATIENCE);
    fetch.await
}

/// Answers with a picture to whoever has the key.
async fn behind_a_key(headers: HeaderMap) -> Result<&'static [u8], StatusCode> {
    match headers.get(AUTHORIZATION) {
        Some(key) if key == "Bearer sk-key" => Ok(GIF),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

#[tokio::test]
async fn the_gateways_own_origin_is_asked_as_the_operator_and_nobody_else_is() {
    let (other_port, other_calls) = serve(INSIDE, 0, Router::new()).await;
    let keys = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&keys);
    let elsewhere = get(move |headers: HeaderMap| async move {
        let has_key = headers.contains_key(AUTHORIZATION);
        seen.fetch_add(usize::from(has_key), Ordering::SeqCst);
        GIF
    });
    let elsewhere = Router::new().route("/file", elsewhere);
    let (public, public_calls) = serve(Ipv4Addr::LOCALHOST, 0, elsewhere).await;
    let routes = Router::new()
        .route("/file", get(behind_a_key))
        .route("/around", to("/file"))
        .route(
            "/away",
            to(&format!("http://outside.example:{public}/file")),
        )
        .route("/there", to("/away"));
    let (port, _) = serve(INSIDE, 0, routes).await;
    let own = |path: &str| format!("http://{INSIDE}:{port}{path}");
    let fixture = fixture(&own("/prefix/"));
    for path in ["/file", "/around", "/away", "/there"] {
        assert!(fixture.fetcher.is_own(&own(path), MAIN));
        match fetch(&fixture, &own(path), MAIN).await {
            Fetched::Ready(file) => assert!(file.as_operator, "{path}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(public_calls.take(), 2);
    assert_eq!(keys.load(Ordering::SeqCst), 0, "the key went nowhere else");
    // Another port and another scheme of the same host are somebody else, and a gateway's
    // key serves no link that another gateway gave.
    for (url, gateway) in [
        (format!("http://{INSIDE}:{other_port}/file"), MAIN),
        (format!("https://{INSIDE}:{port}/file"), MAIN),
        (own("/file"), None),
        (own("/file"), Some("other")),
    ] {
        assert!(!fixture.fetcher.is_own(&url, gateway), "{url} {gateway:?}");
        let refused = fetch(&fixture, &url, gateway).await;
        let forbidden = matches!(refused, Fetched::Missing(MediaError::Forbidden { .. }));
        assert!(forbidden, "{url} {gateway:?}: {refused:?}");
    }
    assert_eq!(other_calls.take(), 0);
}

#[tokio::test]
async fn a_link_of_the_gateway_that_needs_no_key_is_like_any_other() {
    let routes = Router::new().route("/file", picture());
    let (port, calls) = serve(Ipv4Addr::LOCALHOST, 0, routes).await;
    let origin = format!("http://{}:{port}", Ipv4Addr::LOCALHOST);
    let fixture = fixture(&origin);
    match fetch(&fixture, &format!("{origin}/file"), MAIN).await {
        Fetched::Ready(file) => assert!(!file.as_operator),
        other => panic!("{other:?}"),
    }
    assert_eq!(calls.take(), 1);
}
