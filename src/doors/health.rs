//! Whether the process is alive and can take in commands.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::gateway::GatewayStatus;
use crate::flows::clock::Clock;
use crate::flows::pulse::Pulse;
use crate::metrics::Loop;
use crate::store::Store;

/// How long the database may take to answer the readiness check.
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// The parts of the process that the checks look at.
#[derive(Clone)]
pub struct Health {
    /// When each loop last turned; `/healthz` fails if one of them is stuck.
    pub loops: Vec<(Loop, Arc<Pulse>)>,
    /// The gateway's shards; `None` if interactions come by HTTP alone.
    pub gateway: Option<Arc<GatewayStatus>>,
    /// The database.
    pub store: Store,
    pub clock: Clock,
}

/// Answers 200 while the loops turn; otherwise only a restart helps.
pub(super) async fn healthz(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    turning(&health.loops)
}

fn turning(loops: &[(Loop, Arc<Pulse>)]) -> (StatusCode, Json<Value>) {
    let turns = |(one, pulse): &(Loop, Arc<Pulse>)| {
        let stuck = one.stuck_after().is_some_and(|limit| pulse.age() >= limit);
        (one.name(), !stuck)
    };
    report(loops.iter().map(turns).collect())
}

/// Answers 200 while commands can be taken in.
pub(super) async fn readyz(State(health): State<Health>) -> (StatusCode, Json<Value>) {
    let database = tokio::time::timeout(STORE_TIMEOUT, health.store.ping()).await;
    let mut parts = vec![("database", matches!(database, Ok(Ok(()))))];
    if let Some(gateway) = &health.gateway {
        parts.push(("gateway", gateway.complete().await));
    }
    let (status, Json(mut body)) = report(parts);
    if let Some(by) = health.clock.jumped() {
        let words = format!("this machine's clock jumped by {by} s");
        body["warnings"] = json!({ "clock": words });
    }
    (status, Json(body))
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
        tokio::time::pause();
        let loops = [Loop::Poller, Loop::Courier, Loop::Cleaner];
        let loops = loops.map(|one| (one, Arc::<Pulse>::default()));
        let limit = Loop::Courier.stuck_after().unwrap();
        tokio::time::advance(limit - Duration::from_millis(1)).await;
        assert_eq!(turning(&loops).0, StatusCode::OK);
        loops[1].1.beat();
        tokio::time::advance(Duration::from_millis(1)).await;
        let (status, Json(body)) = turning(&loops);
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            body["parts"],
            json!({ "poller": "failing", "courier": "ok", "cleaner": "ok" })
        );
    }

    #[tokio::test]
    async fn without_its_database_it_is_not_ready() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/bot.db", folder.path().display());
        let store = Store::open(&Secret::new(url)).await.unwrap();
        let health = Health {
            loops: Vec::new(),
            gateway: None,
            store: store.clone(),
            clock: Clock::system(),
        };
        assert_eq!(readyz(State(health.clone())).await.0, StatusCode::OK);
        store.close().await;
        let (status, Json(body)) = readyz(State(health)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(body["parts"], json!({ "database": "failing" }));
    }
}
