//! The supervised loops of the process, in one list for supervision, the health check, the
//! metrics and the alerts.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loop {
    Poller,
    Courier,
    Cleaner,
    Gateway,
    /// Listens to the other processes of a cluster.
    Listener,
    /// Keeps the clock and the database's moments together.
    Timekeeper,
    /// Registers the commands.
    Registrar,
    /// Checks the bot token regularly.
    Token,
    /// Keeps SQLite's WAL small.
    Checkpoint,
    /// Sorts measurements into their buckets.
    Measure,
}

impl Loop {
    pub const ALL: [Self; 10] = [
        Self::Poller,
        Self::Courier,
        Self::Cleaner,
        Self::Gateway,
        Self::Listener,
        Self::Timekeeper,
        Self::Registrar,
        Self::Token,
        Self::Checkpoint,
        Self::Measure,
    ];

    /// Returns the loop's name in logs, reports and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Poller => "poller",
            Self::Courier => "courier",
            Self::Cleaner => "cleaner",
            Self::Gateway => "gateway",
            Self::Listener => "listener",
            Self::Timekeeper => "timekeeper",
            Self::Registrar => "registrar",
            Self::Token => "token",
            Self::Checkpoint => "checkpoint",
            Self::Measure => "measure",
        }
    }

    /// Returns the time without a turn after which the loop counts as stuck; `None` for a
    /// loop that does not report turns.
    pub fn stuck_after(self) -> Option<Duration> {
        match self {
            // The poller and the courier turn at least every five seconds.
            Self::Poller | Self::Courier => Some(Duration::from_secs(30)),
            // The cleaner turns once a minute; after a long pause a turn removes many rows.
            Self::Cleaner => Some(Duration::from_secs(5 * 60)),
            Self::Gateway
            | Self::Listener
            | Self::Timekeeper
            | Self::Registrar
            | Self::Token
            | Self::Checkpoint
            | Self::Measure => None,
        }
    }
}
