//! The guard at every hop: which links are followed, and to which addresses.
//!
//! A literal address is checked before the request; a name is resolved once,
//! inside the connector, and only checked addresses leave the resolver: there
//! is no second lookup that could say something else.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

use super::error::MediaError;
use crate::provider::endpoint::is_web;

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
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        // "This network", private, loopback, link-local (cloud metadata).
        [0 | 10 | 127, ..] | [169, 254, ..] | [192, 168, ..] => true,
        [172, second, ..] => (16..32).contains(&second),
        // Shared by carriers (CGNAT), benchmarking.
        [100, second, ..] => (64..128).contains(&second),
        [198, 18 | 19, ..] => true,
        // Protocol assignments, documentation, the old 6to4 relays, AMT, AS112.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [192, 88, 99, _] | [192, 52, 193, _] | [192, 31, 196, _] | [192, 175, 48, _] => true,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => true,
        _ => false,
    };
    !special
}

/// Only global unicast (2000::/3) is public, less what is special within it.
/// That leaves out loopback, unspecified, IPv4-mapped and -compatible, NAT64
/// (64:ff9b::/96 and 64:ff9b:1::/48), discard, unique local, link- and
/// site-local, segment routing and multicast in one line.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let special = match address.segments() {
        // Protocol assignments (Teredo, benchmarking, ORCHID …), 2001::/23.
        [0x2001, second, ..] if second < 0x0200 => true,
        // Documentation.
        [0x2001, 0x0db8, ..] => true,
        [0x3fff, second, ..] if second < 0x1000 => true,
        // 6to4 carries an IPv4 address of anybody's choice.
        [0x2002, ..] => true,
        [first, ..] => first & 0xe000 != 0x2000,
    };
    !special
}
