//! The present gateway session: its completeness, the starts of its shards, and its end.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serenity::all::{ConnectionStage, ShardId, ShardManager, ShardRunnerInfo};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::address::{GatewayError, Shards};
use super::events::UndecodedReady;
use crate::domain::starts::Starts;
use crate::metrics;
use crate::sync::lock;

/// The time without an answer from Discord after which a shard counts as lost. Discord
/// answers a heartbeat every 41 s.
const QUIET: Duration = Duration::from_secs(100);

/// The bound on the time in which the shards disconnect.
const FAREWELL: Duration = Duration::from_secs(6);

/// How long the readiness check warns after a session's starts were spent.
const WORTH_A_WARNING: Duration = Duration::from_secs(60 * 60);

/// The status of the present session, for its supervision and the readiness check. It reads
/// serenity's list of shards and not its events, because a shard that restarts leaves the
/// list without an event.
#[derive(Default)]
pub struct GatewayStatus {
    session: Mutex<Option<Session>>,
    /// The starts in all sessions that identified a shard.
    identifies: Mutex<Starts>,
    /// The starts that resumed a shard, or tried to. A lost network costs two at once.
    resumes: Mutex<Starts>,
    /// When a session last ended because its starts were spent.
    spent_at: Mutex<Option<Instant>>,
    /// Notified when a session is seen to be complete.
    completed: Notify,
}

/// A session and the tasks that run in it.
struct Session {
    manager: Arc<ShardManager>,
    shards: Shards,
    heard: UndecodedReady,
    tasks: SessionTasks,
    heartbeats: Heartbeats,
}

impl Session {
    fn complete(&mut self, runners: &HashMap<ShardId, ShardRunnerInfo>) -> bool {
        let heard = lock(&self.heard);
        let connected = runners.iter().filter_map(|(id, runner)| {
            let is_connected = runner.stage == ConnectionStage::Connected || heard.contains(id);
            is_connected.then_some((*id, runner.latency))
        });
        let lively = self.heartbeats.update(connected, Instant::now());
        lively >= self.shards.count() as usize
    }
}

impl GatewayStatus {
    /// Returns whether every shard is connected. A silent shard counts as lost 100 s after a
    /// call last saw a new heartbeat of it.
    pub async fn complete(&self) -> bool {
        let manager = lock(&self.session)
            .as_ref()
            .map(|now| Arc::clone(&now.manager));
        let Some(manager) = manager else { return false };
        let runners = manager.runners.lock().await;
        self.complete_with(&runners)
    }

    pub(super) fn complete_with(&self, runners: &HashMap<ShardId, ShardRunnerInfo>) -> bool {
        let mut session = lock(&self.session);
        let complete = session.as_mut().is_some_and(|now| now.complete(runners));
        if complete {
            self.completed.notify_one();
        }
        complete
    }

    /// Waits for the first complete session. Only one task may wait.
    pub async fn first_complete(&self) {
        self.completed.notified().await;
    }

    /// Returns a warning about the last hour, even if the present session is complete.
    pub fn trouble(&self) -> Option<String> {
        let spent_at = (*lock(&self.spent_at))?;
        (spent_at.elapsed() < WORTH_A_WARNING).then(|| {
            "Discord ended sessions as soon as they began: see gateway.starts_spent".into()
        })
    }

    /// Makes the session that runs in `tasks` the present one.
    pub(super) fn begin(
        &self,
        manager: Arc<ShardManager>,
        shards: Shards,
        heard: UndecodedReady,
        tasks: SessionTasks,
    ) {
        *lock(&self.session) = Some(Session {
            manager,
            shards,
            heard,
            tasks,
            heartbeats: Heartbeats::default(),
        });
    }

    /// Ends the present session, if there is one. Its shards run in their own tasks and would
    /// otherwise go on beside those of the next session.
    pub(super) async fn end(&self) {
        let session = lock(&self.session).take();
        if let Some(session) = session {
            let _ = timeout(FAREWELL, session.manager.shutdown_all()).await;
            // Dropping the runtime ends tasks that still run.
            drop(session.tasks);
        }
    }

    /// Returns the rest before the next session, after one that lasted for `held` and whose
    /// starts are spent.
    pub(super) fn pause_after(&self, held: Duration) -> Duration {
        *lock(&self.spent_at) = Some(Instant::now());
        lock(&self.identifies).pause_after(held)
    }

    /// Records that one of `shards` connects anew, for which Discord will send READY again.
    pub(super) fn connects(&self, shards: &[ShardId]) {
        if let Some(session) = lock(&self.session).as_ref() {
            lock(&session.heard).retain(|id| !shards.contains(id));
        }
    }

    /// Returns whether a shard may start in this way, in a session of `shards` shards.
    pub(super) fn admit(&self, kind: StartKind, shards: u32) -> bool {
        lock(self.starts(kind)).admit(shards as usize, Instant::now().into_std())
    }

    pub(super) fn started(&self, kind: StartKind) {
        metrics::gateway_start(match kind {
            StartKind::Identify => "identify",
            StartKind::Resume => "resume",
        });
        lock(self.starts(kind)).count(Instant::now().into_std());
    }

    fn starts(&self, kind: StartKind) -> &Mutex<Starts> {
        match kind {
            StartKind::Identify => &self.identifies,
            StartKind::Resume => &self.resumes,
        }
    }
}

/// The way in which a shard starts.
#[derive(Clone, Copy)]
pub(super) enum StartKind {
    Identify,
    Resume,
}

/// The Tokio tasks of one session, in a runtime of their own. serenity cannot end a shard that
/// is between two connections, which would go on beside those of the next session; dropping
/// this ends every task. One thread runs them all, so that no shard runs between the release
/// of the turnstile's lock and the check whether a shard took it.
pub(super) struct SessionTasks(Option<Runtime>);

impl SessionTasks {
    pub(super) fn new() -> std::io::Result<Self> {
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).thread_name("gateway");
        runtime
            .enable_all()
            .build()
            .map(|runtime| Self(Some(runtime)))
    }

    /// Runs `future` among these tasks. The error means that it panicked or was ended.
    pub(super) fn run<F>(
        &self,
        future: F,
    ) -> impl Future<Output = Result<F::Output, GatewayError>> + use<F>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let running = self.0.as_ref().map(|runtime| runtime.spawn(future));
        async move {
            let broken = || GatewayError::Session("its tasks ended".into());
            match running {
                Some(running) => running.await.map_err(|_| broken()),
                None => Err(broken()),
            }
        }
    }
}

impl Drop for SessionTasks {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The time of each connected shard's last heartbeat. serenity tells only a shard's stage,
/// which does not change while a connection hangs, and the latency of its last heartbeat. As
/// no two latencies are equal, a new latency means a new heartbeat.
#[derive(Default)]
struct Heartbeats(HashMap<ShardId, (Option<Duration>, Instant)>);

impl Heartbeats {
    /// Records the latencies of the connected shards, and returns how many of the shards had
    /// a heartbeat lately. A shard has no latency before its first heartbeat.
    fn update(
        &mut self,
        connected: impl Iterator<Item = (ShardId, Option<Duration>)>,
        now: Instant,
    ) -> usize {
        let before = std::mem::take(&mut self.0);
        self.0 = connected
            .map(|(id, latency)| match before.get(&id) {
                Some(known) if known.0 == latency => (id, *known),
                _ => (id, (latency, now)),
            })
            .collect();
        let lately = |(_, at): &&(Option<Duration>, Instant)| now.duration_since(*at) < QUIET;
        self.0.values().filter(lately).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_whose_latency_stays_the_same_is_lost_after_a_while() {
        let (mut heartbeats, start) = (Heartbeats::default(), Instant::now());
        let mut connected = |after: u64, latencies: &[Option<u64>]| {
            let shards = (0..).map(ShardId).zip(latencies);
            let shards = shards.map(|(id, ms)| (id, ms.map(Duration::from_millis)));
            heartbeats.update(shards, start + Duration::from_secs(after))
        };
        assert_eq!(connected(0, &[None, None]), 2);
        assert_eq!(connected(41, &[Some(20), None]), 2);
        assert_eq!(connected(99, &[Some(20), None]), 2);
        assert_eq!(connected(100, &[Some(20), None]), 1);
        assert_eq!(connected(141, &[Some(20), Some(30)]), 1);
        assert_eq!(connected(150, &[Some(21), Some(30)]), 2);
        assert_eq!(connected(151, &[]), 0, "nothing is connected");
        assert_eq!(connected(400, &[Some(21), Some(30)]), 2, "a new session");
    }
}
