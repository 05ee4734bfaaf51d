//! Languages: everybody reads their own, and a channel reads the server's.

use serde_json::json;
use testing::{Stage, TASK, running, title};

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
    let private = stage.ask_with(json!({ "private": true }));
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
    let public = stage.ask_with(json!({ "notify": "dm" }));
    stage.titled(&public, "Votre vidéo").await;
    let videos = stage.sandbox.channel_named("videos");
    let options = json!({
        "private": true, "notify": "off", "channel": videos.id.to_string(),
    });
    let private = stage.ask_with(options);
    stage.titled(&private, "Dein Video wird erstellt").await;
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.dms(1).await.remove(0);
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
