//! The folder in which one process's downloads wait.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

/// Starts the name of every such folder, so that cleaning takes nothing else.
const PREFIX: &str = "videostatus-";

/// A younger one may belong to a process that has made it and not locked it yet.
const YOUNG: Duration = Duration::from_secs(60);

/// A folder of this process's own, deleted when dropped. It is locked as long as
/// the process lives, which tells it from what a killed one left.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    _lock: File,
}

impl Folder {
    /// Makes it below `parent`, and deletes there what killed processes left.
    ///
    /// # Errors
    /// What the system says if it cannot be made or locked.
    pub fn new(parent: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        for entry in fs::read_dir(parent)?.flatten() {
            let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
            // Another user's, or one that is in use.
            if ours && is_left_over(&entry.path()).unwrap_or(false) {
                // Another process may be cleaning at the same time.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        let lock = File::open(folder.path())?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn is_left_over(path: &Path) -> io::Result<bool> {
    let folder = File::open(path)?;
    let old = folder.metadata()?.modified()?.elapsed();
    let old = old.is_ok_and(|age| age > YOUNG);
    Ok(old && flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok())
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_in_use_stays() {
        let parent = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - 2 * YOUNG;
        let make = |name: &str| {
            let path = parent.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::write(path.join("video.mp4"), "cut off").unwrap();
            path
        };
        let (left, young, strange) = (make("videostatus-1"), make("videostatus-2"), make("cats"));
        let used = Folder::new(parent.path()).unwrap();
        for path in [&left, &strange, &used.path().to_owned()] {
            File::open(path).unwrap().set_modified(old).unwrap();
        }
        let new = Folder::new(parent.path()).unwrap();
        let there = [&*left, &young, &strange, used.path(), new.path()].map(Path::exists);
        assert_eq!(there, [false, true, true, true, true]);
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists());
    }
}
