//! The command's options, the message menu, languages, quotas.

use sandbox::{Interaction, Message, permissions};
use serde_json::{Value, json};
use testing::{Stage, TASK, running, title};

fn ask_with(stage: &Stage, options: Value) -> Interaction {
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    stage
        .sandbox
        .command(&ada, &channel, "videostatus", options)
        .unwrap()
}

/// Waits for the direct message to Ada.
async fn dm(stage: &Stage) -> Message {
    let channel = stage.sandbox.dm(&stage.sandbox.person("ada"));
    stage
        .sandbox
        .until(|view| view.messages(&channel).next().cloned())
        .await
}

#[tokio::test]
async fn a_private_watch_is_seen_by_one_and_told_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.fetched().await;
    stage.task(TASK, [running(TASK)]);
    let asked = ask_with(&stage, json!({ "id": TASK, "private": true }));
    let shown = stage.titled(&asked, "Making your video").await;
    assert_eq!(shown.ephemeral_for, Some(stage.sandbox.person("ada").id));
    assert!(
        shown.embeds.to_string().contains("direct message"),
        "what will happen is said at once"
    );
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    let told = dm(&stage).await;
    assert!(
        told.content.contains(TASK) && told.content.contains("ready"),
        "{}",
        told.content
    );
    assert_eq!(told.attachments.len(), 1, "the video comes along");
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
    assert_eq!(
        stage
            .sandbox
            .messages(&stage.sandbox.dm(&stage.sandbox.person("ada")))
            .len(),
        1
    );
}

#[tokio::test]
async fn notify_says_where_one_is_told() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    for (id, notify) in [("grok:dm-0001", "dm"), ("grok:off-0002", "off")] {
        stage.task(id, [running(id)]);
        let asked = ask_with(&stage, json!({ "id": id, "notify": notify }));
        stage.titled(&asked, "Making your video").await;
        stage.task(id, [stage.done(id)]);
        stage.titled(&asked, "Your video is ready").await;
    }
    let told = dm(&stage).await;
    assert!(told.content.contains("grok:dm-0001"));
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0);
    assert_eq!(
        stage
            .sandbox
            .messages(&stage.sandbox.dm(&stage.sandbox.person("ada")))
            .len(),
        1
    );
}

#[tokio::test]
async fn another_channel_gets_the_announcement_if_both_may_post_there() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    let ada = stage.sandbox.person("ada");
    let options = json!({ "id": TASK, "channel": videos.id.to_string() });
    stage.task(TASK, [running(TASK)]);

    stage
        .sandbox
        .person_permissions(&ada, &videos, permissions::VIEW_CHANNEL);
    let refused = ask_with(&stage, options.clone());
    assert_eq!(refused.callback().await.kind, 4);
    assert!(
        refused
            .original()
            .unwrap()
            .content
            .contains("You can't send messages")
    );
    stage
        .sandbox
        .person_permissions(&ada, &videos, permissions::ORDINARY);
    let hidden = stage.sandbox.channel_named("hidden");
    stage.sandbox.permissions(&hidden, 0);
    let refused = ask_with(
        &stage,
        json!({ "id": TASK, "channel": hidden.id.to_string() }),
    );
    refused.callback().await;
    assert!(
        refused
            .original()
            .unwrap()
            .content
            .contains("I can't send messages")
    );

    let asked = ask_with(&stage, options);
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    let pinged = |message: &&Message| !message.pings.is_empty();
    let told = stage
        .sandbox
        .until(|view| view.messages(&videos).find(pinged).cloned())
        .await;
    assert_eq!(told.pings, [ada.id]);
    assert!(
        told.content
            .contains(&asked.original().unwrap().id.to_string()),
        "it links to the message"
    );
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0, "not in the channel of the command");
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

#[tokio::test]
async fn everyone_reads_their_language() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    stage.sandbox.locale(&ada, "de");
    let refused = stage.ask("no id");
    refused.callback().await;
    let german = refused.original().unwrap().content;
    assert!(german.contains("keine Video-ID"), "{german}");
    assert!(!german.contains("looks like"), "{german}");
    let commands = stage.sandbox.commands();
    let words = &commands
        .iter()
        .find(|c| c["name"] == "videostatus")
        .unwrap()["description_localizations"];
    assert_eq!(words.as_object().unwrap().len(), 10);

    stage.task(TASK, [running(TASK)]);
    let private = ask_with(&stage, json!({ "id": TASK, "private": true }));
    let shown = stage
        .message(&private, |message| !title(message).is_empty())
        .await;
    assert!(
        !title(&shown).contains("Making your video"),
        "{}",
        title(&shown)
    );
}

/// A server that is no community cannot choose a language: Discord says `en-US` of it.
#[tokio::test]
async fn a_channel_reads_the_servers_language_where_it_chose_one() {
    let stage = Stage::new().await;
    let ada = stage.sandbox.person("ada");
    stage.sandbox.locale(&ada, "de");
    stage.task(TASK, [running(TASK)]);
    let bot = stage.bot().await;
    stage
        .titled(&stage.ask(TASK), "Dein Video wird erstellt")
        .await;
    stage.sandbox.server_language("fr");
    stage.titled(&stage.ask(TASK), "Votre vidéo").await;
    bot.stop().await;
    let _bot = stage.bot_with(&[("LANGUAGE", "es-es")]).await;
    stage.titled(&stage.ask(TASK), "vídeo").await;
}

/// A direct message is the requester's alone; what a channel sees is in the
/// server's language, also where a private watch is announced.
#[tokio::test]
async fn a_direct_message_is_in_ones_own_language_and_an_announcement_in_the_servers() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    stage.sandbox.locale(&ada, "de");
    stage.sandbox.server_language("fr");
    stage.task(TASK, [running(TASK)]);
    let public = ask_with(&stage, json!({ "id": TASK, "notify": "dm" }));
    stage.titled(&public, "Votre vidéo").await;
    let videos = stage.sandbox.channel_named("videos");
    let options = json!({
        "id": TASK, "private": true, "notify": "off", "channel": videos.id.to_string(),
    });
    let private = ask_with(&stage, options);
    stage.titled(&private, "Dein Video wird erstellt").await;
    stage.task(TASK, [stage.done(TASK)]);
    let told = dm(&stage).await;
    assert!(
        told.content.contains("Dein Video ist fertig"),
        "{}",
        told.content
    );
    let title = title(&told);
    assert!(title.contains("Dein Video ist fertig"), "{title}");
    stage.titled(&public, "Votre vidéo est prête").await;
    stage.titled(&private, "Dein Video ist fertig").await;
    bot.stop().await;
    let announced = stage.sandbox.messages(&videos).remove(0).content;
    assert!(announced.contains("Votre vidéo est prête"), "{announced}");
}

#[tokio::test]
async fn a_person_has_a_limit_of_watches_that_a_restart_does_not_forget() {
    let stage = Stage::new().await;
    let few = [("MAX_WATCHES_PER_USER", "2")];
    let bot = stage.bot_with(&few).await;
    for id in ["grok:a-00001", "grok:b-00002"] {
        stage.task(id, [running(id)]);
        let asked = stage.ask(id);
        stage.titled(&asked, "Making your video").await;
    }
    bot.stop().await;
    let _bot = stage.bot_with(&few).await;
    let third = stage.ask("grok:c-00003");
    assert_eq!(third.callback().await.kind, 4);
    let told = third.original().unwrap().content;
    assert!(told.contains("already follow 2 videos"), "{told}");
    let channel = stage.sandbox.channel();
    let ben = stage.sandbox.command(
        &stage.sandbox.person("ben"),
        &channel,
        "videostatus",
        json!({ "id": TASK }),
    );
    assert_eq!(
        ben.unwrap().callback().await.kind,
        5,
        "others have their own"
    );
}

#[tokio::test]
async fn a_person_has_a_pace() {
    let stage = Stage::new().await;
    let _bot = stage.bot_with(&[("COMMANDS_PER_MINUTE", "3")]).await;
    for _ in 0..3 {
        let asked = stage.ask("no id");
        asked.callback().await;
        assert!(asked.original().unwrap().content.contains("looks like"));
    }
    let asked = stage.ask("no id");
    asked.callback().await;
    let told = asked.original().unwrap().content;
    assert!(
        told.contains("a lot of commands") && told.contains(" s"),
        "{told}"
    );
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
        let asked = ask_with(&stage, json!({ "id": format!("{before}{id}{after}") }));
        stage.titled(&asked, "Making your video").await;
    }
    let id = "grok:from-a-link-1";
    stage.task(id, [running(id)]);
    let link = "https://api.example/v1/video/query?id=grok%3Afrom-a-link-1";
    stage
        .titled(
            &ask_with(&stage, json!({ "id": link })),
            "Making your video",
        )
        .await;
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
    let list = stage
        .sandbox
        .command(&ada, &channel, "videowatches", json!({}))
        .unwrap();
    list.callback().await;
    let listed = list.original().unwrap().embeds.to_string();
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
