//! Where results go: a standard output that is full.

use std::collections::HashMap;
use std::fs::File;
use std::process::Stdio;

use testing::{Stage, TASK};

use super::program::{Program, Variables, command};

/// Runs the program with a full disk as its standard output; returns its exit code and what it
/// wrote to standard error.
async fn run_on_full_disk(
    stage: &Stage,
    arguments: &[&str],
    variables: &Variables,
) -> (Option<i32>, String) {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = command(stage, arguments, variables);
    let child = command.stdout(full).stderr(Stdio::piped()).spawn();
    let output = child.unwrap().wait_with_output().await.unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), told)
}

#[tokio::test]
async fn a_result_that_is_lost_on_a_full_disk_is_an_error() {
    let stage = Stage::new().await;
    stage.task(TASK, [stage.done(TASK)]);
    let (status, log) = Program::start(&stage, &[]).await.stop().await;
    assert!(status.success(), "{log}");
    let copy = stage.folder().join("copy.db").display().to_string();
    let commands: [&[&str]; 9] = [
        &["query", TASK],
        &["query", TASK, "--json"],
        &["query", TASK, "--raw"],
        &["query", TASK, "--explain"],
        &["query", TASK, "--watch", "--json"],
        &["doctor", "--json"],
        &["completions", "bash"],
        &["backup", &copy],
        &["forget", "--user", "1"],
    ];
    for arguments in commands {
        let (code, told) = run_on_full_disk(&stage, arguments, &stage.variables()).await;
        assert_eq!(code, Some(1), "{arguments:?}: {told}");
        let words = "standard output cannot be written: No space left on device";
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
    // The reason for a failure goes to standard error if standard output cannot take it.
    let wrong = HashMap::from([("POLL_MIN", "soon".to_owned())]);
    let (code, told) = run_on_full_disk(&stage, &["query", TASK, "--json"], &wrong).await;
    assert_eq!(code, Some(2));
    assert!(told.contains("POLL_MIN"), "{told}");
}
