//! The figures of bot and floor side by side, as a table for people and as JSON for programs.

use serde::Serialize;

/// The bound on a figure.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Target {
    /// The figure is at most this.
    AtMost(f64),
    /// The figure is at least this.
    AtLeast(f64),
    /// The figure's ratio to the floor's is at most this.
    TimesFloor(f64),
    /// No limit.
    None,
}

/// A measured figure, whose name ends in its unit.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    name: String,
    bot: f64,
    floor: Option<f64>,
    target: Target,
}

/// The figures of one scenario.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    scenario: &'static str,
    figures: Vec<Figure>,
}

impl Report {
    pub(crate) fn new(scenario: &'static str) -> Self {
        Self {
            scenario,
            figures: Vec::new(),
        }
    }

    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        bot: f64,
        floor: Option<f64>,
        target: Target,
    ) {
        self.figures.push(Figure {
            name: name.into(),
            bot,
            floor,
            target,
        });
    }

    /// Returns the figures as a Markdown table.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "\n### {}\n\n| figure | bot | floor | ratio | target | |\n|---|--:|--:|--:|--:|---|\n",
            self.scenario
        );
        for figure in &self.figures {
            let ratio = figure
                .floor
                .filter(|floor| *floor > 0.0)
                .map(|floor| figure.bot / floor);
            let (target, met) = match figure.target {
                Target::AtMost(limit) => (short(limit), Some(figure.bot <= limit)),
                Target::AtLeast(limit) => (
                    format!("at least {}", short(limit)),
                    Some(figure.bot >= limit),
                ),
                Target::TimesFloor(limit) => (
                    format!("{} x", short(limit)),
                    ratio.map(|ratio| ratio <= limit),
                ),
                Target::None => (String::new(), None),
            };
            let met = met.map_or("", |met| if met { "met" } else { "**missed**" });
            text += &format!(
                "| {} | {} | {} | {} | {target} | {met} |\n",
                figure.name,
                short(figure.bot),
                figure.floor.map(short).unwrap_or_default(),
                ratio.map(short).unwrap_or_default(),
            );
        }
        text
    }
}

fn short(number: f64) -> String {
    let digits = match number.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    format!("{number:.digits$}")
}

/// Returns the `percent`th percentile of the values (nearest rank), in milliseconds.
pub(crate) fn percentile_ms(micros: &[u64], percent: usize) -> f64 {
    let mut sorted = micros.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted
        .get(rank - 1)
        .map_or(f64::NAN, |micros| *micros as f64 / 1000.0)
}

pub(crate) fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// Prints the program's output.
#[expect(clippy::print_stdout, reason = "a person at a terminal reads it")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
