//! The log message that says that the bot can take commands.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::config::Config;
use crate::doors::session::GatewayStatus;
use crate::flows::registrar::Registrar;
use crate::store;

/// The fields of the message, and the session that it waits for.
pub(super) struct Ready {
    registrar: Arc<Registrar>,
    /// The session on Discord's gateway, if commands come over it.
    session: Option<Arc<GatewayStatus>>,
    http_addr: SocketAddr,
    /// The address of Discord's door, if commands come over HTTP.
    interactions_addr: Option<SocketAddr>,
    gateways: String,
    database: &'static str,
}

impl Ready {
    pub(super) fn new(
        config: &Config,
        registrar: &Arc<Registrar>,
        session: &Arc<GatewayStatus>,
        [http_addr, interactions_addr]: [SocketAddr; 2],
    ) -> Self {
        let names = config.gateways.iter().map(|one| one.client.name.as_str());
        Self {
            registrar: Arc::clone(registrar),
            session: config.discord_gateway.then(|| Arc::clone(session)),
            http_addr,
            interactions_addr: config
                .discord_public_key
                .as_ref()
                .map(|_| interactions_addr),
            gateways: names.collect::<Vec<_>>().join(","),
            database: match store::file_of(&config.database_url) {
                Some(_) => "sqlite",
                None => "postgres",
            },
        }
    }

    /// Logs the message once the first session is complete.
    pub(super) async fn tell(self) {
        if let Some(session) = &self.session {
            session.first_complete().await;
        }
        tracing::info!(
            commands = self.registrar.trouble().is_none(),
            over_gateway = self.session.is_some(),
            interactions_addr = self.interactions_addr.map(tracing::field::display),
            http_addr = %self.http_addr,
            gateways = self.gateways,
            database = self.database,
            "app.ready"
        );
    }
}
