//! Media on the wire: sizes, types, disk, and servers that misbehave.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use videostatus::provider::media::guard::AddressGuard;
use videostatus::provider::media::{
    FetchLimits, Fetched, Fetcher, MediaError, MediaKind, SIZE_MAX,
};

use super::{Fixture, MP4, PATIENCE, Server, Then, holds, length, mp4, once, reply, script};

/// Each link is tried once, and a file may have this many bytes.
fn up_to(size: u64) -> FetchLimits {
    FetchLimits { size, ..once() }
}

#[tokio::test]
async fn a_video_lands_on_disk_and_goes_when_nobody_holds_it() {
    let film = mp4(100_000);
    let mut server = Server::sending(&film).await;
    let fixture = Fixture::new();
    let fetched = fixture
        .fetcher
        .fetch(&server.url, None, MediaKind::Video, PATIENCE);
    let Fetched::Ready(file) = fetched.await else {
        panic!("no file")
    };
    assert_eq!((file.name.as_str(), file.mime), ("video.mp4", "video/mp4"));
    assert_eq!(file.size, 100_000);
    fixture.holds(1).await;
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
    let Fixture { fetcher, dir } = fixture;
    drop(fetcher);
    let mut bytes = vec![0; film.len()];
    file.file.read_exact_at(&mut bytes, 0).unwrap();
    assert!(bytes == film, "still held, and whole");
    drop(file);
    holds(dir.path(), 0).await;
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
        let result = fixture
            .fetcher
            .fetch(&server.url, None, kind, PATIENCE)
            .await;
        match (result, expected) {
            (Fetched::Ready(file), Some(expected)) => {
                assert_eq!((file.name.as_str(), file.mime), expected);
            }
            (Fetched::Missing(error), None) => {
                assert_eq!(error, MediaError::WrongType, "{bytes:?}");
            }
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
        let small = Fixture::with(up_to(4999));
        let refused = Err(MediaError::TooLarge(4999));
        assert_eq!(small.video(&server.url).await, refused, "{headers}");
        small.holds(0).await;
        let large = Fixture::with(up_to(5000));
        assert_eq!(large.video(&server.url).await, Ok(5000), "{headers}");
    }
}

#[tokio::test]
async fn no_file_is_larger_than_100_mib() {
    let mut told = script("Content-Length: 104857601\r\n", b"");
    told.then = Then::Hang;
    let server = Server::run(told).await;
    let refused = Err(MediaError::TooLarge(SIZE_MAX));
    assert_eq!(Fixture::new().video(&server.url).await, refused);
}

#[tokio::test]
async fn a_length_over_the_limit_ends_it_before_the_body() {
    let mut told = script(&length(1_000_001), b"");
    told.then = Then::Hang;
    let server = Server::run(told).await;
    let fixture = Fixture::with(up_to(1_000_000));
    let refused = Err(MediaError::TooLarge(1_000_000));
    assert_eq!(fixture.video(&server.url).await, refused);
}

#[tokio::test]
async fn an_endless_body_ends_at_the_limit() {
    let mut endless = script("Connection: close\r\n", &mp4(200_000));
    endless.then = Then::Hang;
    let server = Server::run(endless).await;
    let fixture = Fixture::with(up_to(100_000));
    let refused = Err(MediaError::TooLarge(100_000));
    assert_eq!(fixture.video(&server.url).await, refused);
    fixture.holds(0).await;
}

#[tokio::test]
async fn a_body_cut_short_is_no_video() {
    let server = Server::run(script(&length(5000), &mp4(4000))).await;
    let fixture = Fixture::new();
    let result = fixture.video(&server.url).await;
    assert!(
        matches!(result, Err(MediaError::Unreachable(_))),
        "{result:?}"
    );
    fixture.holds(0).await;
}

#[tokio::test]
async fn a_refusal_is_told_by_its_status() {
    for status in [401, 403, 404, 500] {
        let mut script = script("", b"");
        script.reply = reply(status, &length(0), b"");
        let server = Server::run(script).await;
        let result = Fixture::new().video(&server.url).await;
        assert_eq!(result, Err(MediaError::Refused(status)));
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let limits = FetchLimits {
        idle: Duration::from_millis(200),
        ..once()
    };
    for body in [&b""[..], MP4] {
        let mut hanging = script(&length(5000), body);
        hanging.then = Then::Hang;
        let server = Server::run(hanging).await;
        let fixture = Fixture::with(limits);
        let result = fixture.video(&server.url).await;
        assert!(
            matches!(result, Err(MediaError::Unreachable(_))),
            "{result:?}"
        );
        fixture.holds(0).await;
    }
}

#[tokio::test]
async fn a_server_that_drips_is_given_up() {
    let limits = FetchLimits {
        total: Duration::from_millis(200),
        ..once()
    };
    let mut dripping = script("Connection: close\r\n", MP4);
    dripping.then = Then::Drip;
    let server = Server::run(dripping).await;
    let fixture = Fixture::with(limits);
    let cause = "deadline has elapsed".to_owned();
    let refused = Err(MediaError::Unreachable(cause));
    assert_eq!(fixture.video(&server.url).await, refused);
    fixture.holds(0).await;
}

#[tokio::test]
async fn the_disk_holds_a_bounded_number_of_files() {
    let server = Server::sending(&mp4(100)).await;
    let fixture = Fixture::new();
    for n in 0..40 {
        assert_eq!(fixture.video(&server.link(n)).await, Ok(100));
    }
    fixture.holds(16).await;
    // The newest are the ones that were kept.
    for n in 24..40 {
        assert_eq!(fixture.video(&server.link(n)).await, Ok(100));
    }
    assert_eq!(server.calls(), 40);
}

/// Everything below a folder, with the content of its files.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_str().unwrap().to_owned();
        if path.is_dir() {
            found.push((name, Vec::new()));
            found.extend(tree(&path));
        } else {
            found.push((name, fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn files_and_folders_of_others_stay_whatever_their_name_and_age() {
    let fixture = Fixture::new();
    let dir = fixture.dir.path();
    let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    for age in ["", "-of-yesterday"] {
        for file in [
            "videostatus-main/notes.txt",
            "videostatus-media-x",
            ".tmpAbCdEf",
            ".tmp/video.mp4",
            "videostatus-1/video.mp4",
        ] {
            // The age is part of the first name, which is a folder's or the file's.
            let (first, rest) = file.split_once('/').unwrap_or((file, ""));
            let first = dir.join(format!("{first}{age}"));
            let path = if rest.is_empty() {
                first.clone()
            } else {
                fs::create_dir(&first).unwrap();
                first.join(rest)
            };
            fs::write(&path, file).unwrap();
            if !age.is_empty() {
                for path in [&path, &first] {
                    let opened = fs::File::open(path).unwrap();
                    opened.set_modified(yesterday).unwrap();
                }
            }
        }
    }
    let before = tree(dir);
    assert_eq!(before.len(), 16);
    let (guard, limits) = (AddressGuard::new(true), FetchLimits::default());
    let fetcher = Fetcher::new(dir.to_owned(), guard, limits, None).unwrap();
    assert_eq!(tree(dir), before);
    let mut hanging = script(&length(5000), MP4);
    hanging.then = Then::Hang;
    let mut slow = Server::run(hanging).await;
    let server = Server::sending(&mp4(100)).await;
    let fetch = |url, patience| fetcher.fetch(url, None, MediaKind::Video, patience);
    let coming = fetch(&slow.url, Duration::ZERO).await;
    assert!(matches!(coming, Fetched::Coming), "{coming:?}");
    slow.heads.recv().await.unwrap();
    let ready = fetch(&server.url, PATIENCE).await;
    assert!(matches!(ready, Fetched::Ready(_)), "{ready:?}");
    assert_eq!(tree(dir), before);
    drop((ready, fetcher));
    holds(dir, 0).await;
    assert_eq!(tree(dir), before);
}

#[tokio::test]
async fn private_hosts_are_open_only_where_the_operator_says_so() {
    let server = Server::sending(&mp4(100)).await;
    for allow_private_hosts in [true, false] {
        let dir = TempDir::new().unwrap();
        let (folder, limits) = (dir.path().to_owned(), FetchLimits::default());
        let guard = AddressGuard::new(allow_private_hosts);
        let fetcher = Fetcher::new(folder, guard, limits, None).unwrap();
        let result = fetcher
            .fetch(&server.url, None, MediaKind::Video, PATIENCE)
            .await;
        let expected = match &result {
            Fetched::Ready(_) => allow_private_hosts,
            Fetched::Missing(MediaError::Forbidden { .. }) => !allow_private_hosts,
            Fetched::Missing(_) | Fetched::Coming => false,
        };
        assert!(expected, "{result:?}");
    }
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_the_disks_failure() {
    let server = Server::sending(&mp4(100)).await;
    let fixture = Fixture::new();
    fs::remove_dir(fixture.dir.path()).unwrap();
    let result = fixture.video(&server.url).await;
    assert!(matches!(result, Err(MediaError::Disk(_))), "{result:?}");
}
