//! Guarded download of the files that snapshots link to.
//!
//! A link is a stranger's word: it may lead into the operator's own network,
//! never end, or be something else than it says. So every address of every hop
//! is checked ([`guard`]), bytes are counted as they stream to disk, and the
//! type is read from the bytes.
//!
//! A link is fetched by a task of its own, once per process, whoever asks for it and
//! however often; where a try fails in a way that may pass, others follow for a minute.
//! A video that stands in the gateway's reply itself is fetched the same way, by asking
//! for the task once more and decoding the reply as it arrives, one reply at a time.
//!
//! **Disk.** Files have no names: they are gone with whoever holds them last, also
//! where the process is killed. Beyond what callers hold, the disk keeps 100 MiB of
//! fetched files and four unfinished ones of at most 100 MiB: 500 MiB.
//!
//! **Memory.** A download holds one chunk and one HTTP/1 read buffer, under 1 MiB
//! together; a link that waits holds a task of some KiB.

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
