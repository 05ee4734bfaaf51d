//! The programs to compare, and how they take turns.

use std::path::PathBuf;
use std::time::Duration;

/// The programs to compare, and how long.
pub(crate) struct Lab {
    /// The bot's program.
    pub(crate) bot: PathBuf,
    /// The floor's program, which is this one.
    pub(crate) floor: PathBuf,
    /// The length of each run, in seconds.
    pub(crate) seconds: u64,
    /// The number of rounds in which the programs take turns.
    pub(crate) rounds: u32,
}

/// The program to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The release bot.
    Bot,
    /// A bare client that keeps nothing.
    Floor,
}

impl Lab {
    pub(crate) fn span(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// Runs the bot and the floor in turns. Returns the runs of each.
    pub(crate) async fn turns<T>(
        &self,
        run: impl AsyncFn(Who) -> anyhow::Result<T>,
    ) -> anyhow::Result<(Vec<T>, Vec<T>)> {
        let (mut bot, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            bot.push(run(Who::Bot).await?);
            floor.push(run(Who::Floor).await?);
        }
        Ok((bot, floor))
    }
}
