//! The program itself, as an operator runs it: its arguments, its environment,
//! its output, its exit status.

use std::collections::HashMap;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use testing::Stage;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) type Variables = HashMap<&'static str, String>;

/// The program with these arguments and with nothing else in its environment.
pub(crate) fn command(stage: &Stage, arguments: &[&str], variables: &Variables) -> Command {
    // Files may end where a test says so: else that would kill the program.
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", r#"trap '' XFSZ; exec "$0" "$@""#])
        .arg(env!("CARGO_BIN_EXE_videostatus"))
        .args(arguments)
        .env_clear()
        .env("TMPDIR", stage.folder())
        .envs(variables)
        // Where there is no .env.
        .current_dir(stage.folder())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// The result of a program that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Fails unless its output has all of these words.
    #[track_caller]
    pub(crate) fn shows(&self, words: &[&str]) {
        for words in words {
            assert!(self.out.contains(words), "no {words:?} in\n{}", self.out);
        }
    }

    /// Fails unless what it wrote to stderr has all of these words.
    #[track_caller]
    pub(crate) fn warns(&self, words: &[&str]) {
        for words in words {
            assert!(self.err.contains(words), "no {words:?} in\n{}", self.err);
        }
    }

    /// Its output, which is one JSON value.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Runs the program to its end.
pub(crate) async fn run(stage: &Stage, arguments: &[&str], variables: &Variables) -> Ran {
    let output = command(stage, arguments, variables).output();
    let output = tokio::time::timeout(Duration::from_secs(60), output).await;
    let output = output.unwrap().unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The running bot as a process of its own.
pub(crate) struct Program {
    child: Child,
    log: Arc<Mutex<String>>,
    changed: watch::Receiver<()>,
    reader: JoinHandle<()>,
    pub(crate) http: String,
}

impl Program {
    /// Starts `videostatus run` and waits until it is connected.
    pub(crate) async fn start(stage: &Stage, changes: &[(&'static str, &str)]) -> Self {
        let mut variables = stage.variables();
        variables.extend(
            changes
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        let mut child = command(stage, &["run"], &variables)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (change, changed) = watch::channel(());
        let kept = Arc::clone(&log);
        let reader = tokio::spawn(async move {
            while let Some(line) = lines.next_line().await.unwrap() {
                kept.lock().unwrap().push_str(&(line + "\n"));
                change.send_replace(());
            }
        });
        let mut program = Self {
            child,
            log,
            changed,
            reader,
            http: String::new(),
        };
        let line = program.line("app.started").await;
        let port = line.rsplit("127.0.0.1:").next().unwrap();
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        program.http = format!("http://127.0.0.1:{port}");
        stage.connected().await;
        program
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Waits for a line of its log with these words.
    pub(crate) async fn line(&mut self, words: &str) -> String {
        loop {
            self.changed.mark_unchanged();
            let found = self
                .log()
                .lines()
                .find(|line| line.contains(words))
                .map(str::to_owned);
            if let Some(line) = found {
                return line;
            }
            let ended = self.changed.changed().await.is_err();
            assert!(!ended, "no {words} in:\n{}", self.log());
        }
    }

    /// Its log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Ends it by SIGTERM; returns its whole log.
    pub(crate) async fn stop(mut self) -> (ExitStatus, String) {
        let pid = self.pid();
        let kill = Command::new("/bin/sh")
            .args(["-c", &format!("kill -TERM {pid}")])
            .status();
        assert!(kill.await.unwrap().success());
        let status = self.child.wait().await.unwrap();
        self.reader.await.unwrap();
        let log = self.log.lock().unwrap().clone();
        (status, log)
    }
}
