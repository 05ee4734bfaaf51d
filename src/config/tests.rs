use std::collections::HashMap;

use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let map: HashMap<_, _> = pairs.iter().copied().collect();
    Config::read(|name| map.get(name).map(|value| (*value).to_owned()))
}

#[test]
fn only_the_token_is_required() {
    let config = read(&[("DISCORD_TOKEN", "t")]).unwrap();
    insta::assert_debug_snapshot!(config);
}

#[test]
fn every_mistake_is_reported_at_once() {
    let error = read(&[
        ("DISCORD_API_URL", "discord.com"),
        ("DISCORD_PUBLIC_KEY", "0123"),
        ("DISCORD_GATEWAY", "maybe"),
        ("DISCORD_SHARDS", "8"),
        ("DISCORD_GUILD_ID", "my server"),
        ("ALLOWED_GUILDS", "123456789012345678,mine"),
        ("VIDEO_API_URL", "ftp://host"),
        ("VIDEO_QUERY_PATH", "/v1/video"),
        ("VIDEO_API_KEY", "sk-\nsecret"),
        ("VIDEO_API_FORWARDED_HOST", "a\0b"),
        ("DATABASE_URL", "mysql://root:secret@host"),
        ("HTTP_ADDR", "8080"),
        ("INTERACTIONS_ADDR", "here"),
        ("API_TOKEN", "guess-me"),
        ("POLL_MIN", "1m"),
        ("POLL_MAX", "soon"),
        ("POLL_RATE", "0"),
        ("WATCH_TIMEOUT", "0s"),
        ("MEDIA_ALLOW_PRIVATE_HOSTS", "maybe"),
        ("SPOILER", "maybe"),
        ("LANGUAGE", "klingon"),
        ("ANNOUNCE_ROLE", "@everyone"),
        ("SHUTDOWN_GRACE", "-1s"),
        ("LOG_FORMAT", "xml"),
    ])
    .unwrap_err();
    insta::assert_snapshot!(error);
}

#[test]
fn what_the_clients_would_refuse_is_refused_here() {
    for (name, value) in [
        ("DISCORD_TOKEN", "to\nken"),
        ("DISCORD_API_URL", "https://discord.com/#api"),
        ("VIDEO_API_URL", "https://:secret@host"),
        ("VIDEO_QUERY_PATH", "//host/{id}"),
        ("VIDEO_QUERY_PATH", "/v1/{id}#top"),
        // SQLite would take it for a database that is gone once it is closed.
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite://?mode=rwc"),
        ("DATABASE_URL", "sqlite://data/"),
        ("DATABASE_URL", "sqlite://:memory:"),
    ] {
        let error = read(&[("DISCORD_TOKEN", "t"), (name, value)]).unwrap_err();
        let [problem] = error.problems.as_slice() else {
            panic!("{error}")
        };
        assert!(problem.starts_with(&format!("{name} takes ")), "{problem}");
    }
}

#[test]
fn the_shortest_interval_is_not_the_longest() {
    let error = read(&[("DISCORD_TOKEN", "t"), ("POLL_MIN", "1m")]).unwrap_err();
    assert_eq!(
        error.problems,
        ["POLL_MIN must not be longer than POLL_MAX"]
    );
}

#[test]
fn without_a_gateway_there_is_another_door() {
    let off = [("DISCORD_TOKEN", "t"), ("DISCORD_GATEWAY", "off")];
    let error = read(&off).unwrap_err();
    assert_eq!(
        error.problems,
        ["DISCORD_GATEWAY=off needs DISCORD_PUBLIC_KEY: nothing else lets commands in"]
    );
    let key = "67c6bd767ca099e79efac9fcce4d2022a63bf7dea780e7f3d813f694c1597089";
    let config = read(&[off[0], off[1], ("DISCORD_PUBLIC_KEY", key)]).unwrap();
    assert!(config.discord_public_key.is_some());
    let error = read(&[off[0], ("INTERACTIONS_ADDR", "127.0.0.1:8081")]).unwrap_err();
    assert_eq!(
        error.problems,
        ["INTERACTIONS_ADDR needs DISCORD_PUBLIC_KEY: without it nothing is let in there"]
    );
}

#[test]
fn a_blank_variable_counts_as_not_set() {
    assert!(read(&[("DISCORD_TOKEN", "  ")]).is_err());
    let config = read(&[("DISCORD_TOKEN", "t"), ("POLL_RATE", "")]).unwrap();
    assert_eq!(config.poll_rate.get(), 10);
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
