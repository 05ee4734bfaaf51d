//! Names and redirects lead to the public internet, or nowhere.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use videostatus::provider::media::guard::AddressGuard;
use videostatus::provider::media::{FetchLimits, MediaError};

use super::routed::{GIF, INSIDE, loopback_is_public, picture, serve, to};
use super::{Fixture, link, mp4, once, sending};

/// A fetcher that tries each link once.
fn fixture(guard: AddressGuard) -> Fixture {
    Fixture::guarded(guard, once(), None)
}

const fn whole() -> Result<u64, MediaError> {
    Ok(GIF.len() as u64)
}

fn forbidden(host: &str, kind: &'static str) -> Result<u64, MediaError> {
    let host = host.to_owned();
    Err(MediaError::Forbidden { host, kind })
}

#[tokio::test]
async fn a_name_that_leads_into_the_network_is_refused() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let guard = AddressGuard {
        lookup: Arc::new(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(vec!["192.168.1.1".parse().unwrap(), "::1".parse().unwrap()])
        }),
        ..AddressGuard::new(false)
    };
    let fixture = fixture(guard);
    for link in [
        "http://inside.example/",
        "https://inside.example/v.mp4",
        "http://redis:6379/",
    ] {
        let refused = fixture.image(link).await.unwrap_err();
        assert!(
            matches!(&refused, MediaError::Forbidden { .. }),
            "{link}: {refused}"
        );
    }
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_name_that_is_not_found_is_unreachable() {
    let guard = AddressGuard {
        lookup: Arc::new(|_| Err(std::io::Error::other("no such host"))),
        ..AddressGuard::new(false)
    };
    let fixture = fixture(guard);
    let cause = "no such host".to_owned();
    let expected = Err(MediaError::Unreachable(cause));
    assert_eq!(fixture.image("https://a.example/").await, expected);
}

#[tokio::test]
async fn of_mixed_addresses_only_the_public_one_is_asked() {
    let routes = || Router::new().route("/i", picture());
    let (port, outside_calls) = serve(Ipv4Addr::LOCALHOST, 0, routes()).await;
    let (_, inside_calls) = serve(INSIDE, port, routes()).await;
    let guard = loopback_is_public(move |_| vec![INSIDE.into(), Ipv4Addr::LOCALHOST.into()]);
    let fixture = fixture(guard);
    let size = fixture
        .image(&format!("http://mixed.example:{port}/i"))
        .await;
    assert_eq!(size, whole());
    assert_eq!(outside_calls.take(), 1);
    assert_eq!(inside_calls.take(), 0);
}

/// In DNS rebinding the first lookup is harmless and every later one leads inside. The
/// connection goes to the address that was checked, and each later lookup is checked
/// again.
#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let routes = || Router::new().route("/{file}", picture());
    let (port, outside_calls) = serve(Ipv4Addr::LOCALHOST, 0, routes()).await;
    let (_, inside_calls) = serve(INSIDE, port, routes()).await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let count = lookups.clone();
    let guard = loopback_is_public(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => vec![Ipv4Addr::LOCALHOST.into()],
        _ => vec![INSIDE.into()],
    });
    let fixture = fixture(guard);
    let link = |file| format!("http://rebinding.example:{port}/{file}");
    assert_eq!(fixture.image(&link("a")).await, whole());
    assert_eq!(
        lookups.load(Ordering::SeqCst),
        1,
        "one lookup, one connection"
    );
    let refused = forbidden("rebinding.example", "loopback");
    assert_eq!(fixture.image(&link("b")).await, refused);
    assert_eq!(outside_calls.take(), 1);
    assert_eq!(inside_calls.take(), 0);
}

#[tokio::test]
async fn every_redirect_is_checked_like_the_link() {
    let routes = Router::new()
        .route("/file", picture())
        .route("/one", to("/file"))
        .route("/two", to("/one"))
        .route("/three", to("two"))
        .route("/four", to("/three"))
        .route("/loop", to("/loop"))
        .route("/metadata", to("http://169.254.169.254/latest/meta-data/"))
        .route("/decimal", to("http://2130706434/"))
        .route("/name", to("http://inside.example/"))
        .route("/local-file", to("file:///etc/passwd"))
        .route("/password", to("http://u:p@outside.example/"))
        .route("/nowhere", to("http://["));
    let (port, calls) = serve(Ipv4Addr::LOCALHOST, 0, routes).await;
    let guard = loopback_is_public(|host| match host {
        "outside.example" => vec![Ipv4Addr::LOCALHOST.into()],
        _ => vec![Ipv4Addr::new(10, 0, 0, 1).into()],
    });
    let fixture = fixture(guard);
    let bad = Err(MediaError::BadLink);
    let refused = Err(MediaError::Refused(303));
    for (path, hops, expected) in [
        ("one", 2, whole()),
        ("three", 4, whole()),
        ("four", 4, refused.clone()),
        ("loop", 4, refused),
        ("metadata", 1, forbidden("169.254.169.254", "link-local")),
        ("decimal", 1, forbidden("127.0.0.2", "loopback")),
        ("name", 1, forbidden("inside.example", "private")),
        ("local-file", 1, bad.clone()),
        ("password", 1, bad.clone()),
        ("nowhere", 1, bad),
    ] {
        let result = fixture
            .image(&format!("http://outside.example:{port}/{path}"))
            .await;
        assert_eq!(result, expected, "{path}");
        assert_eq!(calls.take(), hops, "{path}");
    }
}

#[tokio::test]
async fn private_hosts_are_open_only_where_the_operator_says_so() {
    let server = sending(&mp4(100)).await;
    for (open, calls) in [(false, 0), (true, 1)] {
        let limits = FetchLimits::default();
        let fixture = Fixture::guarded(AddressGuard::new(open), limits, None);
        match fixture.video(&link(&server)).await {
            Ok(_) => assert!(open),
            Err(MediaError::Forbidden { .. }) => assert!(!open),
            Err(error) => panic!("{error} where private hosts are open: {open}"),
        }
        assert_eq!(server.calls(), calls);
    }
}
