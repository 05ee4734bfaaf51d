//! The dashboard and the alerts name what a running bot really exports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use sandbox::Fault;
use serde_json::Value;
use testing::{Stage, TASK};
use videostatus::metrics::Loop;

use super::program::Program;

const DASHBOARD: &str = include_str!("../../../ops/grafana.json");
const ALERTS: &str = include_str!("../../../ops/alerts.yml");

/// The labels of one metric, each with its values.
type Labels = BTreeMap<String, BTreeSet<String>>;

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Every mention of a metric of ours with what follows it.
fn mentions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let starts = text.match_indices("videostatus_").map(|(at, _)| at);
    starts.map(|at| {
        let end = text[at..]
            .find(|c| !is_name(c))
            .map_or(text.len(), |n| at + n);
        (&text[at..end], &text[end..])
    })
}

/// The labels in `{a="b",c=~"d|e",f!~"g"}`; backslashes are JSON's.
fn selectors(rest: &str) -> Vec<(String, Vec<String>)> {
    let Some(inside) = rest
        .strip_prefix('{')
        .and_then(|rest| rest.split('}').next())
    else {
        return Vec::new();
    };
    let inside = inside.replace('\\', "");
    let parts = inside.split("\",").filter(|part| !part.is_empty());
    let read = parts.map(|part| {
        let part = part.trim();
        let end = part.find(|c| !is_name(c)).unwrap();
        let value = part[end..].trim_matches(['=', '!', '~', '"']);
        let values = value.split('|').map(str::to_owned).collect();
        (part[..end].to_owned(), values)
    });
    read.collect()
}

/// The exported series: names (with `_bucket` and the like) and their labels.
fn exported(text: &str) -> BTreeMap<String, Labels> {
    let mut series = BTreeMap::<String, Labels>::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, rest)) = mentions(line).next() else {
            continue;
        };
        let known = series.entry(name.to_owned()).or_default();
        if !rest.starts_with('{') {
            continue;
        }
        // Templates of routes hold braces of their own.
        let rest = rest.replace(['{', '}'], "");
        for (label, values) in selectors(&format!("{{{rest}}}")) {
            known.entry(label).or_default().extend(values);
        }
    }
    series
}

/// All of the program's source.
fn code(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let texts = paths.map(|path| match path.is_dir() {
        true => code(&path),
        false => std::fs::read_to_string(path).unwrap(),
    });
    texts.collect()
}

#[tokio::test]
async fn the_dashboard_and_the_alerts_name_what_is_exported() {
    let stage = Stage::new().await;
    let program = Program::start(&stage, &[]).await;
    // A journey with all that is counted in it: a wait, a ping, a file.
    stage.sandbox.fault(
        Fault::on("POST /channels/{channel}/messages").rate_limited(Duration::from_millis(10)),
    );
    let (interaction, _) = stage.watching().await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&interaction, "Your video is ready").await;
    stage.pinged(1).await;

    // The ping is seen a moment before it is recorded, and its watch's end counted.
    let (kind, text) = loop {
        let response = reqwest::get(format!("{}/metrics", program.http))
            .await
            .unwrap();
        let kind = response.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let text = response.text().await.unwrap();
        if text.contains(r#"videostatus_watches_ended_total{outcome="completed"}"#) {
            break (kind, text);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    for secret in [
        interaction.token.as_str(),
        TASK,
        "sk-the-api-key",
        stage.sandbox.token(),
    ] {
        assert!(!text.contains(secret), "{text}");
    }

    let series = exported(&text);
    let code = code(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let json: Value = serde_json::from_str(DASHBOARD).unwrap();
    assert!(json["panels"].as_array().unwrap().len() > 5);
    for (name, rest) in mentions(DASHBOARD).chain(mentions(ALERTS)) {
        let labels = series.get(name);
        let labels = labels.unwrap_or_else(|| panic!("{name} is not exported:\n{text}"));
        for (label, values) in selectors(rest) {
            let seen = labels.get(&label);
            let seen = seen.unwrap_or_else(|| panic!("{name} has no label {label}"));
            for value in values.iter().filter(|value| !value.contains('.')) {
                // A journey does not come to every outcome; the code names them.
                let known = seen.contains(value) || code.contains(&format!("\"{value}\""));
                assert!(known, "{name} is never exported with {label}=\"{value}\"");
            }
        }
    }
    // And nothing is exported that neither of them shows.
    let shown: BTreeSet<&str> = mentions(DASHBOARD)
        .chain(mentions(ALERTS))
        .map(|(name, _)| name.trim_end_matches("_bucket").trim_end_matches("_count"))
        .collect();
    for line in text.lines() {
        let Some(declared) = line.strip_prefix("# TYPE ") else {
            continue;
        };
        let name = declared.split(' ').next().unwrap();
        assert!(shown.contains(name), "nobody looks at {name}");
    }
    let (status, _) = program.stop().await;
    assert!(status.success());
}

#[test]
fn the_alert_on_stuck_loops_knows_each_loops_limit() {
    for one in Loop::ALL {
        let Some(limit) = one.stuck_after() else {
            continue;
        };
        let (name, seconds) = (one.name(), limit.as_secs());
        let own = format!(r#"worker="{name}"}}) > {seconds}"#);
        let general = format!(r#"worker!="cleaner"}}) > {seconds}"#);
        let known = ALERTS.contains(&own) || ALERTS.contains(&general);
        assert!(known, "{name} is stuck after {seconds} s");
    }
}

#[test]
fn the_reader_of_this_test_sees_names_and_labels() {
    let text = r#"sum(rate(videostatus_a_total{x="1",y=~"p|q"}[5m])) / videostatus_b > 1"#;
    let seen: Vec<_> = mentions(text)
        .map(|(name, rest)| (name, selectors(rest)))
        .collect();
    assert_eq!(seen[0].0, "videostatus_a_total");
    let labels = [("x", vec!["1"]), ("y", vec!["p", "q"])];
    let labels = labels.map(|(name, values)| {
        (
            name.to_owned(),
            values.into_iter().map(str::to_owned).collect(),
        )
    });
    assert_eq!(seen[0].1, labels);
    assert_eq!(seen[1], ("videostatus_b", Vec::new()));
}
