//! The query client, tried on the wire.

mod contract;
mod hostile;

use std::time::Duration;

use url::Url;
use videostatus::domain::query::QueryError;
use videostatus::domain::secret::Secret;
use videostatus::domain::task::{Snapshot, TaskId};
use videostatus::domain::time::Timestamp;
use videostatus::provider::client::{Client, ClientConfig};
use videostatus::provider::endpoint::DEFAULT_PATH;

use crate::server::{Script, Server, Then, length, response};

const KEY: &str = "sk-0123456789abcdef";
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const RUNNING: &str = r#"{"id":"grok:1","status":"processing","progress":42}"#;

/// A server that sends these bytes to everybody and closes.
async fn sending(reply: impl Into<Vec<u8>>) -> Server {
    Server::run(Script::of(reply, Then::Close)).await
}

fn config(origin: &Url) -> ClientConfig {
    ClientConfig {
        name: "main".to_owned(),
        origin: origin.clone(),
        path: DEFAULT_PATH.to_owned(),
        key: Secret::new(KEY),
        forwarded_host: None,
        longest_pause: Duration::from_secs(300),
    }
}

fn client(server: &Server) -> Client {
    patient(&server.origin, Duration::from_secs(20))
}

/// A client that gives a reply up after `whole`.
fn patient(origin: &Url, whole: Duration) -> Client {
    Client::with_timeout(&config(origin), whole).unwrap()
}

/// A whole response, after which the connection closes.
fn reply(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let headers = format!("Connection: close\r\n{}{headers}", length(body.len()));
    response(status, &headers, body.as_bytes())
}

fn task() -> TaskId {
    TaskId::parse("grok:1").unwrap()
}

async fn query(server: &Server) -> Result<Snapshot, QueryError> {
    ask(&client(server), NOW).await
}

async fn ask(client: &Client, now: Timestamp) -> Result<Snapshot, QueryError> {
    client.query(&task(), false, now).await
}

/// The cause for which a service counts as unavailable.
#[track_caller]
fn unavailable(result: Result<Snapshot, QueryError>) -> String {
    match result {
        Err(QueryError::Unavailable { cause }) => cause,
        other => panic!("{other:?} instead of unavailable"),
    }
}
