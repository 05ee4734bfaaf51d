//! `videostatus sandbox` as a program: what it prints and how it ends.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Nothing here takes a second on an idle machine, the play but five.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that is killed when this is dropped.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running sandbox.
pub(crate) struct Program {
    process: Running,
    pub(crate) url: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_videostatus"));
    command.arg("sandbox").args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Does what blocks beside the test, and not for ever.
pub(crate) async fn patiently<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    timeout(PATIENCE, spawn_blocking(work))
        .await
        .unwrap()
        .unwrap()
}

impl Program {
    /// Starts it on a free port and waits until it says where.
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        Self::start_in(&std::env::temp_dir(), arguments).await
    }

    /// The same, with another folder for temporary files.
    async fn start_in(temporary: &Path, arguments: &[&str]) -> Self {
        let arguments = [&["--listen", "127.0.0.1:0"], arguments].concat();
        let mut command = command(&arguments);
        let command = command.env("TMPDIR", temporary).stderr(Stdio::inherit());
        let mut process = Running(command.spawn().unwrap());
        let output = process.0.stdout.take().unwrap();
        let line = patiently(|| BufReader::new(output).lines().next()).await;
        let line = line.expect("it says where it is").unwrap();
        let at = line.find("http://").expect("it prints its URL");
        let url = line[at..].to_owned();
        Self { process, url }
    }

    /// Ctrl-C; returns the exit code.
    async fn interrupt(self) -> Option<i32> {
        signalled(self.process, &["-INT"]).await
    }
}

/// Sends signals to a process; returns its exit code.
async fn signalled(mut process: Running, signals: &[&str]) -> Option<i32> {
    let id = process.0.id().to_string();
    for signal in signals {
        let sent = Command::new("kill").args([signal, id.as_str()]).status();
        assert!(sent.unwrap().success());
    }
    patiently(move || process.0.wait()).await.unwrap().code()
}

async fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = command(arguments);
    let output = patiently(move || command.output()).await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[tokio::test]
async fn the_play_goes_from_the_command_to_the_video_and_ends() {
    let (code, said, errors) = output(&["--play"]).await;
    assert_eq!(code, Some(0), "{said}{errors}");
    let mut rest = said.as_str();
    for words in [
        "ada uses /videostatus",
        "thinking…",
        "Waiting in the queue",
        "40%",
        "Your video is ready",
    ] {
        let at = rest.find(words);
        rest = &rest[at.unwrap_or_else(|| panic!("{words:?} in its place in:\n{said}"))..];
    }
    for words in [".mp4", "new message: <@"] {
        assert!(rest.contains(words), "{words:?} after the end in:\n{said}");
    }
}

#[tokio::test]
async fn ctrl_c_ends_everything_cleanly() {
    let program = Program::start(&[]).await;
    // A page that follows along must not hold it.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let feed = format!("{}/api/feed", program.url);
    let mut feed = client.get(feed).send().await.unwrap();
    assert!(feed.chunk().await.unwrap().is_some());
    assert_eq!(program.interrupt().await, Some(0));
}

#[tokio::test]
async fn a_taken_port_gets_a_clear_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let (code, said, errors) = output(&["--listen", &addr]).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert!(
        errors.contains(&format!("cannot listen on {addr}")) && errors.contains("--listen"),
        "{errors}"
    );
}

#[tokio::test]
async fn the_bots_taken_port_is_told_by_the_option_that_chooses_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    // The port alone is this machine's.
    for arguments in [
        &["--listen", "127.0.0.1:0", "--http", &port][..],
        &["--play", "--http", &port],
    ] {
        let (code, said, errors) = output(arguments).await;
        assert_eq!((code, said.as_str()), (Some(1), ""), "{errors}");
        assert!(
            errors.contains(&format!("cannot listen on 127.0.0.1:{port}"))
                && errors.contains("--http")
                && !errors.contains("HTTP_ADDR"),
            "{errors}"
        );
    }
}

#[tokio::test]
async fn a_play_that_is_interrupted_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let mut command = command(&["--play"]);
    let command = command.env("TMPDIR", temporary.path());
    let mut play = Running(command.spawn().unwrap());
    let output = play.0.stdout.take().unwrap();
    let mut lines = BufReader::new(output).lines();
    assert!(patiently(move || lines.next()).await.is_some());
    // It ends by itself after some five seconds.
    assert_eq!(signalled(play, &["-INT", "-TERM"]).await, Some(1));
    let left = std::fs::read_dir(temporary.path()).unwrap();
    assert_eq!(left.count(), 0);
}

#[tokio::test]
async fn nothing_is_kept_but_the_database_where_one_says() {
    let folder = tempfile::tempdir().unwrap();
    let (temporary, data) = (folder.path().join("tmp"), folder.path().join("data"));
    std::fs::create_dir(&temporary).unwrap();
    for arguments in [vec![], vec!["--data", data.to_str().unwrap()]] {
        let program = Program::start_in(&temporary, &arguments).await;
        assert_eq!(program.interrupt().await, Some(0));
        assert_eq!(files(&temporary), 0);
        assert_eq!(data.join("videostatus.db").exists(), !arguments.is_empty());
    }
}

/// How many files are somewhere below a folder.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let count = |path: PathBuf| if path.is_dir() { files(&path) } else { 1 };
    paths.map(count).sum()
}

#[tokio::test]
async fn the_page_lets_nothing_in_and_takes_json_only() {
    let program = Program::start(&[]).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = client.get(&program.url).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    let text = page.text().await.unwrap();
    assert!(!text.contains("://"), "everything is the page's own");
    // A foreign page can send a form, but no JSON, without being asked first.
    let form = client.post(format!("{}/api/control", program.url));
    let form = form
        .header("content-type", "text/plain")
        .body(r#"{"do":"restart_bot"}"#);
    assert_eq!(form.send().await.unwrap().status(), 415);
}
