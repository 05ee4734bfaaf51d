//! The registrar. It registers the commands in the one scope that the operator chose, and
//! removes them from every other scope in which they were registered before.

use std::sync::Mutex;
use std::time::Duration;

use super::supervise::Patience;
use crate::discord::application::Application;
use crate::discord::registration::{Agreement, RegistrationError};
use crate::discord::rest::Rest;
use crate::domain::discord::DiscordError;
use crate::store::{Store, StoreError};
use crate::sync::lock;

/// The longest wait between two attempts.
const LAST_WAIT: Duration = Duration::from_secs(300);

/// Registers the commands with Discord.
pub struct Registrar {
    pub application: Application,
    pub rest: Rest,
    pub store: Store,
    /// `DISCORD_GUILD_ID`.
    pub guild: Option<u64>,
    /// The reason why the commands are not registered, if they are not.
    pub trouble: Mutex<Option<String>>,
}

/// An error that keeps the bot from starting, because its commands cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegistrarError {
    #[error(transparent)]
    Refused(RegistrationError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registrar {
    /// Tries to register the commands once. An error that may pass is recorded for
    /// [`Self::run`], which tries again; meanwhile commands that are already registered work.
    ///
    /// # Errors
    /// [`RegistrarError`] if a later attempt cannot succeed, or if the database fails.
    pub async fn begin(&self) -> Result<(), RegistrarError> {
        match self.register().await {
            Err(RegistrarError::Refused(error)) if error.may_pass() => {
                tracing::error!(%error, "discord.commands_not_registered");
                *lock(&self.trouble) = Some(error.to_string());
                Ok(())
            }
            ended => ended,
        }
    }

    /// Tries again with backoff until the commands are registered. Never returns.
    pub async fn run(&self) {
        let mut patience = Patience::new(LAST_WAIT);
        while lock(&self.trouble).is_some() {
            tokio::time::sleep(patience.wait_after(Duration::ZERO)).await;
            let trouble = self.register().await.err().map(|error| error.to_string());
            if let Some(error) = &trouble {
                tracing::warn!(error, "discord.commands_not_registered");
            }
            *lock(&self.trouble) = trouble;
        }
        std::future::pending().await
    }

    /// Returns the reason why the commands are not registered, for the readiness check.
    pub fn trouble(&self) -> Option<String> {
        lock(&self.trouble).clone()
    }

    async fn register(&self) -> Result<(), RegistrarError> {
        let known = self.store.registrations().await?;
        let (own, mut others): (Vec<_>, Vec<_>) =
            (known.into_iter()).partition(|(guild, _)| *guild == self.guild);
        let agreed = own.into_iter().next().map(|(_, agreed)| Agreement(agreed));
        let agreed = (self.application)
            .register(&self.rest, self.guild, agreed.as_ref())
            .await
            .map_err(RegistrarError::Refused)?;
        self.store
            .record_registration(self.guild, &agreed.0)
            .await?;
        // A version without these records may have registered the commands globally.
        if self.guild.is_some() && !others.iter().any(|(guild, _)| guild.is_none()) {
            others.push((None, String::new()));
        }
        for (guild, _) in others {
            match self.application.clear(&self.rest, guild).await {
                Ok(cleared) => {
                    if cleared {
                        tracing::info!(guild, "discord.commands_cleared");
                    }
                    self.store.forget_registration(guild).await?;
                }
                // The bot has left this server, so its commands there are gone.
                Err(DiscordError::ChannelOut(_)) => self.store.forget_registration(guild).await?,
                Err(error) => tracing::warn!(guild, %error, "discord.commands_not_cleared"),
            }
        }
        Ok(())
    }
}
