//! A watch's message that the bot sends itself, because no interaction has one to edit: a
//! caller ordered the watch, the token ended before the first edit, or a new message is to
//! reopen an archived thread.

use super::job::{DeliveryError, Job};
use crate::discord::messenger::Posted;
use crate::discord::upload::Upload;
use crate::domain::discord::DiscordError;
use crate::render::body::Message;

/// The first letter of the nonce of a watch's first message.
const FIRST: char = 'm';

/// The first letter of the nonce of a watch's second message, which reopens a thread.
const SECOND: char = 'n';

/// Sends the watch's message, once even if an earlier try was cut off. The try is marked in
/// the database first. If the mark is older than Discord's memory for nonces, the message may
/// already be in the channel: it is searched there, and edited if it is found.
pub(super) async fn post(
    job: &Job<'_>,
    message: Message,
    files: &[Upload<'_>],
) -> Result<Posted, DeliveryError> {
    let messenger = &job.means.messenger;
    let channel_id = job.watch.asked.channel_id;
    if job.watch.shown_state.is_some() {
        let message = job.once(message, SECOND);
        return Ok(messenger.send(channel_id, &message, files).await?);
    }
    match job.watch.posting_since {
        Some(since) if job.now().since(since) >= job.means.nonce_memory => {
            let after = job.watch.messages_after(since);
            if let Some(id) = messenger
                .find_message(channel_id, after, &job.watch)
                .await?
            {
                return Ok(messenger.edit(channel_id, id, &message, files).await?);
            }
            // Without access to the history the message may be there: it is not sent again.
            let direct = job.watch.asked.guild_id.is_none();
            if !direct && !messenger.reads_history(channel_id).await? {
                let why = "the channel's history cannot be read".to_owned();
                return Err(DiscordError::Forbidden(why).into());
            }
        }
        Some(_) => {}
        None => job.means.store.mark_posting(&job.watch, job.now()).await?,
    }
    let message = job.once(message, FIRST);
    Ok(messenger.send(channel_id, &message, files).await?)
}
