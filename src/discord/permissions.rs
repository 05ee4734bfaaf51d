//! The permissions of a member in a channel: serenity's sum over roles and overwrites, and
//! Discord's rules for threads and time-outs on top.
//!
//! Source: <https://discord.com/developers/docs/topics/permissions>

use serenity::model::Permissions;
use serenity::model::channel::{ChannelType, GuildChannel};
use serenity::model::guild::{Member, PartialGuild};

use crate::domain::time::Timestamp;

/// Returns whether a channel is a thread. A thread has no overwrites of its own; those of its
/// parent channel count.
pub(super) fn is_thread(kind: ChannelType) -> bool {
    matches!(
        kind,
        ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread
    )
}

/// Returns the permissions needed to post in a channel of this type. Threads have a permission
/// of their own.
///
/// Source: <https://discord.com/developers/docs/topics/threads#permissions>
pub(super) fn posting(kind: Option<u64>) -> Permissions {
    let send = match kind {
        Some(10..=12) => Permissions::SEND_MESSAGES_IN_THREADS,
        _ => Permissions::SEND_MESSAGES,
    };
    Permissions::VIEW_CHANNEL | send
}

/// Returns the permissions of `member` in `channel`. For a thread `parent` is its channel.
pub(super) fn permissions_in(
    guild: &PartialGuild,
    member: &Member,
    channel: &GuildChannel,
    parent: Option<&GuildChannel>,
) -> Permissions {
    guild.user_permissions_in(parent.unwrap_or(channel), member)
}

/// Returns whether `member` may post in `channel` at `now`. For a thread `parent` is its
/// channel.
pub(super) fn may_post(
    guild: &PartialGuild,
    member: &Member,
    channel: &GuildChannel,
    parent: Option<&GuildChannel>,
    now: Timestamp,
) -> bool {
    let held = permissions_in(guild, member, channel, parent);
    // For the owner and for administrators, serenity's sum has all permissions.
    if held.contains(Permissions::ADMINISTRATOR) {
        return true;
    }
    let locked = channel.thread_metadata.is_some_and(|thread| thread.locked)
        && !held.contains(Permissions::MANAGE_THREADS);
    let timed_out = member
        .communication_disabled_until
        .is_some_and(|until| until.unix_timestamp() > now.seconds());
    held.contains(posting(Some(u8::from(channel.kind).into()))) && !locked && !timed_out
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    const NOW: Timestamp = Timestamp(1_764_522_552_000);
    const VIEW: u64 = 1 << 10;
    const SEND: u64 = 1 << 11;
    const MANAGE_THREADS: u64 = 1 << 34;
    const SEND_IN_THREADS: u64 = 1 << 38;

    /// Returns guild 1 of owner 9, whose everyone role has the bits `everyone` and whose roles 2
    /// and 3 have the bits `roles`.
    fn guild(everyone: u64, roles: [u64; 2]) -> PartialGuild {
        let role = |id: u64, bits: u64| {
            json!({
                "id": id.to_string(), "name": "role", "color": 0, "hoist": false, "managed": false,
                "mentionable": false, "permissions": bits.to_string(), "position": 0, "flags": 0,
                "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
            })
        };
        let guild = json!({
            "id": "1", "name": "guild", "owner_id": "9", "verification_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "emojis": [],
            "stickers": [], "features": [], "mfa_level": 0, "system_channel_flags": 0,
            "premium_tier": 0, "preferred_locale": "en-US", "nsfw_level": 0,
            "premium_progress_bar_enabled": false, "afk_timeout": 60,
            "roles": [role(1, everyone), role(2, roles[0]), role(3, roles[1])],
        });
        from_value(guild).unwrap()
    }

    fn member(id: u64, roles: &[&str]) -> Member {
        let user = json!({ "id": id.to_string(), "username": "bot", "discriminator": "0001", "avatar": null });
        let member = json!({
            "user": user, "nick": null, "avatar": null, "roles": roles, "joined_at": null,
            "premium_since": null, "deaf": false, "mute": false, "flags": 0,
            "communication_disabled_until": null,
        });
        from_value(member).unwrap()
    }

    /// Returns an overwrite for a role (type 0) or a member (type 1).
    fn overwrite(id: u64, kind: u8, allow: u64, deny: u64) -> Value {
        json!({
            "id": id.to_string(), "type": kind, "allow": allow.to_string(), "deny": deny.to_string(),
        })
    }

    fn channel(overwrites: &[Value]) -> GuildChannel {
        let channel = json!({
            "id": "4", "type": 0, "guild_id": "1", "name": "text", "permission_overwrites": overwrites,
        });
        from_value(channel).unwrap()
    }

    fn thread(locked: bool) -> GuildChannel {
        let thread = json!({
            "id": "6", "type": 11, "guild_id": "1", "name": "thread", "parent_id": "4",
            "thread_metadata": {
                "archived": locked, "locked": locked, "auto_archive_duration": 1440,
                "archive_timestamp": null, "create_timestamp": null,
            },
        });
        from_value(thread).unwrap()
    }

    /// Returns whether the bot (user 5, role 2) may post in a channel with these overwrites.
    fn in_channel(guild: &PartialGuild, overwrites: &[Value]) -> bool {
        may_post(guild, &member(5, &["2"]), &channel(overwrites), None, NOW)
    }

    #[test]
    fn everyone_roles_and_overwrites_add_up_in_discords_order() {
        let guild = guild(VIEW, [SEND, 0]);
        assert!(in_channel(&guild, &[]), "everyone's and the role's");
        let everyone = overwrite(1, 0, 0, SEND);
        assert!(!in_channel(&guild, std::slice::from_ref(&everyone)));
        let role = overwrite(2, 0, SEND, 0);
        assert!(in_channel(&guild, &[role.clone(), everyone]));
        let another = overwrite(3, 0, 0, SEND);
        assert!(in_channel(&guild, &[another]), "a role that it has not");
        let itself = overwrite(5, 1, 0, SEND);
        assert!(!in_channel(&guild, &[itself, role]), "the member's is last");
        assert!(!in_channel(&guild, &[overwrite(1, 0, 0, VIEW)]), "unseen");
    }

    #[test]
    fn no_overwrite_holds_the_owner_or_an_administrator_back() {
        let shut = [overwrite(1, 0, 0, VIEW | SEND), overwrite(5, 1, 0, SEND)];
        assert!(in_channel(&guild(0, [1 << 3, 0]), &shut), "administrator");
        let guild = guild(0, [0, 0]);
        assert!(!in_channel(&guild, &shut));
        assert!(may_post(
            &guild,
            &member(9, &[]),
            &channel(&shut),
            None,
            NOW
        ));
    }

    #[test]
    fn a_thread_takes_its_channels_overwrites_and_needs_a_right_of_its_own() {
        let (bot, open) = (member(5, &["2"]), channel(&[]));
        let may = |bits, thread: &GuildChannel, parent| {
            may_post(&guild(VIEW, [bits, 0]), &bot, thread, Some(parent), NOW)
        };
        assert!(!may(SEND, &thread(false), &open));
        assert!(may(SEND_IN_THREADS, &thread(false), &open));
        let shut = channel(&[overwrite(2, 0, 0, SEND_IN_THREADS)]);
        assert!(!may(SEND_IN_THREADS, &thread(false), &shut));
        assert!(!may(SEND_IN_THREADS, &thread(true), &open), "locked");
        assert!(may(SEND_IN_THREADS | MANAGE_THREADS, &thread(true), &open));
    }

    #[test]
    fn who_is_timed_out_may_not_post_until_then() {
        let guild = guild(VIEW | SEND, [0, 0]);
        let mut bot = member(5, &[]);
        let may = |bot: &Member| may_post(&guild, bot, &channel(&[]), None, NOW);
        let at = |seconds| serenity::model::Timestamp::from_unix_timestamp(seconds).ok();
        bot.communication_disabled_until = at(NOW.seconds() + 1);
        assert!(!may(&bot));
        bot.communication_disabled_until = at(NOW.seconds() - 1);
        assert!(may(&bot));
    }
}
