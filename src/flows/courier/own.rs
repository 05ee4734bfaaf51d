//! A message of the bot's own, where no interaction had one: a caller asked for it, the
//! token ended before the first edit, or a new message opens an archived thread again.

use super::job::{DeliveryError, Job};
use crate::discord::messenger::Posted;
use crate::discord::upload::Upload;
use crate::domain::discord::DiscordError;
use crate::render::body::Message;

/// The first letter of the nonce of a watch's first message.
const FIRST: char = 'm';

/// The first letter of the nonce of its second message, which an archived thread gets.
const SECOND: char = 'n';

/// Sends the watch's message once, also where an earlier try was cut off. That is marked
/// durably before it is sent; a mark older than Discord's memory for nonces means that
/// the message may be there without a nonce, and it is looked for.
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
            let since = job.watch.by_discord(since);
            if let Some(id) = messenger
                .find_message(channel_id, since, &job.watch)
                .await?
            {
                return Ok(messenger.edit(channel_id, id, &message, files).await?);
            }
            // Where nothing can be read, it may be there: it is not sent twice.
            let direct = job.watch.asked.guild_id.is_none();
            if !direct && !messenger.reads_history(channel_id).await? {
                let why = "its history cannot be read".to_owned();
                return Err(DiscordError::Forbidden(why).into());
            }
        }
        Some(_) => {}
        None => job.means.store.mark_posting(&job.watch, job.now()).await?,
    }
    let message = job.once(message, FIRST);
    Ok(messenger.send(channel_id, &message, files).await?)
}
