//! `videostatus query`: a task is asked for, or followed to its end, without Discord.

use sandbox::{Reply, Script};
use serde_json::{Value, json};
use testing::{Stage, TASK, running};

use super::program::run;

/// The host of a URL, as `query` names it.
fn host(url: &str) -> &str {
    url.trim_start_matches("http://")
}

#[tokio::test]
async fn one_task_is_asked_for_without_discord() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.remove("DISCORD_TOKEN");
    stage.task(TASK, [stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK], &variables).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.starts_with(&format!("{TASK}: completed, 100 %\n")),
        "{}",
        ran.out
    );
    ran.shows(&["  model      grok-3\n"]);

    let ran = run(&stage, &["query", TASK, "--json"], &variables).await;
    let snapshot = ran.json();
    assert_eq!(
        (&snapshot["phase"], &snapshot["ratio"]),
        (&"completed".into(), &"3:2".into())
    );

    let ran = run(&stage, &["query", TASK, "--raw"], &variables).await;
    let body = ran.json();
    let host = host(stage.sandbox.video_url());
    let told = format!("HTTP 200 from {host}\n");
    assert_eq!((body, ran.err), (stage.done(TASK), told));

    let ran = run(&stage, &["query", "grok:nobodys"], &variables).await;
    assert_eq!(ran.code, Some(1));
    ran.warns(&["the video service does not know the task"]);
    let ran = run(&stage, &["query", "no id"], &variables).await;
    assert_eq!(ran.code, Some(2));
    ran.warns(&["a task id is 1 to 512 characters"]);
}

#[tokio::test]
async fn a_question_names_the_host_that_was_asked() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    let host = host(stage.sandbox.video_url());
    stage.task(TASK, [stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK], &variables).await;
    ran.shows(&[&format!("  asked      {host}\n")]);
    let ran = run(&stage, &["query", "grok:nobodys"], &variables).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    let told = format!("videostatus: {host}: the video service does not know the task");
    assert!(ran.err.starts_with(&told), "{}", ran.err);
    let ran = run(&stage, &["query", "grok:nobodys", "--json"], &variables).await;
    let error = ran.json();
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    assert_eq!(error["error"]["kind"], "not_found");
    assert_eq!(error["error"]["asked"], json!([host]));

    let pause = Reply::json(429, json!({ "error": { "message": "slow down" } }));
    stage.sandbox.video().task("busy", Script::always(pause));
    let ran = run(&stage, &["query", "busy"], &variables).await;
    ran.warns(&["asks for a pause\n"]);

    let mut wrong = variables.clone();
    wrong.insert("VIDEO_QUERY_PATH", "nowhere".into());
    let ran = run(&stage, &["query", TASK, "--json"], &wrong).await;
    let error = ran.json();
    assert_eq!(
        (ran.code, &error["error"]["kind"]),
        (Some(2), &json!("configuration"))
    );
    let ran = run(&stage, &["query", TASK, "--gateway", "none"], &variables).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[tokio::test]
async fn a_task_is_followed_to_its_end() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    let done = stage.done(TASK);
    stage.task(TASK, [running(TASK), running(TASK), done]);
    let ran = run(&stage, &["query", TASK, "--watch"], &variables).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.shows(&["completed, 100 %"]);
    assert_eq!(stage.sandbox.video().polls(TASK).len(), 3);

    let failed = json!({ "id": "f", "status": "failed", "error": "too many cats" });
    let down = Reply::json(502, Value::Null);
    stage
        .sandbox
        .video()
        .task("f", Script::steps([down, Reply::json(200, failed)]));
    let ran = run(&stage, &["query", "f", "--watch"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    ran.shows(&["f: failed\n  error      too many cats"]);
}

#[tokio::test]
async fn what_is_followed_into_a_pipe_is_a_line_a_change() {
    let stage = Stage::new().await;
    let variables = stage.variables();
    stage.task(TASK, [running(TASK), running(TASK), stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK, "--watch"], &variables).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let heads: Vec<_> = ran
        .out
        .lines()
        .filter(|line| line.starts_with(TASK))
        .collect();
    assert_eq!(heads.len(), 2, "{}", ran.out);
    assert!(
        heads[0].contains("running") && heads[1].contains("completed"),
        "{heads:?}"
    );

    stage.task(TASK, [running(TASK), running(TASK), stage.done(TASK)]);
    let ran = run(&stage, &["query", TASK, "--watch", "--json"], &variables).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    let phases: Vec<_> = lines
        .iter()
        .map(|line| line["phase"].as_str().unwrap())
        .collect();
    assert_eq!(phases, ["running", "completed"]);
}

#[tokio::test]
async fn what_is_followed_in_vain_has_exit_codes_of_its_own() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("WATCH_TIMEOUT", "300ms".into());
    stage.task(TASK, [running(TASK)]);
    let ran = run(&stage, &["query", TASK, "--watch"], &variables).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    ran.warns(&["not finished within WATCH_TIMEOUT"]);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    let ran = run(&stage, &["query", TASK, "--watch", "--json"], &variables).await;
    let last: Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(
        (ran.code, &last["error"]["kind"]),
        (Some(3), &json!("timed_out"))
    );
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);

    // Nobody answers: there is nothing but that to tell.
    let mut away = variables.clone();
    away.insert("VIDEO_API_URL", "http://127.0.0.1:1".into());
    let ran = run(&stage, &["query", TASK, "--watch"], &away).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{ran:?}");
    ran.warns(&["127.0.0.1:1: not finished"]);

    let failed = json!({ "id": "f", "status": "failed", "error": "too many cats" });
    stage
        .sandbox
        .video()
        .task("f", Script::always(Reply::json(200, failed)));
    let ran = run(&stage, &["query", "f", "--watch", "--json"], &variables).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
}
