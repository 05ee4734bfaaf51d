use std::collections::HashMap;

use super::*;

mod values;

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
        ("API_TOKEN", "two words"),
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
fn the_shortest_interval_is_not_the_longest() {
    let error = read(&[("DISCORD_TOKEN", "t"), ("POLL_MIN", "1m")]).unwrap_err();
    assert_eq!(
        error.problems,
        ["POLL_MIN (1m) must not be longer than POLL_MAX (30s)"]
    );
}

#[test]
fn without_a_gateway_there_is_another_door() {
    let off = [("DISCORD_TOKEN", "t"), ("DISCORD_GATEWAY", "off")];
    let error = read(&off).unwrap_err();
    assert_eq!(
        error.problems,
        ["DISCORD_GATEWAY=off needs DISCORD_PUBLIC_KEY: no command can arrive otherwise"]
    );
    let key = "67c6bd767ca099e79efac9fcce4d2022a63bf7dea780e7f3d813f694c1597089";
    let config = read(&[off[0], off[1], ("DISCORD_PUBLIC_KEY", key)]).unwrap();
    assert!(config.discord_public_key.is_some());
    let error = read(&[off[0], ("INTERACTIONS_ADDR", "127.0.0.1:8081")]).unwrap_err();
    assert_eq!(
        error.problems,
        ["INTERACTIONS_ADDR needs DISCORD_PUBLIC_KEY: without it nothing is accepted there"]
    );
}

#[test]
fn a_blank_variable_counts_as_not_set() {
    assert!(read(&[("DISCORD_TOKEN", "  ")]).is_err());
    let config = read(&[("DISCORD_TOKEN", "t"), ("POLL_RATE", "")]).unwrap();
    assert_eq!(config.poll_rate.get(), 10);
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (token, key) = (file("token", "Bot tok.en\n"), file("key", "sk-a$b\r\n"));
    let database = file("database", "postgres://me:pass@host/db");
    let config = read(&[
        ("DISCORD_TOKEN_FILE", &token),
        ("VIDEO_API_KEY_FILE", &key),
        ("DATABASE_URL_FILE", &database),
    ]);
    let config = config.unwrap();
    assert_eq!(config.discord_token.expose(), "tok.en");
    assert_eq!(config.gateways[0].client.key.expose(), "sk-a$b");
    assert_eq!(config.database_url.expose(), "postgres://me:pass@host/db");

    let problem = |variables: &[(&str, &str)]| {
        let error = read(&[&[("DATABASE_URL_FILE", &*database)], variables].concat()).unwrap_err();
        let [problem] = error.problems.as_slice() else {
            panic!("{error}")
        };
        assert!(!problem.contains("secret"), "{problem}");
        problem.clone()
    };
    let both = problem(&[("DISCORD_TOKEN", "secret"), ("DISCORD_TOKEN_FILE", &token)]);
    assert_eq!(
        both,
        "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set: keep one"
    );
    let folder = folder.path().to_str().unwrap();
    for (content, told) in [
        ("sk-secret\n\n", "has to hold the bot token"),
        ("two secrets", "has to hold the bot token"),
        ("\n", "is empty"),
        (&"secret".repeat(10_000), "is larger than 16384 bytes"),
    ] {
        let path = file("wrong", content);
        let problem = problem(&[("DISCORD_TOKEN_FILE", &path)]);
        let begins = format!("DISCORD_TOKEN_FILE: {path} {told}");
        assert!(problem.starts_with(&begins), "{problem}");
    }
    let missing = format!("{folder}/missing");
    for (path, told) in [
        (&*missing, "cannot be read: No such file"),
        (folder, "is not a file"),
        ("/dev/zero", "is not a file"),
    ] {
        let problem = problem(&[("DISCORD_TOKEN_FILE", path)]);
        let begins = format!("DISCORD_TOKEN_FILE: {path} {told}");
        assert!(problem.starts_with(&begins), "{problem}");
    }
}

/// Reads a file of gateways. The problems are without its folder.
fn gateways(text: &str, beside: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateways.toml");
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let both = [("DISCORD_TOKEN", "t"), ("GATEWAYS", path)];
    let config = read(&[&both, beside].concat());
    let folder = folder.path().to_str().unwrap();
    config.map_err(|error| error.to_string().replace(folder, "…"))
}

#[test]
fn several_gateways_are_read_from_a_file() {
    let text = r#"
        [[gateway]]
        name = "main"
        url = "https://api.chainhub.tech"
        key = "Bearer sk-a$b"
        ids = ["grok:*", "veo*"]
        [[gateway]]
        name = "other.2"
        url = "http://127.0.0.1:9"
        query_path = "/v1/videos/{id}"
        forwarded_host = "localhost:5173"
        rate = 3
    "#;
    let config = gateways(text, &[]).unwrap();
    let [main, other] = config.gateways.as_slice() else {
        panic!("{config:?}")
    };
    assert_eq!(main.client.key.expose(), "sk-a$b");
    assert_eq!((main.ids.len(), main.rate), (2, None));
    assert_eq!(
        (other.client.name.as_str(), other.rate.unwrap().get()),
        ("other.2", 3)
    );
    assert_eq!(other.client.path, "/v1/videos/{id}");
    assert_eq!(
        other.client.forwarded_host.as_deref(),
        Some("localhost:5173")
    );
    assert!(other.client.key.is_empty());
    assert_eq!(other.client.longest_pause, config.longest_pause());
    assert_eq!(config.in_clear(true), Vec::<String>::new(), "it has no key");
}

#[test]
fn every_mistake_in_the_gateways_is_reported_at_once_and_shows_no_key() {
    let text = r#"
        [[gateway]]
        name = "main"
        url = "https://host/path"
        key = "sk secret"
        ids = ["grok *"]
        kee = "sk-secret"
        "sk-secret" = 1
        [[gateway]]
        name = "main"
        url = "ftp://host"
        query_path = "/v1"
        forwarded_host = "a\u0000b"
        rate = 0
        [[gateway]]
        url = 5
        ids = []
        key = "sk-secret"
        key_file = "/missing/secret-file"
        [[gateway]]
        name = "a b"
        ids = "grok:*"
    "#;
    let error = gateways(text, &[("POLL_MIN", "soon")]).unwrap_err();
    insta::assert_snapshot!(error);
    assert!(
        !error.replace("/missing/secret-file", "").contains("secret"),
        "{error}"
    );
}

#[test]
fn a_file_of_gateways_is_toml_and_stands_alone() {
    let one = "[[gateway]]\nname = 'a'\nurl = 'https://host'\n";
    let many = one.repeat(33);
    for (text, told) in [
        ("", "has no [[gateway]] in it"),
        ("gateway = []", "has no [[gateway]] in it"),
        ("[gateway]\nname = 'a'", "has no [[gateway]] in it"),
        ("gateway = [1]", "has no [[gateway]] in it"),
        (&*many, "has more than 32 gateways"),
        ("\n\nkey = sk-secret\n", "is not TOML in line 3"),
        (
            "[[gateway]]\nname = 'a'\nkey = 'sk-secret'\nkey = 'sk-secret'\n",
            "has a name in line 4 that its table already has",
        ),
        (
            "gateways = 1",
            "has the unknown field gateways outside of [[gateway]]",
        ),
        (&*"#secret".repeat(10_000), "is larger than 65536 bytes"),
    ] {
        let error = gateways(text, &[]).unwrap_err();
        assert!(
            error.contains(&format!("GATEWAYS: …/gateways.toml {told}")),
            "{error}"
        );
        assert!(!error.contains("secret"), "{error}");
    }
    let error = gateways(&format!("{one}rate = 1.5"), &[]).unwrap_err();
    assert!(error.contains("; it is \"1.5\""), "{error}");
    let error = gateways(
        one,
        &[
            ("VIDEO_API_URL", "https://host"),
            ("VIDEO_API_KEY_FILE", "/x"),
        ],
    );
    let told = "GATEWAYS and VIDEO_API_URL, VIDEO_API_KEY_FILE are both set";
    assert!(error.unwrap_err().contains(told));
    let missing = read(&[("DISCORD_TOKEN", "t"), ("GATEWAYS", "/missing")]).unwrap_err();
    let [problem] = missing.problems.as_slice() else {
        panic!("{missing}")
    };
    assert!(
        problem.starts_with("GATEWAYS: /missing cannot be read: No such file"),
        "{problem}"
    );
}

#[test]
fn the_example_of_the_documentation_is_understood() {
    let page = include_str!("../../docs/gateways.md");
    let example = page.split("```toml").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let key = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(key.path(), "sk-key\n").unwrap();
    let key = key.path().to_str().unwrap();
    let example = ["main", "second"]
        .iter()
        .fold(example.to_owned(), |text, name| {
            text.replace(&format!("/run/secrets/{name}"), key)
        });
    let config = gateways(&example, &[]).unwrap();
    let names = config.gateways.iter().map(|one| one.client.name.as_str());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["main", "second-account", "home"]
    );
}
