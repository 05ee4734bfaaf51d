//! The registrar: has the commands registered in the one scope that the operator chose,
//! and takes them out of every other that they were ever registered in.

use std::sync::Mutex;
use std::time::Duration;

use super::supervise::Patience;
use crate::discord::application::Application;
use crate::discord::registration::{Agreement, RegistrationError};
use crate::discord::rest::Rest;
use crate::domain::discord::DiscordError;
use crate::store::{Store, StoreError};
use crate::sync::lock;

/// The longest wait between two tries.
const LAST_WAIT: Duration = Duration::from_secs(300);

/// Registers the commands.
pub struct Registrar {
    pub application: Application,
    pub rest: Rest,
    pub store: Store,
    /// `DISCORD_GUILD_ID`.
    pub guild: Option<u64>,
    /// The reason why the commands are not registered.
    pub trouble: Mutex<Option<String>>,
}

/// Why the bot cannot start because of its commands.
#[derive(Debug, thiserror::Error)]
pub enum RegistrarError {
    #[error(transparent)]
    Refused(RegistrationError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Registrar {
    /// Tries once. Trouble that may pass is noted, for [`Self::run`] to try again:
    /// meanwhile the commands that are there already work.
    pub async fn begin(&self) -> Result<(), RegistrarError> {
        match self.register().await {
            Err(RegistrarError::Refused(error @ RegistrationError::Passing(_))) => {
                tracing::error!(%error, "discord.commands_not_registered");
                *lock(&self.trouble) = Some(error.to_string());
                Ok(())
            }
            ended => ended,
        }
    }

    /// Tries again, later and later, until the commands are registered. Never returns.
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
        // A version that kept no records may have registered them for everybody.
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
                // The bot is not there any more, and so are its commands.
                Err(DiscordError::ChannelOut(_)) => self.store.forget_registration(guild).await?,
                Err(error) => tracing::warn!(guild, %error, "discord.commands_not_cleared"),
            }
        }
        Ok(())
    }
}
