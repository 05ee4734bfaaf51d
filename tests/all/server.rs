//! A server that behaves as a script says, below everything that a real HTTP server would
//! get right by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use url::Url;

/// The time that a request has to come, which takes no second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server's behaviour once it has replied.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Close,
    /// Says nothing more until the client hangs up.
    Hang,
    /// Sends a byte every few milliseconds: it is never idle and never done.
    Drip,
}

/// A server's behaviour once the head of a request has come.
pub(crate) struct Script {
    /// The replies to the first calls.
    pub(crate) first: Vec<Vec<u8>>,
    /// The reply to every other call.
    pub(crate) reply: Vec<u8>,
    /// The server's behaviour after a reply.
    pub(crate) then: Then,
    /// Where a gate is given, nothing is sent before it is notified.
    pub(crate) gate: Option<Arc<Notify>>,
}

impl Script {
    /// A script by which every call gets these bytes.
    pub(crate) fn of(reply: impl Into<Vec<u8>>, then: Then) -> Self {
        Self {
            first: Vec::new(),
            reply: reply.into(),
            then,
            gate: None,
        }
    }
}

pub(crate) struct Server {
    pub(crate) origin: Url,
    heads: mpsc::UnboundedReceiver<String>,
    /// Has an entry for each client that hung up on a server that hangs.
    pub(crate) hung_up: mpsc::UnboundedReceiver<()>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
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
    pub(crate) async fn run(script: Script) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    pub(crate) fn on(listener: TcpListener, script: Script) -> Self {
        let origin = format!("http://{}", listener.local_addr().unwrap());
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
            origin: origin.parse().unwrap(),
            heads,
            hung_up,
            counts,
        }
    }

    /// Waits for the next request and returns its head.
    pub(crate) async fn head(&mut self) -> String {
        let head = tokio::time::timeout(PATIENCE, self.heads.recv()).await;
        head.expect("no request comes").unwrap()
    }

    /// Counts the connections, with or without a request.
    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Counts the requests.
    pub(crate) fn calls(&self) -> usize {
        self.counts.calls.load(Ordering::SeqCst)
    }

    /// Returns the largest number of requests that waited for their reply at once.
    pub(crate) fn most(&self) -> usize {
        self.counts.most_waiting.load(Ordering::SeqCst)
    }
}

impl Host {
    async fn serve(&self, mut stream: TcpStream) {
        self.counts.connections.fetch_add(1, Ordering::SeqCst);
        let Ok(head) = request_head(&mut stream).await else {
            return;
        };
        let call = self.counts.calls.fetch_add(1, Ordering::SeqCst);
        let waiting = self.counts.waiting.fetch_add(1, Ordering::SeqCst) + 1;
        self.counts
            .most_waiting
            .fetch_max(waiting, Ordering::SeqCst);
        let _ = self.heads.send(head);
        if let Some(gate) = &self.script.gate {
            gate.notified().await;
        }
        self.counts.waiting.fetch_sub(1, Ordering::SeqCst);
        let reply = self.script.first.get(call).unwrap_or(&self.script.reply);
        // The client may have hung up, which is its right.
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

/// Reads a request as far as its empty line.
pub(crate) async fn request_head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(head).unwrap())
}

/// Writes a response, whose headers end with a line break each.
pub(crate) fn response(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status} X\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

pub(crate) fn length(length: usize) -> String {
    format!("Content-Length: {length}\r\n")
}
