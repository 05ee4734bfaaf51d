//! Which addresses are on the public internet. Whatever is not certainly public
//! is not: a file that stays unfetched costs less than a peek into a network.
//!
//! Sources: the IANA special-purpose address registries for IPv4 and IPv6
//! (RFC 6890 and its successors).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether a download may connect to this address.
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
