//! The parts that are built from the gateways' settings.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::Config;
use crate::flows::queue::Queue;
use crate::flows::sharing::Sharing;
use crate::provider::client::bearer;
use crate::provider::gateways::Gateways;
use crate::provider::media::{FetchLimits, OwnOrigin};
use crate::store::Store;

/// Warns of missing keys, short tokens, and secrets that are sent without TLS.
pub(super) fn warn(config: &Config) {
    for gateway in &config.gateways {
        if gateway.client.key.is_empty() {
            tracing::warn!(
                gateway = gateway.client.name,
                name = config.variable_of(gateway, "VIDEO_API_KEY", "key"),
                hint = "the setting is empty: queries are sent without a key",
                "config.no_key"
            );
        }
    }
    if config.api_tokens.guessable() {
        tracing::warn!(
            name = "API_TOKEN",
            hint = "a token of fewer than 16 characters may be guessed",
            "config.short_token"
        );
    }
    for name in config.in_clear(proxied()) {
        tracing::warn!(
            name,
            hint = "without TLS everybody on the network path, a proxy of HTTP_PROXY among them, \
                    can read the secret that is sent there",
            "config.secret_in_clear"
        );
    }
}

/// Returns whether a proxy is set for requests without TLS.
fn proxied() -> bool {
    let names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    names
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|proxy| !proxy.is_empty()))
}

/// Returns the gateways' own origins, each with its key.
pub(super) fn origins(
    config: &Config,
    gateways: &Gateways,
    limits: &FetchLimits,
) -> anyhow::Result<Vec<OwnOrigin>> {
    let both = config.gateways.iter().zip(gateways.iter());
    let origins = both.map(|(config, gateway)| {
        let config = &config.client;
        let key = bearer(config.key.expose()).filter(|_| !config.key.is_empty());
        let own = OwnOrigin::new(&config.name, config.origin.clone(), key, limits)?;
        Ok(own.answering(Arc::clone(&gateway.client)))
    });
    origins.collect()
}

/// The queues and shares of all gateways.
pub(super) struct GatewayQueues {
    /// The number of slots of the poller.
    pub(super) polls: u32,
    pub(super) queues: HashMap<String, Queue>,
    pub(super) sharing: HashMap<String, Sharing>,
}

impl GatewayQueues {
    pub(super) fn of(config: &Config, store: &Store) -> Self {
        let rates = config.gateways.iter().map(|one| one.rate);
        let rates: Vec<_> = rates.map(|own| own.unwrap_or(config.poll_rate)).collect();
        let only = rates.len() == 1;
        let (mut queues, mut sharing) = (HashMap::new(), HashMap::new());
        for (gateway, rate) in config.gateways.iter().zip(&rates) {
            let name = &gateway.client.name;
            let one_of_several = (!only).then(|| name.clone());
            let shares = Sharing::new(store.clone(), config.pace, *rate, one_of_several);
            queues.insert(name.clone(), Queue::new(*rate, only));
            sharing.insert(name.clone(), shares);
        }
        Self {
            polls: Queue::slots(&rates),
            queues,
            sharing,
        }
    }
}
