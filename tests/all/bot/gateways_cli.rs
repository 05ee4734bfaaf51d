//! The command line of a program with several gateways.

use std::collections::HashMap;

use serde_json::json;
use testing::{TASK, running};

use super::program::run;
use super::two_gateways::{SECOND, Two};

/// The variables of the program with a file of gateways.
fn variables(two: &Two, file: String) -> HashMap<&'static str, String> {
    let mut variables = two.stage.variables();
    for name in ["VIDEO_API_URL", "VIDEO_API_KEY"] {
        variables.remove(name);
    }
    variables.insert("GATEWAYS", file);
    variables
}

#[tokio::test]
async fn the_doctor_asks_each_and_names_the_one_in_trouble() {
    let two = Two::new().await;
    two.other.video().require_key(Some("another-key"));
    let key = "key = \"sk-the-secret-key\"";
    let file = two.file(&[("first", two.first(), key), ("second", &two.other, key)]);
    let ran = run(&two.stage, &["doctor"], &variables(&two, file)).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.shows(&[
        "✓ configuration complete",
        "✓ video service first: answers, key accepted",
        "✗ video service second: ",
        "→ set key of second in GATEWAYS to a valid key",
    ]);
    assert!(!ran.out.contains("sk-the-secret-key"), "{}", ran.out);
    let without = two.file(&[("first", two.first(), ""), ("second", &two.other, key)]);
    let ran = run(&two.stage, &["doctor", "--json"], &variables(&two, without)).await;
    let report = ran.json();
    let found = &report["findings"][0]["found"];
    assert_eq!(found, "key of first in GATEWAYS is empty");
}

#[tokio::test]
async fn the_command_line_asks_them_in_turn_or_the_one_that_is_named() {
    let two = Two::new().await;
    two.other_task(TASK, [running(TASK)]);
    let file = two.file(&[
        ("first", two.first(), ""),
        ("second", &two.other, "ids = [\"grok:*\"]"),
    ]);
    let variables = variables(&two, file);
    let query = async |arguments: &[&str]| {
        let arguments = [&["query", TASK], arguments].concat();
        run(&two.stage, &arguments, &variables).await
    };
    let ran = query(&[]).await;
    assert!(ran.out.starts_with(&format!("{TASK}: running")), "{ran:?}");
    assert!(ran.out.ends_with(" (second)\n"), "{ran:?}");
    assert_eq!(two.polls(TASK), [1, 1]);
    let ran = query(&["--gateway", "first"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("does not know the task"), "{ran:?}");
    assert_eq!(two.polls(TASK), [2, 1]);
    let ran = query(&["--gateway", "second", "--raw"]).await;
    let body = ran.json();
    assert_eq!(body, running(TASK));
    assert_eq!(two.polls(TASK), [2, 2]);
    let ran = query(&["--explain"]).await;
    assert!(ran.out.starts_with("phase: running"), "{ran:?}");
    // A reply that is none of the family's does not hide the one that knows the task.
    two.first().video().down(true);
    let ran = query(&["--raw"]).await;
    let host = two.other.video_url().trim_start_matches("http://");
    assert_eq!(ran.err, format!("HTTP 200 from {host}\n"));
    let ran = run(&two.stage, &["query", SECOND, "--raw"], &variables).await;
    assert!(
        ran.err.starts_with("HTTP 502 from "),
        "the second is not for it"
    );
    two.first().video().down(false);
    let ran = query(&["--gateway", "third"]).await;
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("the gateways are: first, second"),
        "{ran:?}"
    );
    two.other_task(TASK, [running(TASK), two.stage.done(TASK)]);
    let ran = query(&["--watch"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("completed"), "{ran:?}");
}

#[tokio::test]
async fn a_token_in_a_file_serves_and_one_beside_it_does_not() {
    let two = Two::new().await;
    let token = two.stage.folder().join("token");
    std::fs::write(&token, two.first().token().to_owned() + "\n").unwrap();
    let mut variables = two.stage.variables();
    variables.insert("DISCORD_TOKEN_FILE", token.to_str().unwrap().to_owned());
    two.stage.task(TASK, [running(TASK)]);
    let ran = run(&two.stage, &["doctor"], &variables).await;
    let told = "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set";
    assert!(ran.out.contains(told), "{ran:?}");
    variables.remove("DISCORD_TOKEN");
    let ran = run(&two.stage, &["doctor"], &variables).await;
    assert!(ran.out.contains("✓ Discord token accepted"), "{ran:?}");
    // It needs no token, wherever one is.
    let ran = run(&two.stage, &["query", TASK, "--json"], &variables).await;
    let snapshot = ran.json();
    assert_eq!(snapshot["phase"], json!("running"));
}
