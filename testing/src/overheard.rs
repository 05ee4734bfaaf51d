//! Reads every log line of every test at the level `trace`: no line may hold a secret.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use videostatus::cli::logging;
use videostatus::config::LogFormat;

/// Texts that only secrets contain: the bot token, the API key, and the tokens of interactions.
const SECRETS: [&str; 3] = [
    "MTEwMDAwMDAwMDAwMDAwMDAwMw.Gsandb.oxTokenThatOpensNothingAnywhereElse_000",
    "sk-the-api-key",
    "Sandboxxxx",
];

/// The log lines that held a secret.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Begins to read the log of the process. A repeated call changes nothing.
pub(crate) fn listen() {
    logging::start_to(|| Reader, false, LogFormat::Text, "trace");
}

/// Fails if a log line held a secret.
pub(crate) fn check() {
    let told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(told.is_empty(), "secrets in the log: {told:#?}");
}

struct Reader;

impl Write for Reader {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if SECRETS.iter().any(|secret| text.contains(secret)) {
            let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
            told.push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
