//! A gateway's own origin. The operator named it, so the media of its tasks is fetched
//! there as the operator where a stranger gets none: with the key, and from a private
//! address. So are the videos that stand in its replies.

use std::sync::Arc;

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use url::Url;

use super::limits::FetchLimits;
use crate::provider::client::Client;

/// A gateway's scheme, host and port, and the right to ask there.
pub struct OwnOrigin {
    /// The gateway's name.
    pub(super) gateway: String,
    origin: Url,
    authorization: Option<HeaderValue>,
    http: reqwest::Client,
    /// Asks for replies that hold a video; without it there are none.
    pub(super) client: Option<Arc<Client>>,
}

impl OwnOrigin {
    /// The origin of the gateway of this name, and the header that carries its key, if
    /// there is one.
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

    /// Lets `client` ask for the replies that hold a video.
    #[must_use]
    pub fn answering(self, client: Arc<Client>) -> Self {
        let client = Some(client);
        Self { client, ..self }
    }

    /// Returns whether a link leads to this very scheme, host and port.
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
