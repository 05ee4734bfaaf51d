//! A gateway's own origin, which the operator trusts by configuring it. Media that it refuses
//! to strangers is fetched there as the operator: with the gateway's key, and even from a
//! private address. So are the videos that its replies themselves hold.

use std::sync::Arc;

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use url::Url;

use super::limits::FetchLimits;
use crate::provider::client::Client;

/// A gateway's scheme, host and port, with the header that authorizes requests there.
pub struct OwnOrigin {
    /// The gateway's name.
    pub(super) gateway: String,
    origin: Url,
    authorization: Option<HeaderValue>,
    http: reqwest::Client,
    /// The client for replies that hold a video; `None` if the bot fetches none from them.
    pub(super) client: Option<Arc<Client>>,
}

impl OwnOrigin {
    /// Builds the origin of the gateway with this name. `authorization` is the header's value
    /// with its key, if it has one.
    pub fn new(
        gateway: &str,
        origin: Url,
        authorization: Option<HeaderValue>,
        limits: &FetchLimits,
    ) -> Result<Self, reqwest::Error> {
        let http = limits.client().build()?;
        Ok(Self {
            gateway: gateway.to_owned(),
            origin,
            authorization,
            http,
            client: None,
        })
    }

    /// Sets the client that asks for replies that hold a video.
    #[must_use]
    pub fn answering(self, client: Arc<Client>) -> Self {
        let client = Some(client);
        Self { client, ..self }
    }

    /// Returns whether a link has this scheme, host and port.
    pub(super) fn has(&self, url: &Url) -> bool {
        url.origin() == self.origin.origin()
    }

    pub(super) fn get(&self, url: Url) -> RequestBuilder {
        let request = self.http.get(url);
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value),
            None => request,
        }
    }
}
