//! Which addresses and links belong to the public internet.

use std::net::Ipv4Addr;
use std::sync::Arc;

use videostatus::provider::media::MediaError;
use videostatus::provider::media::guard::{AddressGuard, is_public};

use super::{Fixture, once};

const PRIVATE: &str = "\
    0.0.0.0 0.1.2.3 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 169.254.0.1 172.16.0.0 \
    172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.0 198.18.0.1 198.19.255.255 \
    198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 \
    ::ffff:8.8.8.8 ::ffff:10.0.0.1 ::8.8.8.8 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 168.63.129.16 \
    64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2001:1ff:ffff::1 \
    2002:808:808::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fdff::1 fe80::1 febf::1 fec0::1 \
    ff02::1";

const PUBLIC: &str = "\
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 \
    169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 \
    198.20.0.0 223.255.255.255 2001:200::1 64:ff9b::8.8.8.8 2001:4860:4860::8888 2003::1 \
    2606:4700::1111 2a00:1450::1 3ffe:ffff::1";

#[tokio::test]
async fn hostile_links_are_refused_before_anything_is_sent() {
    // Names of this host are refused by what they resolve to.
    let guard = AddressGuard {
        lookup: Arc::new(|_| Ok(vec![Ipv4Addr::LOCALHOST.into()])),
        ..AddressGuard::new(false)
    };
    let fixture = Fixture::guarded(guard, once(), None);
    let links = [
        // These are no web links.
        "file:///etc/passwd",
        "data:video/mp4;base64,AAAA",
        "javascript:alert(1)",
        "gopher://127.0.0.1:6379/_INFO",
        "ftp://a.example/v.mp4",
        "blob:https://a.example/1",
        "mailto:a@a.example",
        "//a.example/v.mp4",
        "/files/v.mp4",
        "v.mp4",
        "",
        "https://",
        "http://[::1",
        // These hold a password.
        "https://user:pw@a.example/v.mp4",
        "https://user@a.example/v.mp4",
        "https://a.example@127.0.0.1/",
        // These lead to this host, in all spellings that a browser takes.
        "http://localhost/",
        "http://LOCALHOST:8080/",
        "http://localhost./",
        "http://127.0.0.1/",
        "http://127.0.0.1:6379/",
        "http://127.0.0.1./",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://127.255.255.254/",
        "http://１２７.０.０.１/",
        "http://0.0.0.0/",
        "http://0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[0:0:0:0:0:0:0:1]:80/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        // These lead into the network around it.
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://3232235777/",
        "http://100.64.0.1/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[::ffff:192.168.1.1]/",
        // These lead to a cloud's metadata, some through address translators.
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::169.254.169.254]/",
        "http://[64:ff9b:1::a9fe:a9fe]/",
        "http://[2002:a9fe:a9fe::1]/",
        "http://[2001:0:a9fe:a9fe::1]/",
        "http://[fd00:ec2::254]/",
    ];
    for link in links {
        let refused = fixture.image(link).await.unwrap_err();
        let expected = matches!(refused, MediaError::BadLink | MediaError::Forbidden { .. });
        assert!(expected, "{link}: {refused}");
    }
}

#[test]
fn only_addresses_of_the_public_internet_are_public() {
    for address in PRIVATE.split(' ') {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
    for address in PUBLIC.split(' ') {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn an_address_of_this_machine_is_not_allowed() {
    let guard = AddressGuard::new(false);
    let mine = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    // Where this machine has a way out, the socket's address is the machine's own.
    if mine.connect("192.0.2.1:9").is_ok() {
        assert!(!(guard.allows)(mine.local_addr().unwrap().ip()));
    }
    assert!((guard.allows)("1.1.1.1".parse().unwrap()));
}
