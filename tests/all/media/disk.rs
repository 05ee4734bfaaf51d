//! Files on the disk: how they come, how many stay, and that nobody else's are touched.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use videostatus::provider::media::guard::AddressGuard;
use videostatus::provider::media::{FetchLimits, Fetched, Fetcher, MediaError, MediaKind};

use super::{Fixture, PATIENCE, hanging, holds, link, link_of, mp4, sending};

#[tokio::test]
async fn a_video_lands_on_disk_and_goes_when_nobody_holds_it() {
    let film = mp4(100_000);
    let mut server = sending(&film).await;
    let fixture = Fixture::new();
    let url = link(&server);
    let fetched = fixture
        .fetcher
        .fetch(&url, None, MediaKind::Video, PATIENCE);
    let Fetched::Ready(file) = fetched.await else {
        panic!("no file")
    };
    assert_eq!((file.name.as_str(), file.mime), ("video.mp4", "video/mp4"));
    assert_eq!(file.size, 100_000);
    fixture.holds(1).await;
    // The request tells nothing of the bot, of Discord or of the provider.
    let head = server.head().await.to_lowercase();
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
async fn the_disk_holds_a_bounded_number_of_files() {
    let server = sending(&mp4(100)).await;
    let fixture = Fixture::new();
    for n in 0..40 {
        assert_eq!(fixture.video(&link_of(&server, n)).await, Ok(100));
    }
    fixture.holds(16).await;
    // The newest ones were kept, so that nothing is asked for again.
    for n in 24..40 {
        assert_eq!(fixture.video(&link_of(&server, n)).await, Ok(100));
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
    let mut slow = hanging().await;
    let server = sending(&mp4(100)).await;
    let fetch =
        async |url: String, patience| fetcher.fetch(&url, None, MediaKind::Video, patience).await;
    let coming = fetch(link(&slow), Duration::ZERO).await;
    assert!(matches!(coming, Fetched::Coming), "{coming:?}");
    slow.head().await;
    let ready = fetch(link(&server), PATIENCE).await;
    assert!(matches!(ready, Fetched::Ready(_)), "{ready:?}");
    assert_eq!(tree(dir), before);
    drop((ready, fetcher));
    holds(dir, 0).await;
    assert_eq!(tree(dir), before);
}

#[tokio::test]
async fn a_folder_that_is_gone_is_the_disks_failure() {
    let server = sending(&mp4(100)).await;
    let fixture = Fixture::new();
    fs::remove_dir(fixture.dir.path()).unwrap();
    let result = fixture.video(&link(&server)).await;
    assert!(matches!(result, Err(MediaError::Disk(_))), "{result:?}");
}
