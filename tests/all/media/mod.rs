//! A fetcher in a folder of its own, and servers that behave as a script says.

mod download;
mod fetch;
mod guard;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use videostatus::provider::media::guard::AddressGuard;
use videostatus::provider::media::{FetchLimits, Fetched, Fetcher, MediaError, MediaKind};

/// The start of an mp4 file, as ffmpeg writes it.
pub(super) const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";

/// Nothing here takes a second on an idle machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The usual limits, but each link is tried once.
pub(super) fn once() -> FetchLimits {
    FetchLimits {
        retry_for: Duration::ZERO,
        ..FetchLimits::default()
    }
}

pub(super) struct Fixture {
    pub(super) fetcher: Arc<Fetcher>,
    pub(super) dir: TempDir,
}

impl Fixture {
    /// Tries each link once.
    pub(super) fn new() -> Self {
        Self::with(once())
    }

    pub(super) fn with(limits: FetchLimits) -> Self {
        let dir = TempDir::new().unwrap();
        let guard = AddressGuard::new(true);
        let fetcher = Fetcher::new(dir.path().to_owned(), guard, limits, None).unwrap();
        Self {
            fetcher: Arc::new(fetcher),
            dir,
        }
    }

    /// Fetches a video to its end; returns its size.
    pub(super) async fn video(&self, url: &str) -> Result<u64, MediaError> {
        match self
            .fetcher
            .fetch(url, None, MediaKind::Video, PATIENCE)
            .await
        {
            Fetched::Ready(file) => {
                assert_eq!(file.file.metadata().unwrap().len(), file.size);
                Ok(file.size)
            }
            Fetched::Missing(error) => Err(error),
            Fetched::Coming => panic!("{url} is neither ready nor missing after {PATIENCE:?}"),
        }
    }

    /// What is known of a video now.
    pub(super) async fn now(&self, url: &str) -> Fetched {
        let fetcher = &self.fetcher;
        fetcher
            .fetch(url, None, MediaKind::Video, Duration::ZERO)
            .await
    }

    /// Waits until this many files are open in the folder, where none has a name.
    pub(super) async fn holds(&self, count: usize) {
        assert_eq!(fs::read_dir(self.dir.path()).unwrap().count(), 0);
        holds(self.dir.path(), count).await;
    }
}

/// Waits until this process has this many files of a folder open. A write that was
/// given up may still hold its file for a moment.
pub(super) async fn holds(dir: &Path, count: usize) {
    let open = || {
        let files = fs::read_dir("/proc/self/fd").unwrap();
        let files = files.filter_map(|file| fs::read_link(file.unwrap().path()).ok());
        files.filter(|file| file.starts_with(dir)).count()
    };
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while open() != count {
        let late = tokio::time::Instant::now() > deadline;
        assert!(!late, "{} files instead of {count}", open());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// What a server does once it has replied.
pub(super) enum Then {
    Close,
    /// Says nothing more until the client hangs up.
    Hang,
    /// A byte every few milliseconds: never idle, never done.
    Drip,
}

/// What a server does after the request's head has come.
pub(super) struct Script {
    /// What the first calls get.
    pub(super) first: Vec<Vec<u8>>,
    /// What the others get.
    pub(super) reply: Vec<u8>,
    /// What comes after it.
    pub(super) then: Then,
    /// Where given, nothing is sent before it is notified.
    pub(super) gate: Option<Arc<Notify>>,
}

pub(super) struct Server {
    pub(super) url: String,
    /// The heads of the requests.
    pub(super) heads: mpsc::UnboundedReceiver<String>,
    /// Has an entry for each client that hung up on a server that hangs.
    pub(super) hung_up: mpsc::UnboundedReceiver<()>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    calls: AtomicUsize,
    waiting: AtomicUsize,
    most_waiting: AtomicUsize,
}

/// One server's side of its connections.
struct Host {
    script: Script,
    counts: Arc<Counts>,
    heads: mpsc::UnboundedSender<String>,
    hung_up: mpsc::UnboundedSender<()>,
}

impl Server {
    pub(super) async fn run(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v", listener.local_addr().unwrap());
        let counts = Arc::<Counts>::default();
        let (head_sender, heads) = mpsc::unbounded_channel();
        let (hung_up_sender, hung_up) = mpsc::unbounded_channel();
        let host = Arc::new(Host {
            script,
            counts: Arc::clone(&counts),
            heads: head_sender,
            hung_up: hung_up_sender,
        });
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let host = Arc::clone(&host);
                tokio::spawn(async move { host.serve(stream).await });
            }
        });
        Self {
            url,
            heads,
            hung_up,
            counts,
        }
    }

    pub(super) async fn sending(body: &[u8]) -> Self {
        Self::run(script(&length(body.len()), body)).await
    }

    /// A link of this server that is like no other.
    pub(super) fn link(&self, number: usize) -> String {
        format!("{}?n={number}", self.url)
    }

    pub(super) fn calls(&self) -> usize {
        self.counts.calls.load(Ordering::SeqCst)
    }

    /// Most requests that waited for their reply at once.
    pub(super) fn most(&self) -> usize {
        self.counts.most_waiting.load(Ordering::SeqCst)
    }
}

impl Host {
    async fn serve(&self, mut stream: TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let call = self.counts.calls.fetch_add(1, Ordering::SeqCst);
        let waiting = self.counts.waiting.fetch_add(1, Ordering::SeqCst) + 1;
        self.counts
            .most_waiting
            .fetch_max(waiting, Ordering::SeqCst);
        let _ = self.heads.send(String::from_utf8(head).unwrap());
        if let Some(gate) = &self.script.gate {
            gate.notified().await;
        }
        self.counts.waiting.fetch_sub(1, Ordering::SeqCst);
        let reply = self.script.first.get(call).unwrap_or(&self.script.reply);
        // The client may have hung up; that is its right.
        let _ = stream.write_all(reply).await;
        match self.script.then {
            Then::Close => {}
            Then::Hang => {
                let _ = stream.read_u8().await;
                let _ = self.hung_up.send(());
            }
            Then::Drip => {
                while stream.write_all(b".").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
    }
}

pub(super) fn script(headers: &str, body: &[u8]) -> Script {
    Script {
        first: Vec::new(),
        reply: reply(200, headers, body),
        then: Then::Close,
        gate: None,
    }
}

/// A response. Its content type is a lie, as on many a host.
pub(super) fn reply(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

pub(super) fn length(length: usize) -> String {
    format!("Content-Length: {length}\r\n")
}

pub(super) fn mp4(size: usize) -> Vec<u8> {
    let mut film = MP4.to_vec();
    film.resize(size, 7);
    film
}
