//! Where log lines go and which.

use std::io::IsTerminal as _;

use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::LogFormat;

/// Starts logging to standard error, filtered by `RUST_LOG`, or `default` where
/// that is not set.
///
/// Libraries are never heard below `warn`, whatever `RUST_LOG` says: the spans
/// of serenity and the frames of HTTP print interaction tokens.
pub fn start(format: LogFormat, default: &str) {
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    let ours = filter_fn(|line| {
        let ours = line.target().starts_with("videostatus") || line.target().starts_with("sandbox");
        ours || *line.level() <= Level::WARN
    });
    // Colours are for a terminal, not for what collects the logs.
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // A second call (in tests) keeps the first subscriber.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(chosen.and(ours)))
        .try_init();
}
