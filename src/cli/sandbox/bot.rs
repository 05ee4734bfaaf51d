//! The bot on a runtime of its own, so that it can be ended at any await point,
//! as a crash would end it.

use std::time::Duration;

use anyhow::Context;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Leases};
use crate::config::Config;

/// A running bot. Dropped, it ends as by a crash: everything stops where it stands.
pub(super) struct Bot {
    /// `None` once it was ended.
    runtime: Option<Runtime>,
    stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Bot {
    pub(super) async fn start(config: Config) -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("no threads for the bot")?;
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let leases = Leases {
            // Short, so that nobody waits long for what a killed bot had claimed.
            work: Duration::from_secs(4),
            ..Leases::default()
        };
        let running =
            runtime.spawn(async move { App::build(config, leases).await?.run(stopped).await });
        Ok(Self {
            runtime: Some(runtime),
            stop,
            running,
        })
    }

    pub(super) async fn ended(&mut self) -> anyhow::Result<()> {
        (&mut self.running).await.context("the bot panicked")?
    }

    /// Ends it as SIGTERM would.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.ended().await
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // Waiting for the threads is not allowed inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
