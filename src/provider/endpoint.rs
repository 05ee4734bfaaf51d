//! The address of a query: a gateway's origin and the path of its query endpoint.

use thiserror::Error;
use url::{Url, form_urlencoded};

use crate::domain::task::TaskId;

/// The path of the query if the operator sets none.
pub const DEFAULT_PATH: &str = "/v1/video/query?id={id}";

/// The placeholder for the task id in the path.
const PLACE: &str = "{id}";

/// The error of an origin or path that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadEndpoint {
    /// The provider's address is not a plain http(s) one.
    #[error("the address must be http(s)://host[:port][/path], without user, query or fragment")]
    Origin,
    /// The path does not contain `{id}` exactly once, leads elsewhere, or is malformed.
    #[error("the path must start with one / and contain {{id}} exactly once, without # or spaces")]
    Path,
}

/// A checked origin and path, joined, with `{id}` in place of the task id.
pub(super) struct Endpoint(String);

impl Endpoint {
    /// Checks and joins an origin and a path. A path in the origin is kept as a prefix.
    pub(super) fn new(origin: &Url, path: &str) -> Result<Self, BadEndpoint> {
        if !is_plain(origin) {
            return Err(BadEndpoint::Origin);
        }
        if !is_query_path(path) {
            return Err(BadEndpoint::Path);
        }
        let origin = origin.as_str().trim_end_matches('/');
        Ok(Self(format!("{origin}{path}")))
    }

    /// Returns the address of one task's query. It cannot fail after the checks of `new`.
    pub(super) fn url(&self, id: &TaskId) -> Result<Url, url::ParseError> {
        // Every byte but [A-Za-z0-9._-] becomes %XX, which is right in a query value and
        // in a path segment. The form encoding differs from the path's only in spaces,
        // which no task id has.
        let id: String = form_urlencoded::byte_serialize(id.as_str().as_bytes()).collect();
        Url::parse(&self.0.replace(PLACE, &id))
    }
}

/// Returns whether an address is an http(s) one without a user or a password.
pub(super) fn is_web(url: &Url) -> bool {
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    web && url.username().is_empty() && url.password().is_none()
}

/// Returns whether an address is an http(s) one to which a path can be appended, because
/// it has neither query nor fragment.
#[must_use]
pub fn is_plain(url: &Url) -> bool {
    is_web(url) && url.query().is_none() && url.fragment().is_none()
}

/// Returns whether `path` stays below the origin and contains `{id}` exactly once.
#[must_use]
pub fn is_query_path(path: &str) -> bool {
    let rooted = path.starts_with('/') && !path.starts_with("//");
    let odd = |c: char| c == '#' || c == '\\' || c.is_whitespace() || c.is_control();
    rooted && path.matches(PLACE).count() == 1 && !path.contains(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(origin: &str, path: &str, id: &str) -> String {
        let endpoint = Endpoint::new(&Url::parse(origin).unwrap(), path).unwrap();
        endpoint.url(&TaskId::parse(id).unwrap()).unwrap().into()
    }

    #[test]
    fn the_id_is_encoded_where_it_stands() {
        let id = "veo3.1-fast:1770350082-trii1OXZc3";
        let encoded = "veo3.1-fast%3A1770350082-trii1OXZc3";
        for (origin, path, expected) in [
            (
                "https://a.example",
                DEFAULT_PATH,
                "https://a.example/v1/video/query?id=",
            ),
            (
                "https://a.example:8443/gate/",
                "/v1/videos/{id}",
                "https://a.example:8443/gate/v1/videos/",
            ),
            (
                "http://127.0.0.1:9000/",
                "/v1/video/generations/{id}",
                "http://127.0.0.1:9000/v1/video/generations/",
            ),
        ] {
            assert_eq!(url(origin, path, id), format!("{expected}{encoded}"));
        }
        let tail = url("https://a.example", "/q/{id}/state?full=1", "a:b");
        assert_eq!(tail, "https://a.example/q/a%3Ab/state?full=1");
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        let good = Url::parse("https://a.example").unwrap();
        for path in [
            "",
            "v1/{id}",
            "//b.example/{id}",
            "/\\b.example/{id}",
            "/v1/video/query",
            "/{id}/{id}",
            "/v1#{id}",
            "/v1/ {id}",
        ] {
            let refused = Endpoint::new(&good, path).err();
            assert_eq!(refused, Some(BadEndpoint::Path), "{path:?}");
        }
        for origin in [
            "ftp://a.example",
            "data:text/plain,a",
            "https://key@a.example",
            "https://:pw@a.example",
            "https://a.example/?q",
            "https://a.example/#f",
        ] {
            let refused = Endpoint::new(&Url::parse(origin).unwrap(), DEFAULT_PATH).err();
            assert_eq!(refused, Some(BadEndpoint::Origin), "{origin:?}");
        }
    }
}
