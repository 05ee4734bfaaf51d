//! `videostatus healthcheck`: for Docker, which has no other program in the image.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, ensure};

/// Asks `/healthz` of the bot that listens on `addr` on this machine; it has to answer
/// with 200 within three seconds.
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

/// Where a bot on this machine is reached that listens on `addr`: "every address" is no
/// place to connect to.
pub(super) fn reachable(mut addr: SocketAddr) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => addr.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => addr.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    addr
}
