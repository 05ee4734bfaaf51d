//! Fairness: what a person notices of others who use what they are allowed.

use std::time::{Duration, Instant};

use tokio::time::MissedTickBehavior;

use crate::lab::{Lab, Who};
use crate::report::{Report, Target, percentile_ms};
use crate::stage::{Stage, task_id};

/// How long a first status is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ten people follow 25 running tasks each, at ten polls a second; then an eleventh asks
/// for one. With the default pauses six polls in 30 seconds are promised to each task.
pub(crate) async fn stranger(lab: &Lab) -> anyhow::Result<Report> {
    let changes = [
        ("POLL_RATE", "10"),
        ("POLL_MIN", "5s"),
        ("POLL_MAX", "30s"),
        ("MAX_WATCHES_PER_USER", "25"),
    ];
    let stage = Stage::start(lab, Who::Bot, &changes, None).await?;
    let mut sent = Vec::new();
    for person in 0..10 {
        for n in 0..25 {
            sent.push(stage.command(person, &task_id(25 * person + n, "many"))?);
        }
    }
    // All tasks have been seen once, so that they ask for polls at their own pace.
    stage.shown(&sent, PATIENCE * 4).await;
    let task = task_id(0, "one");
    let asked = [stage.command(10, &task)?];
    stage.shown(&asked, PATIENCE).await;
    let first = stage.status_ms(&asked[0]);
    tokio::time::sleep(Duration::from_secs(30)).await;
    let polls = stage.sandbox.video().polls(&task).len();
    let of_many = stage.sandbox.video().polls(&task_id(0, "many")).len();
    let mut report = Report::new("stranger: one task beside ten people with 25 each, 10 polls/s");
    report.add(
        "first status, ms",
        first.map_or(f64::INFINITY, |ms| ms as f64),
        None,
        Target::AtMost(2_000.0),
    );
    report.add(
        "polls of the one task in 30 s",
        polls as f64,
        None,
        Target::AtLeast(3.0),
    );
    report.add(
        "polls of one of the 250 tasks, in all",
        of_many as f64,
        None,
        Target::None,
    );
    Ok(report)
}

/// People type 300 letters a second into the option `id` while others send commands.
pub(crate) async fn typing(lab: &Lab) -> anyhow::Result<Report> {
    let stage = Stage::start(lab, Who::Bot, &[], None).await?;
    let known: Result<Vec<_>, _> = (0..500)
        .map(|n| stage.command(n, &task_id(n, "known")))
        .collect();
    stage.shown(&known?, PATIENCE).await;
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / 300);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (end, mut typed, mut sent) = (Instant::now() + lab.span(), Vec::new(), Vec::new());
    while Instant::now() < end {
        ticks.tick().await;
        let n = typed.len();
        typed.push(stage.type_id(n, &format!("grok:k{}", n % 10))?);
        if n % 15 == 0 {
            sent.push(stage.command(n, &task_id(n, "asked"))?);
        }
    }
    stage.shown(&sent, PATIENCE).await;
    let answered = stage.sandbox.look(|view| {
        let callbacks = typed.iter().filter_map(|one| view.callback(one.id));
        let choices = callbacks.filter(|callback| callback.kind == 8);
        choices
            .map(|callback| callback.after_us)
            .collect::<Vec<_>>()
    });
    let acks = stage.ack_us(&sent);
    let mut report = Report::new("typing: 300 letters/s beside 20 commands/s");
    report.add(
        "commands not acknowledged",
        (sent.len() - acks.len()) as f64,
        None,
        Target::AtMost(0.0),
    );
    report.add(
        "ack p99 of the commands, ms",
        percentile_ms(&acks, 99),
        None,
        Target::AtMost(50.0),
    );
    report.add("letters", typed.len() as f64, None, Target::None);
    report.add(
        "letters answered",
        answered.len() as f64,
        None,
        Target::None,
    );
    report.add(
        "choices p99, ms",
        percentile_ms(&answered, 99),
        None,
        Target::None,
    );
    Ok(report)
}
