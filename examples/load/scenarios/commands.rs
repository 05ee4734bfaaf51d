//! Commands: how fast they are acknowledged and answered, and the cost of one.

use std::time::Duration;

use sandbox::Interaction;

use crate::lab::{Lab, Who};
use crate::report::{Report, Target, mib, percentile_ms};
use crate::stage::{Stage, running, task_id};

/// The longest wait for first statuses after the last command.
const PATIENCE: Duration = Duration::from_secs(20);

/// The figures of one run of commands.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) sent: usize,
    pub(crate) ack_us: Vec<u64>,
    pub(crate) status_us: Vec<u64>,
    /// The CPU time from the first command to the last first status.
    pub(crate) cpu: Duration,
}

impl Outcome {
    /// Adds several runs up to one.
    pub(crate) fn of(runs: Vec<Self>) -> Self {
        let mut all = Self::default();
        for run in runs {
            all.sent += run.sent;
            all.ack_us.extend(run.ack_us);
            all.status_us.extend(run.status_us);
            all.cpu += run.cpu;
        }
        all
    }

    pub(crate) fn unacknowledged(&self) -> f64 {
        (self.sent - self.ack_us.len()) as f64
    }

    pub(crate) fn cpu_each_us(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.sent as f64
    }
}

/// Sends commands with `send` to a warm process and waits for their statuses.
pub(crate) async fn measure(
    stage: &Stage,
    send: impl AsyncFnOnce(&Stage) -> anyhow::Result<Vec<Interaction>>,
) -> anyhow::Result<Outcome> {
    let before = stage.process.cpu()?;
    let sent = send(stage).await?;
    stage.shown(&sent, PATIENCE).await;
    let cpu = stage.process.cpu()?.saturating_sub(before);
    let status = sent.iter().filter_map(|one| stage.status_ms(one));
    Ok(Outcome {
        sent: sent.len(),
        ack_us: stage.ack_us(&sent),
        status_us: status.map(|ms| ms * 1000).collect(),
        cpu,
    })
}

/// Opens connections and fills caches, so that the measured commands meet a warm process.
pub(crate) async fn warm_up(stage: &Stage, commands: usize) -> anyhow::Result<()> {
    let sent: Result<Vec<_>, _> = (0..commands)
        .map(|n| stage.command(n, &task_id(n, "warm")))
        .collect();
    stage.shown(&sent?, PATIENCE).await;
    Ok(())
}

/// Measures 200 commands a second.
pub(crate) async fn ack(lab: &Lab) -> anyhow::Result<Report> {
    let (bot, floor) = lab
        .turns(async |who| {
            let stage = Stage::start(lab, who, &[], None).await?;
            warm_up(&stage, 50).await?;
            measure(&stage, async |stage| stage.steady(200, lab.span()).await).await
        })
        .await?;
    let (bot, floor) = (Outcome::of(bot), Outcome::of(floor));
    let mut report = Report::new("ack: 200 commands/s");
    add_acks(&mut report, &bot, &floor, [1.6, 3.0]);
    report.add(
        "ack p99, ms (absolute)",
        percentile_ms(&bot.ack_us, 99),
        None,
        Target::AtMost(10.0),
    );
    report.add(
        "CPU a command, µs",
        bot.cpu_each_us(),
        Some(floor.cpu_each_us()),
        Target::TimesFloor(3.5),
    );
    Ok(report)
}

fn add_acks(report: &mut Report, bot: &Outcome, floor: &Outcome, [p50, p99]: [f64; 2]) {
    report.add(
        "commands",
        bot.sent as f64,
        Some(floor.sent as f64),
        Target::None,
    );
    report.add(
        "not acknowledged",
        bot.unacknowledged(),
        Some(floor.unacknowledged()),
        Target::AtMost(0.0),
    );
    for (percent, times) in [(50, p50), (99, p99)] {
        report.add(
            format!("ack p{percent}, ms"),
            percentile_ms(&bot.ack_us, percent),
            Some(percentile_ms(&floor.ack_us, percent)),
            Target::TimesFloor(times),
        );
    }
}

/// Measures 2,000 commands at one moment.
pub(crate) async fn burst(lab: &Lab) -> anyhow::Result<Report> {
    let (bot, floor) = lab
        .turns(async |who| {
            let stage = Stage::start(lab, who, &[], None).await?;
            warm_up(&stage, 50).await?;
            measure(&stage, async |stage| {
                (0..2_000)
                    .map(|n| stage.command(n, &task_id(n, "burst")))
                    .collect()
            })
            .await
        })
        .await?;
    let (bot, floor) = (Outcome::of(bot), Outcome::of(floor));
    let mut report = Report::new("burst: 2,000 commands at once");
    report.add(
        "not acknowledged",
        bot.unacknowledged(),
        Some(floor.unacknowledged()),
        Target::AtMost(0.0),
    );
    for (name, percent, target) in [
        ("ack p50, ms", 50, Target::None),
        ("ack last, ms", 100, Target::AtMost(1500.0)),
    ] {
        report.add(
            name,
            percentile_ms(&bot.ack_us, percent),
            Some(percentile_ms(&floor.ack_us, percent)),
            target,
        );
    }
    report.add(
        "first status last, ms",
        percentile_ms(&bot.status_us, 100),
        Some(percentile_ms(&floor.status_us, 100)),
        Target::None,
    );
    Ok(report)
}

/// Measures the time to the first status, with an endpoint that takes 50 ms.
pub(crate) async fn first(lab: &Lab) -> anyhow::Result<Report> {
    let (bot, floor) = lab
        .turns(async |who| {
            let stage = Stage::start(lab, who, &[], None).await?;
            let reply = running(Duration::from_millis(50));
            stage.sandbox.video().unknown_reply(reply);
            warm_up(&stage, 20).await?;
            measure(&stage, async |stage| stage.steady(20, lab.span()).await).await
        })
        .await?;
    let (bot, floor) = (Outcome::of(bot), Outcome::of(floor));
    let mut report = Report::new("first: 20 commands/s, the endpoint takes 50 ms");
    report.add(
        "without a status",
        (bot.sent - bot.status_us.len()) as f64,
        Some((floor.sent - floor.status_us.len()) as f64),
        Target::AtMost(0.0),
    );
    for (percent, times) in [(50, 1.05), (99, 1.2)] {
        report.add(
            format!("first status p{percent}, ms"),
            percentile_ms(&bot.status_us, percent),
            Some(percentile_ms(&floor.status_us, percent)),
            Target::TimesFloor(times),
        );
    }
    Ok(report)
}

/// Measures the memory before and after 10,000 commands.
pub(crate) async fn memory(lab: &Lab) -> anyhow::Result<Report> {
    let run = async |who: Who| {
        let stage = Stage::start(lab, who, &[], None).await?;
        warm_up(&stage, 1_000).await?;
        let before = stage.process.rss_kib()?;
        let rate = 300;
        let span = Duration::from_secs(10_000) / rate;
        let outcome = measure(&stage, async |stage| stage.steady(rate, span).await).await?;
        anyhow::Ok((before, stage.process.rss_kib()?, outcome.sent))
    };
    let (bot, floor) = (run(Who::Bot).await?, run(Who::Floor).await?);
    let mut report = Report::new("memory: 10,000 commands");
    report.add("commands", bot.2 as f64, Some(floor.2 as f64), Target::None);
    report.add(
        "RSS before, MiB",
        mib(bot.0),
        Some(mib(floor.0)),
        Target::None,
    );
    report.add(
        "RSS more after, MiB",
        mib(bot.1) - mib(bot.0),
        Some(mib(floor.1) - mib(floor.0)),
        Target::AtMost(5.0),
    );
    Ok(report)
}
