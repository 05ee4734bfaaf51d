//! A soak: three bots on one PostgreSQL, people who ask all the time, and
//! something that breaks every second. At the end nothing may be lost and
//! nobody told twice.
//!
//! `cargo run --release --example soak -- --minutes 5`
//!
//! It needs PostgreSQL's programs installed. With `RUST_LOG=warn` the bots tell
//! what they suffer.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "an example for the terminal"
)]

#[path = "../tests/bot/harness.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod harness;
#[path = "../tests/common/postgres.rs"]
mod postgres;

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use harness::{Bot, Stage, running, title};
use postgres::Server;
use sandbox::{Cut, Fault, Interaction, Message, Options, Reply, Script};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use videostatus::domain::secret::Secret;
use videostatus::domain::task::TaskId;
use videostatus::domain::watch::{Watch, WatchId, WatchState};
use videostatus::store::{Store, Whose};

/// How long what was asked may take to end once nothing breaks any more.
const CALM: Duration = Duration::from_secs(180);
/// A process that is gone is missed after so long.
const LEASE: Duration = Duration::from_secs(4);

#[derive(Parser)]
struct Args {
    /// How long things break.
    #[arg(long, default_value_t = 5)]
    minutes: u64,
    /// Repeats the choices of an earlier run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Chance that can be repeated (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if std::env::var_os("RUST_LOG").is_some() {
        videostatus::cli::logging::start(videostatus::config::LogFormat::Text, "info");
    }
    let Some(server) = Server::start() else {
        println!("PostgreSQL is not installed: nothing was tried");
        return ExitCode::FAILURE;
    };
    let stage = Stage::with(Options {
        records_kept: 200_000,
        messages_kept: 1_000_000,
        ..Stage::options()
    })
    .await;
    let mut trouble = Trouble {
        stage: &stage,
        variables: variables(&stage, &server),
        bots: Vec::new(),
        server,
        dice: Dice(args.seed.max(1)),
        made: BTreeMap::new(),
    };
    for _ in 0..3 {
        let bot = trouble.start().await;
        trouble.bots.push(bot);
    }
    println!("{} minute(s) of trouble, seed {}", args.minutes, args.seed);
    let until = Instant::now() + Duration::from_secs(60 * args.minutes);
    let (asked, ()) = tokio::join!(ask(&stage, Dice(args.seed + 1), until), trouble.make(until));
    stage.sandbox.heal();
    let count = trouble.made.clone();
    let verdict = settle(&stage, trouble, &asked).await;
    for (name, times) in count {
        println!("{times:4} x {name}");
    }
    println!("{verdict}");
    if verdict.lost + verdict.duplicated == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn variables(stage: &Stage, server: &Server) -> HashMap<&'static str, String> {
    let mut variables = stage.variables();
    variables.extend([
        ("DATABASE_URL", server.url()),
        ("POLL_MIN", "500ms".to_owned()),
        ("POLL_MAX", "1s".to_owned()),
        ("MAX_WATCHES_PER_USER", "1000000".to_owned()),
        ("COMMANDS_PER_MINUTE", "1000000".to_owned()),
    ]);
    variables
}

/// People ask, about five times a second; every fifth joins the one before.
async fn ask(stage: &Stage, mut dice: Dice, until: Instant) -> Vec<Interaction> {
    let (channel, mut asked, mut n) = (stage.sandbox.channel(), Vec::new(), 0);
    while Instant::now() < until {
        sleep(dice.millis(50, 350)).await;
        if n == 0 || dice.below(5) > 0 {
            n += 1;
            let id = format!("grok:{n}");
            let end = if dice.below(5) > 0 {
                stage.done(&id)
            } else {
                json!({ "id": id, "status": "failed", "error": "refused", "status_update_time": 1 })
            };
            let replies = [
                (Duration::ZERO, Reply::json(200, running(&id))),
                (dice.millis(1_000, 20_000), Reply::json(200, end)),
            ];
            stage.sandbox.video().task(&id, Script::timeline(replies));
        }
        let person = stage.sandbox.person(&format!("person-{}", dice.below(50)));
        let id = json!({ "id": format!("grok:{n}") });
        let sent = stage.sandbox.command(&person, &channel, "videostatus", id);
        asked.extend(sent.ok());
    }
    asked
}

/// Whatever breaks, and what it breaks.
struct Trouble<'a> {
    stage: &'a Stage,
    variables: HashMap<&'static str, String>,
    bots: Vec<Bot>,
    server: Server,
    dice: Dice,
    made: BTreeMap<&'static str, u32>,
}

impl Trouble<'_> {
    async fn start(&self) -> Bot {
        loop {
            match Bot::start_leasing(self.variables.clone(), LEASE).await {
                Ok(bot) => return bot,
                // It met a failure of the day; an operator's restart policy.
                Err(_) => sleep(Duration::from_millis(500)).await,
            }
        }
    }

    async fn make(&mut self, until: Instant) {
        while Instant::now() < until {
            sleep(self.dice.millis(200, 1_800)).await;
            let name = self.one().await;
            *self.made.entry(name).or_default() += 1;
        }
    }

    /// Makes one kind of trouble and returns its name.
    async fn one(&mut self) -> &'static str {
        let sandbox = &self.stage.sandbox;
        let times = u32::try_from(1 + self.dice.below(6)).unwrap();
        let on = |route: &str| Fault::on(route).times(times);
        let edit = "PATCH /webhooks/{app}/{token}/messages/@original";
        let (ping, query) = ("POST /channels/{channel}/messages", "GET /v1/video/query");
        let answer = "POST /interactions/{id}/{token}/callback";
        let wait = self.dice.millis(100, 1_500);
        let (name, fault) = match self.dice.below(24) {
            0..=3 => {
                self.take_one().kill();
                sleep(wait).await;
                let bot = self.start().await;
                self.bots.push(bot);
                return "bot killed";
            }
            4 => {
                self.take_one().stop().await;
                let bot = self.start().await;
                self.bots.push(bot);
                return "bot stopped";
            }
            5 => {
                let bot = self.take_one();
                let frozen = bot.freeze().await;
                sleep(wait * 5).await;
                drop(frozen);
                self.bots.push(bot);
                return "bot frozen";
            }
            6 | 7 => {
                tokio::task::block_in_place(|| self.server.restart());
                return "database restarted";
            }
            8..=10 => {
                let cuts = [Cut::Abrupt, Cut::Code(4000), Cut::Forget];
                sandbox.cut_gateway(cuts[times as usize % cuts.len()]);
                return "gateway dropped";
            }
            11 => ("edit 429", on(edit).rate_limited(wait)),
            12 => ("edit 502", on(edit).reply(502, json!({}))),
            13 => (
                "edit 500, done all the same",
                on(edit).reply(500, json!({})).after_effect(),
            ),
            14 | 15 => ("ping 429", on(ping).rate_limited(wait)),
            16 => ("ping 503", on(ping).reply(503, json!({}))),
            17 => (
                "ping cut off, sent all the same",
                on(ping).drop_connection().after_effect(),
            ),
            18 => ("acknowledgement 500", on(answer).reply(500, json!({}))),
            19 | 20 => ("query 429", on(query).rate_limited(wait)),
            21 => (
                "query 500",
                on(query).reply(500, json!({ "error": "overloaded" })),
            ),
            22 => ("query cut off", on(query).drop_connection()),
            _ => ("query slow", on(query).delay(wait)),
        };
        sandbox.fault(fault);
        name
    }

    fn take_one(&mut self) -> Bot {
        let place = usize::try_from(self.dice.below(self.bots.len() as u64)).unwrap();
        self.bots.swap_remove(place)
    }
}

/// What became of what was asked.
#[derive(Default)]
struct Verdict {
    asked: usize,
    unanswered: usize,
    unsaved: usize,
    ended: usize,
    lost: usize,
    duplicated: usize,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "asked = {}, seen to fail at once = {}, told that it was not saved = {}, followed to the end = {}\n\
             lost = {}, duplicated = {}",
            self.asked, self.unanswered, self.unsaved, self.ended, self.lost, self.duplicated
        )
    }
}

/// Lets everything end in peace, and counts.
async fn settle(stage: &Stage, trouble: Trouble<'_>, asked: &[Interaction]) -> Verdict {
    let store = Store::open(&Secret::new(trouble.server.url()))
        .await
        .unwrap();
    let guild = Whose::Guild(stage.sandbox.guild().get());
    let calm = async {
        while store.running(guild, 0).await.unwrap().1 > 0 {
            sleep(Duration::from_millis(200)).await;
        }
    };
    let in_time = timeout(CALM, calm).await.is_ok();
    println!("all watches ended: {in_time}");
    for bot in trouble.bots {
        bot.stop().await;
    }
    let messages = stage.sandbox.messages(&stage.sandbox.channel());
    let mut verdict = Verdict {
        asked: asked.len(),
        ..Verdict::default()
    };
    for interaction in asked {
        let id = WatchId(interaction.id.get().cast_signed());
        match (store.watch(id).await.unwrap(), interaction.original()) {
            (Some(watch), _) => {
                let task: &TaskId = &watch.asked.task_id;
                let waited = watch.has_waited(&store.task(task).await.unwrap().unwrap());
                judge(&mut verdict, &watch, waited, &messages);
            }
            (None, Some(message)) if message.embeds.to_string().contains("could not save") => {
                verdict.unsaved += 1;
            }
            (None, Some(message)) => {
                println!("lost: {} shows {:?}", interaction.id, title(&message));
                verdict.lost += 1;
            }
            // The person saw "did not respond".
            (None, None) => verdict.unanswered += 1,
        }
    }
    verdict
}

/// Whether a watch ended, its message says so and its person was told once.
fn judge(verdict: &mut Verdict, watch: &Watch, waited: bool, messages: &[Message]) {
    let id = watch.message_id.unwrap_or_default();
    let shown = messages.iter().find(|m| m.id.get() == id);
    let shows = |m: &Message| title(m).contains("ready") || title(m).contains("failed");
    let pings = messages
        .iter()
        .filter(|m| m.reference.is_some_and(|to| to.get() == id) && !m.pings.is_empty())
        .count();
    let fine = watch.state == WatchState::Ended && shown.is_some_and(shows);
    if pings > usize::from(waited) {
        println!("duplicated: {pings} pings, {watch:?}");
        verdict.duplicated += 1;
    } else if !fine || pings < usize::from(waited) {
        println!("lost: {pings} pings, {shown:?}, {watch:?}");
        verdict.lost += 1;
    } else {
        verdict.ended += 1;
    }
}
