//! Where a media link may lead: addresses, links, names and redirects.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::response::Redirect;
use axum::routing::get;
use tempfile::TempDir;
use tokio::net::TcpListener;
use videostatus::provider::media::guard::{AddressGuard, is_public};
use videostatus::provider::media::{
    FetchLimits, Fetched, Fetcher, MediaError, MediaKind, OwnOrigin,
};

const GIF: &[u8] = b"GIF89a tiny";

/// Nothing here takes a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The gateway whose own origin a test has.
const MAIN: Option<&str> = Some("main");

/// A fetcher that tries each link once.
fn fetcher(guard: AddressGuard) -> (Fetcher, TempDir) {
    let dir = TempDir::new().unwrap();
    let limits = FetchLimits {
        retry_for: Duration::ZERO,
        ..FetchLimits::default()
    };
    let fetcher = Fetcher::new(dir.path().to_owned(), guard, limits, None).unwrap();
    (fetcher, dir)
}

async fn fetch(fetcher: &Fetcher, url: &str) -> Result<u64, MediaError> {
    match fetcher.fetch(url, None, MediaKind::Image, PATIENCE).await {
        Fetched::Ready(file) => Ok(file.size),
        Fetched::Missing(error) => Err(error),
        Fetched::Coming => panic!("{url} is neither ready nor missing after {PATIENCE:?}"),
    }
}

/// Starts a server on a loopback address; gives its port and its call count.
async fn serve(ip: Ipv4Addr, port: u16, routes: Router) -> (u16, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let seen = calls.clone();
    let count = axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
        seen.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    });
    let listener = TcpListener::bind((ip, port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(axum::serve(listener, routes.layer(count)).into_future());
    (port, calls)
}

/// 127.0.0.1 plays the public internet, every other address a private network.
fn loopback_is_public(
    lookup: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static,
) -> AddressGuard {
    AddressGuard {
        allows: Arc::new(|ip| ip == Ipv4Addr::LOCALHOST),
        lookup: Arc::new(move |host| Ok(lookup(host))),
    }
}

#[tokio::test]
async fn hostile_links_are_refused_before_anything_is_sent() {
    // Names of this host are refused by what they resolve to.
    let guard = AddressGuard {
        lookup: Arc::new(|_| Ok(vec![Ipv4Addr::LOCALHOST.into()])),
        ..AddressGuard::new(false)
    };
    let (fetcher, _dir) = fetcher(guard);
    let links = [
        // No web link at all.
        "file:///etc/passwd",
        "data:video/mp4;base64,AAAA",
        "javascript:alert(1)",
        "gopher://127.0.0.1:6379/_INFO",
        "ftp://a.example/v.mp4",
        "blob:https://a.example/1",
        "mailto:a@a.example",
        "//a.example/v.mp4",
        "/files/v.mp4",
        "v.mp4",
        "",
        "https://",
        "http://[::1",
        // A password in it.
        "https://user:pw@a.example/v.mp4",
        "https://user@a.example/v.mp4",
        "https://a.example@127.0.0.1/",
        // This host, in all spellings of a browser.
        "http://localhost/",
        "http://LOCALHOST:8080/",
        "http://localhost./",
        "http://127.0.0.1/",
        "http://127.0.0.1:6379/",
        "http://127.0.0.1./",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://127.255.255.254/",
        "http://１２７.０.０.１/",
        "http://0.0.0.0/",
        "http://0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[0:0:0:0:0:0:0:1]:80/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        // The network around it.
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://3232235777/",
        "http://100.64.0.1/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[::ffff:192.168.1.1]/",
        // The cloud's metadata, plain and through translators.
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://[64:ff9b:1::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[2001:0:a9fe:a9fe::1]/",
        "http://[fd00:ec2::254]/",
    ];
    assert!(links.len() >= 40);
    for link in links {
        let refused = fetch(&fetcher, link).await.unwrap_err();
        let expected = matches!(refused, MediaError::BadLink | MediaError::Forbidden { .. });
        assert!(expected, "{link}: {refused}");
    }
}

#[test]
fn only_addresses_of_the_public_internet_are_public() {
    let private = [
        "0.0.0.0",
        "0.1.2.3",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.0.1",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.0",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:8.8.8.8",
        "::ffff:10.0.0.1",
        "::8.8.8.8",
        "64:ff9b::10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "168.63.129.16",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2001:1ff:ffff::1",
        "2002:808:808::1",
        "3fff::1",
        "3fff:fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
    ];
    for address in private {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
    let public = [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.1",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.1",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "64:ff9b::8.8.8.8",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:4700::1111",
        "2a00:1450::1",
        "3ffe:ffff::1",
    ];
    for address in public {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
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
    let (fetcher, _dir) = fetcher(guard);
    for link in [
        "http://inside.example/",
        "https://inside.example/v.mp4",
        "http://redis:6379/",
    ] {
        let refused = fetch(&fetcher, link).await.unwrap_err();
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
    let (fetcher, _dir) = fetcher(guard);
    let cause = "no such host".to_owned();
    let expected = Err(MediaError::Unreachable(cause));
    assert_eq!(fetch(&fetcher, "https://a.example/").await, expected);
}

#[tokio::test]
async fn of_mixed_addresses_only_the_public_one_is_asked() {
    let inside = Ipv4Addr::new(127, 0, 0, 2);
    let routes = || Router::new().route("/i", get(|| async { GIF }));
    let (port, outside_calls) = serve(Ipv4Addr::LOCALHOST, 0, routes()).await;
    let (_, inside_calls) = serve(inside, port, routes()).await;
    let guard = loopback_is_public(move |_| vec![inside.into(), Ipv4Addr::LOCALHOST.into()]);
    let (fetcher, _dir) = fetcher(guard);
    let size = fetch(&fetcher, &format!("http://mixed.example:{port}/i")).await;
    assert_eq!(size, Ok(GIF.len() as u64));
    assert_eq!(outside_calls.load(Ordering::SeqCst), 1);
    assert_eq!(inside_calls.load(Ordering::SeqCst), 0);
}

/// DNS rebinding: the first lookup is harmless, every later one leads inside.
/// The connection goes to what was checked, and what is looked up later is
/// checked again.
#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    let inside = Ipv4Addr::new(127, 0, 0, 2);
    let routes = || Router::new().route("/{file}", get(|| async { GIF }));
    let (port, outside_calls) = serve(Ipv4Addr::LOCALHOST, 0, routes()).await;
    let (_, inside_calls) = serve(inside, port, routes()).await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let count = lookups.clone();
    let guard = loopback_is_public(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => vec![Ipv4Addr::LOCALHOST.into()],
        _ => vec![inside.into()],
    });
    let (fetcher, _dir) = fetcher(guard);
    let link = |file| format!("http://rebinding.example:{port}/{file}");
    assert_eq!(fetch(&fetcher, &link("a")).await, Ok(GIF.len() as u64));
    assert_eq!(
        lookups.load(Ordering::SeqCst),
        1,
        "one lookup, one connection"
    );
    let host = "rebinding.example".to_owned();
    let kind = "loopback";
    let refused = Err(MediaError::Forbidden { host, kind });
    assert_eq!(fetch(&fetcher, &link("b")).await, refused);
    assert_eq!(outside_calls.load(Ordering::SeqCst), 1);
    assert_eq!(inside_calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn every_redirect_is_checked_like_the_link() {
    let to = |target: &'static str| get(move || async move { Redirect::to(target) });
    let routes = Router::new()
        .route("/file", get(|| async { GIF }))
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
    let (fetcher, _dir) = fetcher(guard);
    let size = Ok(GIF.len() as u64);
    let forbidden = |host: &str, kind| {
        let host = host.to_owned();
        Err(MediaError::Forbidden { host, kind })
    };
    let bad = Err(MediaError::BadLink);
    let refused = Err(MediaError::Refused(303));
    for (path, hops, expected) in [
        ("one", 2, size.clone()),
        ("three", 4, size),
        ("four", 4, refused.clone()),
        ("loop", 4, refused),
        ("metadata", 1, forbidden("169.254.169.254", "link-local")),
        ("decimal", 1, forbidden("127.0.0.2", "loopback")),
        ("name", 1, forbidden("inside.example", "private")),
        ("local-file", 1, bad.clone()),
        ("password", 1, bad.clone()),
        ("nowhere", 1, bad),
    ] {
        calls.store(0, Ordering::SeqCst);
        let result = fetch(&fetcher, &format!("http://outside.example:{port}/{path}")).await;
        assert_eq!(result, expected, "{path}");
        assert_eq!(calls.load(Ordering::SeqCst), hops, "{path}");
    }
}

/// Answers with a picture to whoever has the key.
async fn behind_a_key(headers: axum::http::HeaderMap) -> Result<&'static [u8], StatusCode> {
    match headers.get(AUTHORIZATION) {
        Some(key) if key == "Bearer sk-key" => Ok(GIF),
        _ => Err(StatusCode::UNAUTHORIZED),
    }
}

#[tokio::test]
async fn the_gateways_own_origin_is_asked_as_the_operator_and_nobody_else_is() {
    let inside = Ipv4Addr::new(127, 0, 0, 2);
    let (_, other_calls) = serve(inside, 0, Router::new()).await;
    let keys = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&keys);
    let elsewhere = Router::new().route(
        "/file",
        get(move |headers: axum::http::HeaderMap| async move {
            seen.fetch_add(
                usize::from(headers.contains_key(AUTHORIZATION)),
                Ordering::SeqCst,
            );
            GIF
        }),
    );
    let (public, _) = serve(Ipv4Addr::LOCALHOST, 0, elsewhere).await;
    let off = format!("http://outside.example:{public}/file");
    let back = "/away";
    let routes = Router::new()
        .route("/file", get(behind_a_key))
        .route("/around", get(|| async { Redirect::to("/file") }))
        .route("/away", get(move || async move { Redirect::to(&off) }))
        .route("/there", get(move || async move { Redirect::to(back) }));
    let (port, _) = serve(inside, 0, routes).await;
    let origin: url::Url = format!("http://127.0.0.2:{port}/prefix/").parse().unwrap();
    let guard = loopback_is_public(|_| vec![Ipv4Addr::LOCALHOST.into()]);
    let (dir, limits) = (
        TempDir::new().unwrap(),
        FetchLimits {
            retry_for: Duration::ZERO,
            ..FetchLimits::default()
        },
    );
    let key = videostatus::provider::client::bearer("sk-key");
    let own = OwnOrigin::new("main", origin, key, &limits).unwrap();
    let fetcher = Fetcher::new(dir.path().to_owned(), guard, limits, Some(own)).unwrap();
    for (path, expected) in [
        ("/file", true),
        ("/around", true),
        ("/away", true),
        ("/there", true),
    ] {
        let url = format!("http://127.0.0.2:{port}{path}");
        assert!(fetcher.is_own(&url, MAIN));
        let Fetched::Ready(file) = fetcher.fetch(&url, MAIN, MediaKind::Image, PATIENCE).await
        else {
            panic!("{path}");
        };
        assert_eq!(file.as_operator, expected, "{path}");
    }
    assert_eq!(keys.load(Ordering::SeqCst), 0, "the key went nowhere else");
    // A gateway's key serves no link that another gateway gave.
    let url = format!("http://127.0.0.2:{port}/file");
    for gateway in [None, Some("other")] {
        assert!(!fetcher.is_own(&url, gateway));
        let refused = fetcher
            .fetch(&url, gateway, MediaKind::Image, PATIENCE)
            .await;
        let forbidden = matches!(refused, Fetched::Missing(MediaError::Forbidden { .. }));
        assert!(forbidden, "{refused:?}");
    }
    // Another port, and another scheme, of the same host are somebody else.
    for url in [
        format!("http://127.0.0.2:{}/file", port.wrapping_add(1)),
        format!("https://127.0.0.2:{port}/file"),
    ] {
        assert!(!fetcher.is_own(&url, MAIN));
        let refused = fetch(&fetcher, &url).await.unwrap_err();
        assert!(matches!(refused, MediaError::Forbidden { .. }), "{refused}");
    }
    assert_eq!(other_calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_link_of_the_gateway_that_needs_no_key_is_like_any_other() {
    let routes = Router::new().route("/file", get(|| async { GIF }));
    let (port, calls) = serve(Ipv4Addr::LOCALHOST, 0, routes).await;
    let origin: url::Url = format!("http://127.0.0.1:{port}").parse().unwrap();
    let guard = loopback_is_public(|_| Vec::new());
    let (dir, limits) = (TempDir::new().unwrap(), FetchLimits::default());
    let key = videostatus::provider::client::bearer("sk-key");
    let own = OwnOrigin::new("main", origin, key, &limits).unwrap();
    let fetcher = Fetcher::new(dir.path().to_owned(), guard, limits, Some(own)).unwrap();
    let url = format!("http://127.0.0.1:{port}/file");
    let Fetched::Ready(file) = fetcher.fetch(&url, MAIN, MediaKind::Image, PATIENCE).await else {
        panic!("no file");
    };
    assert!(!file.as_operator);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[test]
fn an_address_of_this_machine_is_not_allowed() {
    let guard = AddressGuard::new(false);
    let mine = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    // Where this machine has a way out, its own address is the one that it goes by.
    if mine.connect("192.0.2.1:9").is_ok() {
        assert!(!(guard.allows)(mine.local_addr().unwrap().ip()));
    }
    assert!((guard.allows)("1.1.1.1".parse().unwrap()));
}
