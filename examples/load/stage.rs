//! One run: a fresh sandbox, a fresh process in it, and people with commands.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use sandbox::{Channel, Interaction, Options, Person, Reply, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::MissedTickBehavior;

use crate::lab::{Lab, Who};
use crate::process::Process;

/// So many people take turns, so that nobody meets a quota.
const PEOPLE: usize = 100;

/// Requests and queries that the sandbox remembers; more than a run is asked about.
const RECORDS: usize = 20_000;

/// How often a condition is looked at: rare enough to cost nothing, exact
/// enough because moments are taken by the sandbox, not here.
const LOOK: Duration = Duration::from_millis(5);

/// How long a process may take to connect.
const START: Duration = Duration::from_secs(30);

/// A process in its own sandbox.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) process: Process,
    /// From the start of the process until commands reached it.
    pub(crate) ready: Duration,
    people: Vec<Person>,
    channel: Channel,
    _folder: TempDir,
}

impl Stage {
    /// Starts `who` with `changes` to its variables and waits until it is
    /// connected. `database` outlives the run; without it, it is a new one.
    pub(crate) async fn start(
        lab: &Lab,
        who: Who,
        changes: &[(&str, &str)],
        database: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let sandbox = Sandbox::start(Options {
            // Everybody asks in one channel, faster than Discord would let them.
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

    /// The `n`th command, about `task`.
    pub(crate) fn command(&self, n: usize, task: &str) -> anyhow::Result<Interaction> {
        let person = &self.people[n % self.people.len()];
        let options = json!({ "id": task, "notify": "off" });
        Ok(self
            .sandbox
            .command(person, &self.channel, "videostatus", options)?)
    }

    /// The `n`th letter, typed into the option that takes a task's id.
    pub(crate) fn type_id(&self, n: usize, typed: &str) -> anyhow::Result<Interaction> {
        let person = &self.people[n % self.people.len()];
        let options = json!({ "id": typed });
        Ok(self
            .sandbox
            .autocomplete(person, &self.channel, "videostatus", options, "id")?)
    }

    /// Commands about one new task each, so many a second for so long.
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

    /// Waits until every command has its first status, at most `patience`; how
    /// many have none.
    pub(crate) async fn shown(&self, sent: &[Interaction], patience: Duration) -> usize {
        let deadline = Instant::now() + patience;
        let mut waiting: Vec<&Interaction> = sent.iter().collect();
        loop {
            // Mostly in order, so that looking at the first is enough.
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

    /// From dispatch to callback, for those that were deferred as they should be.
    pub(crate) fn ack_us(&self, sent: &[Interaction]) -> Vec<u64> {
        self.sandbox.look(|view| {
            let answered = sent.iter().filter_map(|one| view.callback(one.id));
            answered
                .filter(|callback| callback.kind == 5)
                .map(|callback| callback.after_us)
                .collect()
        })
    }

    /// From dispatch to the message's first edit.
    pub(crate) fn status_ms(&self, interaction: &Interaction) -> Option<u64> {
        self.edited_since(interaction, 0)
            .map(|at| at.saturating_sub(interaction.id.created_ms()))
    }

    /// When the command's message was first edited at or after `moment`
    /// (milliseconds since 1970, as everything here).
    pub(crate) fn edited_since(&self, interaction: &Interaction, moment: u64) -> Option<u64> {
        self.sandbox.look(|view| {
            let versions = &view.original(interaction.id)?.versions;
            let mut edits = versions.iter().skip(1).map(|version| version.at);
            edits.find(|at| *at >= moment)
        })
    }

    /// Waits until `look` says so, at most `patience`; whether it did.
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

/// The id of the `n`th task of a kind, shaped like the provider's.
pub(crate) fn task_id(n: usize, kind: &str) -> String {
    format!("grok:{kind}-{n:08}-9dee-455c-aa82-02ac623adf3a")
}

/// A task that is being made, as the provider words it.
pub(crate) fn running(delay: Duration) -> Reply {
    Reply::json(200, body("processing", None)).after(delay)
}

/// A task that is done.
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

/// The end of what the process said, for whoever looks for the reason.
fn log_of(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("stderr.log")).unwrap_or_default()
}
