//! Renders the state as Discord's JSON.

use serde_json::{Value, json};

use crate::discord::model::message::{Attachment, Message, Source};
use crate::discord::model::permissions;
use crate::discord::model::things::{
    APPLICATION, BOT, BOT_ROLE, Channel, GUILD, NEWS_ROLE, Person, STAFF_ROLE,
};
use crate::discord::model::world::World;
use crate::ids::{Id, iso};

/// Returns the bot's user.
pub(crate) fn bot_user() -> Value {
    json!({
        "id": BOT, "username": "videostatus", "global_name": null, "discriminator": "0001",
        "avatar": null, "bot": true, "public_flags": 0, "flags": 0, "banner": null, "accent_color": null,
        "avatar_decoration_data": null, "primary_guild": null, "collectibles": null,
    })
}

/// Returns a person's user.
pub(crate) fn user(person: &Person) -> Value {
    json!({
        "id": person.id, "username": person.name, "global_name": person.name, "discriminator": "0",
        "avatar": null, "public_flags": 0, "avatar_decoration_data": null, "primary_guild": null,
        "collectibles": null,
    })
}

/// Returns the user with this id, which may be the bot's.
pub(crate) fn user_by_id(world: &World, id: Id) -> Option<Value> {
    if id == BOT {
        Some(bot_user())
    } else {
        world.person_by_id(id).map(user)
    }
}

/// Returns a guild member. Only members inside interactions have `permissions`.
pub(crate) fn member(user: Value, permissions: Option<u64>) -> Value {
    let roles = if user["id"] == BOT.to_string() {
        json!([BOT_ROLE])
    } else {
        json!([])
    };
    let mut member = json!({
        "user": user, "nick": null, "avatar": null, "banner": null, "roles": roles,
        "joined_at": iso(GUILD.created_ms()), "premium_since": null, "deaf": false, "mute": false, "flags": 0,
        "pending": false, "communication_disabled_until": null, "unusual_dm_activity_until": null,
        "avatar_decoration_data": null,
    });
    if let Some(bits) = permissions {
        member["permissions"] = json!(bits.to_string());
    }
    member
}

/// Returns a channel. Only channels inside interactions have the person's `permissions`.
pub(crate) fn channel(world: &World, channel: &Channel, permissions: Option<u64>) -> Value {
    let last = world
        .messages_in(channel.id)
        .next_back()
        .map(|message| message.id);
    let mut value =
        json!({"id": channel.id, "type": channel.kind, "last_message_id": last, "flags": 0});
    if let Some(guild) = channel.guild {
        value["guild_id"] = json!(guild);
        value["name"] = json!(channel.name);
        value["parent_id"] = json!(channel.parent);
        value["rate_limit_per_user"] = json!(0);
        if matches!(channel.kind, 10..=12) {
            value["owner_id"] = json!(BOT);
            value["message_count"] = json!(0);
            value["member_count"] = json!(1);
            value["thread_metadata"] = json!({
                "archived": channel.archived, "locked": channel.locked, "auto_archive_duration": 1440,
                "archive_timestamp": iso(channel.id.created_ms()), "create_timestamp": iso(channel.id.created_ms()),
            });
        } else {
            value["topic"] = json!(null);
            value["position"] = json!(0);
            value["nsfw"] = json!(false);
            value["permission_overwrites"] = overwrites(channel);
        }
    } else {
        let people = channel
            .members
            .iter()
            .filter_map(|id| user_by_id(world, *id));
        value["recipients"] = people.collect();
        if channel.kind == 3 {
            value["name"] = json!(channel.name);
            value["owner_id"] = json!(channel.members.first());
            value["icon"] = json!(null);
        }
    }
    if let Some(bits) = permissions {
        value["permissions"] = json!(bits.to_string());
    }
    value
}

/// Returns the overwrites with which the permissions of the bot's role and of single people add
/// up to those set for the channel. Threads have no overwrites: their parent channel's count.
fn overwrites(channel: &Channel) -> Value {
    let bot = (BOT_ROLE, 0, channel.bot_permissions);
    let people = channel.person_permissions.iter();
    let people = people.map(|(person, bits)| (*person, 1, *bits));
    let ordinary = permissions::ORDINARY;
    let changed = std::iter::once(bot).chain(people);
    let changed = changed.filter(|(.., may)| *may != ordinary);
    let overwrite = |(id, kind, may): (Id, u8, u64)| {
        let [allow, deny] = [may & !ordinary, ordinary & !may].map(|bits| bits.to_string());
        json!({"id": id, "type": kind, "allow": allow, "deny": deny})
    };
    changed.map(overwrite).collect()
}

/// Returns the guild.
pub(crate) fn guild(premium_tier: u8) -> Value {
    let role = |id: Id, name: &str, bits: u64, tags: Value| {
        let mut role = json!({
            "id": id, "name": name, "color": 0, "hoist": false, "managed": !tags.is_null(), "mentionable": false,
            "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "permissions": bits.to_string(), "position": 0, "icon": null, "unicode_emoji": null, "flags": 0,
        });
        if !tags.is_null() {
            role["position"] = json!(1);
            role["tags"] = tags;
        }
        role
    };
    let mut news = role(NEWS_ROLE, "news", 0, Value::Null);
    news["mentionable"] = json!(true);
    json!({
        "id": GUILD, "name": "Sandbox", "icon": null, "icon_hash": null, "splash": null, "discovery_splash": null,
        "owner_id": GUILD, "afk_channel_id": null, "afk_timeout": 300, "widget_enabled": false,
        "widget_channel_id": null, "verification_level": 0, "default_message_notifications": 1,
        "explicit_content_filter": 0, "emojis": [], "stickers": [], "features": [], "mfa_level": 0,
        "application_id": null, "system_channel_id": null, "system_channel_flags": 0, "rules_channel_id": null,
        "max_presences": null, "max_members": 500_000, "vanity_url_code": null, "description": null, "banner": null,
        "premium_tier": premium_tier, "premium_subscription_count": 0, "preferred_locale": "en-US",
        "public_updates_channel_id": null, "nsfw_level": 0, "premium_progress_bar_enabled": false,
        "safety_alerts_channel_id": null, "incidents_data": null,
        "roles": [
            role(GUILD, "@everyone", permissions::ORDINARY, Value::Null),
            role(BOT_ROLE, "videostatus", permissions::ORDINARY, json!({"bot_id": BOT})),
            news,
            role(STAFF_ROLE, "staff", 0, Value::Null),
        ],
    })
}

/// Returns a message, with the message that it replies to.
pub(crate) fn message(world: &World, message: &Message) -> Value {
    let mut value = flat_message(world, message);
    if let Some(id) = message.reference {
        let guild = world
            .channels
            .get(&message.channel)
            .and_then(|channel| channel.guild);
        value["message_reference"] =
            json!({"type": 0, "message_id": id, "channel_id": message.channel, "guild_id": guild});
        if guild.is_none() {
            // Discord leaves the key out in direct messages.
            value["message_reference"] =
                json!({"type": 0, "message_id": id, "channel_id": message.channel});
        }
        value["referenced_message"] = world
            .message(message.channel, id)
            .map_or(Value::Null, |message| flat_message(world, message));
    }
    value
}

fn flat_message(world: &World, message: &Message) -> Value {
    let mentions = mentioned(&message.content)
        .into_iter()
        .filter_map(|id| user_by_id(world, id));
    let mut value = json!({
        "id": message.id, "type": kind_of(message),
        "channel_id": message.channel, "author": user_by_id(world, message.author), "content": message.content,
        "timestamp": iso(message.id.created_ms()), "edited_timestamp": message.edited_at.map(iso), "tts": false,
        "mention_everyone": message.pings_everyone, "mentions": mentions.collect::<Value>(), "mention_roles": message.pings_roles,
        "attachments": message.attachments.iter().map(attachment).collect::<Value>(), "embeds": message.embeds,
        "components": message.components, "pinned": false, "flags": message.flags,
    });
    if let Some(nonce) = &message.nonce {
        value["nonce"] = json!(nonce);
    }
    if let Some(source) = &message.source {
        value["application_id"] = json!(APPLICATION);
        value["webhook_id"] = json!(APPLICATION);
        value["interaction_metadata"] = metadata(world, message, source);
        if source.kind == 2 {
            value["interaction"] = json!({
                "id": source.id, "type": 2, "name": source.name, "user": user_by_id(world, source.person),
            });
        }
    }
    value
}

/// Returns Discord's message type: 20 for a slash command's answer, 19 for a reply, 0 for any
/// other.
fn kind_of(message: &Message) -> u8 {
    match &message.source {
        Some(source) if source.kind == 2 => 20,
        _ if message.reference.is_some() => 19,
        _ => 0,
    }
}

fn metadata(world: &World, message: &Message, source: &Source) -> Value {
    let channel = world.channels.get(&message.channel);
    let mut value = json!({
        "id": source.id, "type": source.kind, "user": user_by_id(world, source.person),
        "authorizing_integration_owners": channel.map(|channel| channel.owners(source.person)),
    });
    if source.kind == 2 {
        value["name"] = json!(source.name);
    }
    if let Some(id) = source.component_of {
        value["interacted_message_id"] = json!(id);
    }
    value
}

fn attachment(file: &Attachment) -> Value {
    let mut value = json!({
        "id": file.id, "filename": file.filename, "size": file.size, "url": file.url, "proxy_url": file.url,
        "content_type": file.content_type,
    });
    if let Some(description) = &file.description {
        value["description"] = json!(description);
    }
    if file.content_type.starts_with("image/") || file.content_type.starts_with("video/") {
        value["width"] = json!(640);
        value["height"] = json!(360);
    }
    value
}

/// Returns the users that a text mentions, each once.
pub(crate) fn mentioned(content: &str) -> Vec<Id> {
    let mut ids = Vec::new();
    for rest in content.split("<@").skip(1) {
        let digits = rest.strip_prefix('!').unwrap_or(rest).split('>').next();
        let id = digits
            .filter(|_| rest.contains('>'))
            .and_then(|digits| digits.parse().ok());
        if let Some(id) = id.filter(|id| !ids.contains(id)) {
            ids.push(id);
        }
    }
    ids
}
