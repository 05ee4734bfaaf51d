//! `videostatus query --watch`: follows a task in the terminal, or prints its changes into a
//! pipe.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::super::failure::{self, NOT_FINISHED};
use super::super::output::{note, print};
use super::{Inquiry, words};
use crate::domain::decide::{poll, request};
use crate::domain::query::QueryError;
use crate::domain::task::{Outcome, Snapshot, Task};
use crate::flows::clock::Clock;
use crate::flows::jitter;

impl Inquiry<'_> {
    /// Follows a task at the bot's own pace, and for as long as the bot would.
    pub(super) async fn watch(&self) -> anyhow::Result<ExitCode> {
        let mut told = Teller::new(self)?;
        let time = Clock::system();
        let mut task = request::first(&self.id, time.now(), self.config.watch_timeout);
        let trouble = loop {
            let (gateway, result) = self.gateways.query(&task, time.now()).await;
            let trouble = result.as_ref().err().cloned();
            let polled = poll::after_poll(&task, result, time.now(), &self.config.pace, jitter());
            task = polled.task;
            task.gateway = gateway;
            let Some(at) = polled.next_poll_at else {
                break trouble;
            };
            if !told.change(&task.snapshot, trouble.as_ref())? {
                return Ok(ExitCode::from(NOT_FINISHED));
            }
            tokio::time::sleep(at.since(time.now())).await;
        };
        told.bar.finish_and_clear();
        self.end(&task, trouble, &told)
    }

    /// Prints how the task ended, or why it is no longer followed, and returns the exit code.
    fn end(
        &self,
        task: &Task,
        trouble: Option<QueryError>,
        told: &Teller<'_>,
    ) -> anyhow::Result<ExitCode> {
        let timed_out = task.outcome == Some(Outcome::TimedOut);
        if let Some(error) = trouble.filter(|_| !timed_out) {
            return self.failed(&error);
        }
        let asked = self.asked(task.gateway.as_deref());
        // A task that no gateway ever knew has no state to print. The state of a task that goes
        // on may have its line already.
        if task.known && told.last.0 != told.state(&task.snapshot)? {
            match self.json {
                true => print(&serde_json::to_string(&task.snapshot)?)?,
                false => print(&words::describe(&self.id, &task.snapshot, &asked))?,
            };
        }
        if timed_out {
            let why = "not finished within WATCH_TIMEOUT; the task may still be running";
            match self.json {
                true => {
                    print(&failure::as_json("timed_out", why, &asked).to_string())?;
                }
                false => note(&format!("videostatus: {}: {why}", asked.join(", "))),
            }
            return Ok(ExitCode::from(NOT_FINISHED));
        }
        Ok(match task.outcome {
            Some(Outcome::Completed) => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        })
    }
}

/// The printer of a task's changes. It keeps what it printed last, so that nothing is printed
/// twice.
struct Teller<'q> {
    inquiry: &'q Inquiry<'q>,
    /// The progress bar, which is hidden unless the output is a terminal.
    bar: ProgressBar,
    lines: bool,
    last: (String, String),
}

impl<'q> Teller<'q> {
    fn new(inquiry: &'q Inquiry<'q>) -> anyhow::Result<Self> {
        let people = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        let lines = inquiry.json || !people;
        let style = "{spinner} {elapsed_precise} [{bar:30}] {percent:>3} % {wide_msg}";
        let bar = if lines {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(100).with_style(ProgressStyle::with_template(style)?)
        };
        bar.enable_steady_tick(Duration::from_millis(200));
        Ok(Self {
            inquiry,
            bar,
            lines,
            last: Default::default(),
        })
    }

    /// Returns the line of a state.
    fn state(&self, snapshot: &Snapshot) -> serde_json::Result<String> {
        Ok(match self.inquiry.json {
            true => serde_json::to_string(snapshot)?,
            false => words::in_short(&self.inquiry.id, snapshot),
        })
    }

    /// Prints what has changed, and returns whether it could be written.
    fn change(
        &mut self,
        snapshot: &Snapshot,
        trouble: Option<&QueryError>,
    ) -> anyhow::Result<bool> {
        let trouble_now = trouble.map(ToString::to_string).unwrap_or_default();
        if !self.lines {
            self.bar
                .set_position(snapshot.progress.unwrap_or_default().into());
            self.bar.set_message(match trouble_now.is_empty() {
                true => words::state_of(snapshot),
                false => trouble_now,
            });
            return Ok(true);
        }
        let state_now = self.state(snapshot)?;
        let mut read = true;
        // A failed query changes nothing about the state.
        if trouble.is_none() && state_now != self.last.0 {
            read &= print(&state_now)?;
            self.last.0 = state_now;
        }
        if let Some(error) = trouble
            && trouble_now != self.last.1
        {
            let asked = self.inquiry.asked(None);
            match self.inquiry.json {
                true => {
                    let error = failure::as_json(error.name(), &trouble_now, &asked);
                    read &= print(&error.to_string())?;
                }
                false => note(&trouble_now),
            }
        }
        self.last.1 = trouble_now;
        Ok(read)
    }
}
