//! The HTTP door: health, readiness and metrics.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::gateway::Connections;
use super::metrics::metrics;
use crate::flows::worker::Pulse;
use crate::store::Store;

/// A loop turns at least each five seconds; after this it counts as stuck.
const STUCK: Duration = Duration::from_secs(30);

/// How long the database may take to answer the readiness check.
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// What the checks look at.
#[derive(Clone)]
pub struct Health {
    /// The loops, by name.
    pub pulses: Vec<(&'static str, Arc<Pulse>)>,
    /// The gateway's shards.
    pub connections: Arc<Connections>,
    /// The database.
    pub store: Store,
}

/// The routes.
pub fn routes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(health)
}

/// 200 while the loops turn: otherwise only a restart helps.
async fn healthz(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    let turning = |(name, pulse): &(&'static str, Arc<Pulse>)| (*name, pulse.age() < STUCK);
    report(health.pulses.iter().map(turning).collect())
}

/// 200 while commands can be taken in.
async fn readyz(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    let database = tokio::time::timeout(STORE_TIMEOUT, health.store.ping()).await;
    report(vec![
        ("database", matches!(database, Ok(Ok(())))),
        ("gateway", health.connections.complete().await),
    ])
}

fn report(parts: Vec<(&'static str, bool)>) -> (StatusCode, Json<Value>) {
    let fine = parts.iter().all(|(_, fine)| *fine);
    let status = if fine {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let word = |fine| if fine { "ok" } else { "failing" };
    let parts: Value = parts
        .into_iter()
        .map(|(name, fine)| (name, Value::from(word(fine))))
        .collect();
    (
        status,
        Json(json!({ "status": word(fine), "parts": parts })),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::secret::Secret;

    #[tokio::test]
    async fn a_loop_that_has_not_turned_for_half_a_minute_is_unhealthy() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("bot.db").display());
        let store = Store::open(&Secret::new(url)).await.unwrap();
        tokio::time::pause();
        let health = Health {
            pulses: vec![("poller", Arc::default()), ("courier", Arc::default())],
            connections: Arc::default(),
            store,
        };
        tokio::time::advance(STUCK - Duration::from_millis(1)).await;
        assert_eq!(healthz(State(health.clone())).await.0, StatusCode::OK);
        health.pulses[1].1.beat();
        tokio::time::advance(Duration::from_millis(1)).await;
        let (status, Json(body)) = healthz(State(health)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            body["parts"],
            json!({ "poller": "failing", "courier": "ok" })
        );
    }
}
