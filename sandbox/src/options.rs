//! What can be chosen when a sandbox starts.

use std::net::SocketAddr;
use std::time::Duration;

/// How a sandbox behaves. The defaults are Discord's own numbers.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the Discord stand-in listens (port 0: any free one).
    pub discord_addr: SocketAddr,
    /// Where the video service listens (port 0: any free one).
    pub video_addr: SocketAddr,
    /// How often a gateway client is told to send a heartbeat.
    pub heartbeat: Duration,
    /// How long after an interaction was sent its first response is taken.
    pub ack_limit: Duration,
    /// How long an interaction token lives, counted from the interaction's id.
    pub token_life: Duration,
    /// How long a repeated `nonce` with `enforce_nonce` finds its message.
    pub nonce_window: Duration,
    /// Largest file in bytes by an interaction's token; `attachment_size_limit`.
    pub interaction_upload_limit: u64,
    /// Largest file in bytes by channel routes, where the guild's boosts give no more.
    pub channel_upload_limit: u64,
    /// Most bytes of files in one request that creates a message.
    pub create_upload_limit: u64,
    /// The guild's boost tier: 2 allows files of 50 MiB, 3 of 100 MiB.
    pub premium_tier: u8,
    /// Whether the application was enabled for user installs: a new one is not.
    pub user_installs: bool,
    /// Whether Discord drops what the application does not support from its commands;
    /// else it refuses them.
    pub trims_commands: bool,
    /// Whether a channel takes five new messages and five edits in five seconds, as
    /// Discord's do.
    pub rate_limits: bool,
    /// How long [`crate::Sandbox::until`] and its like wait before they panic.
    pub patience: Duration,
    /// Requests and polls kept of each; the oldest go first.
    pub records_kept: usize,
    /// Interactions kept, with their tokens; the oldest go first.
    pub interactions_kept: usize,
    /// Messages kept; the oldest go first.
    pub messages_kept: usize,
    /// Versions kept of a message: the first and the newest (at least 2).
    pub versions_kept: usize,
    /// Bytes of uploaded files kept in memory; the oldest go first.
    pub files_kept: usize,
}

impl Default for Options {
    fn default() -> Self {
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            discord_addr: any_port,
            video_addr: any_port,
            heartbeat: Duration::from_millis(41_250),
            ack_limit: Duration::from_secs(3),
            token_life: Duration::from_secs(15 * 60),
            nonce_window: Duration::from_secs(3 * 60),
            interaction_upload_limit: 20 * 1024 * 1024,
            channel_upload_limit: 20 * 1024 * 1024,
            create_upload_limit: 25 * 1024 * 1024,
            premium_tier: 0,
            user_installs: true,
            trims_commands: false,
            rate_limits: true,
            patience: Duration::from_secs(10),
            records_kept: 10_000,
            interactions_kept: 200_000,
            messages_kept: 100_000,
            versions_kept: 500,
            files_kept: 256 * 1024 * 1024,
        }
    }
}
