//! The routes of Discord's API that the bot uses: how each is called, whose rate
//! limit it counts for, and what the metrics call it.
//!
//! Source: <https://discord.com/developers/docs/reference>

use reqwest::Method;

use crate::domain::secret::Secret;

/// A route with its ids and tokens, named after its page in Discord's reference.
///
/// It has no `Debug`: a path may hold an interaction's token.
#[derive(Clone, Copy)]
pub(crate) enum Route<'a> {
    /// Answers an interaction.
    CreateInteractionResponse {
        interaction_id: u64,
        token: &'a Secret,
    },
    /// Edits the message that answered an interaction.
    EditOriginalResponse {
        application_id: u64,
        token: &'a Secret,
    },
    GetChannel {
        channel_id: u64,
    },
    /// Reads up to a hundred messages that are newer than the id `after`.
    GetMessages {
        channel_id: u64,
        after: u64,
    },
    CreateMessage {
        channel_id: u64,
    },
    EditMessage {
        channel_id: u64,
        message_id: u64,
    },
    GetGuild {
        guild_id: u64,
    },
    GetGuildMember {
        guild_id: u64,
        user_id: u64,
    },
    /// Opens the direct message channel with a person.
    CreateDm,
    /// Reads the first of the bot's guilds whose id is greater than `after`.
    GetCurrentUserGuilds {
        after: u64,
    },
    GetCurrentApplication,
    /// Reads the commands that everybody has, with all translations.
    GetGlobalCommands {
        application_id: u64,
    },
    /// Replaces the commands that everybody has.
    PutGlobalCommands {
        application_id: u64,
    },
    /// Reads the commands of one guild, with all translations.
    GetGuildCommands {
        application_id: u64,
        guild_id: u64,
    },
    /// Replaces the commands of one guild.
    PutGuildCommands {
        application_id: u64,
        guild_id: u64,
    },
    GetGatewayBot,
}

/// Whose rate limit a request counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bucket {
    /// The limit of one interaction. Its token is the permission, such a route is
    /// outside the bot's global limit, and the few requests of one token need no
    /// bookkeeping.
    Interaction,
    /// A limit of the bot token. Discord keeps one for each major parameter.
    Bot(Major),
}

/// The part of a path for which Discord counts requests separately.
///
/// Source: <https://discord.com/developers/docs/topics/rate-limits>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Major {
    /// A channel's id.
    Channel(u64),
    /// A guild's id.
    Guild(u64),
    /// The opening of direct message channels, which Discord limits by itself.
    Dms,
    /// Neither of them: the bot as a whole. While this one is paused, all are.
    None,
}

impl Route<'_> {
    /// The HTTP method.
    pub(super) fn method(self) -> Method {
        match self {
            Self::GetChannel { .. }
            | Self::GetMessages { .. }
            | Self::GetGuild { .. }
            | Self::GetGuildMember { .. }
            | Self::GetCurrentUserGuilds { .. }
            | Self::GetCurrentApplication
            | Self::GetGlobalCommands { .. }
            | Self::GetGuildCommands { .. }
            | Self::GetGatewayBot => Method::GET,
            Self::CreateInteractionResponse { .. }
            | Self::CreateMessage { .. }
            | Self::CreateDm => Method::POST,
            Self::EditOriginalResponse { .. } | Self::EditMessage { .. } => Method::PATCH,
            Self::PutGlobalCommands { .. } | Self::PutGuildCommands { .. } => Method::PUT,
        }
    }

    /// The path below `/api/v10`, with its query. It is as secret as the token in it.
    pub(super) fn path(self) -> String {
        match self {
            Self::CreateInteractionResponse {
                interaction_id,
                token,
            } => format!("/interactions/{interaction_id}/{}/callback", token.expose()),
            Self::EditOriginalResponse {
                application_id,
                token,
            } => {
                let token = token.expose();
                format!("/webhooks/{application_id}/{token}/messages/@original")
            }
            Self::GetChannel { channel_id } => format!("/channels/{channel_id}"),
            Self::GetMessages { channel_id, after } => {
                format!("/channels/{channel_id}/messages?after={after}&limit=100")
            }
            Self::CreateMessage { channel_id } => format!("/channels/{channel_id}/messages"),
            Self::EditMessage {
                channel_id,
                message_id,
            } => format!("/channels/{channel_id}/messages/{message_id}"),
            Self::GetGuild { guild_id } => format!("/guilds/{guild_id}"),
            Self::GetGuildMember { guild_id, user_id } => {
                format!("/guilds/{guild_id}/members/{user_id}")
            }
            Self::CreateDm => "/users/@me/channels".to_owned(),
            Self::GetCurrentUserGuilds { after } => {
                format!("/users/@me/guilds?after={after}&limit=1")
            }
            Self::GetCurrentApplication => "/applications/@me".to_owned(),
            Self::GetGlobalCommands { application_id } => {
                format!("/applications/{application_id}/commands?with_localizations=true")
            }
            Self::PutGlobalCommands { application_id } => {
                format!("/applications/{application_id}/commands")
            }
            Self::GetGuildCommands {
                application_id,
                guild_id,
            } => format!(
                "/applications/{application_id}/guilds/{guild_id}/commands?with_localizations=true"
            ),
            Self::PutGuildCommands {
                application_id,
                guild_id,
            } => format!("/applications/{application_id}/guilds/{guild_id}/commands"),
            Self::GetGatewayBot => "/gateway/bot".to_owned(),
        }
    }

    /// The route's name in metrics, without ids, tokens and queries.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CreateInteractionResponse { .. } => "POST /interactions/{id}/{token}/callback",
            Self::EditOriginalResponse { .. } => "PATCH /webhooks/{app}/{token}/messages/@original",
            Self::GetChannel { .. } => "GET /channels/{channel}",
            Self::GetMessages { .. } => "GET /channels/{channel}/messages",
            Self::CreateMessage { .. } => "POST /channels/{channel}/messages",
            Self::EditMessage { .. } => "PATCH /channels/{channel}/messages/{message}",
            Self::GetGuild { .. } => "GET /guilds/{guild}",
            Self::GetGuildMember { .. } => "GET /guilds/{guild}/members/{user}",
            Self::CreateDm => "POST /users/@me/channels",
            Self::GetCurrentUserGuilds { .. } => "GET /users/@me/guilds",
            Self::GetCurrentApplication => "GET /applications/@me",
            Self::GetGlobalCommands { .. } => "GET /applications/{app}/commands",
            Self::PutGlobalCommands { .. } => "PUT /applications/{app}/commands",
            Self::GetGuildCommands { .. } => "GET /applications/{app}/guilds/{guild}/commands",
            Self::PutGuildCommands { .. } => "PUT /applications/{app}/guilds/{guild}/commands",
            Self::GetGatewayBot => "GET /gateway/bot",
        }
    }

    /// The bucket that the request counts for.
    pub(super) fn bucket(self) -> Bucket {
        match self {
            Self::CreateInteractionResponse { .. } | Self::EditOriginalResponse { .. } => {
                Bucket::Interaction
            }
            Self::GetChannel { channel_id }
            | Self::GetMessages { channel_id, .. }
            | Self::CreateMessage { channel_id }
            | Self::EditMessage { channel_id, .. } => Bucket::Bot(Major::Channel(channel_id)),
            Self::GetGuild { guild_id } | Self::GetGuildMember { guild_id, .. } => {
                Bucket::Bot(Major::Guild(guild_id))
            }
            Self::CreateDm => Bucket::Bot(Major::Dms),
            Self::GetCurrentUserGuilds { .. }
            | Self::GetCurrentApplication
            | Self::GetGlobalCommands { .. }
            | Self::PutGlobalCommands { .. }
            | Self::GetGuildCommands { .. }
            | Self::PutGuildCommands { .. }
            | Self::GetGatewayBot => Bucket::Bot(Major::None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_the_method_and_the_path_without_ids_tokens_and_queries() {
        let token = &Secret::new("aW50ZXJhY3Rpb24");
        let (application_id, guild_id, channel_id) = (1, 2, 3);
        let routes = [
            Route::CreateInteractionResponse {
                interaction_id: 4,
                token,
            },
            Route::EditOriginalResponse {
                application_id,
                token,
            },
            Route::GetChannel { channel_id },
            Route::GetMessages {
                channel_id,
                after: 5,
            },
            Route::CreateMessage { channel_id },
            Route::EditMessage {
                channel_id,
                message_id: 6,
            },
            Route::GetGuild { guild_id },
            Route::GetGuildMember {
                guild_id,
                user_id: 7,
            },
            Route::CreateDm,
            Route::GetCurrentUserGuilds { after: 8 },
            Route::GetCurrentApplication,
            Route::GetGlobalCommands { application_id },
            Route::PutGlobalCommands { application_id },
            Route::GetGuildCommands {
                application_id,
                guild_id,
            },
            Route::PutGuildCommands {
                application_id,
                guild_id,
            },
            Route::GetGatewayBot,
        ];
        let told = routes.map(|route| {
            let (method, path) = (route.method(), route.path());
            format!(
                "{}\n  {method} {path}\n  {:?}",
                route.name(),
                route.bucket()
            )
        });
        insta::assert_snapshot!(told.join("\n"), @r"
        POST /interactions/{id}/{token}/callback
          POST /interactions/4/aW50ZXJhY3Rpb24/callback
          Interaction
        PATCH /webhooks/{app}/{token}/messages/@original
          PATCH /webhooks/1/aW50ZXJhY3Rpb24/messages/@original
          Interaction
        GET /channels/{channel}
          GET /channels/3
          Bot(Channel(3))
        GET /channels/{channel}/messages
          GET /channels/3/messages?after=5&limit=100
          Bot(Channel(3))
        POST /channels/{channel}/messages
          POST /channels/3/messages
          Bot(Channel(3))
        PATCH /channels/{channel}/messages/{message}
          PATCH /channels/3/messages/6
          Bot(Channel(3))
        GET /guilds/{guild}
          GET /guilds/2
          Bot(Guild(2))
        GET /guilds/{guild}/members/{user}
          GET /guilds/2/members/7
          Bot(Guild(2))
        POST /users/@me/channels
          POST /users/@me/channels
          Bot(Dms)
        GET /users/@me/guilds
          GET /users/@me/guilds?after=8&limit=1
          Bot(None)
        GET /applications/@me
          GET /applications/@me
          Bot(None)
        GET /applications/{app}/commands
          GET /applications/1/commands?with_localizations=true
          Bot(None)
        PUT /applications/{app}/commands
          PUT /applications/1/commands
          Bot(None)
        GET /applications/{app}/guilds/{guild}/commands
          GET /applications/1/guilds/2/commands?with_localizations=true
          Bot(None)
        PUT /applications/{app}/guilds/{guild}/commands
          PUT /applications/1/guilds/2/commands
          Bot(None)
        GET /gateway/bot
          GET /gateway/bot
          Bot(None)
        ");
    }
}
