//! Servers with routes, on loopback addresses that play the internet and a private network.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::Redirect;
use axum::routing::{MethodRouter, get};
use tokio::net::TcpListener;
use videostatus::provider::media::guard::AddressGuard;

pub(super) const GIF: &[u8] = b"GIF89a tiny";

/// A private address, while 127.0.0.1 plays the internet.
pub(super) const INSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A route that leads to a picture.
pub(super) fn picture() -> MethodRouter {
    get(|| async { GIF })
}

/// A route that leads somewhere else.
pub(super) fn to(target: &str) -> MethodRouter {
    let target = target.to_owned();
    get(move || async move { Redirect::to(&target) })
}

/// Counts the requests that a server has had.
pub(super) struct Calls(Arc<AtomicUsize>);

impl Calls {
    pub(super) fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

/// Starts a server on a loopback address and returns its port.
pub(super) async fn serve(ip: Ipv4Addr, port: u16, routes: Router) -> (u16, Calls) {
    let calls = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&calls);
    let count = axum::middleware::from_fn(move |request, next: axum::middleware::Next| {
        seen.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    });
    let listener = TcpListener::bind((ip, port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(axum::serve(listener, routes.layer(count)).into_future());
    (port, Calls(calls))
}

/// Lets 127.0.0.1 be the public internet and every other address a private network.
pub(super) fn loopback_is_public(
    lookup: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static,
) -> AddressGuard {
    AddressGuard {
        allows: Arc::new(|ip| ip == Ipv4Addr::LOCALHOST),
        lookup: Arc::new(move |host| Ok(lookup(host))),
    }
}
