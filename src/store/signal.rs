//! Signals between processes: a transaction that makes rows due announces it with
//! PostgreSQL's NOTIFY. A signal only saves the wait for the next sweep, so a lost one
//! costs seconds and nothing else.
//!
//! SQLite serves one process, which makes rows due itself and needs no signal.

use std::time::Duration;

use sqlx::Transaction;
use sqlx::any::Any;
use sqlx::postgres::PgListener;

use super::database::{Backend, Store};
use super::error::StoreError;
use crate::domain::secret::Secret;

/// The channel's name in the database.
const CHANNEL: &str = "videostatus";

/// The wait before a lost connection is made again.
const PAUSE: Duration = Duration::from_secs(5);

/// The announcement that rows became due, by the loop that claims them.
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
    /// Calls `heard` for each signal of any process, this one included, and for every
    /// signal after each new connection, because some may have been missed. Never
    /// returns, and on SQLite never calls `heard`.
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

    /// Announces that rows become due when this transaction commits.
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

/// Calls `heard` for each signal until the connection is lost. The result is an error
/// only if the driver names one.
async fn hear(url: &Secret, heard: &impl Fn(Signal)) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect(url.expose()).await?;
    // An eager reconnect would hide that signals were missed meanwhile.
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
