//! `/metrics`: what was counted, and how things stand at this moment.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use super::health::Health;
use crate::metrics::{self, Loop};

/// How long the database may take; Prometheus itself waits 10 s by default.
const STORE_TIMEOUT: Duration = Duration::from_secs(5);

/// Prometheus' text format, version 0.0.4.
pub(super) async fn metrics(State(health): State<Health>) -> impl IntoResponse {
    sample(&health).await;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], metrics::render())
}

/// Measures what stands and does not happen. Where the database does not answer,
/// its numbers stay as they were and `videostatus_database_up` says so.
async fn sample(health: &Health) {
    for (one, pulse) in &health.loops {
        metrics::worker_age(*one, pulse.age());
    }
    // Without a gateway there is nothing to be connected.
    if let Some(gateway) = &health.gateway {
        metrics::gateway(gateway.complete().await);
    }
    if let Some(bytes) = resident_memory() {
        metrics::memory(bytes);
    }
    let now = health.clock.now();
    let load = tokio::time::timeout(STORE_TIMEOUT, health.store.load(now)).await;
    metrics::database_up(matches!(load, Ok(Ok(_))));
    if let Ok(Ok(load)) = load {
        metrics::watches("live", load.live);
        metrics::watches("stopped", load.stopped);
        for (worker, due) in [(Loop::Poller, load.tasks), (Loop::Courier, load.watches)] {
            let lag = due.since.map(|since| now.since(since)).unwrap_or_default();
            metrics::due(worker, due.rows, lag);
        }
    }
}

/// What the process holds, in bytes, where the system is Linux. `status` tells
/// it in kB; `statm` would tell it in pages, which are not of one size on arm64.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_is_that_of_a_small_program() {
        let bytes = resident_memory().unwrap();
        assert!((1 << 20..1 << 32).contains(&bytes), "{bytes}");
    }
}
