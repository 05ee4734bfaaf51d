//! What keeps a notification from being sent twice.

use super::job::{DeliveryError, Job};
use crate::domain::discord::DiscordError;

/// Whether a notification is to be sent now. It is marked durably first; a mark
/// older than Discord's memory for nonces means that an earlier try was cut off, and
/// its message is looked for.
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
            let since = job.watch.by_discord(since);
            let sent = messenger.has_sent(channel_id, since, reply_to, words);
            if sent.await? {
                return Ok(false);
            }
            // Where nothing can be read, it may have been sent: then this channel is not
            // told again, and the requester by a direct message.
            if !is_dm && !messenger.reads_history(channel_id).await? {
                let why = "its history cannot be read".to_owned();
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
