//! A bare bot for the tests: a raw gateway client and a REST client.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use sandbox::{Channel, Interaction, Options, Sandbox};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A sandbox whose channels take as many messages as a test sends.
pub(crate) async fn sandbox() -> Sandbox {
    let options = Options {
        rate_limits: false,
        ..Options::default()
    };
    Sandbox::start(options).await.unwrap()
}

/// A client that says who it is, as Discord asks of bots.
pub(crate) fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().user_agent("DiscordBot (https://bot.example, 1)");
    client.build().unwrap()
}

/// Returns the body of the response to a request that succeeded.
#[track_caller]
pub(crate) fn done((status, body): (u16, Value)) -> Value {
    assert!((200..300).contains(&status), "{status}: {body}");
    body
}

/// Returns the status and the error's code with which a request was refused.
#[track_caller]
pub(crate) fn refusal((status, body): (u16, Value)) -> (u16, u64) {
    assert!(status >= 400, "{status}: {body}");
    let code = body["code"].as_u64();
    (status, code.unwrap_or_else(|| panic!("{body} has no code")))
}

/// Returns the error's code with which a request was refused.
#[track_caller]
pub(crate) fn code(reply: (u16, Value)) -> u64 {
    refusal(reply).1
}

/// The path of a channel's messages.
pub(crate) fn messages(channel: &Channel) -> String {
    format!("/channels/{}/messages", channel.id)
}

/// The newest message of the usual channel.
pub(crate) fn last(sandbox: &Sandbox) -> sandbox::Message {
    sandbox.messages(&sandbox.channel()).pop().unwrap()
}

/// Lets Ada use the plain command without options.
pub(crate) fn go(sandbox: &Sandbox) -> Interaction {
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    sandbox.command(&ada, &channel, "go", json!({})).unwrap()
}

/// A REST client with the bot's token.
pub(crate) struct Rest {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Rest {
    pub(crate) fn new(sandbox: &Sandbox) -> Self {
        let base = format!("{}/api/v10", sandbox.discord_url());
        Self {
            client: client(),
            base,
            token: format!("Bot {}", sandbox.token()),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .header("authorization", &self.token)
    }

    /// Sends and returns status and JSON (`null` without a body).
    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = self.request(method.parse().unwrap(), path);
        self.send(if body.is_null() {
            request
        } else {
            request.json(&body)
        })
        .await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.call("GET", path, Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("POST", path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("PATCH", path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        self.call("PUT", path, body).await
    }

    /// A multipart request with files of these names and bytes.
    pub(crate) async fn upload(
        &self,
        method: &str,
        path: &str,
        json: Value,
        files: &[(&str, &str, Vec<u8>)],
    ) -> (u16, Value) {
        let mut form = Form::new().text("payload_json", json.to_string());
        for (n, (name, kind, bytes)) in files.iter().enumerate() {
            let part = Part::bytes(bytes.clone())
                .file_name((*name).to_owned())
                .mime_str(kind)
                .unwrap();
            form = form.part(format!("files[{n}]"), part);
        }
        self.send(self.request(method.parse().unwrap(), path).multipart(form))
            .await
    }

    pub(crate) async fn callback(&self, interaction: &Interaction, body: Value) -> (u16, Value) {
        self.post(
            &format!(
                "/interactions/{}/{}/callback",
                interaction.id, interaction.token
            ),
            body,
        )
        .await
    }

    /// Posts a message and returns its path.
    pub(crate) async fn posted(&self, path: &str) -> String {
        let message = done(self.post(path, json!({"content": "a"})).await);
        format!("{path}/{}", message["id"].as_str().unwrap())
    }

    /// The path of an interaction's webhook, with what follows it.
    pub(crate) fn hook(interaction: &Interaction, rest: &str) -> String {
        format!("/webhooks/1100000000000000001/{}{rest}", interaction.token)
    }

    /// Registers the plain command `go` with a string option `id`.
    pub(crate) async fn register(&self) {
        let everywhere = json!({"contexts": [0, 1, 2], "integration_types": [0, 1]});
        let mut commands = json!([
            {"name": "go", "description": "Goes", "options": [
                {"type": 3, "name": "id", "description": "An id", "required": true, "autocomplete": true}
            ]},
            {"name": "Look at it", "type": 3},
        ]);
        for (key, value) in everywhere.as_object().unwrap() {
            commands[0][key] = value.clone();
            commands[1][key] = value.clone();
        }
        let (status, body) = self
            .put("/applications/1100000000000000001/commands", commands)
            .await;
        assert_eq!(status, 200, "{body}");
    }
}

/// A raw gateway connection.
pub(crate) struct Gateway {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Gateway {
    pub(crate) async fn connect(sandbox: &Sandbox) -> Self {
        let url = sandbox.discord_url().replacen("http", "ws", 1);
        let (socket, _) = connect_async(format!("{url}/?v=10&encoding=json"))
            .await
            .unwrap();
        let mut gateway = Self { socket };
        let hello = gateway.next().await.unwrap();
        assert_eq!(hello["op"], 10);
        assert!(hello["d"]["heartbeat_interval"].as_u64().unwrap() > 0);
        gateway
    }

    /// Connects and identifies as a shard; returns READY too.
    pub(crate) async fn ready(sandbox: &Sandbox, shard: [u64; 2]) -> (Self, Value) {
        let mut gateway = Self::connect(sandbox).await;
        gateway.identify(sandbox.token(), shard).await;
        let ready = gateway.next().await.unwrap();
        assert_eq!(ready["t"], "READY");
        (gateway, ready)
    }

    pub(crate) async fn identify(&mut self, token: &str, shard: [u64; 2]) {
        let properties = json!({"os": "linux", "browser": "test", "device": "test"});
        let data = json!({"token": token, "shard": shard, "intents": 0, "properties": properties});
        self.send(json!({"op": 2, "d": data})).await;
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.socket
            .send(Message::text(frame.to_string()))
            .await
            .unwrap();
    }

    /// The next frame, or the code with which the connection closed (0
    /// without one).
    pub(crate) async fn next(&mut self) -> Result<Value, u16> {
        let next = tokio::time::timeout(Duration::from_secs(10), self.socket.next());
        match next.await.expect("the gateway is silent") {
            Some(Ok(Message::Text(text))) => Ok(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(Some(frame)))) => Err(frame.code.into()),
            _ => Err(0),
        }
    }
}

/// A sandbox, its client and the path of its channel's messages.
pub(crate) async fn place() -> (Sandbox, Rest, String) {
    place_in(sandbox().await)
}

pub(crate) fn place_in(sandbox: Sandbox) -> (Sandbox, Rest, String) {
    let (rest, path) = (Rest::new(&sandbox), messages(&sandbox.channel()));
    (sandbox, rest, path)
}

/// A sandbox with a registered command and a connected bot.
pub(crate) async fn playground() -> (Sandbox, Rest, Gateway) {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    rest.register().await;
    let (gateway, _) = Gateway::ready(&sandbox, [0, 1]).await;
    (sandbox, rest, gateway)
}
