//! The guard at every hop: which links are followed, and to which addresses.
//!
//! A literal address is checked before the request; a name is resolved once,
//! inside the connector, and only checked addresses leave the resolver: there
//! is no second lookup that could say something else.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

use super::addresses::is_public;
use super::error::MediaError;

/// Tells whether a connection to an address is allowed.
pub type Allows = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;
/// Finds the addresses of a name; may block.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// The rules for links and addresses.
#[derive(Clone)]
pub struct AddressGuard {
    /// Asked for every address of every hop.
    pub allows: Allows,
    /// Where names are looked up.
    pub lookup: Lookup,
}

/// All addresses of a name were refused.
#[derive(Debug, Error)]
#[error("no public address")]
pub(super) struct NoPublicAddress;

impl AddressGuard {
    /// Public addresses only, or private ones too, by the system's resolver.
    #[must_use]
    pub fn new(private_too: bool) -> Self {
        Self {
            allows: Arc::new(move |address| private_too || is_public(address)),
            lookup: Arc::new(|host| {
                let addresses = (host, 0).to_socket_addrs()?;
                Ok(addresses.map(|address| address.ip()).collect())
            }),
        }
    }

    /// Checks a link, or the target of a redirect, before it is asked for.
    ///
    /// # Errors
    /// [`MediaError::BadLink`] or, where the host is an address that is not
    /// allowed, [`MediaError::Forbidden`].
    pub fn check(&self, url: &Url) -> Result<(), MediaError> {
        let web = matches!(url.scheme(), "http" | "https");
        let user = !url.username().is_empty() || url.password().is_some();
        if !web || user {
            return Err(MediaError::BadLink);
        }
        let address = match url.host() {
            None => return Err(MediaError::BadLink),
            // Names are checked where they are resolved.
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
        };
        (self.allows)(address)
            .then_some(())
            .ok_or_else(|| forbidden(url))
    }
}

/// [`MediaError::Forbidden`] for a link's host.
pub(super) fn forbidden(url: &Url) -> MediaError {
    MediaError::Forbidden(url.host_str().unwrap_or_default().to_owned())
}

impl Resolve for AddressGuard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let lookup = guard.lookup.clone();
            let mut found = tokio::task::spawn_blocking(move || lookup(name.as_str())).await??;
            found.retain(|address| (guard.allows)(*address));
            if found.is_empty() {
                return Err(NoPublicAddress.into());
            }
            // Port 0: the connector puts in the link's own.
            let addresses = found.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}
