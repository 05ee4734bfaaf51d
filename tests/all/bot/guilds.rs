//! `ALLOWED_GUILDS`: whom the bot serves.

use serde_json::json;
use testing::{Bot, Stage, TASK, running};

/// In its server it does what it is asked for; in another one and in direct messages it
/// says that it serves others, privately, and suggests nothing.
async fn serves_one(stage: &Stage) {
    stage.task(TASK, [running(TASK)]);
    let asked = stage.ask(TASK);
    let message = stage.titled(&asked, "Making your video").await;
    let (ada, ben) = (stage.sandbox.person("ada"), stage.sandbox.person("ben"));
    stage.sandbox.locale(&ben, "de");
    for (person, words) in [(&ada, "serves other servers"), (&ben, "andere Server")] {
        for place in [stage.sandbox.foreign_channel(), stage.sandbox.dm(person)] {
            let options = json!({ "id": TASK });
            let asked = stage
                .sandbox
                .command(person, &place, "videostatus", options.clone());
            let asked = asked.unwrap();
            assert_eq!(asked.callback().await.kind, 4);
            let said = asked.original().unwrap();
            assert!(said.content.contains(words), "{}", said.content);
            assert_eq!(said.ephemeral_for, Some(person.id));
            let typed = stage
                .sandbox
                .autocomplete(person, &place, "videostatus", options, "id");
            let choices = typed.unwrap().callback().await.data["choices"].clone();
            assert_eq!(choices, json!([]));
        }
    }
    // A press in its own server goes on.
    let button = message.components[0]["components"][0]["custom_id"].clone();
    let pressed = stage
        .sandbox
        .press(&ada, &message, button.as_str().unwrap())
        .unwrap();
    pressed.callback().await;
    let said = pressed.original().unwrap().content;
    assert!(!said.contains("serves other servers"), "{said}");
}

fn allowed(stage: &Stage) -> String {
    format!("123456789012345678, {}", stage.sandbox.guild())
}

#[tokio::test]
async fn other_servers_are_told_so_by_the_gateway() {
    let stage = Stage::new().await;
    let _bot = stage
        .bot_with(&[("ALLOWED_GUILDS", &allowed(&stage))])
        .await;
    serves_one(&stage).await;
}

#[tokio::test]
async fn other_servers_are_told_so_by_http() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("DISCORD_GATEWAY", "off".into());
    variables.insert("DISCORD_PUBLIC_KEY", stage.sandbox.public_key());
    variables.insert("ALLOWED_GUILDS", allowed(&stage));
    let bot = Bot::start(variables).await.unwrap();
    let url = format!("{}/interactions", bot.http);
    stage.sandbox.interactions_endpoint(&[&url]).await.unwrap();
    serves_one(&stage).await;
}
