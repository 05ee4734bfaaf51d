//! Bots for tests. Each has a runtime of its own, so that it can be killed at any await point,
//! as `kill -9` would.

use std::collections::HashMap;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use videostatus::app::{App, Timings};
use videostatus::config::Config;
use videostatus::flows::clock::Clock;

/// Returns the timings of bots in tests, which are short, so that a killed bot's claims soon end.
pub fn timings() -> Timings {
    Timings {
        work_lease: Duration::from_secs(1),
        ..Timings::default()
    }
}

/// The number of a bot's worker threads.
const THREADS: usize = 2;

/// A guard that thaws a bot when it is dropped.
pub struct Frozen(Vec<std::sync::mpsc::Sender<()>>);

/// A running bot.
pub struct Bot {
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
    /// The origin of health, metrics and the API.
    pub http: String,
    /// The origin of Discord's interactions.
    pub door: String,
}

impl Bot {
    /// Starts a bot with the timings of [`timings`].
    pub async fn start(variables: HashMap<&'static str, String>) -> anyhow::Result<Self> {
        Self::start_timed(variables, timings()).await
    }

    /// Starts a bot with timings of its own.
    pub async fn start_timed(
        variables: HashMap<&'static str, String>,
        timings: Timings,
    ) -> anyhow::Result<Self> {
        Self::start_at(variables, timings, Clock::system()).await
    }

    /// Starts a bot that goes by `clock`.
    pub async fn start_at(
        variables: HashMap<&'static str, String>,
        timings: Timings,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let config = Config::read(|name| variables.get(name).cloned())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()
            .unwrap();
        let built = runtime
            .spawn(App::build(config, timings, clock))
            .await
            .unwrap();
        let app = match built {
            Ok(app) => app,
            Err(error) => {
                runtime.shutdown_background();
                return Err(error);
            }
        };
        let http = format!("http://{}", app.http_addr);
        let door = format!("http://{}", app.interactions_addr);
        let (stop, stopped) = oneshot::channel();
        let running = runtime.spawn(app.run(async {
            let _ = stopped.await;
        }));
        Ok(Self {
            runtime: Some(runtime),
            stop: Some(stop),
            running: Some(running),
            http,
            door,
        })
    }

    /// Kills the bot as `kill -9` would: every task is dropped at its present await point.
    pub fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// Freezes the bot as SIGSTOP would, until the guard is dropped.
    pub async fn freeze(&self) -> Frozen {
        let runtime = self.runtime.as_ref().unwrap();
        let mut frozen = Frozen(Vec::new());
        for _ in 0..THREADS {
            let (guard, thawed) = std::sync::mpsc::channel::<()>();
            let (arrived, arrives) = oneshot::channel();
            // This blocks a worker thread on purpose.
            runtime.spawn(async move {
                let _ = arrived.send(());
                let _ = thawed.recv();
            });
            arrives.await.unwrap();
            frozen.0.push(guard);
        }
        frozen
    }

    /// Stops the bot as SIGTERM would, and returns once it has ended.
    pub async fn stop(mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.running.take().unwrap().await.unwrap();
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
