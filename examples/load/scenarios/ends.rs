//! Ends: how soon a message shows that its task is done.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::ensure;
use sandbox::{Interaction, Reply, Script};

use crate::floor;
use crate::lab::{Lab, Who};
use crate::report::{Report, Target, percentile_ms};
use crate::stage::{Stage, done, running, task_id};

/// The interval between two polls of a task in these scenarios.
const INTERVAL: Duration = Duration::from_secs(2);

const PACE: [(&str, &str); 3] = [
    ("POLL_MIN", "2s"),
    ("POLL_MAX", "2s"),
    (floor::INTERVAL_MS, "2000"),
];

/// The longest wait until all messages show the end.
const PATIENCE: Duration = Duration::from_secs(90);

/// The figures of a run's ends.
#[derive(Default)]
struct Ends {
    lag_us: Vec<u64>,
    missing: usize,
    polls: usize,
    /// The most polls that the intervals allow.
    polls_allowed: usize,
}

/// Measures the time from a task's end to the edited message, with 100 tasks that end at
/// different moments.
pub(crate) async fn completion(lab: &Lab) -> anyhow::Result<Report> {
    let (bot, floor) = lab.turns(async |who| ends(lab, who).await).await?;
    let of = |runs: Vec<Ends>| {
        let mut all = Ends::default();
        for run in runs {
            all.lag_us.extend(run.lag_us);
            all.missing += run.missing;
            all.polls += run.polls;
            all.polls_allowed += run.polls_allowed;
        }
        all
    };
    let (bot, floor) = (of(bot), of(floor));
    let mut report = Report::new("completion: 100 tasks, one poll each 2 s");
    report.add(
        "ends not shown",
        bot.missing as f64,
        Some(floor.missing as f64),
        Target::AtMost(0.0),
    );
    let half_ms = INTERVAL.as_secs_f64() * 500.0;
    report.add(
        "lag p50, ms",
        percentile_ms(&bot.lag_us, 50),
        Some(percentile_ms(&floor.lag_us, 50)),
        Target::AtMost(half_ms + 150.0),
    );
    report.add(
        "lag p99, ms",
        percentile_ms(&bot.lag_us, 99),
        Some(percentile_ms(&floor.lag_us, 99)),
        Target::None,
    );
    report.add(
        "polls",
        bot.polls as f64,
        Some(floor.polls as f64),
        Target::AtMost(bot.polls_allowed as f64),
    );
    Ok(report)
}

async fn ends(lab: &Lab, who: Who) -> anyhow::Result<Ends> {
    let stage = Stage::start(lab, who, &PACE, None).await?;
    let video = stage.sandbox.video();
    let clip = video.media("/clip.mp4", Reply::bytes("video/mp4", sandbox::clip()));
    let mut tasks: Vec<(Interaction, String, u64, u64)> = Vec::new();
    for n in 0..100 {
        let id = task_id(n, "end");
        // The ends are spread evenly over one interval. 37 and 100 are coprime, so that
        // neighbours differ.
        let part = u32::try_from(n * 37 % 100)?;
        let life = 2 * INTERVAL + INTERVAL * part / 100;
        let script = Script::timeline([
            (Duration::ZERO, running(Duration::ZERO)),
            (life, done(&clip)),
        ]);
        video.task(&id, script);
        let begin = now_ms()?;
        let end = begin + u64::try_from(life.as_millis())?;
        tasks.push((stage.command(n, &id)?, id, begin, end));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let ended = || {
        let mut all = tasks.iter();
        all.all(|(command, _, _, end)| stage.edited_since(command, *end).is_some())
    };
    stage.until(PATIENCE, ended).await;
    let mut ends = Ends::default();
    for (command, id, begin, end) in &tasks {
        let Some(edited) = stage.edited_since(command, *end) else {
            ends.missing += 1;
            continue;
        };
        ends.lag_us.push((edited - end) * 1000);
        ends.polls += video.polls(id).len();
        // Jitter shortens an interval by up to a tenth.
        let interval = u64::try_from(INTERVAL.as_millis() * 9 / 10)?;
        ends.polls_allowed += usize::try_from(1 + (edited - begin).div_ceil(interval))?;
    }
    Ok(ends)
}

/// Measures 1,000 people on one task.
pub(crate) async fn crowd(lab: &Lab) -> anyhow::Result<Report> {
    let (bot, floor) = (party(lab, Who::Bot).await?, party(lab, Who::Floor).await?);
    let mut report = Report::new("crowd: 1,000 people on one task, one poll each 2 s");
    report.add(
        "ends not shown",
        bot.missing as f64,
        Some(floor.missing as f64),
        Target::AtMost(0.0),
    );
    report.add(
        "last message edited, ms after the end",
        percentile_ms(&bot.lag_us, 100),
        Some(percentile_ms(&floor.lag_us, 100)),
        Target::None,
    );
    report.add(
        "polls",
        bot.polls as f64,
        Some(floor.polls as f64),
        Target::AtMost(bot.polls_allowed as f64),
    );
    Ok(report)
}

async fn party(lab: &Lab, who: Who) -> anyhow::Result<Ends> {
    let stage = Stage::start(lab, who, &PACE, None).await?;
    let video = stage.sandbox.video();
    let clip = video.media("/clip.mp4", Reply::bytes("video/mp4", sandbox::clip()));
    let id = task_id(0, "crowd");
    video.task(&id, Script::always(running(Duration::ZERO)));
    let started = Instant::now();
    let people: Vec<Interaction> = (0..1_000)
        .map(|n| stage.command(n, &id))
        .collect::<anyhow::Result<_>>()?;
    ensure!(
        stage.shown(&people, PATIENCE).await == 0,
        "{who:?}: somebody has no first status"
    );
    let end = now_ms()?;
    video.task(&id, Script::always(done(&clip)));
    let ended = || {
        let mut all = people.iter();
        all.all(|one| stage.edited_since(one, end).is_some())
    };
    stage.until(PATIENCE, ended).await;
    let edited = people.iter().filter_map(|one| stage.edited_since(one, end));
    let lag_us: Vec<u64> = edited.map(|at| (at - end) * 1000).collect();
    let polls = video.polls(&id).len();
    let intervals = started.elapsed().as_millis() / (INTERVAL.as_millis() * 9 / 10);
    Ok(Ends {
        missing: people.len() - lag_us.len(),
        lag_us,
        polls,
        polls_allowed: 2 + usize::try_from(intervals)?,
    })
}

fn now_ms() -> anyhow::Result<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(u64::try_from(since.as_millis())?)
}
