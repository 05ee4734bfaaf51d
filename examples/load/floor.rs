//! The floor: the cost of serenity's gateway and reqwest alone. It is a bare client that
//! acknowledges, queries the endpoint, edits with a fixed body, and keeps nothing: no database,
//! no pacing, no second try.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Client, Method, header};
use serde_json::{Value, json};
use serenity::all::{
    ClientBuilder, CommandInteraction, Context, EventHandler, GatewayIntents, HttpBuilder,
    Interaction,
};

/// The variable with the milliseconds between two queries of a command's task. Without it there
/// is only the first query.
pub(crate) const INTERVAL_MS: &str = "FLOOR_INTERVAL_MS";

/// The variable with the queries a second besides those of commands.
pub(crate) const POLLS: &str = "FLOOR_POLLS";

/// Runs the floor until it is killed.
pub(crate) async fn run() -> anyhow::Result<()> {
    let bare = Arc::new(Bare {
        client: Client::builder()
            .user_agent("DiscordBot (https://bare.example, 0)")
            .build()?,
        discord: variable("DISCORD_API_URL")?,
        video: variable("VIDEO_API_URL")?,
        interval: number(INTERVAL_MS).map(Duration::from_millis),
    });
    let token = variable("DISCORD_TOKEN")?;
    bare.register(&token).await?;
    if let Some(rate) = number(POLLS).and_then(|rate| u32::try_from(rate).ok()) {
        tokio::spawn(Arc::clone(&bare).poll(rate));
    }
    let http = HttpBuilder::new(&token)
        .proxy(&bare.discord)
        .ratelimiter_disabled(true)
        .build();
    let mut client = ClientBuilder::new_with_http(http, GatewayIntents::empty())
        .event_handler(Handler(bare))
        .await?;
    Ok(client.start().await?)
}

fn variable(name: &'static str) -> anyhow::Result<String> {
    std::env::var(name).context(name)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

struct Bare {
    client: Client,
    discord: String,
    video: String,
    interval: Option<Duration>,
}

impl Bare {
    async fn register(&self, token: &str) -> anyhow::Result<()> {
        let api = format!("{}/api/v10/applications", self.discord);
        let send = async |request: reqwest::RequestBuilder| {
            let request = request.header(header::AUTHORIZATION, format!("Bot {token}"));
            let response = request.send().await?.error_for_status()?;
            response.json::<Value>().await
        };
        let application = send(self.client.get(format!("{api}/@me"))).await?;
        let id = application["id"].as_str().context("no application")?;
        let commands = json!([{ "name": "videostatus", "description": "Shows a task", "type": 1,
            "options": [{ "type": 3, "name": "id", "description": "The task", "required": true }] }]);
        send(
            self.client
                .put(format!("{api}/{id}/commands"))
                .json(&commands),
        )
        .await?;
        Ok(())
    }

    async fn discord(&self, method: Method, path: String, body: &Value) -> reqwest::Result<()> {
        let url = format!("{}/api/v10{path}", self.discord);
        let response = self.client.request(method, url).json(body).send().await?;
        response.error_for_status()?.bytes().await?;
        Ok(())
    }

    /// Queries a task and returns whether it is done.
    async fn query(&self, id: &str) -> reqwest::Result<bool> {
        let url = format!("{}/v1/video/query?id={id}", self.video);
        let text = self.client.get(url).send().await?.text().await?;
        Ok(text.contains("\"completed\""))
    }

    async fn answer(&self, command: &CommandInteraction) -> reqwest::Result<()> {
        let (id, token) = (command.id, &command.token);
        let options = &command.data.options;
        let task = options.iter().find(|option| option.name == "id");
        let task = task.and_then(|id| id.value.as_str()).unwrap_or_default();
        let path = format!("/interactions/{id}/{token}/callback");
        self.discord(Method::POST, path, &json!({ "type": 5 }))
            .await?;
        let mut shown = false;
        loop {
            let done = self.query(task).await?;
            if done || !shown {
                let path = format!(
                    "/webhooks/{}/{token}/messages/@original",
                    command.application_id
                );
                let title = if done { "Done" } else { "Running" };
                let body = json!({ "embeds": [{ "title": title, "description": "cat fish" }] });
                self.discord(Method::PATCH, path, &body).await?;
                shown = true;
            }
            match self.interval {
                Some(interval) if !done => tokio::time::sleep(interval).await,
                _ => return Ok(()),
            }
        }
    }

    async fn poll(self: Arc<Self>, rate: u32) {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
        loop {
            ticks.tick().await;
            let bare = Arc::clone(&self);
            tokio::spawn(async move { report(bare.query("grok:floor").await.map(|_| ())) });
        }
    }
}

struct Handler(Arc<Bare>);

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        if let Interaction::Command(command) = interaction {
            report(self.0.answer(&command).await);
        }
    }
}

#[expect(clippy::print_stderr, reason = "shows why the floor falls behind")]
fn report(result: reqwest::Result<()>) {
    if let Err(error) = result {
        eprintln!("floor: {error}");
    }
}
