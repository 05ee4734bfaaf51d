//! Guarded download of the files that snapshots link to.
//!
//! Links are untrusted: they may lead into the operator's own network, to a file that
//! never ends, or to a file of another type. So the address of every hop is checked
//! ([`guard`]), bytes are counted as they stream to disk, and the type is read from the
//! first bytes.
//!
//! Each link is fetched in a Tokio task of its own, once per process, however many callers
//! ask for it. If a try fails in a way that may pass, others follow for a minute. A video
//! that the gateway's reply itself holds is fetched in the same way: the gateway is asked
//! about the task once more, and the reply is decoded as it arrives, one reply at a time.
//!
//! **Disk.** Files have no names, so the system frees them when their last holder drops
//! them, even if the process is killed. Besides the files that callers hold, the disk holds
//! up to 100 MiB of fetched files and four unfinished ones of 100 MiB each: 500 MiB.
//!
//! **Memory.** A download holds one chunk and one HTTP/1 read buffer, together less than
//! 1 MiB. A link that waits holds a Tokio task of a few KiB.

pub mod guard;

mod book;
mod decoder;
mod download;
mod error;
mod fetcher;
mod file;
mod limits;
mod new_file;
mod own;
mod source;
mod turns;

pub use self::error::MediaError;
pub use self::fetcher::{BadFetcher, Fetched, Fetcher};
pub use self::file::{MediaFile, MediaKind};
pub use self::limits::{FetchLimits, SIZE_MAX};
pub use self::own::OwnOrigin;
