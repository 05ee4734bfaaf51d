//! The HTTP door: health, readiness and metrics.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::session::GatewayStatus;
use crate::flows::clock::Clock;
use crate::flows::pulse::Pulse;
use crate::flows::registrar::Registrar;
use crate::metrics::{self, Loop};
use crate::provider::gateways::Gateways;
use crate::store::Store;

/// The bound on the database's answer to a readiness check.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// The bound on the queries for the load. Prometheus waits 10 s by default.
const LOAD_TIMEOUT: Duration = Duration::from_secs(5);

/// The parts of the process that the checks read.
#[derive(Clone)]
pub struct Health {
    /// The loops, each with the time of its last turn; `/healthz` fails if one is stuck.
    pub loops: Vec<(Loop, Arc<Pulse>)>,
    /// The gateway's shards; `None` if interactions come by HTTP alone.
    pub gateway: Option<Arc<GatewayStatus>>,
    pub store: Store,
    pub clock: Clock,
    pub registrar: Arc<Registrar>,
    /// The video gateways, whose circuits show whether they answer.
    pub gateways: Gateways,
}

pub fn routes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(health)
}

/// Returns the routes while the bot starts, which may wait for Discord as long as Discord is
/// out of reach: the process is alive, and no restart would help, but it is not ready.
pub fn starting() -> Router {
    Router::new()
        .route("/healthz", get(async || report(Vec::new())))
        .fallback(async || report(vec![("start", false)]))
}

type Report = (StatusCode, Json<Value>);

/// Answers 200 while all loops turn. Otherwise only a restart of the process helps.
async fn healthz(State(health): State<Health>) -> Report {
    turning(&health.loops)
}

fn turning(loops: &[(Loop, Arc<Pulse>)]) -> Report {
    let turns = |(one, pulse): &(Loop, Arc<Pulse>)| {
        let stuck = one.stuck_after().is_some_and(|limit| pulse.age() >= limit);
        (one.name(), !stuck)
    };
    report(loops.iter().map(turns).collect())
}

/// Answers 200 while the bot can accept commands. Otherwise another process may, or this one
/// after a restart. A trouble that neither of them would end is only a warning.
async fn readyz(State(health): State<Health>) -> Report {
    let probe = health.store.probe(health.clock.now());
    let database = timeout(READY_TIMEOUT, probe).await;
    let mut parts = vec![("database", matches!(database, Ok(Ok(()))))];
    let refused = health.registrar.rest.refuses_token();
    parts.push(("token", !refused));
    if let Some(gateway) = &health.gateway {
        parts.push(("gateway", gateway.complete().await));
    }
    let (status, Json(mut body)) = report(parts);
    let jumped = health.clock.jumped();
    let clock = jumped.map(|by| format!("this machine's clock jumped by {by} s"));
    let gateway = health.gateway.and_then(|gateway| gateway.trouble());
    let commands = health.registrar.trouble();
    let provider = silence(&health.gateways);
    for (name, words) in [
        ("clock", clock),
        ("commands", commands),
        ("gateway", gateway),
        ("provider", provider),
    ] {
        if let Some(words) = words {
            body["warnings"][name] = words.into();
        }
    }
    (status, Json(body))
}

/// Returns a warning about gateways that do not answer, with their names if several are set
/// up.
fn silence(gateways: &Gateways) -> Option<String> {
    let down = gateways.iter().filter(|gateway| gateway.client.is_down());
    let down: Vec<&str> = down.map(|gateway| gateway.name.as_str()).collect();
    match gateways.iter().count() {
        _ if down.is_empty() => None,
        1 => Some("the video service does not answer".to_owned()),
        _ => Some(format!("these gateways do not answer: {}", down.join(", "))),
    }
}

fn report(parts: Vec<(&'static str, bool)>) -> Report {
    let status = match parts.iter().all(|(_, fine)| *fine) {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    let word = |fine| if fine { "ok" } else { "failing" };
    let parts = parts.into_iter().map(|(name, fine)| (name, word(fine)));
    let parts: Value = parts.collect();
    let report = json!({ "status": word(status.is_success()), "parts": parts });
    (status, Json(report))
}

/// Measures the present state and answers with all metrics. If the database does not answer,
/// its numbers stay as they were and `videostatus_database_up` is 0.
async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    for (one, pulse) in &health.loops {
        metrics::worker_age(*one, pulse.age());
    }
    // A bot that receives interactions only by HTTP has no gateway.
    if let Some(gateway) = &health.gateway {
        metrics::gateway(gateway.complete().await);
    }
    if let Some(bytes) = resident_memory() {
        metrics::memory(bytes);
    }
    let now = health.clock.now();
    let load = timeout(LOAD_TIMEOUT, health.store.load(now)).await;
    metrics::database_up(matches!(load, Ok(Ok(_))));
    if let Ok(Ok(load)) = load {
        metrics::watches("live", load.live);
        metrics::watches("stopped", load.stopped);
        for (worker, due) in [(Loop::Poller, load.tasks), (Loop::Courier, load.watches)] {
            let lag = due.since.map(|since| now.since(since)).unwrap_or_default();
            metrics::due(worker, due.rows, lag);
        }
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], metrics::render())
}

/// Returns the process's resident memory in bytes, on Linux only. `status` has it in kB;
/// `statm` has it in pages, whose size differs on arm64.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::discord::application::Application;
    use crate::discord::rest::Rest;
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
            registrar: Arc::new(Registrar {
                application: Application {
                    id: 1,
                    bot_id: 1,
                    deaf: false,
                    user_installs: false,
                },
                rest: Rest::new("http://127.0.0.1:9", &Secret::new("token")).unwrap(),
                store: store.clone(),
                guild: None,
                trouble: Mutex::new(Some("later".to_owned())),
            }),
            gateways: Gateways::new(&[]).unwrap(),
        };
        let (status, Json(body)) = readyz(State(health.clone())).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(body["warnings"], json!({ "commands": "later" }));
        store.close().await;
        let (status, Json(body)) = readyz(State(health)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            body["parts"],
            json!({ "database": "failing", "token": "ok" })
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_is_that_of_a_small_program() {
        let bytes = resident_memory().unwrap();
        assert!((1 << 20..1 << 32).contains(&bytes), "{bytes}");
    }
}
