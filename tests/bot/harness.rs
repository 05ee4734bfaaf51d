//! A sandbox and bots in it. Each bot has a runtime of its own, so that it can
//! be killed at any await point, as `kill -9` would.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sandbox::{Interaction, Message, Options, Reply, Sandbox, Script};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use videostatus::app::{App, Leases};
use videostatus::config::Config;
use videostatus::domain::time::Timestamp;
use videostatus::flows::clock::Clock;

use crate::overheard;

/// The seed page's second example is about this task.
pub(crate) const TASK: &str = "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27";

/// Where a bot runs and what it stands on.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    folder: TempDir,
    /// By how many milliseconds the machine's clock is wrong.
    wrong: Arc<AtomicI64>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            overheard::check();
        }
    }
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(Self::options()).await
    }

    /// What a stage is made with.
    pub(crate) fn options() -> Options {
        Options {
            patience: Duration::from_secs(20),
            ..Options::default()
        }
    }

    pub(crate) async fn with(options: Options) -> Self {
        overheard::listen();
        let sandbox = Sandbox::start(options).await.unwrap();
        Self {
            sandbox,
            folder: tempfile::tempdir().unwrap(),
            wrong: Arc::default(),
        }
    }

    /// Sets the machine's clock, which is then so many seconds ahead of the true time.
    pub(crate) fn set_clock(&self, ahead: i64) {
        self.wrong.store(ahead * 1000, Ordering::Relaxed);
    }

    /// The clock of a bot on this stage.
    pub(crate) fn clock(&self) -> Clock {
        let wrong = Arc::clone(&self.wrong);
        Clock::reading(move || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            Timestamp(Timestamp(0).plus(since).0 + wrong.load(Ordering::Relaxed))
        })
    }

    /// The bot's variables for this stage: fast polls, its own database.
    pub(crate) fn variables(&self) -> HashMap<&'static str, String> {
        let database = self.folder.path().join("data").join("bot.db");
        HashMap::from([
            ("DISCORD_TOKEN", self.sandbox.token().to_owned()),
            ("DISCORD_API_URL", self.sandbox.discord_url().to_owned()),
            ("VIDEO_API_URL", self.sandbox.video_url().to_owned()),
            ("VIDEO_API_KEY", "sk-the-api-key".to_owned()),
            ("DATABASE_URL", format!("sqlite://{}", database.display())),
            ("HTTP_ADDR", "127.0.0.1:0".to_owned()),
            ("POLL_MIN", "50ms".to_owned()),
            ("POLL_MAX", "200ms".to_owned()),
            ("POLL_RATE", "1000".to_owned()),
            ("MEDIA_ALLOW_PRIVATE_HOSTS", "true".to_owned()),
            ("SHUTDOWN_GRACE", "5s".to_owned()),
        ])
    }

    /// A folder of this stage's own.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Another, empty database of this stage.
    pub(crate) fn other_database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("other.db").display())
    }

    /// Changes this stage's database behind the bot's back.
    pub(crate) async fn alter(&self, statement: &'static str) {
        assert!(self.altered(statement).await, "{statement}");
    }

    /// Changes this stage's database and returns whether a row was there to change.
    pub(crate) async fn altered(&self, statement: &'static str) -> bool {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&self.variables()["DATABASE_URL"])
            .await
            .unwrap();
        let changed = sqlx::query(statement).execute(&pool).await.unwrap();
        pool.close().await;
        changed.rows_affected() > 0
    }

    /// Starts a bot and waits until it is connected.
    pub(crate) async fn bot(&self) -> Bot {
        self.bot_with(&[]).await
    }

    pub(crate) async fn bot_with(&self, changes: &[(&'static str, &str)]) -> Bot {
        let mut variables = self.variables();
        variables.extend(
            changes
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        self.sandbox
            .until(|view| (view.sessions() == 0).then_some(()))
            .await;
        let bot = Bot::start_at(variables, Duration::from_secs(1), self.clock())
            .await
            .unwrap();
        self.sandbox
            .until(|view| (view.sessions() > 0).then_some(()))
            .await;
        bot
    }

    /// Ada uses `/videostatus` in the ordinary channel.
    pub(crate) fn ask(&self, id: &str) -> Interaction {
        let (ada, channel) = (self.sandbox.person("ada"), self.sandbox.channel());
        self.sandbox
            .command(&ada, &channel, "videostatus", json!({ "id": id }))
            .unwrap()
    }

    /// The interaction's message once `look` says so.
    pub(crate) async fn message(
        &self,
        interaction: &Interaction,
        look: impl Fn(&Message) -> bool,
    ) -> Message {
        let id = interaction.id;
        self.sandbox
            .until(|view| view.original(id).filter(|message| look(message)).cloned())
            .await
    }

    /// The interaction's message once its title holds `words`.
    pub(crate) async fn titled(&self, interaction: &Interaction, words: &str) -> Message {
        self.message(interaction, |message| title(message).contains(words))
            .await
    }

    /// Ada's watch of a running task, shown.
    pub(crate) async fn watching(&self) -> (Interaction, Message) {
        self.task(TASK, [running(TASK)]);
        let asked = self.ask(TASK);
        let message = self.titled(&asked, "Making your video").await;
        (asked, message)
    }

    /// The messages of the ordinary channel that notified anybody.
    pub(crate) fn pings(&self) -> Vec<Message> {
        let mut messages = self.sandbox.messages(&self.sandbox.channel());
        messages.retain(|message| !message.pings.is_empty() || message.pings_everyone);
        messages
    }

    /// Waits until the ordinary channel has `count` notifications.
    pub(crate) async fn pinged(&self, count: usize) -> Vec<Message> {
        let channel = self.sandbox.channel();
        self.sandbox
            .until(|view| {
                let pings = view
                    .messages(&channel)
                    .filter(|message| !message.pings.is_empty());
                let pings: Vec<_> = pings.cloned().collect();
                (pings.len() >= count).then_some(pings)
            })
            .await
    }

    /// A finished task with a playable clip and a thumbnail on the media server.
    pub(crate) fn done(&self, id: &str) -> Value {
        let video = self.sandbox.video();
        let clip = video.media("/clip.mp4", Reply::bytes("video/mp4", sandbox::clip()));
        let picture = video.media(
            "/thumb.png",
            Reply::bytes("image/png", sandbox::thumbnail()),
        );
        json!({
            "id": id, "status": "completed", "progress": 100, "model": "grok-3", "ratio": "3:2",
            "video_url": clip, "thumbnail_url": picture, "status_update_time": 1_764_522_552
        })
    }

    /// A task that answers `states` one after the other.
    pub(crate) fn task(&self, id: &str, states: impl IntoIterator<Item = Value>) {
        let replies = states.into_iter().map(|body| Reply::json(200, body));
        self.sandbox.video().task(id, Script::steps(replies));
    }
}

/// A task that is being made.
pub(crate) fn running(id: &str) -> Value {
    json!({ "id": id, "status": "processing", "video_url": null, "status_update_time": 1_764_756_435 })
}

pub(crate) fn title(message: &Message) -> &str {
    message.embeds[0]["title"].as_str().unwrap_or_default()
}

pub(crate) fn description(message: &Message) -> &str {
    message.embeds[0]["description"]
        .as_str()
        .unwrap_or_default()
}

/// Whether the message's title is a link whose end is `path`.
pub(crate) fn leads_to(message: &Message, path: &str) -> bool {
    let url = message.embeds[0]["url"].as_str();
    url.is_some_and(|url| url.ends_with(path))
}

/// The threads of a bot.
const THREADS: usize = 2;

/// Thaws a bot when it is dropped.
pub(crate) struct Frozen(Vec<std::sync::mpsc::Sender<()>>);

/// A running bot.
pub(crate) struct Bot {
    runtime: Option<Runtime>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
    /// Where health and metrics are.
    pub(crate) http: String,
    /// Discord's door.
    pub(crate) door: String,
}

impl Bot {
    pub(crate) async fn start(variables: HashMap<&'static str, String>) -> anyhow::Result<Self> {
        // Short, so that a test need not wait for a killed bot's claims to lapse.
        Self::start_leasing(variables, Duration::from_secs(1)).await
    }

    /// A bot whose claims last so long.
    pub(crate) async fn start_leasing(
        variables: HashMap<&'static str, String>,
        lease: Duration,
    ) -> anyhow::Result<Self> {
        Self::start_at(variables, lease, Clock::system()).await
    }

    /// A bot that goes by `clock`.
    pub(crate) async fn start_at(
        variables: HashMap<&'static str, String>,
        lease: Duration,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let config = Config::read(|name| variables.get(name).cloned())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .enable_all()
            .build()
            .unwrap();
        let usual = Leases::default();
        let shortened = |name, usual| {
            let ms = variables.get(name).map(|ms| ms.parse().unwrap());
            ms.map_or(usual, Duration::from_millis)
        };
        let leases = Leases {
            work: lease,
            incomplete: shortened("INCOMPLETE_MS", usual.incomplete),
            rest: shortened("REST_MS", usual.rest),
            look: shortened("LOOK_MS", usual.look),
            nonce: variables
                .get("NONCE")
                .map_or(Duration::from_secs(120), |_| Duration::from_millis(1)),
        };
        let built = runtime
            .spawn(App::build(config, leases, clock))
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

    /// As `kill -9` would: every task is dropped where it stands.
    pub(crate) fn kill(mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// As SIGSTOP would: it stands still until the guard is dropped.
    pub(crate) async fn freeze(&self) -> Frozen {
        let runtime = self.runtime.as_ref().unwrap();
        let mut frozen = Frozen(Vec::new());
        for _ in 0..THREADS {
            let (guard, thawed) = std::sync::mpsc::channel::<()>();
            let (arrived, arrives) = oneshot::channel();
            // It blocks a worker thread on purpose.
            runtime.spawn(async move {
                let _ = arrived.send(());
                let _ = thawed.recv();
            });
            arrives.await.unwrap();
            frozen.0.push(guard);
        }
        frozen
    }

    /// As SIGTERM would; returns once the bot has ended.
    pub(crate) async fn stop(mut self) {
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
