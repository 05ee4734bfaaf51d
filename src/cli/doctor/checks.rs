//! The doctor's checks of the configuration and this machine; those of Discord and the gateways
//! are in the files beside this one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::finding::{Check, Fault, Found};
use super::{certificates, discord, service};
use crate::config::Config;
use crate::store::{self, StoreError};

/// The free disk space, in bytes, below which the doctor warns. Downloads take up to 500 MiB at
/// a time, and the database grows beside them.
const ROOM_WANTED: u64 = 768 * MIB;

/// The free disk space, in bytes, below which SQLite may not be able to write.
const ROOM_NEEDED: u64 = 32 * MIB;

const MINE: &str = "check DATABASE_URL; a folder must belong to the user that runs the bot";

const MIB: u64 = 1024 * 1024;

/// Runs all checks. Without a token, which is a fault of its own, Discord is only checked for an
/// answer. With one, `guild` names a server whose permissions are checked too.
pub(super) async fn examine(config: &Config, token: Result<Option<u64>, Fault>) -> Vec<Check> {
    let without_key = config
        .gateways
        .iter()
        .filter(|one| one.client.key.is_empty());
    let without_key = without_key.map(|one| config.variable_of(one, "VIDEO_API_KEY", "key"));
    let configuration = match without_key.collect::<Vec<_>>() {
        keys if keys.is_empty() => Ok("complete".to_owned()),
        keys => Err(Fault::doubtful(
            format!("{} is empty", keys.join(", ")),
            "set it, unless your video service wants none",
        )),
    };
    let mut checks = vec![
        ("configuration", configuration),
        ("database", database(config).await),
        ("disk", disk(config)),
    ];
    let added = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty());
    let added = added.map(PathBuf::from);
    checks.extend(certificates::own(added.as_deref()));
    match token {
        Ok(guild) => checks.extend(discord::examine(config, guild).await),
        Err(fault) => {
            checks.push(("Discord token", Err(fault)));
            checks.push(("Discord", discord::reach(config).await));
        }
    }
    let mut told_clock = None;
    for gateway in &config.gateways {
        let (found, clock) = service::examine(config, gateway).await;
        checks.push(("video service", found));
        told_clock = told_clock.or(clock);
    }
    checks.extend(told_clock.map(|clock| ("clock", clock)));
    checks
}

/// Checks the database and changes nothing. A file created here would belong to the operator who
/// runs the check, and not to the bot's user.
async fn database(config: &Config) -> Found {
    let file = store::file_of(&config.database_url);
    let file = file.as_deref().map(Path::new);
    if let Some(file) = file {
        let name = file.display();
        let broken = |found| Err(Fault::broken(found, MINE));
        match file.metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return match can_be_made(file) {
                    Ok(()) => Ok("will be created at the first start".to_owned()),
                    Err(error) => broken(format!("{name} cannot be created: {error}")),
                };
            }
            Err(error) => return broken(format!("{name} cannot be opened: {error}")),
            Ok(found) if !found.is_file() => return broken(format!("{name} is not a file")),
            Ok(_) => {}
        }
    }
    let inspected = store::inspect(&config.database_url).await;
    let inspected = inspected.map_err(|error| match error {
        StoreError::Newer(_) => Fault::broken(error, "use the newer version's image"),
        _ => Fault::broken(error, MINE),
    })?;
    let folder = file.map(|file| file.parent().unwrap_or(Path::new("/")));
    let mut places = file.into_iter().chain(folder);
    let shut = places.find(|place| access(here(place), Access::WRITE_OK).is_err());
    let advice = "the user that runs the bot must be allowed to write";
    match shut {
        Some(place) => {
            let found = format!("{} cannot be written", here(place).display());
            Err(Fault::broken(found, advice))
        }
        None if !inspected.writable => Err(Fault::broken("it refuses writes", advice)),
        None if !inspected.migrated => Ok("open, will be migrated at the next start".to_owned()),
        None => Ok("open, migrated and writable".to_owned()),
    }
}

/// Returns the folder itself, or the working directory for the empty folder of a bare file name.
fn here(folder: &Path) -> &Path {
    match folder == Path::new("") {
        true => Path::new("."),
        false => folder,
    }
}

/// Fails unless this user can create `file`, which is missing: a start creates its folders too.
/// It tries with a file that has no name and is gone at once.
fn can_be_made(file: &Path) -> std::io::Result<()> {
    if let Ok(target) = file.read_link() {
        // SQLite follows a link to a missing file, but only into a folder that exists.
        let target = file.with_file_name(target);
        let folder = target.parent().unwrap_or(Path::new("/"));
        return tempfile::tempfile_in(here(folder)).map(drop);
    }
    let folders = file.ancestors().skip(1).map(here);
    let there = |folder: &&Path| folder.symlink_metadata().is_ok();
    let folder = { folders }.find(there).unwrap_or(Path::new("/"));
    tempfile::tempfile_in(folder).map(drop)
}

/// Checks the disks of the database and of the downloads by the fuller one.
fn disk(config: &Config) -> Found {
    let media = std::env::temp_dir();
    let database = store::file_of(&config.database_url);
    let places = [database.as_deref().map(Path::new), Some(media.as_path())];
    let free = |place: &Path| {
        // The file may not exist yet, but some folder above it does.
        let mut folders = place.ancestors();
        let disk = folders.find_map(|there| rustix::fs::statvfs(there).ok())?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    };
    let Some(least) = places.into_iter().flatten().filter_map(free).min() else {
        let advice = "check that the folders of DATABASE_URL and TMPDIR exist";
        return Err(Fault::doubtful("the free space cannot be read", advice));
    };
    let found = format!("{} free", size(least));
    let advice = "make room where DATABASE_URL and TMPDIR point to";
    match least {
        ROOM_WANTED.. => Ok(found),
        ROOM_NEEDED.. => Err(Fault::doubtful(found, advice)),
        _ => Err(Fault::broken(found, advice)),
    }
}

fn size(bytes: u64) -> String {
    let mib = bytes / MIB;
    match mib {
        ..1024 => format!("{mib} MiB"),
        _ => format!("{}.{} GiB", mib / 1024, mib % 1024 * 10 / 1024),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_told_in_the_unit_that_fits() {
        let told = [20 * MIB, 1024 * MIB, 1536 * MIB, 25_526 * MIB].map(size);
        assert_eq!(told, ["20 MiB", "1.0 GiB", "1.5 GiB", "24.9 GiB"]);
    }
}
