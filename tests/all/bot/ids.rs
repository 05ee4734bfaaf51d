//! Where the IDs of tasks come from: what people paste, pick from a menu, are suggested.

use serde_json::json;
use testing::{Stage, TASK, running};

use super::lists::list;

#[tokio::test]
async fn the_message_menu_finds_ids() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let (ada, ben, channel) = (
        stage.sandbox.person("ada"),
        stage.sandbox.person("ben"),
        stage.sandbox.channel(),
    );
    let check = |text: &str| {
        let message = stage.sandbox.say(&ben, &channel, text);
        stage
            .sandbox
            .message_command(&ada, &message, "Check video status")
            .unwrap()
    };
    let none = check("nothing here, see https://host/a:12345678");
    none.callback().await;
    assert!(none.original().unwrap().content.contains("no video ID"));

    stage.task(TASK, [stage.done(TASK)]);
    let one = check(&format!("mine is {TASK}, look"));
    stage.titled(&one, "Your video is ready").await;

    let several = check(&format!("{TASK} or grok:other-0001?"));
    several.callback().await;
    let menu = several.original().unwrap();
    assert!(menu.ephemeral_for.is_some());
    let id = menu.components[0]["components"][0]["custom_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let picked = stage.sandbox.select(&ada, &menu, &id, &[TASK]).unwrap();
    stage.titled(&picked, "Your video is ready").await;
}

/// An id as operations of clouds have it: base64url, too long for a menu's option.
fn longest_id() -> String {
    format!("cHJvamVjdHMv{}", "MTIzNDU2Nzg5_-".repeat(35))
}

#[tokio::test]
async fn what_people_paste_around_an_id_is_left_out() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    for (n, (before, after)) in [
        ("`", "`"),
        ("<", ">"),
        ("“", "”"),
        ("id:", ""),
        ("task_id=", " "),
        ("\u{200b}", "\u{feff}"),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("grok:pasted-{n:08}");
        stage.task(&id, [running(&id)]);
        let asked = stage.ask_with(json!({ "id": format!("{before}{id}{after}") }));
        stage.titled(&asked, "Making your video").await;
    }
    let id = "grok:from-a-link-1";
    stage.task(id, [running(id)]);
    let link = "https://api.example/v1/video/query?id=grok%3Afrom-a-link-1";
    let asked = stage.ask_with(json!({ "id": link }));
    stage.titled(&asked, "Making your video").await;
}

#[tokio::test]
async fn an_id_of_five_hundred_characters_is_followed_listed_and_picked() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    let id = longest_id();
    assert!(id.len() > 500);
    stage.task(&id, [running(&id)]);
    stage.task("831563853174407233", [running("831563853174407233")]);
    let said = format!("either 831563853174407233 or {id}");
    let said = stage.sandbox.say(&ada, &channel, &said);
    let found = stage
        .sandbox
        .message_command(&ada, &said, "Check video status")
        .unwrap();
    found.callback().await;
    let menu = found.original().unwrap();
    let options = &menu.components[0]["components"][0];
    let custom_id = options["custom_id"].as_str().unwrap();
    let value = options["options"][1]["value"].as_str().unwrap();
    let picked = stage
        .sandbox
        .select(&ada, &menu, custom_id, &[value])
        .unwrap();
    let message = stage.titled(&picked, "Making your video").await;
    assert!(message.embeds.to_string().contains(&id));
    let (_, list) = list(&stage, "ada", json!({})).await;
    let listed = list.embeds.to_string();
    assert!(listed.contains(&id[..190]), "{listed}");
    let typed = stage
        .sandbox
        .autocomplete(&ada, &channel, "videostatus", json!({ "id": "" }), "id")
        .unwrap();
    let choices = typed.callback().await.data["choices"].clone();
    assert_eq!(choices, json!([]), "it is too long to be suggested");
    stage.task(&id, [stage.done(&id)]);
    stage.titled(&picked, "Your video is ready").await;
    stage.pinged(1).await;
    bot.stop().await;
}

#[tokio::test]
async fn suggestions_come_from_ones_own_tasks_and_never_from_the_network() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    for (id, prompt) in [
        ("grok:first-0001", "a flying cow"),
        ("grok:second-0002", "cat fish"),
    ] {
        stage.task(
            id,
            [json!({ "id": id, "status": "processing", "prompt": prompt })],
        );
        let asked = stage.ask(id);
        stage.titled(&asked, "Making your video").await;
    }
    stage.sandbox.video().down(true);
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    let suggest = async |person, typed: &str| {
        let typing = json!({ "id": typed });
        let asked = stage
            .sandbox
            .autocomplete(person, &channel, "videostatus", typing, "id")
            .unwrap();
        let callback = asked.callback().await;
        assert_eq!(callback.kind, 8);
        let choices = callback.data["choices"].as_array().unwrap().clone();
        choices
            .iter()
            .map(|choice| choice["value"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        suggest(&ada, "").await,
        ["grok:second-0002", "grok:first-0001"]
    );
    assert_eq!(suggest(&ada, "COW").await, ["grok:first-0001"], "by prompt");
    assert_eq!(suggest(&ada, "0002").await, ["grok:second-0002"], "by id");
    assert_eq!(suggest(&stage.sandbox.person("ben"), "").await, [""; 0]);
}
