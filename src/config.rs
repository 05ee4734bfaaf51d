//! The configuration: environment variables, and the file `.env`.
//!
//! All mistakes are reported at once, each with its variable, what it takes and its value.

pub mod dotenv;
mod file;
mod gateways;
mod quoted;
mod reader;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use url::{Host, Url};

use crate::domain::schedule::Pace;
use crate::domain::secret::Secret;
use crate::doors::address::Shards;
use crate::doors::api::{self, ApiTokens};
use crate::doors::interactions::PublicKey;
use crate::provider::gateways::GatewayConfig;
use crate::render::locale::Locale;
use crate::store;

pub use self::quoted::quoted;
pub use self::reader::ConfigError;
use self::reader::{ADDRESS, Reader, word_without_scheme};

/// Everything that an operator can choose. A field has the name of its variable, unless its
/// doc names another one.
#[derive(Clone, Debug)]
pub struct Config {
    pub discord_token: Secret,
    /// Discord's origin, without a trailing slash.
    pub discord_api_url: String,
    /// The application's public key; if set, interactions are accepted by HTTP, too.
    pub discord_public_key: Option<PublicKey>,
    /// True if interactions are accepted over the gateway.
    pub discord_gateway: bool,
    /// This process's part of a fixed number of shards.
    pub discord_shards: Option<Shards>,
    /// The only guild in which commands are registered; `None` means everywhere.
    pub discord_guild_id: Option<u64>,
    /// The guilds that the bot serves; empty means all, and direct messages.
    pub allowed_guilds: BTreeSet<u64>,
    /// The gateways of `GATEWAYS`, or the one of the `VIDEO_…` variables; at least one.
    pub gateways: Vec<GatewayConfig>,
    /// True if the gateways come from the file that `GATEWAYS` names.
    pub from_file: bool,
    /// The database's URL, a secret because it may hold a password.
    pub database_url: Secret,
    pub http_addr: SocketAddr,
    /// The address for `/interactions`; `None` means `http_addr`.
    pub interactions_addr: Option<SocketAddr>,
    /// The tokens of `API_TOKEN`, with which scripts order watches by HTTP.
    pub api_tokens: ApiTokens,
    /// The bound on one token's requests per minute.
    pub api_per_minute: NonZeroU32,
    /// The bound on one token's running watches.
    pub api_max_watches: NonZeroU32,
    /// `POLL_MIN` and `POLL_MAX`.
    pub pace: Pace,
    /// The queries per second over all tasks of a gateway that has no rate of its own.
    pub poll_rate: NonZeroU32,
    pub watch_timeout: Duration,
    /// How long finished watches and tasks are kept.
    pub retention: Duration,
    /// The bound on one person's running watches.
    pub max_watches_per_user: NonZeroU32,
    /// The bound on one person's commands and button presses per minute.
    pub commands_per_minute: NonZeroU32,
    pub media_allow_private_hosts: bool,
    /// True if every video is hidden until somebody clicks it.
    pub spoiler: bool,
    /// The language of the parts that everybody in a channel sees; `None` means that it
    /// differs by server or requester.
    pub language: Option<Locale>,
    /// The role that is mentioned when an end is announced in another channel.
    pub announce_role: Option<u64>,
    pub shutdown_grace: Duration,
    pub log_format: LogFormat,
}

/// The format of log lines: text for people, or one JSON object per line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// The description of a limit's values.
const COUNT: &str = "a whole number, at least 1";

impl Config {
    /// Reads every variable through `lookup`, which returns the value of a variable that is
    /// set. Fails with all mistakes at once.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(lookup);
        let mut config = Self {
            discord_token: {
                let takes = "the bot token of your Discord application";
                let told = reader.problems.len();
                let token = reader.secret("DISCORD_TOKEN", takes, word_without_scheme("Bot"));
                if token.is_none() && reader.problems.len() == told {
                    reader.refuse(format!("DISCORD_TOKEN is missing: {takes}"));
                }
                token.unwrap_or_else(|| Secret::new(""))
            },
            discord_api_url: reader
                .origin("DISCORD_API_URL", "https://discord.com")
                .as_str()
                .trim_end_matches('/')
                .to_owned(),
            discord_public_key: reader.optional(
                "DISCORD_PUBLIC_KEY",
                "the public key of your Discord application, 64 hexadecimal digits",
                PublicKey::parse,
            ),
            discord_gateway: reader.word(
                "DISCORD_GATEWAY",
                "on or off",
                [("on", true), ("off", false)],
            ),
            discord_shards: reader.optional(
                "DISCORD_SHARDS",
                "a range of a total such as 0-3/8",
                Shards::parse,
            ),
            discord_guild_id: reader.optional(
                "DISCORD_GUILD_ID",
                "a server id, 17 to 19 digits",
                api::snowflake,
            ),
            allowed_guilds: reader
                .optional(
                    "ALLOWED_GUILDS",
                    "server ids of 17 to 19 digits, separated by commas",
                    |ids| {
                        let ids = ids.split(',');
                        ids.map(|id| api::snowflake(id.trim())).collect()
                    },
                )
                .unwrap_or_default(),
            gateways: gateways::read(&mut reader),
            from_file: reader.get("GATEWAYS").is_some(),
            database_url: reader
                .secret(
                    "DATABASE_URL",
                    "sqlite://PATH with the path of a file, or postgres://…",
                    |url| is_database(url).then(|| Secret::new(url)),
                )
                .unwrap_or_else(|| Secret::new("sqlite://data/videostatus.db")),
            http_addr: reader.http_addr(),
            interactions_addr: reader
                .optional("INTERACTIONS_ADDR", ADDRESS, |addr| addr.parse().ok()),
            api_tokens: reader
                .secret(
                    "API_TOKEN",
                    "tokens of visible characters, separated by commas",
                    ApiTokens::parse,
                )
                .unwrap_or_default(),
            api_per_minute: reader.parsed("API_PER_MINUTE", "120", COUNT),
            api_max_watches: reader.parsed("API_MAX_WATCHES", "200", COUNT),
            pace: Pace {
                min: reader.duration("POLL_MIN", "5s"),
                max: reader.duration("POLL_MAX", "30s"),
            },
            poll_rate: reader.parsed(
                "POLL_RATE",
                "10",
                "a whole number of queries a second, at least 1",
            ),
            watch_timeout: reader.duration("WATCH_TIMEOUT", "2h"),
            retention: reader.duration("RETENTION", "30d"),
            max_watches_per_user: reader.parsed("MAX_WATCHES_PER_USER", "25", COUNT),
            commands_per_minute: reader.parsed("COMMANDS_PER_MINUTE", "20", COUNT),
            media_allow_private_hosts: reader.parsed(
                "MEDIA_ALLOW_PRIVATE_HOSTS",
                "false",
                "true or false",
            ),
            spoiler: reader.word(
                "SPOILER",
                "asked or always",
                [("asked", false), ("always", true)],
            ),
            language: reader.optional("LANGUAGE", "a language's code such as de", |code| {
                let mut all = Locale::ALL.iter().copied();
                all.find(|locale| locale.code().eq_ignore_ascii_case(code))
            }),
            announce_role: reader.optional(
                "ANNOUNCE_ROLE",
                "a role's id, 17 to 19 digits",
                api::snowflake,
            ),
            shutdown_grace: reader.duration("SHUTDOWN_GRACE", "20s"),
            log_format: reader.word(
                "LOG_FORMAT",
                "text or json",
                [("text", LogFormat::Text), ("json", LogFormat::Json)],
            ),
        };
        let longest_pause = config.longest_pause();
        for gateway in &mut config.gateways {
            gateway.client.longest_pause = longest_pause;
        }
        let about_pace = |problem: &String| problem.starts_with("POLL_M");
        if config.pace.min > config.pace.max && !reader.problems.iter().any(about_pace) {
            let [min, max] = [config.pace.min, config.pace.max].map(humantime::format_duration);
            reader.refuse(format!(
                "POLL_MIN ({min}) must not be longer than POLL_MAX ({max})"
            ));
        }
        if !config.discord_gateway && reader.get("DISCORD_PUBLIC_KEY").is_none() {
            reader.refuse(
                "DISCORD_GATEWAY=off needs DISCORD_PUBLIC_KEY: no command can arrive otherwise",
            );
        }
        let mut given = |name| reader.get(name).is_some();
        if given("INTERACTIONS_ADDR") && !given("DISCORD_PUBLIC_KEY") {
            reader.refuse(
                "INTERACTIONS_ADDR needs DISCORD_PUBLIC_KEY: without it nothing is accepted there",
            );
        }
        reader.finish(config)
    }

    /// Returns the variables whose origins receive a secret that others on the way can read:
    /// origins without TLS, beyond this machine or reached through a proxy.
    pub fn in_clear(&self, proxy: bool) -> Vec<String> {
        let mut origins = vec![(
            "DISCORD_API_URL".to_owned(),
            Url::parse(&self.discord_api_url).ok(),
        )];
        let with_key = self
            .gateways
            .iter()
            .filter(|one| !one.client.key.is_empty());
        origins.extend(with_key.map(|one| {
            let origin = Some(one.client.origin.clone());
            (self.variable_of(one, "VIDEO_API_URL", "url"), origin)
        }));
        let clear = origins.into_iter().filter(|(_, origin)| {
            origin.as_ref().is_some_and(|origin| {
                let here = match origin.host() {
                    Some(Host::Domain(name)) => name == "localhost",
                    Some(Host::Ipv4(ip)) => ip.is_loopback(),
                    Some(Host::Ipv6(ip)) => ip.is_loopback(),
                    None => false,
                };
                origin.scheme() == "http" && (proxy || !here)
            })
        });
        clear.map(|(name, _)| name).collect()
    }

    /// Returns the place of a gateway's setting, for messages to the operator: a variable, or
    /// a field in `GATEWAYS`.
    pub fn variable_of(&self, gateway: &GatewayConfig, variable: &str, field: &str) -> String {
        match self.from_file {
            true => format!("{field} of {} in GATEWAYS", gateway.client.name),
            false => variable.to_owned(),
        }
    }

    /// Returns the bound on the pause that a gateway may ask for.
    pub fn longest_pause(&self) -> Duration {
        self.pace.max.saturating_mul(10)
    }

    /// Reads `HTTP_ADDR` alone, for the health check, which runs beside the bot and needs
    /// neither its token nor its other settings.
    pub fn read_http_addr(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<SocketAddr, ConfigError> {
        let mut reader = Reader::new(lookup);
        let addr = reader.http_addr();
        reader.finish(addr)
    }
}

/// Returns whether `url` names a database that outlives the process. SQLite removes a nameless
/// database, like one in memory, when it is closed.
fn is_database(url: &str) -> bool {
    match store::file_of(&Secret::new(url)) {
        Some(file) => !file.is_empty() && !file.ends_with('/') && file != ":memory:",
        None => ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme)),
    }
}

#[cfg(test)]
mod tests;
