//! Idleness: the cost of a bot with nothing to do.

use std::time::Duration;

use crate::lab::Lab;
use crate::report::{Report, Target, mib};
use crate::stage::Stage;

struct Still {
    ready: Duration,
    rss_kib: u64,
    cpu: Duration,
}

/// The number of spans for which an idle process is measured. The system counts CPU time in
/// hundredths of a second, and the target is two of those in ten seconds.
const SPANS: u32 = 3;

/// Measures start, memory and CPU of an idle process.
pub(crate) async fn idle(lab: &Lab) -> anyhow::Result<Report> {
    let (bot, floor) = lab
        .turns(async |who| {
            let stage = Stage::start(lab, who, &[], None).await?;
            tokio::time::sleep(Duration::from_secs(1)).await;
            let before = stage.process.cpu()?;
            tokio::time::sleep(lab.span() * SPANS).await;
            Ok(Still {
                ready: stage.ready,
                rss_kib: stage.process.rss_kib()?,
                cpu: stage.process.cpu()?.saturating_sub(before),
            })
        })
        .await?;
    let binary = |path| Ok::<_, std::io::Error>(mib(std::fs::metadata(path)?.len() / 1024));
    let mut report = Report::new("idle");
    // The best start counts, because a busy machine can only make it slower.
    let ready = |runs: &[Still]| {
        let best = runs.iter().map(|run| run.ready).min();
        best.unwrap_or_default().as_secs_f64() * 1000.0
    };
    report.add(
        "ready, best, ms",
        ready(&bot),
        Some(ready(&floor)),
        Target::AtMost(60.0),
    );
    let rss = |runs: &[Still]| mib(runs.iter().map(|run| run.rss_kib).max().unwrap_or(0));
    report.add(
        "RSS, MiB",
        rss(&bot),
        Some(rss(&floor)),
        Target::AtMost(20.0),
    );
    let percent = |runs: &[Still]| {
        let cpu: Duration = runs.iter().map(|run| run.cpu).sum();
        100.0 * cpu.as_secs_f64() / (lab.span() * SPANS * lab.rounds).as_secs_f64()
    };
    report.add(
        "CPU, % of a core",
        percent(&bot),
        Some(percent(&floor)),
        Target::AtMost(0.2),
    );
    report.add("binary, MiB", binary(&lab.bot)?, None, Target::AtMost(15.0));
    Ok(report)
}
