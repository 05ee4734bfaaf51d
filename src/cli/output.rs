//! What a command prints: its result to standard output, and words beside it.
//! Whoever has read enough of it may close the pipe, as `head` does.

use std::io::Write as _;

pub(super) fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end_matches('\n'));
}

pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
