//! What the process asks of the system before anything else.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

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
