//! What can keep a delivery from its end.

use thiserror::Error;

use crate::domain::discord::DiscordError;
use crate::domain::watch::Watch;
use crate::store::StoreError;

/// Why a step of a delivery was not taken, by what follows.
#[derive(Debug, Error)]
pub(super) enum DeliveryError {
    /// Discord refused: a decision says what comes next.
    #[error(transparent)]
    Discord(#[from] DiscordError),
    /// Another process has the watch now: this one stops at once.
    #[error("the claim was lost")]
    ClaimLost,
    /// The database does not answer: the lease runs out, and another try follows.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DeliveryError {
    /// Logs an error after which the delivery just stops.
    pub(super) fn log(&self, watch: &Watch) {
        let watch_id = watch.id.0;
        match self {
            Self::ClaimLost => tracing::warn!(watch_id, "delivery.claim_lost"),
            error => tracing::error!(watch_id, %error, "delivery.failed"),
        }
    }
}
