//! The check that keeps a notification from being sent twice.

use super::job::{DeliveryError, Job};
use crate::domain::discord::DiscordError;

/// Returns whether to send a notification now, and marks it in the database before that. If
/// the mark is older than Discord's memory for nonces, an earlier try was cut off, and the
/// notification may already be in the channel: it is sent only if it is not found there.
pub(super) async fn may_send(
    job: &Job<'_>,
    channel_id: u64,
    reply_to: Option<u64>,
    words: &[String],
    is_dm: bool,
) -> Result<bool, DeliveryError> {
    match job.watch.notifying_since {
        Some(since) if job.now().since(since) >= job.means.nonce_memory => {
            let messenger = &job.means.messenger;
            let after = job.watch.messages_after(since);
            let sent = messenger.has_sent(channel_id, after, reply_to, words);
            if sent.await? {
                return Ok(false);
            }
            // Without access to the history the notification may have been sent. The
            // requester is notified by a direct message instead.
            if !is_dm && !messenger.reads_history(channel_id).await? {
                let why = "the channel's history cannot be read".to_owned();
                return Err(DiscordError::Forbidden(why).into());
            }
            Ok(true)
        }
        _ => {
            job.means
                .store
                .mark_notifying(&job.watch, job.now())
                .await?;
            Ok(true)
        }
    }
}
