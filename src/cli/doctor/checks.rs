//! The doctor's checks: the machine, the query endpoint and, beside this file, Discord.

use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use reqwest::header::{DATE, HeaderMap};
use rustix::fs::{Access, access};

use super::finding::{Check, Fault, Found};
use super::{certificates, discord};
use crate::config::Config;
use crate::domain::query::QueryError;
use crate::domain::task::TaskId;
use crate::domain::time::Timestamp;
use crate::flows::clock::Clock;
use crate::provider::client::{Client, RawReply};
use crate::store::{self, StoreError};

/// Downloads take up to 500 MiB at a time; below this they would not fit for
/// long beside a growing database.
const ROOM_WANTED: u64 = 768 * 1024 * 1024;

/// Below this SQLite may not be able to write.
const ROOM_NEEDED: u64 = 32 * 1024 * 1024;

const MINE: &str = "check DATABASE_URL; a folder must belong to the user that runs the bot";

/// An interaction's token is believed for one minute less than it lives; half of
/// that may be lost by a clock that is wrong.
const SKEW: Duration = Duration::from_secs(30);

pub(super) async fn examine(config: &Config, guild: Option<u64>) -> Vec<Check> {
    let configuration = match config.video.key.is_empty() {
        true => Err(Fault::doubtful(
            "VIDEO_API_KEY is empty",
            "set it, unless your gateway wants none",
        )),
        false => Ok("complete".to_owned()),
    };
    let mut checks = vec![
        ("configuration", configuration),
        ("database", database(config).await),
        ("disk", disk(config)),
    ];
    let added = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    checks.extend(certificates::own(added.as_deref()));
    checks.extend(discord::examine(config, guild).await);
    match ask(config).await {
        Ok(reply) => {
            checks.push(("provider", answer(&reply)));
            checks
                .extend(clock(&reply.headers, Clock::system().now()).map(|clock| ("clock", clock)));
        }
        Err(error) => {
            let error = format!("{error:#}");
            let advice = certificates::advice(&error).unwrap_or(
                "check VIDEO_API_URL and VIDEO_QUERY_PATH, and the way out of this machine",
            );
            checks.push(("provider", Err(Fault::broken(error, advice))));
        }
    }
    checks
}

/// Looks and changes nothing: what the operator who asks makes would not be the bot's.
async fn database(config: &Config) -> Found {
    let file = store::file_of(&config.database_url).map(Path::new);
    if let Some(file) = file
        && !file.exists()
    {
        can_be_made(file).map_err(|error| {
            let found = format!("{} cannot be made: {error}", file.display());
            Fault::broken(found, MINE)
        })?;
        return Ok("will be made at the first start".to_owned());
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
        None if !inspected.writable => Err(Fault::broken("it takes no writes", advice)),
        None if !inspected.migrated => Ok("open, will be migrated at the next start".to_owned()),
        None => Ok("open, migrated and writable".to_owned()),
    }
}

/// The folder of a bare file name is the one that the program runs in.
fn here(folder: &Path) -> &Path {
    match folder == Path::new("") {
        true => Path::new("."),
        false => folder,
    }
}

/// Whether there is a folder for the file that takes files from this user; the
/// one that proves it has no name and is gone at once.
fn can_be_made(file: &Path) -> std::io::Result<()> {
    let folders = file.ancestors().skip(1);
    let folder = folders.map(here).find(|folder| folder.is_dir());
    tempfile::tempfile_in(folder.unwrap_or(Path::new("/"))).map(drop)
}

/// The fuller of the disks that the database and the downloads are on.
fn disk(config: &Config) -> Found {
    let media = std::env::temp_dir();
    let database = store::file_of(&config.database_url).map(Path::new);
    let places = [database, Some(media.as_path())];
    let free = |place: &Path| {
        // The file may not be there yet, but some folder above it is.
        let mut folders = place.ancestors();
        let disk = folders.find_map(|there| rustix::fs::statvfs(there).ok())?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    };
    let Some(least) = places.into_iter().flatten().filter_map(free).min() else {
        let advice = "look whether the folders of DATABASE_URL and TMPDIR exist";
        return Err(Fault::doubtful("how much is free cannot be told", advice));
    };
    let found = format!("{} MiB free", least / (1024 * 1024));
    let advice = "make room where DATABASE_URL and TMPDIR point to";
    match least {
        ROOM_WANTED.. => Ok(found),
        ROOM_NEEDED.. => Err(Fault::doubtful(found, advice)),
        _ => Err(Fault::broken(found, advice)),
    }
}

/// Asks the query endpoint for a task that nobody has.
async fn ask(config: &Config) -> anyhow::Result<RawReply> {
    let client = Client::new(&config.video)?;
    let id = TaskId::parse("videostatus-doctor")?;
    Ok(client.fetch(&id).await?)
}

fn answer(reply: &RawReply) -> Found {
    let fault = match reply.read() {
        Ok(_) | Err(QueryError::NotFound { .. }) => return Ok("answers, key accepted".to_owned()),
        Err(error @ QueryError::Denied { .. }) => {
            Fault::broken(error, "set VIDEO_API_KEY to a valid key")
        }
        Err(
            error @ (QueryError::RateLimited { .. }
            | QueryError::Unavailable { .. }
            | QueryError::NoAnswer { .. }),
        ) => Fault::doubtful(error, "try again later; lower POLL_RATE if it stays"),
        Err(error @ QueryError::Invalid { .. }) => Fault::broken(
            error,
            "check VIDEO_API_URL and VIDEO_QUERY_PATH: this is no answer of a video gateway",
        ),
    };
    Err(fault)
}

/// Compares the clocks, where the provider tells its own.
fn clock(headers: &HeaderMap, now: Timestamp) -> Option<Found> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    let theirs = Timestamp(0).plus(date.duration_since(UNIX_EPOCH).ok()?);
    let skew = now.since(theirs).max(theirs.since(now));
    let found = format!("{} s beside the provider's", skew.as_secs());
    let advice = "set this machine's clock (NTP): edits by expired tokens would fail";
    Some(match skew < SKEW {
        true => Ok(found),
        false => Err(Fault::doubtful(found, advice)),
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_clock_may_be_wrong_by_half_a_minute_in_either_direction() {
        let at = |seconds: i64| {
            let date = HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT");
            let headers = HeaderMap::from_iter([(DATE, date)]);
            let now = Timestamp((784_111_777 + seconds) * 1000);
            clock(&headers, now).unwrap().is_ok()
        };
        assert_eq!([at(0), at(29), at(-29)], [true; 3]);
        assert_eq!([at(30), at(-30)], [false; 2]);
        assert!(clock(&HeaderMap::new(), Timestamp(0)).is_none());
    }
}
