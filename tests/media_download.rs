//! Media on the wire: sizes, types, sharing, disk, and servers that misbehave.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

use std::fs;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use videostatus::provider::media::download::Timeouts;
use videostatus::provider::media::guard::Guard;
use videostatus::provider::media::{Media, MediaConfig, MediaError, MediaKind};

/// The start of an mp4 file, as ffmpeg writes it.
const MP4: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";

struct Fixture {
    media: Arc<Media>,
    dir: TempDir,
}

impl Fixture {
    fn new() -> Self {
        Self::with(Timeouts::default(), 2)
    }

    fn with(timeouts: Timeouts, parallel: usize) -> Self {
        let dir = TempDir::new().unwrap();
        let config = MediaConfig {
            allow_private_hosts: true,
            dir: dir.path().to_owned(),
            parallel,
        };
        let media = Media::with(&config, Guard::open(), timeouts).unwrap();
        Self {
            media: Arc::new(media),
            dir,
        }
    }

    /// Fetches a video; gives its size.
    async fn video(&self, url: &str, limit: u64) -> Result<u64, MediaError> {
        let file = self.media.fetch(url, MediaKind::Video, limit).await?;
        assert_eq!(fs::metadata(&file.path).unwrap().len(), file.size);
        Ok(file.size)
    }

    fn files(&self) -> usize {
        fs::read_dir(self.dir.path()).unwrap().count()
    }
}

enum Then {
    Close,
    Hang,
    /// A byte every few milliseconds: never idle, never done.
    Drip,
}

/// What a server does after the request's head has come.
struct Script {
    /// Sent at once.
    reply: Vec<u8>,
    /// What comes after it.
    then: Then,
    /// Where given, nothing is sent before it is notified.
    gate: Option<Arc<Notify>>,
}

struct Server {
    url: String,
    calls: Arc<AtomicUsize>,
    /// Most downloads that were waiting for their bytes at once.
    most: Arc<AtomicUsize>,
    heads: mpsc::UnboundedReceiver<String>,
}

impl Server {
    async fn run(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let (sender, heads) = mpsc::unbounded_channel();
        let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (seen, highest, script) = (calls.clone(), most.clone(), Arc::new(script));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (seen, script, sender) = (seen.clone(), script.clone(), sender.clone());
                let (inside, highest) = (inside.clone(), highest.clone());
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        head.push(stream.read_u8().await.unwrap());
                    }
                    seen.fetch_add(1, Ordering::SeqCst);
                    let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                    highest.fetch_max(now, Ordering::SeqCst);
                    let _ = sender.send(String::from_utf8(head).unwrap());
                    if let Some(gate) = &script.gate {
                        gate.notified().await;
                    }
                    inside.fetch_sub(1, Ordering::SeqCst);
                    // The client may have hung up; that is its right.
                    let _ = stream.write_all(&script.reply).await;
                    match script.then {
                        Then::Close => {}
                        Then::Hang => pending::<()>().await,
                        Then::Drip => {
                            while stream.write_all(b".").await.is_ok() {
                                tokio::time::sleep(Duration::from_millis(5)).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            url,
            calls,
            most,
            heads,
        }
    }

    async fn sending(body: &[u8]) -> Self {
        Self::run(script(&length(body.len()), body)).await
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

fn script(headers: &str, body: &[u8]) -> Script {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n");
    Script {
        reply: [head.as_bytes(), body].concat(),
        then: Then::Close,
        gate: None,
    }
}

fn length(length: usize) -> String {
    format!("Content-Length: {length}\r\n")
}

fn mp4(size: usize) -> Vec<u8> {
    let mut film = MP4.to_vec();
    film.resize(size, 7);
    film
}

#[tokio::test]
async fn a_video_lands_on_disk_and_goes_when_nobody_holds_it() {
    let film = mp4(100_000);
    let mut server = Server::sending(&film).await;
    let fixture = Fixture::new();
    let file = fixture.media.fetch(&server.url, MediaKind::Video, 100_000);
    let file = file.await.unwrap();
    assert_eq!((file.name.as_str(), file.mime), ("video.mp4", "video/mp4"));
    assert_eq!(fs::read(&file.path).unwrap(), film);
    assert!(file.path.starts_with(fixture.dir.path()));
    // Nothing of the bot's, of Discord's or of the provider's goes along.
    let head = server.heads.recv().await.unwrap().to_lowercase();
    for private in [
        "authorization",
        "cookie",
        "referer",
        "x-forwarded",
        "accept-encoding",
    ] {
        assert!(!head.contains(private), "{private} in {head}");
    }
    let Fixture { media, dir } = fixture;
    drop(media);
    assert!(file.path.exists(), "still held");
    drop(file);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn the_type_is_in_the_bytes_and_not_in_the_header() {
    use MediaKind::{Image, Video};
    let webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm";
    let mkv = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x88matroska";
    type Row<'a> = (MediaKind, &'a [u8], Option<(&'a str, &'a str)>);
    let rows: [Row<'_>; 18] = [
        (Video, MP4, Some(("video.mp4", "video/mp4"))),
        (
            Video,
            b"\0\0\0\x18ftypM4V ",
            Some(("video.mp4", "video/mp4")),
        ),
        (
            Video,
            b"\0\0\0\x14ftypqt  \0\0\0\0",
            Some(("video.mov", "video/quicktime")),
        ),
        (Video, webm, Some(("video.webm", "video/webm"))),
        (Video, mkv, None),
        (Video, b"\0\0\0\x1cftypavif", None),
        (Video, b"\0\0\0\x1cftypM4A ", None),
        (
            Video,
            b"<!DOCTYPE html><html>The link has expired</html>",
            None,
        ),
        (Video, b"\x89PNG\r\n\x1a\n", None),
        (Video, b"", None),
        (
            Image,
            b"\xff\xd8\xff\xe0JFIF",
            Some(("thumbnail.jpg", "image/jpeg")),
        ),
        (
            Image,
            b"\x89PNG\r\n\x1a\n",
            Some(("thumbnail.png", "image/png")),
        ),
        (
            Image,
            b"RIFF\x10\0\0\0WEBPVP8 ",
            Some(("thumbnail.webp", "image/webp")),
        ),
        (Image, b"GIF87a", Some(("thumbnail.gif", "image/gif"))),
        (Image, b"GIF89a", Some(("thumbnail.gif", "image/gif"))),
        (Image, b"RIFF\x10\0\0\0WAVE", None),
        (Image, b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (Image, MP4, None),
    ];
    for (kind, bytes, expected) in rows {
        let server = Server::sending(bytes).await;
        let fixture = Fixture::new();
        let result = fixture.media.fetch(&server.url, kind, 1000).await;
        match (result, expected) {
            (Ok(file), Some(expected)) => assert_eq!((file.name.as_str(), file.mime), expected),
            (Err(error), None) => assert_eq!(error, MediaError::WrongType, "{bytes:?}"),
            (result, expected) => panic!("{result:?} instead of {expected:?}"),
        }
    }
}

#[tokio::test]
async fn one_byte_too_many_is_too_large_whatever_the_header_says() {
    let film = mp4(5000);
    let chunked = [b"1388\r\n", film.as_slice(), b"\r\n0\r\n\r\n"].concat();
    for (headers, body) in [
        (length(5000), &film),
        ("Connection: close\r\n".to_owned(), &film),
        ("Transfer-Encoding: chunked\r\n".to_owned(), &chunked),
    ] {
        let server = Server::run(script(&headers, body)).await;
        let fixture = Fixture::new();
        let refused = Err(MediaError::TooLarge { limit: 4999 });
        assert_eq!(fixture.video(&server.url, 4999).await, refused, "{headers}");
        assert_eq!(fixture.files(), 0);
        assert_eq!(
            fixture.video(&server.url, 5000).await,
            Ok(5000),
            "{headers}"
        );
    }
}

#[tokio::test]
async fn a_length_over_the_limit_ends_it_before_the_body() {
    let mut told = script(&length(1_000_001), b"");
    told.then = Then::Hang;
    let server = Server::run(told).await;
    let refused = Err(MediaError::TooLarge { limit: 1_000_000 });
    assert_eq!(Fixture::new().video(&server.url, 1_000_000).await, refused);
}

#[tokio::test]
async fn an_endless_body_ends_at_the_limit() {
    let mut endless = script("Connection: close\r\n", &mp4(200_000));
    endless.then = Then::Hang;
    let server = Server::run(endless).await;
    let fixture = Fixture::new();
    let refused = Err(MediaError::TooLarge { limit: 100_000 });
    assert_eq!(fixture.video(&server.url, 100_000).await, refused);
    assert_eq!(fixture.files(), 0);
}

#[tokio::test]
async fn a_body_cut_short_is_no_video() {
    let server = Server::run(script(&length(5000), &mp4(4000))).await;
    let fixture = Fixture::new();
    let result = fixture.video(&server.url, 9000).await;
    assert!(
        matches!(result, Err(MediaError::Unreachable { .. })),
        "{result:?}"
    );
    assert_eq!(fixture.files(), 0);
}

#[tokio::test]
async fn a_refusal_is_told_by_its_status() {
    for status in [401, 403, 404, 500] {
        let mut script = script("", b"");
        script.reply = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n").into_bytes();
        let server = Server::run(script).await;
        let result = Fixture::new().video(&server.url, 9000).await;
        assert_eq!(result, Err(MediaError::Refused { status }));
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let timeouts = Timeouts {
        idle: Duration::from_millis(200),
        ..Timeouts::default()
    };
    for body in [&b""[..], MP4] {
        let mut hanging = script(&length(5000), body);
        hanging.then = Then::Hang;
        let server = Server::run(hanging).await;
        let fixture = Fixture::with(timeouts, 1);
        let result = fixture.video(&server.url, 9000).await;
        assert!(
            matches!(result, Err(MediaError::Unreachable { .. })),
            "{result:?}"
        );
        assert_eq!(fixture.files(), 0);
    }
}

#[tokio::test]
async fn a_server_that_drips_is_given_up() {
    let timeouts = Timeouts {
        total: Duration::from_millis(200),
        ..Timeouts::default()
    };
    let mut dripping = script("Connection: close\r\n", MP4);
    dripping.then = Then::Drip;
    let server = Server::run(dripping).await;
    let fixture = Fixture::with(timeouts, 1);
    let cause = "deadline has elapsed".to_owned();
    let refused = Err(MediaError::Unreachable { cause });
    assert_eq!(fixture.video(&server.url, 500).await, refused);
    assert_eq!(fixture.files(), 0);
}

#[tokio::test]
async fn equal_fetches_share_one_download() {
    let gate = Arc::new(Notify::new());
    let mut gated = script(&length(5000), &mp4(5000));
    gated.gate = Some(gate.clone());
    let mut server = Server::run(gated).await;
    let fixture = Fixture::new();
    let fetches: Vec<_> = (0..10)
        .map(|_| {
            let (media, url) = (fixture.media.clone(), server.url.clone());
            tokio::spawn(async move { media.fetch(&url, MediaKind::Video, 9000).await })
        })
        .collect();
    server.heads.recv().await.unwrap();
    gate.notify_one();
    for fetch in fetches {
        assert_eq!(fetch.await.unwrap().unwrap().size, 5000);
    }
    // Later ones as well, and the limit is still looked at.
    assert_eq!(fixture.video(&server.url, 5000).await, Ok(5000));
    let refused = Err(MediaError::TooLarge { limit: 4999 });
    assert_eq!(fixture.video(&server.url, 4999).await, refused);
    assert_eq!((server.calls(), fixture.files()), (1, 1));
}

#[tokio::test]
async fn a_cancelled_download_leaves_its_place_to_the_next() {
    let gate = Arc::new(Notify::new());
    let mut gated = script(&length(5000), &mp4(5000));
    gated.gate = Some(gate.clone());
    let mut server = Server::run(gated).await;
    let fixture = Fixture::new();
    let (media, url) = (fixture.media.clone(), server.url.clone());
    let first = tokio::spawn(async move { media.fetch(&url, MediaKind::Video, 9000).await });
    server.heads.recv().await.unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    // One permit for the abandoned connection, one for the next.
    gate.notify_one();
    let next = fixture.video(&server.url, 9000);
    let opened = async {
        server.heads.recv().await.unwrap();
        gate.notify_one();
    };
    assert_eq!(tokio::join!(next, opened).0, Ok(5000));
}

#[tokio::test]
async fn too_large_is_remembered_for_that_limit_and_failures_for_a_while() {
    let server = Server::sending(&mp4(5000)).await;
    let fixture = Fixture::new();
    for limit in [4000, 4000, 3000] {
        let refused = Err(MediaError::TooLarge { limit });
        assert_eq!(fixture.video(&server.url, limit).await, refused);
    }
    assert_eq!(server.calls(), 1);
    assert_eq!(fixture.video(&server.url, 5000).await, Ok(5000));
    assert_eq!(server.calls(), 2);

    let page = Server::sending(b"<html>expired</html>").await;
    for _ in 0..3 {
        let refused = Err(MediaError::WrongType);
        assert_eq!(fixture.video(&page.url, 9000).await, refused);
    }
    assert_eq!(page.calls(), 1);
}

#[tokio::test]
async fn the_disk_holds_a_bounded_number_of_files() {
    let server = Server::sending(&mp4(100)).await;
    let fixture = Fixture::new();
    for n in 0..40 {
        let url = format!("{}?n={n}", server.url);
        assert_eq!(fixture.video(&url, 100).await, Ok(100));
    }
    assert_eq!(fixture.files(), 16);
    // The newest are the ones that were kept.
    for n in 24..40 {
        let url = format!("{}?n={n}", server.url);
        assert_eq!(fixture.video(&url, 100).await, Ok(100));
    }
    assert_eq!(server.calls(), 40);
}

#[tokio::test]
async fn only_so_many_downloads_run_at_a_time() {
    let gate = Arc::new(Notify::new());
    let mut gated = script(&length(100), &mp4(100));
    gated.gate = Some(gate.clone());
    let mut server = Server::run(gated).await;
    let fixture = Fixture::with(Timeouts::default(), 2);
    let fetches: Vec<_> = (0..6)
        .map(|n| {
            let (media, url) = (fixture.media.clone(), format!("{}?n={n}", server.url));
            tokio::spawn(async move { media.fetch(&url, MediaKind::Video, 100).await })
        })
        .collect();
    // All six were asked for before the first head is read here.
    for _ in 0..6 {
        server.heads.recv().await.unwrap();
        gate.notify_one();
    }
    for fetch in fetches {
        assert_eq!(fetch.await.unwrap().unwrap().size, 100);
    }
    assert_eq!(server.most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn left_overs_are_cleaned_and_strangers_files_are_not() {
    let dir = TempDir::new().unwrap();
    let hours_ago = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    for (name, old) in [
        ("videostatus-media-old", true),
        ("videostatus-media-new", false),
        ("family.jpg", true),
    ] {
        let file = fs::File::create(dir.path().join(name)).unwrap();
        if old {
            file.set_modified(hours_ago).unwrap();
        }
    }
    let config = MediaConfig {
        allow_private_hosts: false,
        dir: dir.path().to_owned(),
        parallel: 0,
    };
    Media::new(&config).unwrap();
    let names = fs::read_dir(dir.path()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["family.jpg", "videostatus-media-new"]);
}

#[tokio::test]
async fn private_hosts_are_open_only_where_the_operator_says_so() {
    let server = Server::sending(&mp4(100)).await;
    for (allow_private_hosts, expected) in [(true, true), (false, false)] {
        let dir = TempDir::new().unwrap();
        let config = MediaConfig {
            allow_private_hosts,
            dir: dir.path().join("made/here"),
            parallel: 1,
        };
        let media = Media::new(&config).unwrap();
        let result = media.fetch(&server.url, MediaKind::Video, 100).await;
        assert_eq!(result.is_ok(), expected, "{result:?}");
    }
    assert_eq!(server.calls(), 1);
}
