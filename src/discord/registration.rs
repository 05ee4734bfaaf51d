//! The registration of the commands in one scope, global or one guild's, and in no other.
//! Discord shows the commands of both scopes, so people would see a command in both twice.
//!
//! Source: <https://discord.com/developers/docs/interactions/application-commands>

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;
use thiserror::Error;

use super::application::Application;
use super::definitions::{definitions, invite_link};
use super::rest::Rest;
use super::route::Route;
use crate::domain::discord::DiscordError;

/// The type of the command that launches an Activity. Discord creates that command, and refuses
/// a list without it (50240).
const ENTRY_POINT: u8 = 4;

/// The reason why the commands are not registered, by what the operator can do.
#[derive(Debug, Error)]
pub enum RegistrationError {
    /// The error may pass. The bot tries again, and commands that are already registered go on
    /// working.
    #[error("the commands cannot be registered now: {0}")]
    Passing(DiscordError),
    /// The bot is not in the server of `DISCORD_GUILD_ID`. The bot tries again, because somebody
    /// may invite it.
    #[error(
        "the bot is not in server {guild}: invite it with {invite}, or correct DISCORD_GUILD_ID"
    )]
    NotThere { guild: u64, invite: String },
    /// Discord refuses the commands.
    #[error("the commands cannot be registered{place}: {error}")]
    Refused {
        /// The setting that chose the scope, if one did.
        place: String,
        error: DiscordError,
    },
}

impl RegistrationError {
    /// Returns whether it is worth trying again.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Passing(_) | Self::NotThere { .. })
    }
}

/// A hash of the commands that were sent and of the form in which Discord returned them. Discord
/// may keep commands in another form; as long as the hash is unchanged, they are not sent again
/// because of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement(pub String);

impl Application {
    /// Registers the commands in a scope with one bulk PUT. Nothing is sent if Discord already
    /// holds these commands, or what it holds matches the earlier `agreement`. Returns the
    /// present agreement.
    ///
    /// # Errors
    ///
    /// Fails with [`RegistrationError::Refused`] if it is not worth trying again, and with
    /// another error otherwise.
    pub async fn register(
        &self,
        rest: &Rest,
        guild: Option<u64>,
        agreement: Option<&Agreement>,
    ) -> Result<Agreement, RegistrationError> {
        let registered = async {
            let ours = definitions(guild.is_some(), self.user_installs);
            let held = self.registered(rest, guild).await?;
            let agreed = agreement_of(&ours, &held);
            let changed = !holds(&held, &ours) && agreement != Some(&agreed);
            let agreed = if changed {
                self.replace(rest, guild, &held, &ours).await?;
                agreement_of(&ours, &self.registered(rest, guild).await?)
            } else {
                agreed
            };
            tracing::info!(changed, "discord.commands_registered");
            Ok(agreed)
        };
        registered.await.map_err(|error| match (error, guild) {
            (
                error @ (DiscordError::Wait(_)
                | DiscordError::Unavailable(_)
                | DiscordError::Unknown(_)),
                _,
            ) => RegistrationError::Passing(error),
            (DiscordError::ChannelOut(_), Some(guild)) => RegistrationError::NotThere {
                guild,
                invite: invite_link(self.id),
            },
            (error, guild) => {
                let place = guild.map(|id| format!(" in DISCORD_GUILD_ID {id}"));
                let place = place.unwrap_or_default();
                RegistrationError::Refused { place, error }
            }
        })
    }

    /// Removes this bot's commands from a scope that is no longer its own; other commands stay.
    /// Returns whether there were any.
    pub async fn clear(&self, rest: &Rest, guild: Option<u64>) -> Result<bool, DiscordError> {
        let ours = definitions(guild.is_some(), self.user_installs);
        let mut held = self.registered(rest, guild).await?;
        let before = held.len();
        held.retain(|command| !is_among(command, &ours));
        if held.len() == before {
            return Ok(false);
        }
        let route = Route::PutCommands(self.id, guild);
        rest.json(route, Some(&Value::Array(held))).await?;
        Ok(true)
    }

    /// Returns whether Discord holds exactly this version's commands in a scope.
    pub async fn has_registered(
        &self,
        rest: &Rest,
        guild: Option<u64>,
    ) -> Result<bool, DiscordError> {
        let held = self.registered(rest, guild).await?;
        Ok(holds(
            &held,
            &definitions(guild.is_some(), self.user_installs),
        ))
    }

    /// Returns whether a scope has commands of this bot's names.
    pub async fn is_in(&self, rest: &Rest, guild: Option<u64>) -> Result<bool, DiscordError> {
        let ours = definitions(guild.is_some(), self.user_installs);
        let held = self.registered(rest, guild).await?;
        Ok(held.iter().any(|command| is_among(command, &ours)))
    }

    async fn registered(
        &self,
        rest: &Rest,
        guild: Option<u64>,
    ) -> Result<Vec<Value>, DiscordError> {
        let reply = rest.json(Route::GetCommands(self.id, guild), None).await?;
        reply.read()
    }

    /// Replaces all commands of a scope by the bot's; the command that launches an Activity
    /// stays.
    async fn replace(
        &self,
        rest: &Rest,
        guild: Option<u64>,
        held: &[Value],
        ours: &Value,
    ) -> Result<(), DiscordError> {
        let (kept, others): (Vec<_>, Vec<_>) = (held.iter())
            .filter(|command| !is_among(command, ours))
            .partition(|command| command["type"] == ENTRY_POINT);
        if !others.is_empty() {
            let names: Vec<_> = others.iter().map(|one| one["name"].as_str()).collect();
            let hint = "give this bot an application of its own: it replaces other commands";
            tracing::warn!(removed = ?names, hint, "discord.commands_of_others");
        }
        let ours = ours.as_array().into_iter().flatten();
        let list = ours.chain(kept).cloned().collect();
        let route = Route::PutCommands(self.id, guild);
        rest.json(route, Some(&list)).await.map(drop)
    }
}

/// Returns whether `ours` has a command of this name and type.
fn is_among(command: &Value, ours: &Value) -> bool {
    let kind = |command: &Value| command["type"].as_u64().unwrap_or(1);
    let same = |one: &Value| one["name"] == command["name"] && kind(one) == kind(command);
    ours.as_array().into_iter().flatten().any(same)
}

fn agreement_of(ours: &Value, held: &[Value]) -> Agreement {
    let mut hasher = DefaultHasher::new();
    ours.to_string().hash(&mut hasher);
    held.iter()
        .for_each(|one| one.to_string().hash(&mut hasher));
    Agreement(format!("{:016x}", hasher.finish()))
}

/// Returns whether the commands that Discord holds are those of `ours`, apart from the command
/// that launches an Activity.
fn holds(held: &[Value], ours: &Value) -> bool {
    let held = held.iter().filter(|one| one["type"] != ENTRY_POINT);
    says(&held.cloned().collect(), ours)
}

/// Returns whether `held` has every value of `ours`. Discord adds fields and leaves out empty
/// ones, so only fields that the bot sets are compared.
fn says(held: &Value, ours: &Value) -> bool {
    match (held, ours) {
        (Value::Object(held), Value::Object(ours)) => ours
            .iter()
            .all(|(key, value)| says(held.get(key).unwrap_or(&Value::Null), value)),
        (Value::Array(held), Value::Array(ours)) => {
            let known = |value| held.iter().any(|held| says(held, value));
            held.len() == ours.len() && ours.iter().all(known)
        }
        (Value::Null, Value::Bool(false)) => true,
        (held, ours) => held == ours,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_discord_adds_or_leaves_out_is_no_difference() {
        let ours =
            json!([{"name": "a", "options": [{"name": "id", "required": true}], "nsfw": false}]);
        let mut held = json!({"id": "1", "version": "2", "name": "a",
            "options": [{"type": 3, "name": "id", "required": true}]});
        let launch = json!({"id": "2", "type": 4, "name": "launch"});
        assert!(holds(&[held.clone(), launch], &ours));
        held["options"][0]["required"] = json!(false);
        assert!(!holds(&[held.clone()], &ours));
        assert!(!holds(&[], &ours));
        assert!(!holds(&[held.clone(), held], &ours), "a command too many");
    }
}
