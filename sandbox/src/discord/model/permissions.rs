//! The permission bits that the stand-in knows by name.

/// The permission to see a channel.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// The permission to post in a channel.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// The permission to delete and pin other people's messages.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// The permission to post embeds.
pub const EMBED_LINKS: u64 = 1 << 14;
/// The permission to upload files.
pub const ATTACH_FILES: u64 = 1 << 15;
/// The permission to read earlier messages, which a reply needs.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// The permission to mention everyone and every role.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// The permission to use emojis of other guilds.
pub const USE_EXTERNAL_EMOJIS: u64 = 1 << 18;
/// The permission to use slash commands.
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
/// The permission to change a guild's settings.
pub const MANAGE_GUILD: u64 = 1 << 5;
/// The permission to lock and archive threads.
pub const MANAGE_THREADS: u64 = 1 << 34;
/// The permission to use one's own installed applications so that others see their answers.
pub const USE_EXTERNAL_APPS: u64 = 1 << 50;
/// The permission to post in threads.
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
