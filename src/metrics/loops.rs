//! The supervised loops of the process: one list for supervision, the health check,
//! the metrics and the alerts.

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
    /// Has the commands registered.
    Registrar,
    /// Tries the bot token now and then.
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

    /// The loop's name in logs, reports and metrics.
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

    /// The time without a turn after which the loop counts as stuck; `None` where it
    /// has no turns.
    pub fn stuck_after(self) -> Option<Duration> {
        match self {
            // They turn at least each five seconds.
            Self::Poller | Self::Courier => Some(Duration::from_secs(30)),
            // It turns once a minute, and removes much at a time after a long pause.
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
