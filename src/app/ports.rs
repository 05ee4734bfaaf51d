//! The ports that the bot listens on.

use std::net::SocketAddr;

use anyhow::Context;
use axum::Router;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::doors::{http, server};

/// A listener and the routes that are served on it.
pub(super) type Server = (TcpListener, Router);

/// The open ports.
pub(super) struct Ports {
    /// `HTTP_ADDR`.
    health: TcpListener,
    /// `INTERACTIONS_ADDR`, if it differs from `HTTP_ADDR`.
    discord: Option<TcpListener>,
}

impl Ports {
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let other = config.interactions_addr;
        Ok(Self {
            health: listen("HTTP_ADDR", config.http_addr).await?,
            discord: match other.filter(|other| *other != config.http_addr) {
                Some(other) => Some(listen("INTERACTIONS_ADDR", other).await?),
                None => None,
            },
        })
    }

    /// Returns the address of health and metrics, and that of Discord's door.
    pub(super) fn addresses(&self) -> std::io::Result<[SocketAddr; 2]> {
        let discord = self.discord.as_ref().unwrap_or(&self.health);
        Ok([self.health.local_addr()?, discord.local_addr()?])
    }

    /// Waits for `start` and returns its result. Meanwhile the health port says that the bot
    /// starts.
    pub(super) async fn serve_during<T>(&self, start: impl Future<Output = T>) -> T {
        server::serve_during(&self.health, http::starting(), start).await
    }

    /// Assigns health and metrics to their port, and Discord's door to its own port or the
    /// shared one.
    pub(super) fn serve(self, health: Router, discord: Option<Router>) -> (Server, Option<Server>) {
        match (self.discord, discord) {
            (Some(own), Some(discord)) => ((self.health, health), Some((own, discord))),
            (_, Some(discord)) => {
                tracing::info!(
                    hint = "health, metrics and the API share Discord's door: let only \
                            /interactions through to it, or set INTERACTIONS_ADDR to another port",
                    "app.door_shared"
                );
                ((self.health, health.merge(discord)), None)
            }
            (_, None) => ((self.health, health), None),
        }
    }
}

async fn listen(name: &str, addr: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(addr).await;
    listener.with_context(|| format!("{name}: cannot listen on {addr}"))
}
