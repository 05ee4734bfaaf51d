//! Orders a watch through the API of the running bot.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

use super::report::WatchReport;
use crate::cli::healthcheck::reachable;
use crate::domain::caller::{Target, Wanted};
use crate::domain::secret::Secret;
use crate::flows::bits;

/// The timeout of a request. The bot looks up the channel on Discord before it answers.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The number of times that an order is sent if it is unanswered or the bot asks for a pause.
/// Its idempotency key keeps it one order.
const TRIES: u32 = 3;

/// The pause after an unanswered try.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest pause that the bot may ask for. A longer one is an error that names it.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

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
        loop {
            let request = self.client.post(&self.url).json(&body);
            let request = request.bearer_auth(self.token.expose());
            let sent = request.header("Idempotency-Key", &key).send().await;
            let pause = match &sent {
                Ok(response) => pause(response),
                Err(_) => Some(PAUSE),
            };
            match pause.filter(|_| tries < TRIES) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return read(sent.with_context(|| self.silent())?).await,
            }
            tries += 1;
        }
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

/// Returns the pause that the bot asks for, if it is short.
fn pause(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?;
    let pause = Duration::from_secs(seconds.to_str().ok()?.parse().ok()?);
    (pause <= LONGEST_PAUSE).then_some(pause)
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
