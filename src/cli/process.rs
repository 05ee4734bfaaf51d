//! The process's limits and file permissions, which are set before anything else.

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Makes every file that the process creates readable by its user only: the database holds live
/// interaction tokens and people's prompts.
pub fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Raises the limit of open files to the most that the system grants, and returns the limit that
/// then holds. The usual limit of a login or a container is 1,024; each connection is an open
/// file, and so is the database.
pub fn raise_open_files() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let granted = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    // `None` means that there is no limit.
    granted.unwrap_or(u64::MAX)
}
