//! The signals of a shutdown, in their order.

use std::convert::Infallible;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The signals of a shutdown, in their order.
#[derive(Default)]
pub(super) struct Shutdown {
    /// Nothing is taken in any more.
    pub(super) doors: CancellationToken,
    /// Nothing is claimed any more; rows in flight are finished.
    pub(super) loops: CancellationToken,
    /// The time of grace is over: rows in flight are released.
    pub(super) overdue: CancellationToken,
}

impl Shutdown {
    /// Waits for the signal and orders the shutdown; the doors and the loops share one
    /// time of grace. Never returns: the bot ends when its doors and loops do.
    pub(super) async fn order(
        &self,
        signal: impl Future<Output = ()>,
        grace: Duration,
    ) -> Infallible {
        signal.await;
        tracing::info!("app.stopping");
        self.doors.cancel();
        tokio::time::sleep(grace).await;
        self.overdue.cancel();
        std::future::pending().await
    }
}
