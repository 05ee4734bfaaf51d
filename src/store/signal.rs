//! Wake-ups between processes: whatever people and polls make due is announced in
//! the same transaction, by PostgreSQL's NOTIFY. A wake-up only saves the wait for
//! the next sweep, so a lost one costs seconds and nothing else.
//!
//! SQLite has one process; what becomes due there, that process made due itself.

use std::time::Duration;

use sqlx::Transaction;
use sqlx::any::Any;
use sqlx::postgres::PgListener;

use super::database::{Backend, Store};
use super::error::StoreError;
use crate::domain::secret::Secret;

/// The channel's name in the database.
const CHANNEL: &str = "videostatus";

/// The wait before a lost connection is sought again.
const PAUSE: Duration = Duration::from_secs(5);

/// Rows that became due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Poll,
    Delivery,
}

impl Signal {
    const ALL: [Self; 2] = [Self::Poll, Self::Delivery];

    fn word(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Delivery => "delivery",
        }
    }
}

impl Store {
    /// Calls `heard` for what any process, this one too, makes due; for
    /// everything whenever the connection is made anew, because signals may have
    /// been missed. Never returns; on SQLite it never calls either.
    pub async fn listen(&self, heard: impl Fn(Signal)) {
        let Backend::Postgres(url) = &self.backend else {
            return std::future::pending().await;
        };
        loop {
            if let Err(error) = hear(url, &heard).await {
                tracing::warn!(%error, "store.signals_lost");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Says that rows become due with this transaction.
    pub(super) async fn signal(
        &self,
        tx: &mut Transaction<'_, Any>,
        signal: Signal,
    ) -> Result<(), StoreError> {
        if matches!(self.backend, Backend::Postgres(_)) {
            let notify = sqlx::query("SELECT 1 FROM pg_notify($1, $2)").bind(CHANNEL);
            notify.bind(signal.word()).execute(&mut **tx).await?;
        }
        Ok(())
    }
}

/// Hears until the connection is lost; why is not always known.
async fn hear(url: &Secret, heard: &impl Fn(Signal)) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(url.expose()).await?;
    // A new connection would not say that signals were missed in between.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Signal::ALL.into_iter().for_each(heard);
    while let Some(told) = listener.try_recv().await? {
        let signals = Signal::ALL.into_iter();
        signals
            .filter(|signal| signal.word() == told.payload())
            .for_each(heard);
    }
    Ok(())
}
