//! What the log and the metrics are told of polls.

use crate::domain::query::{Nonsense, QueryError};
use crate::domain::state::State;
use crate::domain::task::{Outcome, Phase, Snapshot, Task};

/// What a query came to, for the metrics.
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

/// Logs what all gateways of a task came to together.
pub(super) fn answer(task: &Task, gateway: Option<&str>, result: &Result<Snapshot, QueryError>) {
    let task_id = &task.id;
    match result {
        Ok(snapshot) => {
            tracing::debug!(%task_id, gateway, phase = ?snapshot.phase, "poll.answered");
        }
        // A provider that is down for all tasks would fill the log.
        Err(
            QueryError::Unavailable { .. }
            | QueryError::NoAnswer { .. }
            | QueryError::RateLimited { .. },
        ) if task.failures > 0 => {}
        // The client has said so, once for all tasks.
        Err(QueryError::Invalid {
            what: Nonsense::WrongPath,
            ..
        }) => {}
        // Somebody typed an ID that is none: nothing that the operator can mend.
        Err(error @ (QueryError::NotFound { .. } | QueryError::Unserved)) if !task.known => {
            tracing::info!(%task_id, gateway, %error, "poll.failed");
        }
        Err(error) => tracing::warn!(%task_id, gateway, %error, "poll.failed"),
    }
}

/// Logs how a task ended, if it has, and what the operator can do about it.
pub(super) fn end(task: &Task) {
    let (task_id, snapshot) = (&task.id, &task.snapshot);
    let Some(outcome) = task.outcome else { return };
    tracing::info!(%task_id, ?outcome, "task.ended");
    if outcome == Outcome::Unserved && task.known {
        tracing::warn!(
            %task_id,
            gateway = task.gateway,
            hint = "the gateway that knew this task is gone from GATEWAYS",
            "task.unserved"
        );
    } else if outcome == Outcome::Unserved {
        tracing::info!(
            %task_id,
            hint = "no gateway of GATEWAYS is for this id",
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
