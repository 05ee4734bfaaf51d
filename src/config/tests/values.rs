//! The tests of single values: ids, hosts and the characters of secrets.

use super::{gateways, read};

#[test]
fn an_id_is_a_number_that_the_database_holds() {
    for name in ["DISCORD_GUILD_ID", "ALLOWED_GUILDS", "ANNOUNCE_ROLE"] {
        let of = |id| read(&[("DISCORD_TOKEN", "t"), (name, id)]);
        assert!(of("9223372036854775807").is_ok(), "{name}");
        for wrong in ["10000000000000000000", "+1234567890123456789", "123"] {
            let error = of(wrong).unwrap_err().to_string();
            assert!(error.contains("17 to 19 digits"), "{error}");
        }
    }
}

#[test]
fn a_forwarded_host_is_a_host() {
    let of = |host| read(&[("DISCORD_TOKEN", "t"), ("VIDEO_API_FORWARDED_HOST", host)]);
    for host in [
        "localhost",
        "localhost:5173",
        "a-b.example",
        "10.0.0.1:80",
        "[::1]:80",
    ] {
        let config = of(host).unwrap();
        let client = &config.gateways[0].client;
        assert_eq!(client.forwarded_host.as_deref(), Some(host));
    }
    for wrong in [
        "a b",
        "https://x/y",
        "@@",
        "x/y",
        "host:",
        "host:port",
        ":80",
        "ü.example",
    ] {
        let error = of(wrong).unwrap_err().to_string();
        assert!(error.contains("takes a host such as"), "{wrong}: {error}");
        let file = format!("[[gateway]]\nname='a'\nurl='https://h'\nforwarded_host='{wrong}'");
        assert!(gateways(&file, &[]).is_err(), "{wrong}");
    }
    let empty = "[[gateway]]\nname='a'\nurl='https://h'\nforwarded_host=''";
    assert!(
        gateways(empty, &[])
            .unwrap_err()
            .contains("takes a host such as")
    );
}

#[test]
fn an_invisible_character_in_a_token_is_stripped_or_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    std::fs::write(path, "\u{feff}a-token\n").unwrap();
    for (name, value) in [
        ("DISCORD_TOKEN_FILE", path),
        ("DISCORD_TOKEN", "\u{feff}a-token"),
    ] {
        let config = read(&[(name, value)]).unwrap();
        assert_eq!(config.discord_token.expose(), "a-token");
    }
    std::fs::write(path, "a-to\u{200b}ken\n").unwrap();
    for (name, value) in [
        ("DISCORD_TOKEN_FILE", path),
        ("DISCORD_TOKEN", "a-to\u{200b}ken"),
    ] {
        let error = read(&[(name, value)]).unwrap_err().to_string();
        assert!(
            error.contains(" (it has the character U+200B in it)"),
            "{error}"
        );
    }
    let key = "[[gateway]]\nname='a'\nurl='https://h'\nkey='sk\u{feff}key'";
    let error = gateways(key, &[]).unwrap_err();
    assert!(error.contains("U+FEFF") && !error.contains("sk"), "{error}");
}

#[test]
fn what_the_clients_would_refuse_is_refused_here() {
    for (name, value) in [
        ("DISCORD_TOKEN", "to\nken"),
        ("DISCORD_API_URL", "https://discord.com/#api"),
        ("VIDEO_API_URL", "https://:secret@host"),
        ("VIDEO_QUERY_PATH", "//host/{id}"),
        ("VIDEO_QUERY_PATH", "/v1/{id}#top"),
        // SQLite would open a database that it removes when it is closed.
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite://?mode=rwc"),
        ("DATABASE_URL", "sqlite://data/"),
        ("DATABASE_URL", "sqlite://:memory:"),
        // No file can have such a name.
        ("DATABASE_URL", "sqlite://a%00.db"),
        ("DATABASE_URL", "sqlite://%ff.db"),
    ] {
        let error = read(&[("DISCORD_TOKEN", "t"), (name, value)]).unwrap_err();
        let [problem] = error.problems.as_slice() else {
            panic!("{error}")
        };
        assert!(problem.starts_with(&format!("{name} takes ")), "{problem}");
        assert!(!problem.contains("secret@"), "{problem}");
    }
}

#[test]
fn a_secret_that_goes_in_clear_is_known() {
    let clear = |origin: &str, proxy| {
        let both = [("DISCORD_API_URL", origin), ("VIDEO_API_URL", origin)];
        let rest = [("DISCORD_TOKEN", "t"), ("VIDEO_API_KEY", "k")];
        read(&[both, rest].concat()).unwrap().in_clear(proxy).len()
    };
    for here in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost"] {
        assert_eq!((clear(here, false), clear(here, true)), (0, 2), "{here}");
    }
    assert_eq!(clear("http://192.168.1.2", false), 2);
    assert_eq!(clear("https://gateway.example", true), 0);
    let config = read(&[("DISCORD_TOKEN", "t"), ("VIDEO_API_URL", "http://home")]);
    assert_eq!(config.unwrap().in_clear(false).len(), 0, "without a key");
}
