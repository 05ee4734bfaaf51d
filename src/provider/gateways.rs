//! The gateways that the operator set up, and which of them a task is asked of.

use std::num::NonZeroU32;
use std::sync::Arc;

use super::client::{BadClient, Client, ClientConfig};
use crate::domain::pattern::IdPattern;
use crate::domain::query::QueryError;
use crate::domain::task::{Snapshot, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::metrics;

/// One account at one gateway, as the operator describes it.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    pub client: ClientConfig,
    /// Which ids it is asked about.
    pub ids: Vec<IdPattern>,
    /// Queries a second over all of its tasks; `POLL_RATE` where the operator says nothing.
    pub rate: Option<NonZeroU32>,
}

/// One account at one gateway. Its client has a circuit of its own, so that no other
/// gateway suffers from its outages and pauses.
pub struct VideoGateway {
    pub name: String,
    pub client: Arc<Client>,
    ids: Vec<IdPattern>,
}

/// All gateways, in the order in which they are asked.
#[derive(Clone)]
pub struct Gateways(Arc<Vec<VideoGateway>>);

impl Gateways {
    /// Checks the configuration; nothing is sent.
    pub fn new(configs: &[GatewayConfig]) -> Result<Self, BadClient> {
        let gateways = configs.iter().map(|config| {
            let name = config.client.name.clone();
            metrics::provider(&name);
            Ok(VideoGateway {
                name,
                client: Arc::new(Client::new(&config.client)?),
                ids: config.ids.clone(),
            })
        });
        Ok(Self(Arc::new(gateways.collect::<Result<_, BadClient>>()?)))
    }

    pub fn iter(&self) -> impl Iterator<Item = &VideoGateway> {
        self.0.iter()
    }

    #[must_use]
    pub fn named(&self, name: &str) -> Option<&VideoGateway> {
        self.iter().find(|gateway| gateway.name == name)
    }

    /// The gateways to ask about a task, in their order: the one that has shown it, or
    /// those that its id fits. Also where the one that has shown it is no longer set up,
    /// because it may have got another name.
    #[must_use]
    pub fn of(&self, task: &Task) -> Vec<&VideoGateway> {
        match self.home(task) {
            Some(home) => vec![home],
            None => self.fitting(&task.id),
        }
    }

    /// The gateways that an id fits.
    #[must_use]
    pub fn fitting(&self, id: &TaskId) -> Vec<&VideoGateway> {
        let fits = |gateway: &&VideoGateway| gateway.ids.iter().any(|pattern| pattern.fits(id));
        self.iter().filter(fits).collect()
    }

    /// The gateway that has shown a task.
    #[must_use]
    pub fn home(&self, task: &Task) -> Option<&VideoGateway> {
        self.named(task.gateway.as_deref()?)
    }

    /// What is known where `refusal` is all that the gateways say of a task: a task that
    /// was known to a gateway which is no longer set up is not unknown.
    #[must_use]
    pub fn verdict(&self, task: &Task, refusal: QueryError) -> QueryError {
        let is_orphaned = task.gateway.is_some() && self.home(task).is_none();
        match refusal {
            QueryError::NotFound { .. } if is_orphaned => QueryError::Unserved,
            refusal => refusal,
        }
    }

    /// Asks the gateways of a task one after the other until one knows it, and returns
    /// the name of the one that has shown it; else what all of them together come to.
    pub async fn query(
        &self,
        task: &Task,
        now: Timestamp,
    ) -> (Option<String>, Result<Snapshot, QueryError>) {
        let mut refusal = QueryError::Unserved;
        for gateway in self.of(task) {
            match gateway.query(task, now).await {
                Ok(snapshot) => return (Some(gateway.name.clone()), Ok(snapshot)),
                Err(error) => refusal = refusal.and(error),
            }
        }
        (task.gateway.clone(), Err(self.verdict(task, refusal)))
    }
}

impl VideoGateway {
    /// Asks this gateway about a task.
    ///
    /// # Errors
    /// As [`Client::query`].
    pub async fn query(&self, task: &Task, now: Timestamp) -> Result<Snapshot, QueryError> {
        // What another gateway has shown is new to this one.
        let known = task.known && task.gateway.as_ref() == Some(&self.name);
        self.client.query(&task.id, known, now).await
    }
}
