//! Guarded download of the files that snapshots link to.
//!
//! A link is a stranger's word: it may lead into the operator's own network,
//! never end, or be something else than it says. So every address of every hop
//! is checked ([`guard`]), bytes are counted as they stream to disk, and the
//! type is read from the bytes.
//!
//! Nobody has to wait for media. A link is fetched by a task of its own, once per
//! process, whoever asks for it and however often; where a try fails in a way
//! that may pass, others follow for a minute. At most four downloads run at a
//! time, and two of one host, so that a slow host cannot keep others waiting.
//!
//! **Disk.** Files have no names: they are gone with whoever holds them last, also
//! where the process is killed, and there is nothing to clean. Up to 16 files
//! of at most 100 MiB together are kept, and 256 failures: a failure for 30 seconds, a
//! file until five minutes after its last use (and from then until the next fetch
//! begins or ends). Beyond what callers hold, the disk thus keeps 100 MiB and
//! four unfinished files of at most 25 MiB: 200 MiB.
//!
//! **Memory.** A download holds one chunk and one HTTP/1 read buffer, under 1 MiB
//! together. At most 256 links are under way, 64 of one host: those that wait hold a link and a
//! task of some KiB each.

pub mod addresses;
pub mod guard;

mod book;
mod download;
mod error;
mod fetcher;
mod file;
mod limits;
mod turns;

pub use self::error::MediaError;
pub use self::fetcher::{Fetched, Fetcher, FetcherSetupError};
pub use self::file::{MediaFile, MediaKind};
pub use self::limits::{FetchLimits, SIZE_MAX};
