//! The choices at a sandbox's start.

use std::net::SocketAddr;
use std::time::Duration;

/// The options of a sandbox. Where Discord has a number, it is the default.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address of the Discord stand-in (port 0: any free one).
    pub discord_addr: SocketAddr,
    /// The address of the video service (port 0: any free one).
    pub video_addr: SocketAddr,
    /// The interval at which a gateway client is told to send heartbeats.
    pub heartbeat: Duration,
    /// The time after an interaction in which its first response is accepted.
    pub ack_limit: Duration,
    /// The life of an interaction token, counted from the time in the interaction's id.
    pub token_life: Duration,
    /// The time for which a repeated `nonce` with `enforce_nonce` returns the earlier message.
    pub nonce_window: Duration,
    /// The largest file, in bytes, by an interaction's token (`attachment_size_limit`).
    pub interaction_upload_limit: u64,
    /// The largest file, in bytes, by channel routes, unless the guild's boosts allow more.
    pub channel_upload_limit: u64,
    /// The most bytes of files in one request that creates a message.
    pub create_upload_limit: u64,
    /// The guild's boost tier: 2 allows files of 50 MiB, 3 of 100 MiB.
    pub premium_tier: u8,
    /// True if the application is enabled for user installs; a new application is not.
    pub user_installs: bool,
    /// True if Discord drops parts of commands that the application does not support. Otherwise
    /// it refuses the commands.
    pub trims_commands: bool,
    /// True if a channel takes only five new messages and five edits in five seconds, as
    /// Discord's do.
    pub rate_limits: bool,
    /// The time after which [`crate::Sandbox::until`] and other waits panic.
    pub patience: Duration,
    /// The number of requests, and of polls, that are kept; the oldest go first.
    pub records_kept: usize,
    /// The number of interactions that are kept, with their tokens; the oldest go first.
    pub interactions_kept: usize,
    /// The number of messages that are kept; the oldest go first.
    pub messages_kept: usize,
    /// The number of versions of a message that are kept: the first and the newest (at least 2).
    pub versions_kept: usize,
    /// The bytes of uploaded files that are kept in memory; the oldest files go first.
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
