//! What a command prints: its result, and words beside it.

/// Prints the result of a command to standard output.
#[expect(clippy::print_stdout, reason = "a person or a script reads it")]
pub(super) fn print(text: &str) {
    println!("{}", text.trim_end_matches('\n'));
}

/// Prints an error or a remark to standard error.
#[expect(clippy::print_stderr, reason = "a person at a terminal reads it")]
pub fn note(text: &str) {
    eprintln!("{text}");
}
