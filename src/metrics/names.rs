//! The metrics' names, kinds and descriptions.

pub(super) const BUILD: &str = "videostatus_build_info";
pub(super) const MEMORY: &str = "videostatus_resident_memory_bytes";
pub(super) const PANICS: &str = "videostatus_panics_total";
pub(super) const WORKER_RESTARTS: &str = "videostatus_worker_restarts_total";
pub(super) const WORKER_AGE: &str = "videostatus_worker_turn_age_seconds";
pub(super) const WATCHES: &str = "videostatus_watches";
pub(super) const WATCHES_ENDED: &str = "videostatus_watches_ended_total";
pub(super) const DUE: &str = "videostatus_due_rows";
pub(super) const DUE_LAG: &str = "videostatus_due_lag_seconds";
pub(super) const CIRCUIT: &str = "videostatus_provider_circuit_open";
pub(super) const POLLS: &str = "videostatus_poll_duration_seconds";
pub(super) const UNKNOWN_WORDS: &str = "videostatus_unknown_status_words_total";
pub(super) const DELIVERIES: &str = "videostatus_delivery_duration_seconds";
pub(super) const COMPLETION_TO_EDIT: &str = "videostatus_completion_to_edit_seconds";
pub(super) const DISCORD_REQUESTS: &str = "videostatus_discord_requests_total";
pub(super) const DISCORD_LATENCY: &str = "videostatus_discord_request_duration_seconds";
pub(super) const DISCORD_INVALID: &str = "videostatus_discord_invalid_requests_total";
pub(super) const DISCORD_WAITS: &str = "videostatus_discord_wait_seconds";
pub(super) const UNDECODABLE: &str = "videostatus_undecodable_interactions_total";
pub(super) const GATEWAY: &str = "videostatus_gateway_connected";
pub(super) const DOWNLOADS: &str = "videostatus_media_downloads_total";
pub(super) const MEDIA_BYTES: &str = "videostatus_media_bytes_total";
pub(super) const DATABASE_UP: &str = "videostatus_database_up";
pub(super) const DATABASE: &str = "videostatus_database_duration_seconds";

/// Where the buckets of a histogram end, in seconds.
pub(super) type Buckets = &'static [f64];

/// The database is on this machine or next to it.
const LOCAL: Buckets = &[
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0,
];
/// One request to somebody else, of 60 s at the most.
const REMOTE: Buckets = &[0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0];
/// What a person waits for; with a download and an upload in it, and retries.
const JOURNEY: Buckets = &[0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 180.0, 600.0];

/// What a metric is.
pub(super) enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// A histogram of times.
    Seconds(Buckets),
}

/// Every metric: its name, its kind and what it says.
pub(super) const ALL: [(&str, MetricKind, &str); 24] = [
    (
        BUILD,
        MetricKind::Gauge,
        "Always 1; the version and the commit are its labels",
    ),
    (MEMORY, MetricKind::Gauge, "Memory that the process holds"),
    (
        PANICS,
        MetricKind::Counter,
        "Panics anywhere in the process: each is a bug",
    ),
    (
        WORKER_RESTARTS,
        MetricKind::Counter,
        "Loops that broke and were started again, by worker",
    ),
    (
        WORKER_AGE,
        MetricKind::Gauge,
        "Time since a loop last turned, by worker; over 30 s (cleaner: 300 s) it is stuck",
    ),
    (
        WATCHES,
        MetricKind::Gauge,
        "Watches that have not ended, by state (live, stopped)",
    ),
    (
        WATCHES_ENDED,
        MetricKind::Counter,
        "Watches whose last delivery is over, by outcome",
    ),
    (
        DUE,
        MetricKind::Gauge,
        "Rows that are due and unclaimed, by worker",
    ),
    (
        DUE_LAG,
        MetricKind::Gauge,
        "How long the oldest due row has waited, by worker",
    ),
    (
        POLLS,
        MetricKind::Seconds(REMOTE),
        "Queries to the provider, by outcome",
    ),
    (
        CIRCUIT,
        MetricKind::Gauge,
        "1 while the video service counts as down, else 0",
    ),
    (
        UNKNOWN_WORDS,
        MetricKind::Counter,
        "Status words seen for the first time that no list has; the log names them",
    ),
    (
        DELIVERIES,
        MetricKind::Seconds(JOURNEY),
        "Deliveries, by kind (progress, end, notification) and outcome",
    ),
    (
        COMPLETION_TO_EDIT,
        MetricKind::Seconds(JOURNEY),
        "From the poll that saw the completion to the message that shows it",
    ),
    (
        DISCORD_REQUESTS,
        MetricKind::Counter,
        "Requests to Discord, by route template and HTTP status (none: no reply)",
    ),
    (
        DISCORD_LATENCY,
        MetricKind::Seconds(REMOTE),
        "Time to Discord's reply, by route template",
    ),
    (
        DISCORD_INVALID,
        MetricKind::Counter,
        "Replies that Discord counts towards its ban for invalid requests",
    ),
    (
        DISCORD_WAITS,
        MetricKind::Seconds(JOURNEY),
        "Waits for Discord, by reason (told: by a reply, spent: known before, guard: our own)",
    ),
    (
        UNDECODABLE,
        MetricKind::Counter,
        "Interactions by HTTP that Discord signed and nobody here understands",
    ),
    (
        GATEWAY,
        MetricKind::Gauge,
        "1 while every shard is connected, else 0",
    ),
    (
        DOWNLOADS,
        MetricKind::Counter,
        "Downloads of videos and thumbnails, by outcome",
    ),
    (
        MEDIA_BYTES,
        MetricKind::Counter,
        "Bytes of media, by direction (downloaded, uploaded)",
    ),
    (
        DATABASE_UP,
        MetricKind::Gauge,
        "1 if the database answered this scrape, else 0",
    ),
    (
        DATABASE,
        MetricKind::Seconds(LOCAL),
        "Time in the database, waiting for a connection included, by operation",
    ),
];

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
