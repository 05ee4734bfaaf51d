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

use super::error::MediaError;
use crate::provider::endpoint::is_web;

/// Finds the addresses of a name; may block.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// The rules for links and addresses.
#[derive(Clone)]
pub struct AddressGuard {
    /// Tells for every address of every hop whether a connection to it is allowed.
    pub allows: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
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
    pub(super) fn check(&self, url: &Url) -> Result<(), MediaError> {
        let allowed = match url.host().filter(|_| is_web(url)) {
            None => return Err(MediaError::BadLink),
            // Names are checked where they are resolved.
            Some(Host::Domain(_)) => true,
            Some(Host::Ipv4(v4)) => (self.allows)(v4.into()),
            Some(Host::Ipv6(v6)) => (self.allows)(v6.into()),
        };
        allowed.then_some(()).ok_or_else(|| forbidden(url))
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

/// Whether an address is on the public internet. Whatever is not certainly public is
/// not: a file that stays unfetched costs less than a peek into a network.
///
/// Sources: the IANA special-purpose address registries for IPv4 and IPv6
/// (RFC 6890 and its successors).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => match v4.octets() {
            // "This network", private, loopback, link-local (cloud metadata).
            [0 | 10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..] => false,
            // Shared by carriers (CGNAT), benchmarking.
            [100, 64..=127, ..] | [198, 18 | 19, ..] => false,
            // Protocol assignments, documentation, the old 6to4 relays, AMT, AS112.
            [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => false,
            [192, 88, 99, _] | [192, 52, 193, _] | [192, 31, 196, _] | [192, 175, 48, _] => false,
            // Multicast, reserved, broadcast.
            [224..=255, ..] => false,
            _ => true,
        },
        IpAddr::V6(v6) => match v6.segments() {
            // Protocol assignments (Teredo, benchmarking, ORCHID …), documentation.
            [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => false,
            // 6to4 carries an IPv4 address of anybody's choice.
            [0x2002, ..] => false,
            // Only global unicast (2000::/3) is public. That leaves out loopback,
            // unspecified, IPv4-mapped and -compatible, NAT64 (64:ff9b::/96 and
            // 64:ff9b:1::/48), discard, unique local, link- and site-local, segment
            // routing and multicast.
            [first, ..] => first & 0xe000 == 0x2000,
        },
    }
}
