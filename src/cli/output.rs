//! The output of commands: results go to standard output, and notes to standard error. A closed
//! pipe, as after `head`, is not an error; a full disk is one.

use std::io::{ErrorKind, IsTerminal as _, Write as _};

use anyhow::Context;

/// Prints a result and returns whether somebody reads it. A command that goes on printing should
/// end once nobody does.
///
/// # Errors
/// The result is lost, for example because the disk is full.
pub(super) fn print(text: &str) -> anyhow::Result<bool> {
    let mut out = std::io::stdout();
    match writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written
            .map(|()| true)
            .context("standard output cannot be written"),
    }
}

/// Returns a count with the singular or plural name of what is counted.
pub(super) fn counted(count: u64, one: &str, several: &str) -> String {
    let name = if count == 1 { one } else { several };
    format!("{count} {name}")
}

/// Prints a foreign text unchanged. On a terminal its control characters are shown as escapes,
/// because the terminal would obey them.
pub(super) fn print_raw(text: &str) -> anyhow::Result<bool> {
    match std::io::stdout().is_terminal() {
        true => print(&escaped(text)),
        false => print(text),
    }
}

fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '\n' | '\t' => c.to_string(),
        // Bidirectional controls reorder the text behind them.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => c.escape_unicode().to_string(),
        c if c.is_control() => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_nothing_by_a_stranger() {
        let text = "{\"a\":\t\"\u{1b}]0;title\u{7}\u{9b}2J\r\u{7f}\u{202e}ü猫\"}\n";
        let shown = r#"{"a":	"\u{1b}]0;title\u{7}\u{9b}2J\u{d}\u{7f}\u{202e}ü猫"}"#;
        assert_eq!(escaped(text), format!("{shown}\n"));
    }
}
