//! Reports of polls to the log and the metrics.

use crate::domain::query::{InvalidReply, QueryError};
use crate::domain::state::State;
use crate::domain::task::{Outcome, Phase, Snapshot, Task};

/// Returns the name of a query's result, for the metrics.
pub(super) fn name(result: &Result<Snapshot, QueryError>) -> &'static str {
    match result {
        Ok(snapshot) => match snapshot.phase {
            Phase::Waiting => "waiting",
            Phase::Running => "running",
            Phase::Completed => "completed",
            Phase::Failed => "failed",
        },
        Err(error) => error.name(),
    }
}

/// Logs the combined answer of a task's gateways.
pub(super) fn answer(task: &Task, gateway: Option<&str>, result: &Result<Snapshot, QueryError>) {
    let task_id = &task.id;
    match result {
        Ok(snapshot) => {
            tracing::debug!(%task_id, gateway, phase = ?snapshot.phase, "poll.answered");
        }
        // Only the first failure in a row is logged: an outage fails the polls of all tasks,
        // and would fill the log.
        Err(
            QueryError::Unavailable { .. }
            | QueryError::NoAnswer { .. }
            | QueryError::RateLimited { .. },
        ) if task.failures > 0 => {}
        // The client has already logged a wrong path, once for all tasks.
        Err(QueryError::Invalid {
            what: InvalidReply::WrongPath,
            ..
        }) => {}
        // Somebody typed an id that does not exist, which the operator cannot mend.
        Err(error @ (QueryError::NotFound { .. } | QueryError::Unserved)) if !task.known => {
            tracing::info!(%task_id, gateway, %error, "poll.failed");
        }
        Err(error) => tracing::warn!(%task_id, gateway, %error, "poll.failed"),
    }
}

/// Logs how a task ended, if it has ended, and a hint for the operator if there is one.
pub(super) fn end(task: &Task) {
    let (task_id, snapshot) = (&task.id, &task.snapshot);
    let Some(outcome) = task.outcome else { return };
    tracing::info!(%task_id, ?outcome, "task.ended");
    if outcome == Outcome::Unserved && task.known {
        tracing::warn!(
            %task_id,
            gateway = task.gateway,
            hint = "the gateway that knew this task is no longer in GATEWAYS",
            "task.unserved"
        );
    } else if outcome == Outcome::Unserved {
        tracing::info!(
            %task_id,
            hint = "no gateway in GATEWAYS takes this id",
            "task.unserved"
        );
    }
    let no_video = State::of(task, Some(outcome)) == State::NoVideo;
    if no_video && snapshot.no_link.is_some() {
        tracing::info!(%task_id, error = snapshot.error, "task.filtered");
    } else if no_video {
        tracing::warn!(
            %task_id,
            status = snapshot.status,
            hint = "the reply names no usable link: see `videostatus query --raw`",
            "task.no_video"
        );
    }
}
