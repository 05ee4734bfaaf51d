//! Media on the wire: sizes, types, and servers that misbehave.

use std::time::Duration;

use videostatus::provider::media::{FetchLimits, Fetched, MediaError, MediaKind, SIZE_MAX};

use super::{
    Fixture, MP4, PATIENCE, assert_unreachable, dripping, hanging, length, link, mp4, once,
    refusing, reply, script, sending,
};
use crate::server::{Script, Server, Then};

/// Limits under which each link is tried once and a file may have `size` bytes.
fn up_to(size: u64) -> FetchLimits {
    FetchLimits { size, ..once() }
}

#[tokio::test]
async fn the_type_is_in_the_bytes_and_not_in_the_header() {
    use MediaKind::{Image, Video};
    const MOV: &[u8] = b"\0\0\0\x14ftypqt  \0\0\0\0";
    const WEBM: &[u8] = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm";
    const MKV: &[u8] = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x88matroska";
    const PAGE: &[u8] = b"<!DOCTYPE html><html>The link has expired</html>";
    const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0JFIF";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    const WEBP: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 ";
    let rows: [(_, &[u8], _); 18] = [
        (Video, MP4, "video.mp4 video/mp4"),
        (Video, b"\0\0\0\x18ftypM4V ", "video.mp4 video/mp4"),
        (Video, MOV, "video.mov video/quicktime"),
        (Video, WEBM, "video.webm video/webm"),
        (Video, MKV, "none"),
        (Video, b"\0\0\0\x1cftypavif", "none"),
        (Video, b"\0\0\0\x1cftypM4A ", "none"),
        (Video, PAGE, "none"),
        (Video, PNG, "none"),
        (Video, b"", "none"),
        (Image, JPEG, "thumbnail.jpg image/jpeg"),
        (Image, PNG, "thumbnail.png image/png"),
        (Image, WEBP, "thumbnail.webp image/webp"),
        (Image, b"GIF87a", "thumbnail.gif image/gif"),
        (Image, b"GIF89a", "thumbnail.gif image/gif"),
        (Image, b"RIFF\x10\0\0\0WAVE", "none"),
        (Image, SVG, "none"),
        (Image, MP4, "none"),
    ];
    for (kind, bytes, expected) in rows {
        let server = sending(bytes).await;
        let fixture = Fixture::new();
        let url = link(&server);
        let found = match fixture.fetcher.fetch(&url, None, kind, PATIENCE).await {
            Fetched::Ready(file) => format!("{} {}", file.name, file.mime),
            Fetched::Missing(MediaError::WrongType) => "none".to_owned(),
            other => panic!("{other:?} instead of {expected}"),
        };
        assert_eq!(found, expected, "{:?}", bytes.escape_ascii().to_string());
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
        let server = Server::run(script(&headers, body, Then::Close)).await;
        let small = Fixture::with(up_to(4999));
        let refused = Err(MediaError::TooLarge(4999));
        assert_eq!(small.video(&link(&server)).await, refused, "{headers}");
        small.holds(0).await;
        let large = Fixture::with(up_to(5000));
        assert_eq!(large.video(&link(&server)).await, Ok(5000), "{headers}");
    }
}

/// No server here sends the end of what it announces.
#[tokio::test]
async fn a_file_over_the_limit_is_given_up_before_its_end() {
    let endless = "Connection: close\r\n".to_owned();
    for (case, limits, headers, body) in [
        ("100 MiB", once(), length(104_857_601), vec![]),
        ("length", up_to(1_000_000), length(1_000_001), vec![]),
        ("endless", up_to(100_000), endless, mp4(200_000)),
    ] {
        let server = Server::run(script(&headers, &body, Then::Hang)).await;
        let fixture = Fixture::with(limits);
        let refused = Err(MediaError::TooLarge(limits.size));
        assert_eq!(fixture.video(&link(&server)).await, refused, "{case}");
        fixture.holds(0).await;
    }
    assert_eq!(once().size, SIZE_MAX);
}

#[tokio::test]
async fn a_body_cut_short_is_no_video() {
    let server = Server::run(script(&length(5000), &mp4(4000), Then::Close)).await;
    let fixture = Fixture::new();
    assert_unreachable(&fixture.video(&link(&server)).await);
    fixture.holds(0).await;
}

#[tokio::test]
async fn an_unasked_part_of_a_file_is_no_video() {
    let part = Err(MediaError::Refused(206));
    for (range, expected) in [
        ("Content-Range: bytes 0-523/99999\r\n", part.clone()),
        ("Content-Range: bytes 100-623/624\r\n", part.clone()),
        ("Content-Range: bytes 0-523/*\r\n", part.clone()),
        ("", part),
        ("Content-Range: bytes 0-523/524\r\n", Ok(524)),
    ] {
        let headers = format!("{range}{}", length(524));
        let script = Script::of(reply(206, &headers, &mp4(524)), Then::Close);
        let server = Server::run(script).await;
        let result = Fixture::new().video(&link(&server)).await;
        assert_eq!(result, expected, "{range}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_by_its_status() {
    for status in [401, 403, 404, 500] {
        let server = Server::run(refusing(status)).await;
        let result = Fixture::new().video(&link(&server)).await;
        assert_eq!(result, Err(MediaError::Refused(status)));
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let limits = FetchLimits {
        idle: Duration::from_millis(200),
        ..once()
    };
    let before = Server::run(script(&length(5000), b"", Then::Hang)).await;
    for server in [before, hanging().await] {
        let fixture = Fixture::with(limits);
        assert_unreachable(&fixture.video(&link(&server)).await);
        fixture.holds(0).await;
    }
}

#[tokio::test]
async fn a_server_that_drips_is_given_up() {
    let limits = FetchLimits {
        total: Duration::from_millis(200),
        ..once()
    };
    let server = dripping().await;
    let fixture = Fixture::with(limits);
    let cause = "deadline has elapsed".to_owned();
    let refused = Err(MediaError::Unreachable(cause));
    assert_eq!(fixture.video(&link(&server)).await, refused);
    fixture.holds(0).await;
}
