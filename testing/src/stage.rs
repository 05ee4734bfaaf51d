//! A sandbox for bots, and helpers that look at it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sandbox::{Interaction, Message, Options, Point, Reply, Sandbox, Script};
use serde_json::{Value, json};
use tempfile::TempDir;
use videostatus::app::Timings;
use videostatus::domain::time::Timestamp;
use videostatus::flows::clock::Clock;

use crate::bot::{Bot, timings};
use crate::overheard;

/// The task of the endpoint page's second example.
pub const TASK: &str = "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27";

/// A sandbox, a folder and a clock for the bots of one test.
pub struct Stage {
    pub sandbox: Sandbox,
    folder: TempDir,
    /// The timings of the bots that start here.
    pub timings: Timings,
    /// The milliseconds by which the machine's clock is ahead.
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
    pub async fn new() -> Self {
        Self::with(Self::options()).await
    }

    /// Returns the options of a stage's sandbox.
    pub fn options() -> Options {
        Options {
            patience: Duration::from_secs(20),
            ..Options::default()
        }
    }

    pub async fn with(options: Options) -> Self {
        overheard::listen();
        let sandbox = Sandbox::start(options).await.unwrap();
        Self {
            sandbox,
            folder: tempfile::tempdir().unwrap(),
            timings: timings(),
            wrong: Arc::default(),
        }
    }

    /// Creates a stage on which Discord and the bots forget nonces at once.
    pub async fn forgetting_nonces() -> Self {
        let moment = Duration::from_millis(1);
        let mut stage = Self::with(Options {
            nonce_window: moment,
            ..Self::options()
        })
        .await;
        stage.timings.nonce = moment;
        stage
    }

    /// Sets the machine's clock `ahead` seconds ahead of the true time.
    pub fn set_clock(&self, ahead: i64) {
        self.wrong.store(ahead * 1000, Ordering::Relaxed);
    }

    /// Returns the clock of bots on this stage.
    pub fn clock(&self) -> Clock {
        let wrong = Arc::clone(&self.wrong);
        Clock::reading(move || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            Timestamp(Timestamp(0).plus(since).0 + wrong.load(Ordering::Relaxed))
        })
    }

    /// Returns the bot's variables for this stage: fast polls, and a database of its own.
    pub fn variables(&self) -> HashMap<&'static str, String> {
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

    /// Returns the stage's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the address of another, empty database of this stage.
    pub fn other_database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("other.db").display())
    }

    /// Changes this stage's database without the bot. Fails if no row was changed.
    pub async fn alter(&self, statement: &'static str) {
        assert!(self.altered(statement).await, "{statement}");
    }

    /// Changes this stage's database without the bot. Returns whether a row was changed.
    pub async fn altered(&self, statement: &'static str) -> bool {
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&self.variables()["DATABASE_URL"])
            .await
            .unwrap();
        let changed = sqlx::query(statement).execute(&pool).await.unwrap();
        pool.close().await;
        changed.rows_affected() > 0
    }

    /// Starts a bot and waits until it is connected.
    pub async fn bot(&self) -> Bot {
        self.bot_with(&[]).await
    }

    pub async fn bot_with(&self, changes: &[(&'static str, &str)]) -> Bot {
        let mut variables = self.variables();
        variables.extend(
            changes
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        self.sandbox
            .until(|view| (view.sessions() == 0).then_some(()))
            .await;
        let bot = Bot::start_at(variables, self.timings, self.clock())
            .await
            .unwrap();
        self.connected().await;
        bot
    }

    /// Calls `begin`, kills the bot while its next request to `route` is held at `point`, and
    /// starts another bot in its place.
    pub async fn killed_at(
        &self,
        bot: Bot,
        route: &str,
        point: Point,
        begin: impl FnOnce(),
    ) -> Bot {
        let mut hold = self.sandbox.hold(route, point);
        begin();
        hold.arrived().await;
        bot.kill();
        hold.discard();
        self.bot().await
    }

    /// Uses `/videostatus` as Ada in the channel `general`.
    pub fn ask(&self, id: &str) -> Interaction {
        self.ask_with(json!({ "id": id }))
    }

    /// Waits until `look` returns true for the interaction's message, and returns the message.
    pub async fn message(
        &self,
        interaction: &Interaction,
        look: impl Fn(&Message) -> bool,
    ) -> Message {
        let id = interaction.id;
        self.sandbox
            .until(|view| view.original(id).filter(|message| look(message)).cloned())
            .await
    }

    /// Waits until the title of the interaction's message contains `words`, and returns the
    /// message.
    pub async fn titled(&self, interaction: &Interaction, words: &str) -> Message {
        self.message(interaction, |message| title(message).contains(words))
            .await
    }

    /// Waits until the interaction's message shows the finished video with its file, and
    /// returns the message. On a slow machine the bot shows the end first, and attaches the
    /// file by a later edit.
    pub async fn ready(&self, interaction: &Interaction) -> Message {
        let words = "Your video is ready";
        self.message(interaction, |message| {
            title(message).contains(words) && !message.attachments.is_empty()
        })
        .await
    }

    /// Makes the running bot fetch the files that [`Stage::done`] links to. The bot keeps
    /// them, so that the first message that shows an end carries them, however slow the
    /// machine is.
    pub async fn fetched(&self) {
        let id = "grok:fetched-0000001";
        self.task(id, [self.done(id)]);
        let asked = self.ask(id);
        self.message(&asked, |message| {
            !message.attachments.is_empty() && !message.embedded.is_empty()
        })
        .await;
    }

    /// Starts Ada's watch of a running task, and waits until its message shows it.
    pub async fn watching(&self) -> (Interaction, Message) {
        self.watching_with(json!({})).await
    }

    /// Returns the messages of `general` that notified anybody.
    pub fn pings(&self) -> Vec<Message> {
        let mut messages = self.sandbox.messages(&self.sandbox.channel());
        messages.retain(|message| !message.pings.is_empty() || message.pings_everyone);
        messages
    }

    /// Waits until `general` has `count` notifications, and returns them.
    pub async fn pinged(&self, count: usize) -> Vec<Message> {
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

    /// Returns the reply for a finished task, with a clip and a thumbnail on the media host.
    pub fn done(&self, id: &str) -> Value {
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

    /// Adds a task that answers with `states` one after the other.
    pub fn task(&self, id: &str, states: impl IntoIterator<Item = Value>) {
        let replies = states.into_iter().map(|body| Reply::json(200, body));
        self.sandbox.video().task(id, Script::steps(replies));
    }
}

/// Moves the video of a finished task to a host that is not the gateway's. The bot shows
/// such a link also while it fetches the file.
pub fn elsewhere(mut done: Value) -> Value {
    let url = done["video_url"].as_str().unwrap();
    done["video_url"] = url.replace("127.0.0.1", "localhost").into();
    done
}

/// Returns the reply for a running task.
pub fn running(id: &str) -> Value {
    json!({ "id": id, "status": "processing", "video_url": null, "status_update_time": 1_764_756_435 })
}

pub fn title(message: &Message) -> &str {
    message.embeds[0]["title"].as_str().unwrap_or_default()
}

pub fn description(message: &Message) -> &str {
    message.embeds[0]["description"]
        .as_str()
        .unwrap_or_default()
}

/// Returns whether the message's title is a link that ends in `path`.
pub fn leads_to(message: &Message, path: &str) -> bool {
    let url = message.embeds[0]["url"].as_str();
    url.is_some_and(|url| url.ends_with(path))
}
