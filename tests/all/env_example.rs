//! `.env.example` lists every variable of the configuration, in the order in which it is
//! read, with its default. `compose.yaml` passes each one on.

use std::cell::RefCell;
use std::collections::HashMap;

use videostatus::config::Config;

/// The variables of `.env.example`, commented out or not, with their values.
fn example() -> Vec<(&'static str, &'static str)> {
    include_str!("../../.env.example")
        .lines()
        .filter_map(|line| line.trim_start_matches('#').split_once('='))
        .filter(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        .collect()
}

#[test]
fn the_example_lists_every_variable_in_order() {
    let read = RefCell::new(Vec::new());
    // The result does not matter, because every variable is asked for in any case.
    let _ = Config::read(|name| {
        let mut read = read.borrow_mut();
        if !read.iter().any(|known| known == name) {
            read.push(name.to_owned());
        }
        None
    });
    let mut expected = read.into_inner();
    // The logging library reads this one by itself.
    let place = expected.iter().position(|name| name == "LOG_FORMAT");
    expected.insert(place.unwrap(), "RUST_LOG".to_owned());
    let names: Vec<_> = example().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, expected);
}

#[test]
fn the_example_shows_the_defaults() {
    let shown: HashMap<_, _> = example().into_iter().collect();
    let read = |values: &HashMap<&str, &str>| {
        let lookup = |name: &str| match name {
            "DISCORD_TOKEN" => Some("token".to_owned()),
            name => values.get(name).map(|value| (*value).to_owned()),
        };
        Config::read(lookup).unwrap()
    };
    let (shown, default) = (read(&shown), read(&HashMap::new()));
    assert_eq!(format!("{shown:?}"), format!("{default:?}"));
    // Secrets print nothing, so that they are compared by themselves.
    assert_eq!(shown.database_url.expose(), default.database_url.expose());
    let key = |config: &Config| config.gateways[0].client.key.expose().to_owned();
    assert_eq!(key(&shown), key(&default));
}

/// The bots in `compose.yaml` are given variables by name: a setting whose name is
/// missing there would have no effect.
#[test]
fn compose_passes_every_variable_on() {
    let compose = include_str!("../../compose.yaml");
    // Libraries read these, and the settings describe them.
    let others = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE"];
    let settings = include_str!("../../docs/settings.md");
    for name in others {
        assert!(settings.contains(&format!("`{name}`")), "{name}");
    }
    let missing: Vec<_> = example()
        .into_iter()
        .map(|(name, _)| name)
        .chain(others)
        // The image sets it, and the published port leads there.
        .filter(|name| *name != "HTTP_ADDR")
        .filter(|name| {
            let key = format!("{name}:");
            !compose
                .lines()
                .any(|line| line.trim_start().starts_with(&key))
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
