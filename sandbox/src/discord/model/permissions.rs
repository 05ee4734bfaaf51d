//! The permission bits that the stand-in knows by name.

/// See a channel at all.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// Post in a channel.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// Delete and pin other people's messages.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// Post embeds.
pub const EMBED_LINKS: u64 = 1 << 14;
/// Upload files.
pub const ATTACH_FILES: u64 = 1 << 15;
/// Read earlier messages, which a reply needs.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// Mention everyone and every role.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// Use emojis of other guilds.
pub const USE_EXTERNAL_EMOJIS: u64 = 1 << 18;
/// Use slash commands.
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
/// Change a guild's settings.
pub const MANAGE_GUILD: u64 = 1 << 5;
/// Lock and archive threads.
pub const MANAGE_THREADS: u64 = 1 << 34;
/// Use an application that one installed for oneself in such a way that others see its answers.
pub const USE_EXTERNAL_APPS: u64 = 1 << 50;
/// Post in threads.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;

/// The permissions of an ordinary member, and of a bot invited for this job.
pub const ORDINARY: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | SEND_MESSAGES_IN_THREADS
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_APPLICATION_COMMANDS
    | USE_EXTERNAL_APPS;

/// `app_permissions` in direct and group messages between other people.
pub const PRIVATE: u64 = ATTACH_FILES | EMBED_LINKS | MENTION_EVERYONE;
/// `app_permissions` in direct messages with the bot.
pub const BOT_DM: u64 = PRIVATE | USE_EXTERNAL_EMOJIS;
