//! Orders a watch through the bot's database. The watch is due at once, and the bot finds it
//! when it next looks for due rows, which it does every few seconds.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use super::report::WatchReport;
use crate::cli::database::must_exist;
use crate::config::Config;
use crate::discord::application::Application;
use crate::discord::messenger::Messenger;
use crate::discord::rest::Rest;
use crate::domain::caller::{Caller, Wanted};
use crate::domain::watch::WatchId;
use crate::doors::api;
use crate::flows::clock::Clock;
use crate::flows::inbox::Inboxes;
use crate::flows::orders::{Orders, Placed};
use crate::flows::start::Starter;
use crate::store::{Ordered, Store};

pub(super) struct ByDatabase(Orders);

impl ByDatabase {
    pub(super) async fn new(config: Config) -> anyhow::Result<Self> {
        must_exist(&config.database_url)?;
        let store = Store::open(&config.database_url)
            .await
            .context("DATABASE_URL")?;
        let rest = Rest::new(&config.discord_api_url, &config.discord_token)?;
        let application = Application::log_in(&rest, true).await?;
        Ok(Self(Orders {
            starter: Starter {
                clock: Clock::system(),
                store,
                // This process has no loops, so nothing is ever handed over.
                inboxes: Arc::new(Inboxes::new(1, 1)),
                lease: Duration::ZERO,
                watch_timeout: config.watch_timeout,
            },
            messenger: Messenger::new(rest, application.bot_id),
            application_id: application.id,
            spoiler: config.spoiler,
            language: config.language,
            guilds: config.allowed_guilds,
            max_watches: config.api_max_watches,
        }))
    }

    pub(super) async fn close(self) {
        self.0.starter.store.close().await;
    }

    pub(super) async fn order(&self, wanted: &Wanted) -> anyhow::Result<WatchReport> {
        let (Placed::Recorded(ordered) | Placed::Again(ordered)) =
            self.0.record(Caller::COMMAND_LINE, None, wanted).await?;
        report(&ordered)
    }

    pub(super) async fn look(&self, id: &str) -> anyhow::Result<Option<WatchReport>> {
        let id = WatchId(id.parse()?);
        let found = self.0.find(Caller::COMMAND_LINE, id).await?;
        found.as_ref().map(report).transpose()
    }
}

fn report(ordered: &Ordered) -> anyhow::Result<WatchReport> {
    Ok(serde_json::from_value(api::answer(ordered))?)
}
