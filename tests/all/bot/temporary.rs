//! The folder for temporary files: the bot makes it where it is missing, and
//! leaves alone what others keep in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use testing::{Stage, TASK};

use super::program::Program;
#[cfg(feature = "sandbox")]
use super::program::run;

/// Everything below a folder: each name, and a file's content.
fn tree(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
            found.push((path, None));
        } else {
            let content = fs::read(&path).unwrap();
            found.push((path, Some(content)));
        }
    }
    found.sort();
    found
}

/// Fills a folder with what others may keep there, all of it a day old.
fn furnish(folder: &Path) {
    let yesterday = SystemTime::now() - Duration::from_secs(24 * 60 * 60);
    let age = |path: &Path| File::open(path).unwrap().set_modified(yesterday).unwrap();
    for (name, inside) in [
        ("videostatus-main", Some("notes.txt")),
        ("videostatus-1", Some("video.mp4")),
        ("videostatus-media-x", None),
        (".tmpAbCdEf", Some("video.mp4")),
        (".tmpGhIjKl", None),
    ] {
        let path = folder.join(name);
        if let Some(inside) = inside {
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join(inside), name).unwrap();
            age(&path.join(inside));
        } else {
            fs::create_dir_all(folder).unwrap();
            fs::write(&path, name).unwrap();
        }
        age(&path);
    }
}

/// Runs the bot until it has sent a video. Returns what was in the folder then.
async fn send_a_video(
    stage: &Stage,
    temporary: &Path,
    task: &str,
) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let bot = Program::start(stage, &[("TMPDIR", temporary.to_str().unwrap())]).await;
    stage.task(task, [stage.done(task)]);
    let message = stage.ready(&stage.ask(task)).await;
    assert_eq!(
        message.attachments.len(),
        1,
        "beside the picture in the embed"
    );
    let there = tree(temporary);
    let (status, log) = bot.stop().await;
    assert!(status.success() && !log.contains("ERROR"), "{log}");
    there
}

#[tokio::test]
async fn a_run_leaves_what_others_keep_in_the_folder() {
    let stage = Stage::new().await;
    let temporary = stage.folder().join("temporary");
    furnish(&temporary);
    let before = tree(&temporary);
    assert_eq!(before.len(), 8);
    let meanwhile = send_a_video(&stage, &temporary, TASK).await;
    assert_eq!(meanwhile, before, "files of the bot have no names");
    assert_eq!(tree(&temporary), before);
}

#[tokio::test]
async fn a_run_makes_a_folder_that_is_missing() {
    let stage = Stage::new().await;
    let temporary = stage.folder().join("not").join("there");
    assert!(send_a_video(&stage, &temporary, TASK).await.is_empty());
    assert!(tree(&temporary).is_empty());
}

#[cfg(feature = "sandbox")]
#[tokio::test]
async fn a_play_leaves_what_others_keep_and_makes_a_folder_that_is_missing() {
    let stage = Stage::new().await;
    let temporary = stage.folder().join("not").join("there 100%00");
    for furnished in [false, true] {
        let before = if furnished {
            furnish(&temporary);
            tree(&temporary)
        } else {
            Vec::new()
        };
        let folder = temporary.to_str().unwrap().to_owned();
        let variables = std::collections::HashMap::from([("TMPDIR", folder)]);
        let ran = run(&stage, &["sandbox", "--play"], &variables).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.out.contains(".mp4"), "{}", ran.out);
        assert_eq!(tree(&temporary), before);
    }
}
