//! `videostatus watch`: a script orders a watch by the command line.

use std::collections::HashMap;
use std::time::Duration;

use sandbox::{Fault, permissions};
use serde_json::json;
use testing::{Bot, Stage, TASK, running, title};

use super::caller::TOKEN;
use super::program::{Ran, run};

/// Returns the variables of a program that orders through the API, without Discord's token.
fn by_door(stage: &Stage, bot: &Bot) -> HashMap<&'static str, String> {
    let mut variables = stage.variables();
    for discord in ["DISCORD_TOKEN", "DATABASE_URL"] {
        variables.remove(discord);
    }
    let addr = bot.http.trim_start_matches("http://").to_owned();
    variables.extend([("HTTP_ADDR", addr), ("API_TOKEN", TOKEN.to_owned())]);
    variables
}

/// Runs `videostatus watch` for the ordinary channel.
async fn watch(
    stage: &Stage,
    id: &str,
    more: &[&str],
    variables: &HashMap<&'static str, String>,
) -> Ran {
    let channel = stage.sandbox.channel().id.to_string();
    let arguments = [&["watch", id, "--channel", &channel], more].concat();
    let ran = run(stage, &arguments, variables).await;
    assert!(!ran.out.contains(TOKEN) && !ran.err.contains(TOKEN));
    ran
}

#[tokio::test]
async fn an_order_without_a_target_is_told_both_options() {
    let stage = Stage::new().await;
    let none = HashMap::new();
    let ran = run(&stage, &["watch", "grok:1"], &none).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    ran.warns(&["--channel <ID>", "--private-to <ID>"]);
    let large = ["watch", "grok:1", "--channel", "10000000000000000000"];
    let ran = run(&stage, &large, &none).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    ran.warns(&["17 to 19 digits, and is at most 9223372036854775807"]);
}

/// Waits until the ordinary channel has a box with these words.
async fn shown(stage: &Stage, words: &str) {
    let channel = stage.sandbox.channel();
    let is_it = |message: &sandbox::Message| title(message).contains(words);
    let look = stage
        .sandbox
        .until(|view| view.messages(&channel).any(is_it).then_some(()));
    look.await;
}

#[tokio::test]
async fn it_waits_for_the_end_and_its_exit_code_says_which() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("API_TOKEN", TOKEN)]).await;
    let variables = by_door(&stage, &bot);
    let ada = stage.sandbox.person("ada").id.to_string();
    // Each has an ID of its own: a task whose file is still to come is the old one.
    let (lost, no_luck) = ("grok:lost", json!({ "message": "no luck" }));
    let failed = json!({ "id": lost, "status": "failed", "error": no_luck });
    for (id, end, code, word) in [
        (TASK, stage.done(TASK), 0, "completed"),
        (lost, failed, 1, "failed"),
    ] {
        stage.task(id, [running(id), end]);
        let ran = watch(&stage, id, &["--mention", &ada, "--wait"], &variables).await;
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.out.contains(&format!("{id}: {word}")), "{ran:?}");
        assert!(ran.out.contains("https://discord.com/channels/"), "{ran:?}");
    }
    assert_eq!(stage.pinged(2).await.len(), 2);
    // Nobody knows it: that is no failure of a task.
    let more = ["--wait", "--spoiler", "--locale", "de"];
    let ran = watch(&stage, "grok:nobody", &more, &variables).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.out.contains("grok:nobody: not_found"), "{ran:?}");
}

#[tokio::test]
async fn a_short_pause_is_waited_out() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("API_TOKEN", TOKEN)]).await;
    stage.task(TASK, [running(TASK)]);
    let pause = Fault::on("GET /channels/{channel}").rate_limited(Duration::from_millis(100));
    stage.sandbox.fault(pause);
    let ran = watch(&stage, TASK, &[], &by_door(&stage, &bot)).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    shown(&stage, "Making your video").await;
}

#[tokio::test]
async fn without_a_token_of_the_door_it_orders_through_the_database() {
    let stage = Stage::new().await;
    // The tables are the bot's to make, and it need not run at the moment.
    stage.bot().await.stop().await;
    stage.task(TASK, [running(TASK)]);
    let ran = watch(&stage, TASK, &[], &stage.variables()).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains(&format!("{TASK}: asked")), "{ran:?}");
    let bot = stage.bot().await;
    shown(&stage, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    shown(&stage, "Your video is ready").await;
    // Beside a bot that runs it is taken up, too, and can be waited for.
    let ran = watch(&stage, TASK, &["--wait"], &stage.variables()).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    bot.stop().await;
}

#[tokio::test]
async fn what_is_refused_is_told_in_words() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("API_TOKEN", TOKEN)]).await;
    let channel = stage.sandbox.channel();
    let no_posting = permissions::ORDINARY & !permissions::SEND_MESSAGES;
    stage.sandbox.permissions(&channel, no_posting);
    for variables in [by_door(&stage, &bot), stage.variables()] {
        let ran = watch(&stage, TASK, &[], &variables).await;
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains("may not post in this channel"), "{ran:?}");
    }
    let mut variables = by_door(&stage, &bot);
    variables.insert("API_TOKEN", "another-word-of-16".into());
    let ran = watch(&stage, TASK, &[], &variables).await;
    assert!(ran.err.contains("with a token of API_TOKEN"), "{ran:?}");
    bot.stop().await;
    let ran = watch(&stage, TASK, &[], &variables).await;
    assert!(ran.err.contains("is the bot running?"), "{ran:?}");
    variables.insert("API_TOKEN", "two words".into());
    assert_eq!(watch(&stage, TASK, &[], &variables).await.code, Some(2));
    let ran = run(&stage, &["watch", TASK], &stage.variables()).await;
    assert!(ran.err.contains("--channel"), "{ran:?}");
}
