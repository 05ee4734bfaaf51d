//! Floor 3: what the bot does, over and over: the intake asks for watches, the
//! poller keeps snapshots fresh, the courier keeps messages equal to them, the
//! cleaner removes what is past its time.

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
