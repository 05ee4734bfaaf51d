//! What the machine has to give: a database and room on the disk.

use std::path::Path;

use super::Finding;
use crate::config::Config;
use crate::store::{Store, StoreError};

/// Downloads take up to 200 MiB at a time; below this they would not fit for
/// long beside a growing database.
const ROOM_WANTED: u64 = 512 * 1024 * 1024;

/// Below this SQLite may not be able to write.
const ROOM_NEEDED: u64 = 32 * 1024 * 1024;

pub(super) async fn database(config: &Config) -> Finding {
    const CHECK: &str = "database";
    let store = match Store::open(&config.database_url).await {
        Ok(store) => store,
        Err(error @ StoreError::Newer(_)) => {
            return Finding::broken(CHECK, error.to_string(), "use the newer version's image");
        }
        Err(error) => {
            let advice = "check DATABASE_URL; a folder must belong to the user that runs the bot";
            return Finding::broken(CHECK, error.to_string(), advice);
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

/// The fuller of the disks that the database and the downloads are on.
pub(super) fn disk(config: &Config) -> Finding {
    const CHECK: &str = "disk";
    let media = config.media_dir();
    let database = config.database_url.expose().strip_prefix("sqlite://");
    let places = [database.map(Path::new), Some(media.as_path())];
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
