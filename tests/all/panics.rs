//! A panic anywhere in the process is one log line, counted, and ends nothing.

use std::process::Command;

use serde_json::Value;
use videostatus::cli::logging;
use videostatus::config::LogFormat;
use videostatus::metrics;

/// Runs as a process of its own, started by the other test, because the hook and the log
/// belong to a whole process.
#[tokio::test]
#[ignore = "run by the other test"]
async fn a_process_with_panics() {
    metrics::install();
    logging::start(LogFormat::Json, "info");
    logging::report_panics();
    let task = tokio::spawn(async { panic!("the {} one", "first") });
    assert!(task.await.unwrap_err().is_panic());
    let thread = std::thread::spawn(|| std::panic::panic_any(42));
    assert!(thread.join().is_err());
    let counted = metrics::render();
    assert!(
        counted.contains("\nvideostatus_panics_total 2\n"),
        "{counted}"
    );
}

#[test]
fn a_panic_is_one_line_like_any_other() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "panics::a_process_with_panics",
            "--ignored",
            "--nocapture",
        ])
        .env("RUST_LOG", "trace")
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{log}");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{log}");
    for (line, cause) in lines.iter().zip(["the first one", "not told"]) {
        assert_eq!(line["level"], "ERROR");
        assert_eq!(line["message"], "process.panicked");
        assert_eq!(line["cause"], cause);
        let location = line["location"].as_str().unwrap();
        assert!(location.starts_with("tests/all/panics.rs:"), "{location}");
    }
}
