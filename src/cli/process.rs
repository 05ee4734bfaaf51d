//! What the process asks of the system before anything else.

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Keeps every file that the process makes for its user alone: the database has live
/// interaction tokens in it, and people's prompts.
pub fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Lets the process open as many files as the system grants at all, and returns how
/// many that is. The limit that a login or a container sets (1,024 mostly) is meant for
/// programs that cannot watch more; a connection is a file, and so is the database.
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
    // The system names no limit where there is none.
    granted.unwrap_or(u64::MAX)
}
