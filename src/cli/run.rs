//! `videostatus run`: runs the bot until SIGTERM or SIGINT.

use std::io::IsTerminal as _;

use tokio::signal::unix::{SignalKind, signal};

use super::logging;
use super::output::note;
use crate::app::{App, Timings};
use crate::config::{Config, LogFormat};
use crate::flows::clock::Clock;

pub async fn run(config: Config) -> anyhow::Result<()> {
    logging::start(config.log_format, "info");
    logging::report_panics();
    // People get the link on a line of its own, because few terminals can open one inside a log
    // line.
    let for_people = config.log_format == LogFormat::Text && std::io::stderr().is_terminal();
    // Signals are heard from the beginning, so that a start that waits for Discord can be ended.
    let mut stopped = std::pin::pin!(stopped()?);
    let app = tokio::select! {
        app = App::build(config, Timings::default(), Clock::system()) => app?,
        () = &mut stopped => {
            tracing::info!("app.stopped");
            return Ok(());
        }
    };
    tracing::info!(http_addr = %app.http_addr, "app.started");
    if for_people {
        note(&format!("\nInvite the bot to a server:\n{}\n", app.invite));
    }
    app.run(stopped).await;
    Ok(())
}

/// Returns a future that resolves at the first SIGTERM or SIGINT.
pub fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
