//! What people send: commands, presses and choices, read from serenity's models.

use serenity::model::application::{
    AuthorizingIntegrationOwner, AuthorizingIntegrationOwners, CommandInteraction,
    ComponentInteraction, ComponentInteractionDataKind, InteractionContext, ResolvedOption,
    ResolvedValue,
};
use serenity::model::{Permissions, channel::ChannelType};

use super::messenger::InteractionToken;
use super::permissions::posting;
use crate::domain::secret::Secret;
use crate::domain::watch::{Notify, Reach};

/// Who asks, where, and how the bot may answer.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) interaction_id: u64,
    pub(crate) application_id: u64,
    pub(crate) token: Secret,
    pub(crate) guild_id: Option<u64>,
    pub(crate) channel_id: u64,
    pub(crate) user_id: u64,
    /// What the person may do in the channel.
    pub(crate) may: Permissions,
    /// The person's language, as Discord writes it.
    pub(crate) locale: String,
    /// The language of what everybody in the channel sees.
    pub(crate) channel_locale: String,
    /// Where the bot can go once the token is over.
    pub(crate) reach: Reach,
    /// Whether the channel's own route shows embeds.
    pub(crate) embeds: bool,
    /// The largest file that an answer may carry, in bytes.
    pub(crate) upload_limit: u64,
}

/// serenity's two kinds of interaction have the same fields and no common type.
macro_rules! asker {
    ($interaction:expr, $member:expr) => {{
        let interaction = $interaction;
        let locale = &interaction.locale;
        Asker {
            interaction_id: interaction.id.get(),
            application_id: interaction.application_id.get(),
            token: Secret::new(interaction.token.as_str()),
            guild_id: interaction.guild_id.map(serenity::all::GuildId::get),
            channel_id: interaction.channel_id.get(),
            user_id: interaction.user.id.get(),
            may: $member.and_then(|m| m.permissions).unwrap_or_default(),
            channel_locale: interaction.guild_locale.as_ref().unwrap_or(locale).clone(),
            locale: locale.clone(),
            reach: reach(
                interaction.context,
                interaction.app_permissions,
                &interaction.authorizing_integration_owners,
                interaction.channel.as_ref().map(|channel| channel.kind),
            ),
            embeds: (interaction.app_permissions)
                .is_none_or(|held| held.contains(Permissions::EMBED_LINKS)),
            upload_limit: u64::from(interaction.attachment_size_limit),
        }
    }};
}

impl Asker {
    pub(crate) fn of_command(command: &CommandInteraction) -> Self {
        asker!(command, command.member.as_deref())
    }

    pub(crate) fn of_press(press: &ComponentInteraction) -> Self {
        asker!(press, press.member.as_ref())
    }

    pub(crate) fn reply(&self) -> InteractionToken<'_> {
        InteractionToken {
            application_id: self.application_id,
            interaction_id: self.interaction_id,
            token: &self.token,
        }
    }

    /// Whether the person may act on other people's watches in the channel.
    pub(crate) fn moderates(&self) -> bool {
        self.may
            .intersects(Permissions::MANAGE_MESSAGES | Permissions::ADMINISTRATOR)
    }

    /// Whether the person may see and stop everybody's watches in the guild.
    pub(crate) fn manages(&self) -> bool {
        self.may
            .intersects(Permissions::MANAGE_GUILD | Permissions::ADMINISTRATOR)
    }
}

/// Where the bot can go later: into a guild's channel if it is a member there
/// and may post, into its own direct messages, and nowhere else.
///
/// Source: <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object>
fn reach(
    context: Option<InteractionContext>,
    allowed: Option<Permissions>,
    owners: &AuthorizingIntegrationOwners,
    kind: Option<ChannelType>,
) -> Reach {
    // It would have to be added to a private thread, unless it manages them all.
    let needed = match kind {
        Some(ChannelType::PrivateThread) => posting(kind) | Permissions::MANAGE_THREADS,
        _ => posting(kind),
    };
    let allowed = allowed.is_none_or(|held| held.contains(needed));
    let in_guild = |owner| matches!(owner, &AuthorizingIntegrationOwner::GuildInstall(_));
    let member = owners.0.iter().any(in_guild);
    match context {
        Some(InteractionContext::BotDm) => Reach::Channel,
        Some(InteractionContext::PrivateChannel) => Reach::Dm,
        _ if member && allowed => Reach::Channel,
        _ => Reach::Dm,
    }
}

/// The options of `/videostatus`.
#[derive(Clone, Debug, Default)]
pub(crate) struct StatusOptions {
    /// As typed.
    pub(crate) id: String,
    /// Only the person sees the message.
    pub(crate) private: bool,
    /// Where to tell of the end.
    pub(crate) notify: Notify,
    /// Another channel to tell it in.
    pub(crate) channel: Option<Announce>,
}

/// A chosen channel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Announce {
    pub(crate) channel_id: u64,
    /// Whether the person may view it and send there.
    pub(crate) allowed: bool,
}

/// Reads the options of `/videostatus`; what is not understood is left out.
pub(crate) fn status_options(command: &CommandInteraction) -> StatusOptions {
    let mut options = StatusOptions::default();
    for ResolvedOption { name, value, .. } in command.data.options() {
        match (name, value) {
            ("id", ResolvedValue::String(id)) => id.clone_into(&mut options.id),
            ("private", ResolvedValue::Boolean(private)) => options.private = private,
            ("notify", ResolvedValue::String("dm")) => options.notify = Notify::Dm,
            ("notify", ResolvedValue::String("off")) => options.notify = Notify::Off,
            ("channel", ResolvedValue::Channel(channel)) => {
                let may = channel.permissions.unwrap_or_default();
                options.channel = Some(Announce {
                    channel_id: channel.id.get(),
                    allowed: may.contains(posting(Some(channel.kind)))
                        || may.contains(Permissions::ADMINISTRATOR),
                });
            }
            _ => {}
        }
    }
    options
}

/// Whether a command's boolean option is set to true.
pub(crate) fn flag(command: &CommandInteraction, name: &str) -> bool {
    let is_set = |option: &ResolvedOption<'_>| {
        option.name == name && matches!(option.value, ResolvedValue::Boolean(true))
    };
    command.data.options().iter().any(is_set)
}

/// All texts of the message that a menu command was used on: its content and its
/// embeds.
pub(crate) fn message_text(command: &CommandInteraction) -> String {
    let mut parts = Vec::new();
    for message in command.data.resolved.messages.values() {
        parts.push(message.content.as_str());
        for embed in &message.embeds {
            parts.extend(embed.title.as_deref());
            parts.extend(embed.description.as_deref());
            parts.extend(embed.fields.iter().map(|field| field.value.as_str()));
        }
    }
    parts.join("\n")
}

/// What was chosen from a menu; nothing for a button.
pub(crate) fn chosen(press: &ComponentInteraction) -> &[String] {
    match &press.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values,
        _ => &[],
    }
}
