//! The guard of every hop, which decides the links and addresses that are followed.
//!
//! A literal address is checked before the request. A name is resolved once, inside the
//! connector, and the resolver returns only checked addresses, so that no second lookup can
//! lead to another address.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;
use url::{Host, Url};

use super::error::MediaError;
use crate::provider::endpoint::is_web;

/// A function that returns the addresses of a name. It may block.
pub type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// The rules for links and addresses.
#[derive(Clone)]
pub struct AddressGuard {
    /// Returns whether a connection to an address is allowed. Called for every hop.
    pub allows: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// Resolves names.
    pub lookup: Lookup,
}

/// The error of a name whose addresses were all refused, with the kind of the first one.
#[derive(Debug, Error)]
#[error("no public address, but one that is {0}")]
pub(super) struct NoPublicAddress(pub(super) &'static str);

impl AddressGuard {
    /// Builds a guard that allows public addresses only, or all if `private_too`, with the
    /// system's resolver.
    #[must_use]
    pub fn new(private_too: bool) -> Self {
        Self {
            allows: Arc::new(move |address| {
                private_too || (is_public(address) && !is_of_this_machine(address))
            }),
            lookup: Arc::new(|host| {
                let addresses = (host, 0).to_socket_addrs()?;
                Ok(addresses.map(|address| address.ip()).collect())
            }),
        }
    }

    /// Checks a link, or the target of a redirect, before the request.
    pub(super) fn check(&self, url: &Url) -> Result<(), MediaError> {
        let address: IpAddr = match url.host().filter(|_| is_web(url)) {
            None => return Err(MediaError::BadLink),
            // The resolver checks the addresses of names.
            Some(Host::Domain(_)) => return Ok(()),
            Some(Host::Ipv4(v4)) => v4.into(),
            Some(Host::Ipv6(v6)) => v6.into(),
        };
        if (self.allows)(address) {
            return Ok(());
        }
        Err(forbidden(url, kind(address)))
    }
}

fn kind(address: IpAddr) -> &'static str {
    special(address).unwrap_or("this machine's own")
}

/// Returns [`MediaError::Forbidden`] for a link whose host has an address of this kind.
pub(super) fn forbidden(url: &Url, kind: &'static str) -> MediaError {
    let host = url.host_str().unwrap_or_default().to_owned();
    MediaError::Forbidden { host, kind }
}

impl Resolve for AddressGuard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let lookup = guard.lookup.clone();
            let found = tokio::task::spawn_blocking(move || lookup(name.as_str())).await??;
            let (allowed, refused): (Vec<_>, Vec<_>) =
                (found.into_iter()).partition(|address| (guard.allows)(*address));
            if allowed.is_empty() {
                let kind = refused.first().map_or("missing", |address| kind(*address));
                return Err(NoPublicAddress(kind).into());
            }
            // The connector replaces port 0 with the link's port.
            let addresses = allowed.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// Returns whether an address is certainly on the public internet. In doubt it is not: a
/// missing file is a smaller harm than a request into the operator's network.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    special(address).is_none()
}

/// Returns the kind of an address; `None` for one on the public internet.
///
/// Sources: the IANA special-purpose address registries for IPv4 and IPv6
/// (RFC 6890 and its successors).
fn special(address: IpAddr) -> Option<&'static str> {
    Some(match address {
        IpAddr::V4(v4) => match v4.octets() {
            [0, ..] => "unspecified",
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
            [127, ..] => "loopback",
            // The metadata services of clouds; Azure's has an address that looks public.
            [169, 254, ..] | [168, 63, 129, 16] => "link-local",
            [100, 64..=127, ..] => "shared by carriers",
            // Protocol assignments, documentation, benchmarking, the old 6to4 relays, AMT,
            // AS112.
            [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "reserved",
            [198, 18 | 19, ..] | [192, 88, 99, _] | [192, 52, 193, _] => "reserved",
            [192, 31, 196, _] | [192, 175, 48, _] => "reserved",
            [224..=255, ..] => "multicast or reserved",
            _ => return None,
        },
        IpAddr::V6(v6) => match v6.segments() {
            // NAT64 translates to the embedded IPv4 address.
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                let inside = (u32::from(high) << 16) | u32::from(low);
                return special(Ipv4Addr::from(inside).into());
            }
            [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
            [0xfc00..=0xfdff, ..] => "private",
            [0xfe80..=0xfebf, ..] => "link-local",
            // Protocol assignments (Teredo, benchmarking, ORCHID …), documentation.
            [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => "reserved",
            // 6to4 embeds any IPv4 address.
            [0x2002, ..] => "reserved",
            // Only global unicast (2000::/3) is public.
            [first, ..] if first & 0xe000 == 0x2000 => return None,
            _ => "reserved",
        },
    })
}

/// Returns whether an address belongs to this machine, even if it is public. The system would
/// send packets to its own address from that same address; connecting a UDP socket shows
/// this and sends nothing.
fn is_of_this_machine(address: IpAddr) -> bool {
    let any: SocketAddr = match address {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        IpAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let from = || {
        let socket = UdpSocket::bind(any)?;
        socket.connect((address, 9))?;
        socket.local_addr()
    };
    from().is_ok_and(|from| from.ip() == address)
}
