//! A script that orders watches. Each answer that it gets is held against the document.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use testing::Bot;

use super::openapi;

pub(crate) const TOKEN: &str = "the-first-api-token";
pub(crate) const OTHER: &str = "the-second-api-token";

/// An answer of the API, which is held against the document.
#[derive(Debug)]
pub(crate) struct Told {
    /// Its method and path.
    pub(crate) operation: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Told {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }
}

/// A caller.
#[derive(Clone)]
pub(crate) struct Caller {
    http: String,
    token: String,
}

impl Caller {
    pub(crate) fn of(bot: &Bot, token: &str) -> Self {
        Self {
            http: bot.http.clone(),
            token: token.to_owned(),
        }
    }

    pub(crate) async fn order(&self, body: Value) -> Told {
        self.order_once(body, None).await
    }

    pub(crate) async fn order_once(&self, body: Value, key: Option<&str>) -> Told {
        let mut request = self.request(Method::POST, "/api/watches");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        told(request.body(body.to_string()), "/api/watches").await
    }

    pub(crate) async fn get(&self, id: &str) -> Told {
        let request = self.request(Method::GET, &format!("/api/watches/{id}"));
        told(request, "/api/watches/{id}").await
    }

    pub(crate) async fn list(&self, query: &str) -> Told {
        let request = self.request(Method::GET, &format!("/api/watches?{query}"));
        told(request, "/api/watches").await
    }

    pub(crate) async fn stop(&self, id: &str) -> Told {
        let request = self.request(Method::DELETE, &format!("/api/watches/{id}"));
        told(request, "/api/watches/{id}").await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.http);
        reqwest::Client::new()
            .request(method, url)
            .bearer_auth(&self.token)
    }

    /// Asks for a watch until `look` says so.
    pub(crate) async fn until(&self, id: &str, look: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..400 {
            let told = self.get(id).await;
            if look(&told.body) {
                return told.body;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{:?}", self.get(id).await);
    }
}

async fn told(request: reqwest::RequestBuilder, path: &str) -> Told {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let method = request.method().as_str().to_lowercase();
    let response = client.execute(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.text().await.unwrap();
    openapi::check(&method, path, status, &headers, &body);
    assert_eq!(headers["cache-control"], "no-store");
    for token in [TOKEN, OTHER] {
        assert!(!body.contains(token));
    }
    Told {
        operation: format!("{method} {path}"),
        status,
        headers,
        body: serde_json::from_str(&body).unwrap_or_default(),
    }
}
