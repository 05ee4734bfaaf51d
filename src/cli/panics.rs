//! What is said of a panic: one log line like any other, where the standard
//! library would print several of its own between the lines of JSON.

use crate::metrics;

/// From now on each panic, in whichever task or thread, is logged and counted.
pub fn report() {
    std::panic::set_hook(Box::new(|panic| {
        metrics::panicked();
        let location = panic.location().map(ToString::to_string);
        let cause = panic.payload_as_str().unwrap_or("not told");
        tracing::error!(location, cause, "process.panicked");
    }));
}
