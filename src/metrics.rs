//! Floor 0: the metrics, and the functions that record them.
//!
//! All names, descriptions and labels stand here, so that a test can compare the dashboard
//! and the alerts in `ops/` with them. A label's value is a word of the program, an HTTP
//! status or the operator's name of a gateway. It is never text from outside, because a
//! series for each id or status word would fill Prometheus' memory.
//!
//! The recorder is global to the process, so several bots in one process (in tests) count
//! together.

mod loops;
mod names;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ::metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub use self::loops::Loop;
use self::names::*;

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts recording; a second call changes nothing. Measurements before the first call are
/// lost.
#[expect(
    clippy::expect_used,
    reason = "fails only for an empty list, and no list is empty"
)]
pub fn install() {
    RECORDER.get_or_init(|| {
        let mut builder = PrometheusBuilder::new();
        for (name, kind, _) in ALL {
            if let MetricKind::Seconds(buckets) = kind {
                let name = Matcher::Full((*name).to_owned());
                let set = builder.set_buckets_for_metric(name, buckets);
                builder = set.expect("a histogram has buckets");
            }
        }
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // An error means that another recorder is installed; this one then stays empty.
        let _ = ::metrics::set_global_recorder(recorder);
        for (name, kind, description) in ALL {
            match kind {
                MetricKind::Counter => describe_counter!(*name, *description),
                MetricKind::Gauge => describe_gauge!(*name, *description),
                MetricKind::Seconds(_) => describe_histogram!(*name, *description),
            }
        }
        // An alert on a counter's growth needs a first value before the growth.
        for name in [PANICS, UNKNOWN_WORDS, DISCORD_INVALID, UNDECODABLE] {
            counter!(name).increment(0);
        }
        for kind in ["identify", "resume"] {
            counter!(GATEWAY_STARTS, "kind" => kind).increment(0);
        }
        for reason in ["unsigned", "forged", "stale"] {
            counter!(INTERACTIONS_REFUSED, "reason" => reason).increment(0);
        }
        counter!(API_REQUESTS, "status" => "201").increment(0);
        for kind in ["progress", "end", "notification"] {
            let _ = histogram!(DELIVERIES, "kind" => kind, "outcome" => "gave_up");
        }
        for one in Loop::ALL {
            counter!(WORKER_RESTARTS, "worker" => one.name()).increment(0);
        }
        let (version, commit) = (env!("CARGO_PKG_VERSION"), env!("VIDEOSTATUS_COMMIT"));
        gauge!(BUILD, "version" => version, "commit" => commit).set(1.0);
        handle
    });
}

/// Returns everything recorded since [`install`], in Prometheus' text format.
pub fn render() -> String {
    RECORDER
        .get()
        .map_or_else(String::new, PrometheusHandle::render)
}

/// Sorts measurements into their buckets. Without regular calls of this or [`render`], every
/// single measurement stays in memory.
pub fn upkeep() {
    if let Some(handle) = RECORDER.get() {
        handle.run_upkeep();
    }
}

/// A timer of a database operation, which records the time from its creation to its drop.
#[derive(Debug)]
#[must_use = "the timer measures until it is dropped"]
pub struct Timer {
    operation: &'static str,
    started: Instant,
}

impl Drop for Timer {
    fn drop(&mut self) {
        histogram!(DATABASE, "operation" => self.operation).record(self.started.elapsed());
    }
}

pub fn database(operation: &'static str) -> Timer {
    let started = Instant::now();
    Timer { operation, started }
}

pub fn panicked() {
    counter!(PANICS).increment(1);
}

pub fn worker_restarted(worker: Loop) {
    counter!(WORKER_RESTARTS, "worker" => worker.name()).increment(1);
}

pub fn worker_age(worker: Loop, age: Duration) {
    gauge!(WORKER_AGE, "worker" => worker.name()).set(age);
}

pub fn watches(state: &'static str, count: u64) {
    gauge!(WATCHES, "state" => state).set(count as f64);
}

pub fn watch_ended(outcome: &'static str) {
    counter!(WATCHES_ENDED, "outcome" => outcome).increment(1);
}

pub fn due(worker: Loop, rows: u64, lag: Duration) {
    gauge!(DUE, "worker" => worker.name()).set(rows as f64);
    gauge!(DUE_LAG, "worker" => worker.name()).set(lag);
}

/// Creates the series of a video gateway.
pub fn provider(gateway: &str) {
    // An alert on a counter's growth needs a first value before the growth.
    let _ = histogram!(POLLS, "gateway" => gateway.to_owned(), "outcome" => "denied");
    circuit(gateway, false);
}

pub fn poll(gateway: &str, outcome: &'static str, took: Duration) {
    histogram!(POLLS, "gateway" => gateway.to_owned(), "outcome" => outcome).record(took);
}

pub fn circuit(gateway: &str, open: bool) {
    gauge!(CIRCUIT, "gateway" => gateway.to_owned()).set(f64::from(open));
}

pub fn unknown_word() {
    counter!(UNKNOWN_WORDS).increment(1);
}

pub fn delivery(kind: &'static str, outcome: &'static str, took: Duration) {
    histogram!(DELIVERIES, "kind" => kind, "outcome" => outcome).record(took);
}

pub fn completion_shown(after: Duration) {
    histogram!(COMPLETION_TO_EDIT).record(after);
}

/// Records a request to Discord; `status` is `None` if no reply came.
pub fn discord_request(route: &'static str, status: Option<u16>, took: Duration) {
    let status = status.map_or_else(|| "none".into(), |status| status.to_string());
    counter!(DISCORD_REQUESTS, "route" => route, "status" => status).increment(1);
    histogram!(DISCORD_LATENCY, "route" => route).record(took);
}

pub fn discord_invalid() {
    counter!(DISCORD_INVALID).increment(1);
}

pub fn discord_wait(reason: &'static str, wait: Duration) {
    histogram!(DISCORD_WAITS, "reason" => reason).record(wait);
}

pub fn undecodable() {
    counter!(UNDECODABLE).increment(1);
}

/// Counts a refused request to the door for Discord's interactions.
pub fn interaction_refused(reason: &'static str) {
    counter!(INTERACTIONS_REFUSED, "reason" => reason).increment(1);
}

/// Counts an answer to a script's request.
pub fn api_request(status: &str) {
    counter!(API_REQUESTS, "status" => status.to_owned()).increment(1);
}

pub fn gateway(connected: bool) {
    gauge!(GATEWAY).set(f64::from(connected));
}

/// Counts a shard's start; `kind` is `identify` or `resume`.
pub fn gateway_start(kind: &'static str) {
    counter!(GATEWAY_STARTS, "kind" => kind).increment(1);
}

pub fn download(outcome: &'static str, bytes: u64) {
    counter!(DOWNLOADS, "outcome" => outcome).increment(1);
    counter!(MEDIA_BYTES, "direction" => "downloaded").increment(bytes);
}

pub fn uploaded(bytes: u64) {
    counter!(MEDIA_BYTES, "direction" => "uploaded").increment(bytes);
}

pub fn database_up(up: bool) {
    gauge!(DATABASE_UP).set(f64::from(up));
}

pub fn memory(bytes: u64) {
    gauge!(MEMORY).set(bytes as f64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_alerts_look_at_is_there_before_it_happens() {
        install();
        provider("new");
        let text = render();
        for series in [
            "videostatus_poll_duration_seconds_count{gateway=\"new\",outcome=\"denied\"} 0",
            "videostatus_provider_circuit_open{gateway=\"new\"} 0",
            "videostatus_delivery_duration_seconds_count{kind=\"end\",outcome=\"gave_up\"} 0",
            "videostatus_undecodable_interactions_total ",
        ] {
            assert!(text.contains(series), "no {series} in\n{text}");
        }
    }

    #[test]
    fn it_can_be_installed_twice_and_keeps_what_it_has() {
        install();
        poll("main", "for the test", Duration::from_millis(300));
        install();
        upkeep();
        let text = render();
        assert!(
            text.contains(
                "videostatus_poll_duration_seconds_bucket{gateway=\"main\",outcome=\"for the test\",le=\"0.5\"} 1"
            ),
            "{text}"
        );
        assert!(text.contains("\nvideostatus_panics_total "), "{text}");
        assert!(text.contains("# HELP videostatus_panics_total "), "{text}");
        assert!(text.contains("commit=\""), "{text}");
    }
}
