//! The gateways that the operator set up, and the choice of those to ask about a task.

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
    /// The ids that it is asked about.
    pub ids: Vec<IdPattern>,
    /// The queries per second over all of its tasks; `None` means `POLL_RATE`.
    pub rate: Option<NonZeroU32>,
}

/// One account at one gateway. Its client has its own circuit, so that its outages and
/// pauses affect no other gateway.
pub struct VideoGateway {
    pub name: String,
    pub client: Arc<Client>,
    ids: Vec<IdPattern>,
}

/// All gateways, in the order in which they are asked.
#[derive(Clone)]
pub struct Gateways(Arc<Vec<VideoGateway>>);

impl Gateways {
    /// Builds all gateways after checking their configuration. Sends nothing.
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

    /// Returns the gateways to ask about a task, in this order: the one that has shown the
    /// task, or else those that its id fits, with those that are down last, so that an
    /// answer of another gateway need not wait for their timeouts. If the one that has shown
    /// the task is no longer set up, the others are asked, because it may have a new name.
    #[must_use]
    pub fn candidates(&self, task: &Task) -> Vec<&VideoGateway> {
        if let Some(home) = self.home(task) {
            return vec![home];
        }
        let mut fitting = self.fitting(&task.id);
        fitting.sort_by_key(|gateway| gateway.client.is_down());
        fitting
    }

    /// Returns the gateways whose patterns an id fits.
    #[must_use]
    pub fn fitting(&self, id: &TaskId) -> Vec<&VideoGateway> {
        let fits = |gateway: &&VideoGateway| gateway.ids.iter().any(|pattern| pattern.fits(id));
        self.iter().filter(fits).collect()
    }

    /// Returns the gateway that has shown a task, if it is still set up.
    #[must_use]
    pub fn home(&self, task: &Task) -> Option<&VideoGateway> {
        self.named(task.gateway.as_deref()?)
    }

    /// Returns the result of a poll in which every gateway refused a task. If a gateway that
    /// is no longer set up has shown the task, "not found" by the others proves nothing, and
    /// the result is [`QueryError::Unserved`].
    #[must_use]
    pub fn combined_error(&self, task: &Task, refusal: QueryError) -> QueryError {
        let is_orphaned = task.gateway.is_some() && self.home(task).is_none();
        match refusal {
            QueryError::NotFound { .. } if is_orphaned => QueryError::Unserved,
            refusal => refusal,
        }
    }

    /// Asks the gateways of a task one after the other until one knows it, and returns that
    /// gateway's name with the answer. If none does, returns their combined error.
    pub async fn query(
        &self,
        task: &Task,
        now: Timestamp,
    ) -> (Option<String>, Result<Snapshot, QueryError>) {
        let mut refusal = QueryError::Unserved;
        for gateway in self.candidates(task) {
            match gateway.query(task, now).await {
                Ok(snapshot) => return (Some(gateway.name.clone()), Ok(snapshot)),
                Err(error) => refusal = refusal.and(error),
            }
        }
        (
            task.gateway.clone(),
            Err(self.combined_error(task, refusal)),
        )
    }
}

impl VideoGateway {
    /// Asks this gateway about a task.
    ///
    /// # Errors
    /// Fails as [`Client::query`] does.
    pub async fn query(&self, task: &Task, now: Timestamp) -> Result<Snapshot, QueryError> {
        // A task that another gateway has shown is new to this one.
        let known = task.known && task.gateway.as_ref() == Some(&self.name);
        self.client.query(&task.id, known, now).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::decide::request;
    use crate::domain::secret::Secret;
    use crate::provider::endpoint::DEFAULT_PATH;

    const NOW: Timestamp = Timestamp(1_764_522_552_000);

    /// Returns the settings of a gateway at a port of this machine on which nothing listens.
    fn config(name: &str, ids: &[&str]) -> GatewayConfig {
        GatewayConfig {
            client: ClientConfig {
                name: name.to_owned(),
                origin: "http://127.0.0.1:1".parse().unwrap(),
                path: DEFAULT_PATH.to_owned(),
                key: Secret::new(""),
                forwarded_host: None,
                longest_pause: Duration::ZERO,
            },
            ids: ids.iter().filter_map(|id| IdPattern::parse(id)).collect(),
            rate: None,
        }
    }

    fn task(id: &str, gateway: Option<&str>) -> Task {
        Task {
            known: gateway.is_some(),
            gateway: gateway.map(str::to_owned),
            ..request::first(&TaskId::parse(id).unwrap(), NOW, Duration::ZERO)
        }
    }

    #[tokio::test]
    async fn the_one_that_knew_a_task_is_asked_or_all_that_fit_and_those_that_are_down_last() {
        let configs = [
            config("a", &["grok:*", "veo*"]),
            config("b", &["*"]),
            config("c", &["sora:*"]),
        ];
        let gateways = Gateways::new(&configs).unwrap();
        let of = |id, gateway| {
            let names = gateways.candidates(&task(id, gateway));
            names.iter().map(|one| one.name.clone()).collect::<String>()
        };
        assert_eq!(of("grok:1", None), "ab");
        assert_eq!(of("sora:1", None), "bc");
        assert_eq!(of("kling:1", None), "b");
        assert_eq!(
            of("grok:1", Some("c")),
            "c",
            "a known task is asked of its gateway, even if no pattern fits"
        );
        assert_eq!(of("grok:1", Some("gone")), "ab");
        let a = gateways.named("a").unwrap();
        for _ in 0..5 {
            assert!(a.query(&task("grok:1", None), NOW).await.is_err());
        }
        assert_eq!(of("grok:1", None), "ba");
        assert_eq!(of("grok:1", Some("a")), "a");
    }

    #[tokio::test]
    async fn without_a_gateway_nothing_is_called_unknown() {
        let gateways = Gateways::new(&[config("a", &["grok:*"])]).unwrap();
        let (knows, said) = gateways.query(&task("veo:1", None), NOW).await;
        assert_eq!((knows, said), (None, Err(QueryError::Unserved)));
        let unknown = QueryError::NotFound {
            detail: "no".into(),
        };
        for (gateway, combined_error) in [
            (None, unknown.clone()),
            (Some("a"), unknown.clone()),
            (Some("gone"), QueryError::Unserved),
        ] {
            let told = gateways.combined_error(&task("grok:1", gateway), unknown.clone());
            assert_eq!(told, combined_error);
        }
    }
}
