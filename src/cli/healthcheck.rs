//! `videostatus healthcheck`: the health check for Docker, whose image has no other program.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, ensure};

/// Asks the bot that listens on `addr` on this machine for `/healthz`. Fails unless it answers
/// successfully within three seconds.
pub async fn healthcheck(addr: SocketAddr) -> anyhow::Result<()> {
    let url = format!("http://{}/healthz", reachable(addr));
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(3))
        .build()?;
    let response = client.get(&url).send().await;
    let response = response.with_context(|| format!("{url} does not answer"))?;
    let status = response.status();
    ensure!(
        status.is_success(),
        "{url} answers {status}: {}",
        response.text().await?
    );
    Ok(())
}

/// Returns the address at which this machine reaches a bot that listens on `addr`: an
/// unspecified address becomes the loopback address.
pub(super) fn reachable(mut addr: SocketAddr) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => addr.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => addr.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    addr
}
