//! Floor 3: the bot's repeated work. The intake records watches, the poller keeps snapshots
//! fresh, the courier keeps messages equal to the snapshots, and the cleaner removes expired
//! rows.

mod chance;
pub mod cleaner;
pub mod clock;
pub mod courier;
pub mod inbox;
pub mod intake;
mod lane;
mod links;
pub mod orders;
mod paces;
pub mod poller;
pub mod pulse;
pub mod queue;
pub mod registrar;
pub mod sharing;
pub mod start;
pub(crate) mod supervise;
pub mod timekeeper;
pub mod token;
mod view;
pub mod worker;

pub(crate) use chance::{bits, jitter};
