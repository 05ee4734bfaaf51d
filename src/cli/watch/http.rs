//! Orders a watch through the API of the running bot.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::report::WatchReport;
use crate::cli::healthcheck::reachable;
use crate::domain::caller::{Target, Wanted};
use crate::domain::secret::Secret;
use crate::flows::bits;

/// The timeout of a request. The bot looks up the channel on Discord before it answers.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The number of times that an unanswered order is sent. Its idempotency key keeps it one order.
const TRIES: u32 = 3;

/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(500);

pub(crate) struct ByHttp {
    client: Client,
    /// The address of the API's watches.
    url: String,
    token: Secret,
}

impl ByHttp {
    pub(crate) fn new(addr: SocketAddr, token: &Secret) -> anyhow::Result<Self> {
        Ok(Self {
            client: Client::builder().no_proxy().timeout(TIMEOUT).build()?,
            url: format!("http://{}/api/watches", reachable(addr)),
            token: token.clone(),
        })
    }

    pub(crate) async fn order(&self, wanted: &Wanted) -> anyhow::Result<WatchReport> {
        let mut body = json!({
            "id": wanted.task_id.as_str(),
            "mention": wanted.mention.map(|id| id.to_string()),
            "locale": wanted.locale,
            "spoiler": wanted.spoiler,
        });
        match wanted.target {
            Target::Channel(id) => body["channel_id"] = id.to_string().into(),
            Target::Person(id) => body["private_to"] = id.to_string().into(),
        }
        let key = format!("{:016x}{:016x}", bits(), bits());
        let mut tries = 1;
        let response = loop {
            let request = self.client.post(&self.url).json(&body);
            let request = request.bearer_auth(self.token.expose());
            match request.header("Idempotency-Key", &key).send().await {
                Ok(response) => break response,
                Err(_) if tries < TRIES => {
                    tries += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => return Err(error).context(self.silent()),
            }
        };
        read(response).await
    }

    pub(super) async fn look(&self, id: &str) -> anyhow::Result<Option<WatchReport>> {
        let request = self.client.get(format!("{}/{id}", self.url));
        let sent = request.bearer_auth(self.token.expose()).send().await;
        let response = sent.with_context(|| self.silent())?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        read(response).await.map(Some)
    }

    fn silent(&self) -> String {
        format!("{} does not answer: is the bot running?", self.url)
    }
}

async fn read(response: Response) -> anyhow::Result<WatchReport> {
    let status = response.status();
    if status.is_success() {
        return Ok(response.json().await?);
    }
    if status == StatusCode::NOT_FOUND {
        bail!("the bot serves no API: start it with this API_TOKEN");
    }
    let problem: Value = response.json().await.unwrap_or_default();
    bail!("{}", problem["detail"].as_str().unwrap_or(status.as_str()));
}
