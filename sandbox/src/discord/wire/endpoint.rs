//! Interactions by HTTP: signed requests to the bot in place of gateway events.
//!
//! Source: <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint>

use std::time::Duration;

use axum::http::StatusCode;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::discord::model::things::APPLICATION;
use crate::ids::now_ms;

/// The private key of every sandbox, which protects nothing.
const KEY: [u8; 32] = [7; 32];

/// The time for which Discord waits for an answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// The reason why an endpoint is refused.
#[derive(Debug, thiserror::Error)]
pub enum EndpointRefused {
    /// The endpoint could not be reached, or answered too late.
    #[error("the endpoint does not answer: {0}")]
    Silent(#[from] reqwest::Error),
    /// The endpoint did not answer a ping with a pong.
    #[error("the endpoint answers a ping with {0}: {1}")]
    NoPong(StatusCode, Value),
    /// The endpoint accepted a request with a forged signature.
    #[error("the endpoint answers a forged request with {0} instead of 401")]
    Gullible(StatusCode),
}

/// The URLs that interactions are sent to.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    client: reqwest::Client,
    runtime: Handle,
    urls: Vec<String>,
    turn: usize,
}

/// Returns the public key, as the application's page shows it.
pub(crate) fn public_key() -> String {
    hex(SigningKey::from_bytes(&KEY).verifying_key().as_bytes())
}

impl Endpoint {
    /// Sends each of `urls` a ping and a forged request, as Discord does before it accepts one.
    pub(crate) async fn prove(urls: &[&str]) -> Result<Self, EndpointRefused> {
        let endpoint = Self {
            client: reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .build()?,
            runtime: Handle::current(),
            urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            turn: 0,
        };
        let ping =
            json!({"id": "1", "application_id": APPLICATION, "type": 1, "token": "", "version": 1})
                .to_string();
        for url in urls {
            let pong = endpoint.post(url, &ping, &ping).await?;
            let status = pong.status();
            let body: Value = pong.json().await.unwrap_or_default();
            if status != StatusCode::OK || body["type"] != 1 {
                return Err(EndpointRefused::NoPong(status, body));
            }
            let forged = endpoint.post(url, &ping, "something else").await?;
            let status = forged.status();
            if status != StatusCode::UNAUTHORIZED {
                return Err(EndpointRefused::Gullible(status));
            }
        }
        Ok(endpoint)
    }

    /// Sends an interaction to the next URL in turn. Like a load balancer, it tries another URL
    /// if one cannot be reached, but not if one refuses.
    pub(crate) fn send(&mut self, payload: &Value) {
        self.turn += 1;
        let (endpoint, body) = (self.clone(), payload.to_string());
        self.runtime.spawn(async move {
            for n in 0..endpoint.urls.len() {
                let url = &endpoint.urls[(endpoint.turn + n) % endpoint.urls.len()];
                match endpoint.post(url, &body, &body).await {
                    Ok(taken) if taken.status().is_success() => return,
                    Ok(refused) => {
                        tracing::warn!(status = %refused.status(), "sandbox.interaction_refused");
                        return;
                    }
                    Err(error) => tracing::warn!(%error, "sandbox.interaction_not_sent"),
                }
            }
        });
    }

    /// Posts `body` with the signature of `signed`.
    async fn post(
        &self,
        url: &str,
        body: &str,
        signed: &str,
    ) -> reqwest::Result<reqwest::Response> {
        let timestamp = now_ms() / 1000;
        self.client
            .post(url)
            .header("content-type", "application/json")
            .header("x-signature-timestamp", timestamp.to_string())
            .header("x-signature-ed25519", signature(timestamp, signed))
            .body(body.to_owned())
            .send()
            .await
    }
}

/// Returns the signature of a body at a time in seconds.
pub(crate) fn signature(timestamp: u64, body: &str) -> String {
    let signed = format!("{timestamp}{body}");
    hex(&SigningKey::from_bytes(&KEY)
        .sign(signed.as_bytes())
        .to_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
