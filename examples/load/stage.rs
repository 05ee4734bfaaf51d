//! One run: a new sandbox, a new process in it, and people with commands.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use sandbox::{Channel, Interaction, Options, Person, Reply, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::MissedTickBehavior;

use crate::lab::{Lab, Who};
use crate::process::Process;

/// The people who take turns, so many that nobody reaches a quota.
const PEOPLE: usize = 100;

/// The number of requests and queries that the sandbox keeps, which is more than a run needs.
const RECORDS: usize = 20_000;

/// The interval at which a condition is checked. It is long enough to cost nothing; it does not
/// affect the figures, because the sandbox records the moments.
const LOOK: Duration = Duration::from_millis(5);

/// The time that a process may take to connect.
const START: Duration = Duration::from_secs(30);

/// A process in a sandbox of its own.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) process: Process,
    /// The time from the process's start until commands reached it.
    pub(crate) ready: Duration,
    people: Vec<Person>,
    channel: Channel,
    _folder: TempDir,
}

impl Stage {
    /// Starts `who` with `changes` to its variables, and waits until it is connected. `database`
    /// outlives the run; without one the run gets a new database.
    pub(crate) async fn start(
        lab: &Lab,
        who: Who,
        changes: &[(&str, &str)],
        database: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let sandbox = Sandbox::start(Options {
            // Everybody uses one channel, faster than Discord would allow.
            rate_limits: false,
            records_kept: RECORDS,
            ..Options::default()
        })
        .await?;
        sandbox.video().unknown_reply(running(Duration::ZERO));
        let folder = tempfile::tempdir()?;
        let database = match database {
            Some(path) => path.to_owned(),
            None => folder.path().join("bot.db"),
        };
        let mut variables = vec![
            ("DISCORD_TOKEN", sandbox.token().to_owned()),
            ("DISCORD_API_URL", sandbox.discord_url().to_owned()),
            ("VIDEO_API_URL", sandbox.video_url().to_owned()),
            ("VIDEO_API_KEY", "sk-load".to_owned()),
            ("DATABASE_URL", format!("sqlite://{}", database.display())),
            ("HTTP_ADDR", "127.0.0.1:0".to_owned()),
            ("POLL_MIN", "1h".to_owned()),
            ("POLL_MAX", "1h".to_owned()),
            ("POLL_RATE", "1000".to_owned()),
            ("WATCH_TIMEOUT", "12h".to_owned()),
            ("MAX_WATCHES_PER_USER", "1000000".to_owned()),
            ("COMMANDS_PER_MINUTE", "1000000".to_owned()),
            ("MEDIA_ALLOW_PRIVATE_HOSTS", "true".to_owned()),
        ];
        for (name, value) in changes {
            variables.retain(|(known, _)| known != name);
            variables.push((name, (*value).to_owned()));
        }
        let (program, arguments): (_, &[&str]) = match who {
            Who::Bot => (&lab.bot, &["run"]),
            Who::Floor => (&lab.floor, &["floor"]),
        };
        let started = Instant::now();
        let mut process = Process::start(program, arguments, &variables, folder.path())?;
        while sandbox.look(|view| view.sessions()) == 0 {
            process.check().with_context(|| log_of(folder.path()))?;
            ensure!(started.elapsed() < START, "{who:?} does not connect");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let ready = started.elapsed();
        let people = (0..PEOPLE).map(|n| sandbox.person(&format!("person {n}")));
        Ok(Self {
            people: people.collect(),
            channel: sandbox.channel(),
            sandbox,
            process,
            ready,
            _folder: folder,
        })
    }

    /// Sends the `n`th command, about `task`.
    pub(crate) fn command(&self, n: usize, task: &str) -> anyhow::Result<Interaction> {
        let person = &self.people[n % self.people.len()];
        let options = json!({ "id": task, "notify": "off" });
        Ok(self
            .sandbox
            .command(person, &self.channel, "videostatus", options)?)
    }

    /// Sends the `n`th letter, typed into the option that takes a task's id.
    pub(crate) fn type_id(&self, n: usize, typed: &str) -> anyhow::Result<Interaction> {
        let person = &self.people[n % self.people.len()];
        let options = json!({ "id": typed });
        Ok(self
            .sandbox
            .autocomplete(person, &self.channel, "videostatus", options, "id")?)
    }

    /// Sends `rate` commands a second for `span`, each about a new task.
    pub(crate) async fn steady(
        &self,
        rate: u32,
        span: Duration,
    ) -> anyhow::Result<Vec<Interaction>> {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let end = Instant::now() + span;
        let mut sent = Vec::new();
        while Instant::now() < end {
            ticks.tick().await;
            let n = sent.len();
            sent.push(self.command(n, &task_id(n, "steady"))?);
        }
        Ok(sent)
    }

    /// Waits until every command has its first status, at most for `patience`. Returns how many
    /// have none.
    pub(crate) async fn shown(&self, sent: &[Interaction], patience: Duration) -> usize {
        let deadline = Instant::now() + patience;
        let mut waiting: Vec<&Interaction> = sent.iter().collect();
        loop {
            // Statuses come mostly in order: once the last command has one, few are missing.
            while waiting
                .last()
                .is_some_and(|one| self.status_ms(one).is_some())
            {
                waiting.pop();
            }
            if waiting.is_empty() || Instant::now() > deadline {
                waiting.retain(|one| self.status_ms(one).is_none());
                return waiting.len();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Returns the microseconds from dispatch to callback of the commands that were deferred as
    /// they should be.
    pub(crate) fn ack_us(&self, sent: &[Interaction]) -> Vec<u64> {
        self.sandbox.look(|view| {
            let answered = sent.iter().filter_map(|one| view.callback(one.id));
            answered
                .filter(|callback| callback.kind == 5)
                .map(|callback| callback.after_us)
                .collect()
        })
    }

    /// Returns the milliseconds from dispatch to the message's first edit.
    pub(crate) fn status_ms(&self, interaction: &Interaction) -> Option<u64> {
        self.edited_since(interaction, 0)
            .map(|at| at.saturating_sub(interaction.id.created_ms()))
    }

    /// Returns when the command's message was first edited at or after `moment`. Both are in
    /// milliseconds since 1970.
    pub(crate) fn edited_since(&self, interaction: &Interaction, moment: u64) -> Option<u64> {
        self.sandbox.look(|view| {
            let versions = &view.original(interaction.id)?.versions;
            let mut edits = versions.iter().skip(1).map(|version| version.at);
            edits.find(|at| *at >= moment)
        })
    }

    /// Waits until `look` returns true, at most for `patience`. Returns whether it did.
    pub(crate) async fn until(&self, patience: Duration, look: impl Fn() -> bool) -> bool {
        let deadline = Instant::now() + patience;
        while !look() {
            if Instant::now() > deadline {
                return false;
            }
            tokio::time::sleep(LOOK).await;
        }
        true
    }
}

/// Returns the id of the `n`th task of a kind, in the provider's form.
pub(crate) fn task_id(n: usize, kind: &str) -> String {
    format!("grok:{kind}-{n:08}-9dee-455c-aa82-02ac623adf3a")
}

/// Returns the reply for a running task, in the provider's words.
pub(crate) fn running(delay: Duration) -> Reply {
    Reply::json(200, body("processing", None)).after(delay)
}

/// Returns the reply for a finished task.
pub(crate) fn done(video_url: &str) -> Reply {
    Reply::json(200, body("completed", Some(video_url)))
}

fn body(status: &str, video_url: Option<&str>) -> Value {
    json!({
        "id": "grok:299604b7-c5ea-47b5-bc64-c06f300f0d27", "mode": "text", "type": "create", "error": "",
        "model": "grok-3", "ratio": "3:2", "prompt": "cat fish  --mode=custom", "status": status,
        "video_url": video_url, "status_update_time": 1_764_522_552,
    })
}

/// Returns what the process printed on standard error, for the error message.
fn log_of(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("stderr.log")).unwrap_or_default()
}
