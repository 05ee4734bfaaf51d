//! Rows: the cost of watching many tasks.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sqlx::{Executor, Row};

use super::commands::{measure, warm_up};
use crate::floor;
use crate::lab::{Lab, Who};
use crate::report::{Report, Target, mib, percentile_ms};
use crate::seed::{Rows, open, seed};
use crate::stage::Stage;

/// The pace that the targets assume. The rate is higher than the rows need.
const PACE: [(&str, &str); 3] = [
    ("POLL_MIN", "5s"),
    ("POLL_MAX", "30s"),
    ("POLL_RATE", "1000"),
];

/// The number of running tasks.
const TASKS: u32 = 10_000;

/// The figures of a run of polls.
#[derive(Default)]
pub(super) struct Watched {
    ready: Duration,
    cpu: Duration,
    span: Duration,
    polls: u64,
    rss_kib: u64,
    /// The longest that a due row waited for its claim.
    late: Duration,
}

impl Watched {
    /// Adds several runs up to one.
    pub(super) fn of(runs: Vec<Self>) -> Self {
        let mut all = Self::default();
        for run in runs {
            all.ready = all.ready.max(run.ready);
            all.cpu += run.cpu;
            all.span += run.span;
            all.polls += run.polls;
            all.rss_kib = all.rss_kib.max(run.rss_kib);
            all.late = all.late.max(run.late);
        }
        all
    }

    fn cpu_percent(&self) -> f64 {
        100.0 * self.cpu.as_secs_f64() / self.span.as_secs_f64()
    }

    fn polls_a_second(&self) -> f64 {
        self.polls as f64 / self.span.as_secs_f64()
    }

    pub(super) fn cpu_each_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.polls as f64
    }
}

/// Measures a process for `span`. In `database`, if given, the oldest due row is looked at.
pub(super) async fn watch(
    stage: &Stage,
    span: Duration,
    database: Option<&Path>,
) -> anyhow::Result<Watched> {
    // The first claims open their connections during this pause.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut database = match database {
        Some(path) => Some(open(path).await?),
        None => None,
    };
    let (started, before, first) = (Instant::now(), stage.process.cpu()?, requests(stage));
    let mut late = Duration::ZERO;
    while started.elapsed() < span {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if let Some(database) = &mut database {
            let row = database
                .fetch_one("SELECT MIN(next_poll_at) FROM tasks WHERE next_poll_at IS NOT NULL")
                .await?;
            let due = Duration::from_millis(u64::try_from(row.try_get::<i64, _>(0)?)?);
            late = late.max(
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)?
                    .saturating_sub(due),
            );
        }
    }
    Ok(Watched {
        ready: stage.ready,
        cpu: stage.process.cpu()?.saturating_sub(before),
        span: started.elapsed(),
        polls: requests(stage) - first,
        rss_kib: stage.process.rss_kib()?,
        late,
    })
}

/// Returns how many requests the sandbox has received.
fn requests(stage: &Stage) -> u64 {
    stage
        .sandbox
        .look(|view| view.requests().last().map_or(0, |record| record.n))
}

/// Measures 10,000 running tasks.
pub(crate) async fn watching(lab: &Lab) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bot.db");
    let rows = Rows {
        tasks: TASKS,
        watches: TASKS,
        from: Duration::from_secs(1),
        spread: Duration::from_secs(30),
    };
    seed(lab, &path, rows).await?;
    let stage = Stage::start(lab, Who::Bot, &PACE, Some(&path)).await?;
    let bot = watch(&stage, lab.span(), Some(&path)).await?;
    drop(stage);
    let rate = format!("{:.0}", bot.polls_a_second());
    let stage = Stage::start(lab, Who::Floor, &[(floor::POLLS, &rate)], None).await?;
    let floor = watch(&stage, lab.span(), None).await?;

    let mut report = Report::new("watching: 10,000 running tasks, POLL_MIN 5 s, POLL_MAX 30 s");
    add_polls(&mut report, &bot, &floor);
    report.add(
        "CPU, % of a core",
        bot.cpu_percent(),
        Some(floor.cpu_percent()),
        Target::AtMost(12.0),
    );
    add_rows(&mut report, &bot, &floor, 80.0);
    Ok(report)
}

fn add_polls(report: &mut Report, bot: &Watched, floor: &Watched) {
    report.add(
        "polls/s",
        bot.polls_a_second(),
        Some(floor.polls_a_second()),
        Target::None,
    );
    report.add(
        "CPU a poll, µs",
        bot.cpu_each_us(),
        Some(floor.cpu_each_us()),
        Target::None,
    );
}

fn add_rows(report: &mut Report, bot: &Watched, floor: &Watched, rss_mib: f64) {
    report.add(
        "RSS, MiB",
        mib(bot.rss_kib),
        Some(mib(floor.rss_kib)),
        Target::AtMost(rss_mib),
    );
    report.add(
        "a due row waited at most, ms",
        bot.late.as_secs_f64() * 1000.0,
        None,
        Target::AtMost(1000.0),
    );
    report.add(
        "ready, ms",
        bot.ready.as_secs_f64() * 1000.0,
        Some(floor.ready.as_secs_f64() * 1000.0),
        Target::AtMost(2000.0),
    );
}

/// Measures 100,000 running watches, ten on each of 10,000 tasks.
pub(crate) async fn held(lab: &Lab) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bot.db");
    let rows = Rows {
        tasks: TASKS,
        watches: 10 * TASKS,
        from: Duration::from_secs(1),
        spread: Duration::from_secs(30),
    };
    seed(lab, &path, rows).await?;
    let run = async |stage: &Stage, database| {
        warm_up(stage, 20).await?;
        let commands = measure(stage, async |stage| stage.steady(20, lab.span()).await);
        let (commands, watched) = tokio::join!(commands, watch(stage, lab.span(), database));
        anyhow::Ok((commands?, watched?))
    };
    let stage = Stage::start(lab, Who::Bot, &PACE, Some(&path)).await?;
    let (commands, bot) = run(&stage, Some(&path)).await?;
    drop(stage);
    let rate = format!("{:.0}", bot.polls_a_second());
    let stage = Stage::start(lab, Who::Floor, &[(floor::POLLS, &rate)], None).await?;
    let (bare, floor) = run(&stage, None).await?;

    let mut report = Report::new("held: 100,000 running watches on 10,000 tasks, 20 commands/s");
    report.add(
        "not acknowledged",
        commands.unacknowledged(),
        Some(bare.unacknowledged()),
        Target::AtMost(0.0),
    );
    report.add(
        "ack p99, ms",
        percentile_ms(&commands.ack_us, 99),
        Some(percentile_ms(&bare.ack_us, 99)),
        Target::AtMost(50.0),
    );
    add_rows(&mut report, &bot, &floor, 40.0);
    Ok(report)
}
