//! The present gateway session: whether it is complete, how often its shards started, and
//! how it ends.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serenity::all::{ConnectionStage, ShardId, ShardManager, ShardRunnerInfo};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};

use super::address::{GatewayError, Shards};
use super::events::Heard;
use crate::domain::starts::Starts;
use crate::metrics;
use crate::sync::lock;

/// A shard that Discord has not answered for so long counts as lost. It answers
/// a heartbeat each 41 s.
const QUIET: Duration = Duration::from_secs(100);

/// How long the shards have for leaving Discord.
const FAREWELL: Duration = Duration::from_secs(6);

/// A session whose starts were spent is worth a warning for so long.
const WORTH_A_WARNING: Duration = Duration::from_secs(60 * 60);

/// The present session, for its supervision and the readiness check. serenity's own list
/// of shards is asked, not its events: a shard that is restarted leaves the list without
/// an event.
#[derive(Default)]
pub struct GatewayStatus {
    session: Mutex<Option<Session>>,
    /// The starts of all sessions that identified a shard.
    identifies: Mutex<Starts>,
    /// Those that resumed, or tried to: a network that is gone costs two at once.
    resumes: Mutex<Starts>,
    /// When a session ended because its starts were spent.
    spent_at: Mutex<Option<Instant>>,
    /// Has a permit once a session was seen to be complete.
    completed: Notify,
}

/// A session and what runs in it.
struct Session {
    manager: Arc<ShardManager>,
    shards: Shards,
    heard: Heard,
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
    /// Whether every shard is connected, as far as is known: one of which
    /// nothing is heard is noticed a while after this was asked before.
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

    /// Waits for the first session that is complete; for one waiter.
    pub async fn first_complete(&self) {
        self.completed.notified().await;
    }

    /// Returns what was wrong lately although the session may be fine now.
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
        heard: Heard,
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

    /// Ends the present session, if there is one: its shards run in tasks of
    /// their own, and would go on beside those of the next.
    pub(super) async fn end(&self) {
        let session = lock(&self.session).take();
        if let Some(session) = session {
            let _ = timeout(FAREWELL, session.manager.shutdown_all()).await;
            // Ends what goes on all the same.
            drop(session.tasks);
        }
    }

    /// Returns the rest before the next session, after one whose starts are spent.
    pub(super) fn rest(&self, held: Duration) -> Duration {
        *lock(&self.spent_at) = Some(Instant::now());
        lock(&self.identifies).rest(held)
    }

    /// Notes that one of `shards` connects, and will be greeted again.
    pub(super) fn connects(&self, shards: &[ShardId]) {
        if let Some(session) = lock(&self.session).as_ref() {
            lock(&session.heard).retain(|id| !shards.contains(id));
        }
    }

    /// Returns whether one of so many shards may start like this.
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

/// How a shard starts.
#[derive(Clone, Copy)]
pub(super) enum StartKind {
    Identify,
    Resume,
}

/// The tasks that serenity runs in a session. It has no way to end a shard that is between two
/// connections, which would go on beside those of the next session; here everything
/// ends with this. One thread runs all, so that no shard comes between the release of a
/// lock and the look at who took it.
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

    /// Runs `future` among these tasks; an error is its panic.
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

/// When each connected shard last answered a heartbeat: serenity keeps only the stage,
/// which stays the same while a connection hangs, and the last heartbeat's
/// latency, which no two share.
#[derive(Default)]
struct Heartbeats(HashMap<ShardId, (Option<Duration>, Instant)>);

impl Heartbeats {
    /// Takes in the latencies of the connected shards, and returns how many of
    /// them were heard lately. The first latency comes with the first heartbeat.
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
