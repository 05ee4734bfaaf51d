//! `videostatus healthcheck`: for Docker, which has no other program in the image.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, ensure};

/// Asks `/healthz` of the bot that listens on `addr` on this machine.
///
/// # Errors
/// If it does not answer with 200 within three seconds.
pub async fn healthcheck(mut addr: SocketAddr) -> anyhow::Result<()> {
    // "Every address" is no place to connect to.
    if addr.ip().is_unspecified() {
        addr.set_ip(match addr.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(3))
        .build()?;
    let url = format!("http://{addr}/healthz");
    let response = client
        .get(&url)
        .send()
        .await
        .with_context(|| format!("{url} does not answer"))?;
    let status = response.status();
    ensure!(
        status.is_success(),
        "{url} answers {status}: {}",
        response.text().await?
    );
    Ok(())
}
