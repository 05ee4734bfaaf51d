//! What the machine has to give: a database and room on the disk.

use std::path::Path;

use super::finding::Finding;
use crate::config::Config;
use crate::store::{self, Store, StoreError};

/// Downloads take up to 200 MiB at a time; below this they would not fit for
/// long beside a growing database.
const ROOM_WANTED: u64 = 512 * 1024 * 1024;

/// Below this SQLite may not be able to write.
const ROOM_NEEDED: u64 = 32 * 1024 * 1024;

const MINE: &str = "check DATABASE_URL; a folder must belong to the user that runs the bot";

pub(super) async fn database(config: &Config) -> Finding {
    const CHECK: &str = "database";
    // Opening it would make it.
    if let Some(file) = store::file_of(&config.database_url).map(Path::new)
        && !file.exists()
    {
        return match can_be_made(file) {
            Ok(()) => Finding::fine(CHECK, "will be made at the first start"),
            Err(error) => {
                let found = format!("{} cannot be made: {error}", file.display());
                Finding::broken(CHECK, found, MINE)
            }
        };
    }
    let store = match Store::open(&config.database_url).await {
        Ok(store) => store,
        Err(error @ StoreError::Newer(_)) => {
            return Finding::broken(CHECK, error.to_string(), "use the newer version's image");
        }
        Err(error) => {
            return Finding::broken(CHECK, error.to_string(), MINE);
        }
    };
    let written = store.check_writable().await;
    store.close().await;
    match written {
        Ok(()) => Finding::fine(CHECK, "open, migrated and writable"),
        Err(error) => {
            let advice = "the user that runs the bot must be allowed to write";
            Finding::broken(CHECK, error.to_string(), advice)
        }
    }
}

/// Whether there is a folder for the file that takes files from this user; the
/// one that proves it has no name and is gone at once.
fn can_be_made(file: &Path) -> std::io::Result<()> {
    let folders = file.ancestors().skip(1);
    let here = |folder| match folder == Path::new("") {
        true => Path::new("."),
        false => folder,
    };
    let folder = folders.map(here).find(|folder| folder.is_dir());
    tempfile::tempfile_in(folder.unwrap_or(Path::new("/"))).map(drop)
}

/// The fuller of the disks that the database and the downloads are on.
pub(super) fn disk(config: &Config) -> Finding {
    const CHECK: &str = "disk";
    let media = std::env::temp_dir();
    let database = store::file_of(&config.database_url).map(Path::new);
    let places = [database, Some(media.as_path())];
    let free = |place: &Path| {
        // The file may not be there yet, but some folder above it is.
        place
            .ancestors()
            .find_map(|there| rustix::fs::statvfs(there).ok())
            .map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
    };
    let Some(least) = places.into_iter().flatten().filter_map(free).min() else {
        let advice = "look whether the folders of DATABASE_URL and TMPDIR exist";
        return Finding::doubtful(CHECK, "how much is free cannot be told", advice);
    };
    let found = format!("{} MiB free", least / (1024 * 1024));
    let advice = "make room where DATABASE_URL and TMPDIR point to";
    match least {
        ROOM_WANTED.. => Finding::fine(CHECK, found),
        ROOM_NEEDED.. => Finding::doubtful(CHECK, found, advice),
        _ => Finding::broken(CHECK, found, advice),
    }
}
