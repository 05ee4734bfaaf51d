//! What a command prints: its result to standard output, and words beside it.

#[expect(clippy::print_stdout, reason = "a person or a script reads it")]
pub(super) fn print(text: &str) {
    println!("{}", text.trim_end_matches('\n'));
}

#[expect(clippy::print_stderr, reason = "a person at a terminal reads it")]
pub fn note(text: &str) {
    eprintln!("{text}");
}
