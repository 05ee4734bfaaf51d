//! The metrics' names, kinds and descriptions.

use self::MetricKind::{Counter, Gauge, Seconds};

/// The upper bounds of a histogram's buckets, in seconds.
type Buckets = &'static [f64];

/// The buckets for the database, which is on this machine or next to it.
const LOCAL: Buckets = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0,
];
/// The buckets for one request to another service, which takes up to 60 s.
const REMOTE: Buckets = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0];
/// The buckets for a whole delivery, with a download, an upload and retries.
const JOURNEY: Buckets = &[0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 180.0, 600.0];

/// The kind of a metric.
pub(super) enum MetricKind {
    Counter,
    Gauge,
    /// A histogram of times.
    Seconds(Buckets),
}

/// Declares each metric's name as a constant, and `ALL` with kinds and descriptions.
macro_rules! metrics {
    ($($constant:ident = $name:literal, $kind:expr, $description:literal;)+) => {
        $(pub(super) const $constant: &str = $name;)+

        pub(super) const ALL: &[(&str, MetricKind, &str)] =
            &[$(($constant, $kind, $description)),+];
    };
}

metrics! {
    BUILD = "videostatus_build_info", Gauge,
        "Always 1; the version and the commit are its labels";
    MEMORY = "videostatus_resident_memory_bytes", Gauge,
        "Resident memory of the process";
    PANICS = "videostatus_panics_total", Counter,
        "Panics anywhere in the process: each is a bug";
    WORKER_RESTARTS = "videostatus_worker_restarts_total", Counter,
        "Restarts of loops after a panic, by worker";
    WORKER_AGE = "videostatus_worker_turn_age_seconds", Gauge,
        "Time since a loop last turned, by worker; after 30 s (cleaner: 300 s) it counts as stuck";
    WATCHES = "videostatus_watches", Gauge,
        "Watches that have not ended, by state (live, stopped)";
    WATCHES_ENDED = "videostatus_watches_ended_total", Counter,
        "Watches whose last delivery is over, by outcome";
    DUE = "videostatus_due_rows", Gauge,
        "Rows that are due, by worker";
    DUE_LAG = "videostatus_due_lag_seconds", Gauge,
        "Time that the oldest due row has waited, by worker";
    POLLS = "videostatus_poll_duration_seconds", Seconds(REMOTE),
        "Time of a query to the video service, by gateway and outcome";
    CIRCUIT = "videostatus_provider_circuit_open", Gauge,
        "1 while the video service counts as down, else 0, by gateway";
    UNKNOWN_WORDS = "videostatus_unknown_status_words_total", Counter,
        "Status words that the bot does not know, each counted once; the log names them";
    DELIVERIES = "videostatus_delivery_duration_seconds", Seconds(JOURNEY),
        "Time of a delivery, by kind (progress, end, notification) and outcome";
    COMPLETION_TO_EDIT = "videostatus_completion_to_edit_seconds", Seconds(JOURNEY),
        "Time from the poll that saw the completion to the message that shows it";
    DISCORD_REQUESTS = "videostatus_discord_requests_total", Counter,
        "Requests to Discord, by route template and HTTP status (none: no reply)";
    DISCORD_LATENCY = "videostatus_discord_request_duration_seconds", Seconds(REMOTE),
        "Time to Discord's reply, by route template";
    DISCORD_INVALID = "videostatus_discord_invalid_requests_total", Counter,
        "Replies that Discord counts towards its ban for invalid requests";
    DISCORD_WAITS = "videostatus_discord_wait_seconds", Seconds(JOURNEY),
        "Waits for Discord, by reason (told: by a reply, spent: limit used up, guard: own bound)";
    UNDECODABLE = "videostatus_undecodable_interactions_total", Counter,
        "Interactions that the bot does not understand";
    INTERACTIONS_REFUSED = "videostatus_interactions_refused_total", Counter,
        "Refused requests to /interactions, by reason (unsigned, forged, stale: 401)";
    API_REQUESTS = "videostatus_api_requests_total", Counter,
        "Requests of scripts to /api, by the status of the answer";
    GATEWAY = "videostatus_gateway_connected", Gauge,
        "1 while every shard is connected, else 0";
    GATEWAY_STARTS = "videostatus_gateway_starts_total", Counter,
        "Starts of shards, by kind (identify, resume): Discord allows 1,000 identifies a day";
    DOWNLOADS = "videostatus_media_downloads_total", Counter,
        "Downloads of videos and thumbnails, by outcome";
    MEDIA_BYTES = "videostatus_media_bytes_total", Counter,
        "Bytes of media, by direction (downloaded, uploaded)";
    DATABASE_UP = "videostatus_database_up", Gauge,
        "1 if the database answered this scrape, else 0";
    DATABASE = "videostatus_database_duration_seconds", Seconds(LOCAL),
        "Time in the database, waiting for a connection included, by operation";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_their_kind_and_unit_as_prometheus_wants_it() {
        for (name, kind, description) in ALL {
            assert!(name.starts_with("videostatus_"), "{name}");
            let counts = matches!(kind, MetricKind::Counter);
            assert_eq!(name.ends_with("_total"), counts, "{name}");
            let measures = matches!(kind, MetricKind::Seconds(_));
            assert!(!measures || name.ends_with("_seconds"), "{name}");
            assert!(
                !description.is_empty() && !description.ends_with('.'),
                "{name}"
            );
        }
    }
}
