//! Growth: whether a command or a poll costs more if the database holds more rows.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::Connection as _;

use super::commands::{Outcome, measure, warm_up};
use super::rows::{Watched, watch};
use crate::floor;
use crate::lab::{Lab, Who};
use crate::report::{Report, Target, percentile_ms};
use crate::seed::{Rows, open, seed};
use crate::stage::Stage;

/// The tasks that are polled each second to measure the cost of a poll.
const POLLED: u32 = 200;

/// A database with this many running tasks, each with its watch.
struct Held {
    rows: u32,
    path: PathBuf,
}

/// The costs of commands and of polls with one number of rows.
type Costs = (Outcome, Watched);

/// Measures the cost of a command and of a poll with 1,000, 10,000 and 100,000 rows.
pub(crate) async fn growth(lab: &Lab) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    let mut seeds = Vec::new();
    for rows in [1_000, 10_000, 100_000] {
        let path = folder.path().join(format!("{rows}.db"));
        let due = Rows {
            tasks: rows,
            watches: rows,
            from: Duration::from_secs(3600),
            spread: Duration::from_secs(3600),
        };
        seed(lab, &path, due).await?;
        seeds.push(Held { rows, path });
    }
    let (bot, floor) = lab
        .turns(async |who| {
            let mut costs = Vec::new();
            match who {
                Who::Bot => {
                    for held in &seeds {
                        costs.push(costs_of_bot(lab, held).await?);
                    }
                }
                Who::Floor => costs.push(costs_of_floor(lab).await?),
            }
            Ok(costs)
        })
        .await?;
    let (bot, floor) = (by_place(bot), by_place(floor));
    let (bare, idle) = &floor[0];
    let (fewest, fewest_polls) = &bot[0];

    let mut report = Report::new("growth: 1,000, 10,000 and 100,000 rows held");
    for ((commands, polls), held) in bot.iter().zip(&seeds) {
        let rows = held.rows;
        report.add(
            format!("ack p50 with {rows}, ms"),
            percentile_ms(&commands.ack_us, 50),
            Some(percentile_ms(&bare.ack_us, 50)),
            Target::None,
        );
        for (name, cost, with_fewest, floor) in [
            (
                "command",
                commands.cpu_each_us(),
                fewest.cpu_each_us(),
                bare.cpu_each_us(),
            ),
            (
                "poll",
                polls.cpu_each_us(),
                fewest_polls.cpu_each_us(),
                idle.cpu_each_us(),
            ),
        ] {
            report.add(
                format!("CPU a {name} with {rows}, µs"),
                cost,
                Some(floor),
                Target::AtMost(1.2 * with_fewest),
            );
        }
    }
    Ok(report)
}

async fn costs_of_bot(lab: &Lab, held: &Held) -> anyhow::Result<Costs> {
    // A copy, because rows of one run must not be there in the next.
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bot.db");
    std::fs::copy(&held.path, &path)?;
    let stage = Stage::start(lab, Who::Bot, &[], Some(&path)).await?;
    let commands = hundred_a_second(lab, &stage).await?;
    drop(stage);

    let mut database = open(&path).await?;
    sqlx::query("UPDATE tasks SET next_poll_at = 0 WHERE id IN (SELECT 'grok:seed-' || n FROM \
        (WITH RECURSIVE up(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM up WHERE n < $1 - 1) SELECT n FROM up))")
        .bind(i64::from(POLLED))
        .execute(&mut database)
        .await?;
    database.close().await?;
    let pace = [("POLL_MIN", "1s"), ("POLL_MAX", "1s")];
    let stage = Stage::start(lab, Who::Bot, &pace, Some(&path)).await?;
    Ok((commands, watch(&stage, lab.span(), None).await?))
}

async fn costs_of_floor(lab: &Lab) -> anyhow::Result<Costs> {
    let stage = Stage::start(lab, Who::Floor, &[], None).await?;
    let commands = hundred_a_second(lab, &stage).await?;
    drop(stage);
    let rate = POLLED.to_string();
    let stage = Stage::start(lab, Who::Floor, &[(floor::POLLS, &rate)], None).await?;
    Ok((commands, watch(&stage, lab.span(), None).await?))
}

async fn hundred_a_second(lab: &Lab, stage: &Stage) -> anyhow::Result<Outcome> {
    warm_up(stage, 50).await?;
    measure(stage, async |stage| stage.steady(100, lab.span()).await).await
}

/// Adds up the costs of all turns, separately for each number of rows.
fn by_place(turns: Vec<Vec<Costs>>) -> Vec<Costs> {
    let mut places: Vec<(Vec<Outcome>, Vec<Watched>)> = Vec::new();
    for turn in turns {
        places.resize_with(turn.len(), Default::default);
        for (place, (commands, polls)) in places.iter_mut().zip(turn) {
            place.0.push(commands);
            place.1.push(polls);
        }
    }
    let sum = |(commands, polls)| (Outcome::of(commands), Watched::of(polls));
    places.into_iter().map(sum).collect()
}
