//! The routes of Discord's API that the bot uses: the method and path of each, the rate limit it
//! counts towards, and its name in metrics.
//!
//! Source: <https://discord.com/developers/docs/reference>

use reqwest::Method;

use crate::domain::secret::Secret;

/// An interaction's token, which is the right to answer the interaction, and the ids that its
/// routes need beside it.
#[derive(Clone, Copy, Debug)]
pub struct InteractionToken<'a> {
    /// The application's id.
    pub application_id: u64,
    /// The interaction's id.
    pub interaction_id: u64,
    /// The interaction's token.
    pub token: &'a Secret,
}

/// A route with its ids and tokens, named after its page in Discord's reference.
///
/// `Debug` is left out on purpose: a path may hold an interaction's token.
#[derive(Clone, Copy)]
pub(crate) enum Route<'a> {
    /// Answers an interaction.
    CreateInteractionResponse(InteractionToken<'a>),
    /// Edits the message that answered an interaction.
    EditOriginalResponse(InteractionToken<'a>),
    /// Answers an interaction with a further message.
    CreateFollowupMessage(InteractionToken<'a>),
    GetChannel(u64),
    /// Reads up to a hundred messages of a channel that are newer than the id `after`.
    GetMessages {
        channel: u64,
        after: u64,
    },
    GetMessage {
        channel: u64,
        id: u64,
    },
    /// Sends a message to a channel.
    CreateMessage(u64),
    EditMessage {
        channel: u64,
        id: u64,
    },
    GetGuild(u64),
    GetGuildMember {
        guild: u64,
        user: u64,
    },
    /// Opens the direct message channel with a person.
    CreateDm,
    /// Reads the first of the bot's guilds whose id is greater than `after`.
    GetCurrentUserGuilds {
        after: u64,
    },
    GetCurrentApplication,
    /// Reads an application's global commands, or one guild's, with all translations.
    GetCommands(u64, Option<u64>),
    /// Replaces an application's global commands, or one guild's.
    PutCommands(u64, Option<u64>),
    GetGatewayBot,
}

/// The part of a request's path by which Discord counts separately. Discord counts the bot
/// token's requests of each route, and of each channel or guild in it, towards a limit of its
/// own.
///
/// Source: <https://discord.com/developers/docs/topics/rate-limits>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Bucket {
    /// One interaction. Its token is the permission, its routes are outside the bot's global
    /// limit, and the few requests of one token need no bookkeeping.
    Interaction,
    Channel(u64),
    Guild(u64),
    /// The path names neither.
    Bot,
}

/// A route as a request: its method, its name (without ids, tokens and queries), its path below
/// `/api/v10`, and its bucket. The path is as secret as the token in it.
pub(super) type Call = (Method, &'static str, String, Bucket);

impl Route<'_> {
    pub(super) fn call(self) -> Call {
        match self {
            Self::CreateInteractionResponse(to) => (
                Method::POST,
                "POST /interactions/{id}/{token}/callback",
                format!(
                    "/interactions/{}/{}/callback",
                    to.interaction_id,
                    to.token.expose()
                ),
                Bucket::Interaction,
            ),
            Self::EditOriginalResponse(to) => (
                Method::PATCH,
                "PATCH /webhooks/{app}/{token}/messages/@original",
                format!(
                    "/webhooks/{}/{}/messages/@original",
                    to.application_id,
                    to.token.expose()
                ),
                Bucket::Interaction,
            ),
            Self::CreateFollowupMessage(to) => (
                Method::POST,
                "POST /webhooks/{app}/{token}",
                format!("/webhooks/{}/{}", to.application_id, to.token.expose()),
                Bucket::Interaction,
            ),
            Self::GetChannel(channel) => (
                Method::GET,
                "GET /channels/{channel}",
                format!("/channels/{channel}"),
                Bucket::Channel(channel),
            ),
            Self::GetMessages { channel, after } => (
                Method::GET,
                "GET /channels/{channel}/messages",
                format!("/channels/{channel}/messages?after={after}&limit=100"),
                Bucket::Channel(channel),
            ),
            Self::GetMessage { channel, id } => (
                Method::GET,
                "GET /channels/{channel}/messages/{message}",
                format!("/channels/{channel}/messages/{id}"),
                Bucket::Channel(channel),
            ),
            Self::CreateMessage(channel) => (
                Method::POST,
                "POST /channels/{channel}/messages",
                format!("/channels/{channel}/messages"),
                Bucket::Channel(channel),
            ),
            Self::EditMessage { channel, id } => (
                Method::PATCH,
                "PATCH /channels/{channel}/messages/{message}",
                format!("/channels/{channel}/messages/{id}"),
                Bucket::Channel(channel),
            ),
            Self::GetGuild(guild) => (
                Method::GET,
                "GET /guilds/{guild}",
                format!("/guilds/{guild}"),
                Bucket::Guild(guild),
            ),
            Self::GetGuildMember { guild, user } => (
                Method::GET,
                "GET /guilds/{guild}/members/{user}",
                format!("/guilds/{guild}/members/{user}"),
                Bucket::Guild(guild),
            ),
            Self::CreateDm => (
                Method::POST,
                "POST /users/@me/channels",
                "/users/@me/channels".to_owned(),
                Bucket::Bot,
            ),
            Self::GetCurrentUserGuilds { after } => (
                Method::GET,
                "GET /users/@me/guilds",
                format!("/users/@me/guilds?after={after}&limit=1"),
                Bucket::Bot,
            ),
            Self::GetCurrentApplication => (
                Method::GET,
                "GET /applications/@me",
                "/applications/@me".to_owned(),
                Bucket::Bot,
            ),
            Self::GetCommands(id, None) => (
                Method::GET,
                "GET /applications/{app}/commands",
                format!("/applications/{id}/commands?with_localizations=true"),
                Bucket::Bot,
            ),
            Self::GetCommands(id, Some(guild)) => (
                Method::GET,
                "GET /applications/{app}/guilds/{guild}/commands",
                format!("/applications/{id}/guilds/{guild}/commands?with_localizations=true"),
                Bucket::Bot,
            ),
            Self::PutCommands(id, None) => (
                Method::PUT,
                "PUT /applications/{app}/commands",
                format!("/applications/{id}/commands"),
                Bucket::Bot,
            ),
            Self::PutCommands(id, Some(guild)) => (
                Method::PUT,
                "PUT /applications/{app}/guilds/{guild}/commands",
                format!("/applications/{id}/guilds/{guild}/commands"),
                Bucket::Bot,
            ),
            Self::GetGatewayBot => (
                Method::GET,
                "GET /gateway/bot",
                "/gateway/bot".to_owned(),
                Bucket::Bot,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_the_method_and_the_path_without_ids_tokens_and_queries() {
        let (application, guild, channel) = (1, 2, 3);
        let to = InteractionToken {
            application_id: application,
            interaction_id: 4,
            token: &Secret::new("aW50ZXJhY3Rpb24"),
        };
        let routes = [
            Route::CreateInteractionResponse(to),
            Route::EditOriginalResponse(to),
            Route::GetChannel(channel),
            Route::GetMessages { channel, after: 5 },
            Route::CreateMessage(channel),
            Route::EditMessage { channel, id: 6 },
            Route::GetGuild(guild),
            Route::GetGuildMember { guild, user: 7 },
            Route::CreateDm,
            Route::GetCurrentUserGuilds { after: 8 },
            Route::GetCurrentApplication,
            Route::GetCommands(application, None),
            Route::PutCommands(application, None),
            Route::GetCommands(application, Some(guild)),
            Route::PutCommands(application, Some(guild)),
            Route::GetGatewayBot,
        ];
        let told = routes.map(|route| {
            let (method, name, path, bucket) = route.call();
            format!("{name}\n  {method} {path}\n  {bucket:?}")
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
          Channel(3)
        GET /channels/{channel}/messages
          GET /channels/3/messages?after=5&limit=100
          Channel(3)
        POST /channels/{channel}/messages
          POST /channels/3/messages
          Channel(3)
        PATCH /channels/{channel}/messages/{message}
          PATCH /channels/3/messages/6
          Channel(3)
        GET /guilds/{guild}
          GET /guilds/2
          Guild(2)
        GET /guilds/{guild}/members/{user}
          GET /guilds/2/members/7
          Guild(2)
        POST /users/@me/channels
          POST /users/@me/channels
          Bot
        GET /users/@me/guilds
          GET /users/@me/guilds?after=8&limit=1
          Bot
        GET /applications/@me
          GET /applications/@me
          Bot
        GET /applications/{app}/commands
          GET /applications/1/commands?with_localizations=true
          Bot
        PUT /applications/{app}/commands
          PUT /applications/1/commands
          Bot
        GET /applications/{app}/guilds/{guild}/commands
          GET /applications/1/guilds/2/commands?with_localizations=true
          Bot
        PUT /applications/{app}/guilds/{guild}/commands
          PUT /applications/1/guilds/2/commands
          Bot
        GET /gateway/bot
          GET /gateway/bot
          Bot
        ");
    }
}
