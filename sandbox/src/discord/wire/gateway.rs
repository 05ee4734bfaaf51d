//! The gateway WebSocket: hello, identify, heartbeats, resume and close codes.

use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::core::Core;
use crate::discord::model::render;
use crate::discord::model::sessions::{Outgoing, Welcome};
use crate::discord::model::things::{APPLICATION, GUILD};
use crate::ids::millis;

#[derive(Debug, Deserialize)]
pub(crate) struct Version {
    v: Option<String>,
    encoding: Option<String>,
}

/// Accepts a WebSocket connection.
pub(crate) async fn connect(
    State(core): State<Arc<Core>>,
    Query(version): Query<Version>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if core.read(|state| state.gateway.refused) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.on_upgrade(async move |mut socket| {
        let fit = version.v.as_deref() == Some("10")
            && version.encoding.as_deref().unwrap_or("json") == "json";
        let code = if fit {
            Connection::run(&core, &mut socket).await
        } else {
            Some(4012)
        };
        if let Some(code) = code {
            // An error means that the other side left first.
            let _ = socket
                .send(Message::Close(Some(CloseFrame {
                    code,
                    reason: "".into(),
                })))
                .await;
        }
    })
}

/// A connection, with a session once the bot has identified itself or resumed.
struct Connection<'a> {
    core: &'a Arc<Core>,
    line: mpsc::UnboundedSender<Outgoing>,
    session: Option<String>,
}

impl Connection<'_> {
    /// Runs a connection until its end. Returns the code to close with, if any.
    async fn run(core: &Arc<Core>, socket: &mut WebSocket) -> Option<u16> {
        let (line, mut outgoing) = mpsc::unbounded_channel();
        let mut connection = Connection {
            core,
            line,
            session: None,
        };
        let hello = json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": millis(core.options.heartbeat)}});
        connection.send(&hello);
        let mut clean = false;
        let code = loop {
            tokio::select! {
                () = core.stop.cancelled() => break Some(1001),
                next = outgoing.recv() => match next {
                    Some(Outgoing::Send(text)) => {
                        if socket.send(Message::Text(text.into())).await.is_err() {
                            break None;
                        }
                    }
                    Some(Outgoing::Close(code)) => break Some(code),
                    Some(Outgoing::Vanish) | None => break None,
                },
                received = socket.recv() => match received {
                    Some(Ok(Message::Text(text))) => {
                        if let Err(code) = connection.handle(&text) {
                            break Some(code);
                        }
                    }
                    Some(Ok(Message::Close(frame))) => {
                        clean = frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001));
                        break None;
                    }
                    Some(Ok(Message::Binary(_))) => break Some(4002),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                    Some(Err(_)) | None => break None,
                },
            }
        };
        if let Some(id) = connection.session {
            core.update(|state| {
                state.gateway.sessions.lost(&id, &connection.line, clean);
                state.tell_gateway();
            });
        }
        code
    }

    fn send(&self, frame: &Value) {
        // The receiver lives as long as the connection's loop.
        let _ = self.line.send(Outgoing::Send(frame.to_string()));
    }

    /// Handles a frame. An error is the code to close with.
    fn handle(&mut self, text: &str) -> Result<(), u16> {
        let frame: Value = serde_json::from_str(text).map_err(|_| 4002_u16)?;
        let data = &frame["d"];
        match frame["op"].as_u64() {
            Some(1) => {
                if !self.core.read(|state| state.gateway.mute) {
                    self.send(&json!({"op": 11, "s": null, "t": null, "d": null}));
                }
                Ok(())
            }
            Some(2) if self.session.is_some() => Err(4005),
            Some(2) => self.identify(data),
            Some(6) => self.resume(data),
            Some(3 | 4 | 8) if self.session.is_some() => Ok(()),
            Some(3 | 4 | 8) => Err(4003),
            _ => Err(4001),
        }
    }

    fn identify(&mut self, data: &Value) -> Result<(), u16> {
        if !self.authorized(&data["token"]) {
            return Err(4004);
        }
        let number = |place: usize, default: u64| match &data["shard"] {
            Value::Null => Ok(default),
            shard => shard[place].as_u64().ok_or(4010_u16),
        };
        let shard = (number(0, 0)?, number(1, 1)?);
        if shard.0 >= shard.1 {
            return Err(4010);
        }
        if data["intents"].as_u64().is_none() {
            return Err(4013);
        }
        if ["os", "browser", "device"]
            .iter()
            .any(|key| !data["properties"][key].is_string())
        {
            return Err(4002);
        }
        self.core.update(|state| state.gateway.identifies += 1);
        if !self.welcome()? {
            return Ok(());
        }
        let guilds = if (GUILD.get() >> 22) % shard.1 == shard.0 {
            json!([{"id": GUILD, "unavailable": true}])
        } else {
            json!([])
        };
        let line = self.line.clone();
        let resume_url = ws_url(&self.core.discord_url);
        let id = self.core.update(|state| {
            let id = state.gateway.sessions.open(shard, line);
            let mut user = render::bot_user();
            user["flags"] = json!(state.gateway.bot_flags);
            let ready = json!({
                "v": 10, "user_settings": {}, "user": user, "session_type": "normal",
                "session_id": id, "resume_gateway_url": resume_url, "relationships": [], "private_channels": [],
                "presences": [], "guilds": guilds, "guild_join_requests": [], "geo_ordered_rtc_regions": [],
                "game_relationships": [], "auth": {}, "application": {"id": APPLICATION, "flags": 0}, "_trace": [],
                "shard": [shard.0, shard.1],
            });
            state.gateway.sessions.dispatch_to(&id, "READY", &ready);
            state.tell_gateway();
            id
        });
        self.session = Some(id);
        Ok(())
    }

    fn resume(&mut self, data: &Value) -> Result<(), u16> {
        if !self.authorized(&data["token"]) {
            return Err(4004);
        }
        self.core.update(|state| state.gateway.resumes += 1);
        if !self.welcome()? {
            return Ok(());
        }
        let id = data["session_id"].as_str().unwrap_or_default().to_owned();
        let seq = data["seq"].as_u64().unwrap_or(0);
        let line = self.line.clone();
        let resumed = self.core.update(|state| {
            let resumed = state.gateway.sessions.resume(&id, seq, line);
            state.tell_gateway();
            resumed
        });
        if resumed {
            self.session = Some(id);
        } else {
            self.invalidate(false);
        }
        Ok(())
    }

    fn invalidate(&self, resumable: bool) {
        self.send(&json!({"op": 9, "s": null, "t": null, "d": resumable}));
    }

    /// Returns whether a bot that identifies or resumes gets a session; otherwise answers it
    /// here. An error is the code to close with.
    fn welcome(&self) -> Result<bool, u16> {
        match self.core.read(|state| state.gateway.welcome) {
            Welcome::Session => return Ok(true),
            Welcome::Invalid { resumable } => self.invalidate(resumable),
            Welcome::Close(code) => return Err(code),
            Welcome::Broken => {
                let _ = self.line.send(Outgoing::Send("{\"op\":".to_owned()));
            }
            Welcome::Silence => {}
        }
        Ok(false)
    }

    /// Returns whether a gateway payload has the bot's token, with or without `Bot`.
    fn authorized(&self, token: &Value) -> bool {
        let token = token.as_str().unwrap_or_default();
        let token = token.strip_prefix("Bot ").unwrap_or(token);
        self.core.read(|state| state.world.accepts(token))
    }
}

/// Returns the gateway's address on an HTTP origin.
pub(crate) fn ws_url(origin: &str) -> String {
    origin.replacen("http", "ws", 1)
}
