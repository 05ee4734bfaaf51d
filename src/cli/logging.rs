//! The log: where its lines go, which are written, and how panics are logged.

use std::io::IsTerminal as _;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, Filter, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogFormat, quoted};
use crate::metrics;

/// The targets under which libraries print secrets even in warnings: serenity prints a payload
/// that it cannot decode, with the interaction's token in it; sqlx prints the values of unknown
/// parameters in `DATABASE_URL`.
const LEAKING_TARGETS: [&str; 2] = ["serenity::gateway::ws", "sqlx_postgres::options::parse"];

/// Starts logging to standard error, filtered by `RUST_LOG`, or by `default` if that is unset,
/// blank or not a filter.
pub fn start(format: LogFormat, default: &str) {
    // Only a terminal gets colours; log collectors do not want them.
    let colours = std::io::stderr().is_terminal();
    start_to(std::io::stderr, colours, format, default);
}

/// Starts logging to `writer` instead.
pub fn start_to<W>(writer: W, colours: bool, format: LogFormat, default: &str)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let chosen = std::env::var("RUST_LOG").unwrap_or_default();
    let chosen = filter(chosen.trim()).unwrap_or_else(|| EnvFilter::new(default));
    let chosen = chosen.and(filter_fn(may_be_told)).and(CleanCloseFilter);
    let lines = tracing_subscriber::fmt::layer();
    // On a failed write the layer would report the error on standard error, and panic if
    // standard error is the broken pipe.
    let lines = lines.log_internal_errors(false);
    let lines = lines.with_writer(writer).with_ansi(colours);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // A second call, as in tests, keeps the first subscriber.
    let lines = lines.with_filter(chosen);
    let _ = tracing_subscriber::registry().with(lines).try_init();
}

/// Logs and counts each panic from now on, in any task or thread. A panic becomes one log line;
/// the standard library would print several, which break a log of JSON.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        metrics::panicked();
        let location = panic.location().map(ToString::to_string);
        let cause = panic.payload_as_str().unwrap_or("not told");
        tracing::error!(location, cause, "process.panicked");
    }));
}

/// Returns the mistake in `RUST_LOG`, worded like those of the configuration.
pub fn mistake(rust_log: &str) -> Option<String> {
    let text = rust_log.trim();
    let takes = "RUST_LOG takes a level such as info, or a filter such as warn,videostatus=debug";
    (!text.is_empty() && filter(text).is_none()).then(|| format!("{takes}{}", quoted(text)))
}

/// Parses a filter of `RUST_LOG`. Returns `None` if it is blank or invalid. A lone word must be
/// a level or a part of the bot: the library takes any other, such as `warning`, for the name
/// of a program's part, and would log nothing at all.
fn filter(text: &str) -> Option<EnvFilter> {
    let is_known = |word: &str| word.parse::<LevelFilter>().is_ok() || is_ours(word);
    let lone = |part: &&str| !part.contains(['=', '[']);
    let mut words = text.split(',').map(str::trim).filter(lone);
    let known = words.all(|word| word.is_empty() || is_known(word));
    EnvFilter::try_new(text)
        .ok()
        .filter(|_| known && !text.is_empty())
}

fn is_ours(target: &str) -> bool {
    target.starts_with("videostatus") || target.starts_with("sandbox")
}

/// Returns whether a line may be logged. Libraries never log below `warn`, whatever `RUST_LOG`
/// says: serenity's spans and HTTP frames print interaction tokens.
fn may_be_told(line: &Metadata<'_>) -> bool {
    let target = line.target();
    is_ours(target) || (*line.level() <= Level::WARN && !LEAKING_TARGETS.contains(&target))
}

/// The filter that drops serenity's warning at each clean stop: after the bot closes its
/// session, it does not matter that Discord hangs up without a close frame.
struct CleanCloseFilter;

impl<S> Filter<S> for CleanCloseFilter {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        if event.metadata().target() != "serenity::gateway::bridge::shard_runner" {
            return true;
        }
        let mut text = Text(String::new());
        event.record(&mut text);
        !text.0.contains("Received an error awaiting close frame")
    }
}

/// A visitor that collects an event's message.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A layer that remembers the targets of its events.
    struct Heard(&'static Mutex<Vec<String>>);

    impl<S: tracing::Subscriber> Layer<S> for Heard {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
            let target = event.metadata().target().to_owned();
            self.0.lock().unwrap().push(target);
        }
    }

    #[test]
    fn a_warning_that_holds_a_secret_is_not_heard() {
        static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());
        let layer = Heard(&HEARD).with_filter(filter_fn(may_be_told));
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(target: "serenity::gateway::ws", "a payload");
            tracing::warn!(target: "sqlx_postgres::options::parse", "a password");
            tracing::warn!(target: "serenity::gateway::shard", "a shard");
            tracing::info!(target: "serenity::gateway::shard", "a span");
            tracing::info!(target: "videostatus::app", "a start");
        });
        let heard = HEARD.lock().unwrap();
        assert_eq!(*heard, ["serenity::gateway::shard", "videostatus::app"]);
    }

    #[test]
    fn a_blank_filter_is_none_and_no_mistake() {
        assert!(filter("info,videostatus=debug").is_some());
        assert!(filter("").is_none() && mistake("  ").is_none());
        assert!(filter("videostatus=loud").is_none() && mistake("videostatus=loud").is_some());
        for words in ["warning", "verbose", "INFOO", "info,warning"] {
            assert!(mistake(words).is_some(), "{words}");
        }
        for words in [
            "WARN",
            "off",
            "videostatus",
            "info,sqlx=warn",
            "warn,[span]=debug",
        ] {
            assert_eq!(mistake(words), None);
        }
    }
}
