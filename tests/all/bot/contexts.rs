//! Where the bot is asked: places that it is no member of, and messages that are
//! not its own.

use std::time::Duration;

use sandbox::{Message, permissions};
use serde_json::json;
use testing::{Stage, TASK, description, running, title};

#[tokio::test]
async fn in_a_group_of_friends_the_end_comes_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name));
    let group = stage.sandbox.private_channel(&[&ada, &ben]);
    stage.task(TASK, [running(TASK)]);
    let asked = stage.ask_in(&group);
    let message = stage.titled(&asked, "Making your video").await;
    let said = description(&message);
    assert!(said.contains("I go on by direct message"));
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    assert!(stage.dms(1).await[0].content.contains(TASK));
    bot.stop().await;
    let by_token = |message: &Message| message.id == asked.original().unwrap().id;
    assert!(stage.sandbox.messages(&group).iter().all(by_token));
    assert_eq!(stage.dms(1).await.len(), 1);
}

#[tokio::test]
async fn what_is_not_said_of_the_bots_rights_is_found_out_at_the_end() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.sandbox.leave_out_app_permissions();
    let (asked, message) = stage.watching().await;
    assert!(!description(&message).contains("direct message"));
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(pings[0].reference, Some(message.id));
}

#[tokio::test]
async fn the_message_menu_finds_ids_in_embeds() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let (_, shown) = stage.watching().await;
    assert!(shown.content.is_empty(), "the id is in the embed only");
    let ben = stage.sandbox.person("ben");
    let found = stage
        .sandbox
        .message_command(&ben, &shown, "Check video status")
        .unwrap();
    let message = stage.titled(&found, "Making your video").await;
    assert_ne!(message.id, shown.id);
    assert!(message.embeds.to_string().contains(TASK));
}

#[tokio::test]
async fn without_embed_links_the_channels_route_shows_plain_text() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    // Known from the command, and found out later.
    for known in [true, false] {
        let id = &format!("grok:plain-{known}-0001");
        let embedless = permissions::ORDINARY & !permissions::EMBED_LINKS;
        let channel = stage.sandbox.channel();
        let bits = if known {
            embedless
        } else {
            permissions::ORDINARY
        };
        stage.sandbox.permissions(&channel, bits);
        stage.task(id, [running(id)]);
        let asked = stage.ask(id);
        stage.titled(&asked, "Making your video").await;
        stage.sandbox.permissions(&channel, embedless);
        stage.sandbox.expire_tokens();
        let mut done = stage.done(id);
        done["prompt"] = json!("a **gentle** cow for @everyone");
        stage.task(id, [done]);
        let plain = |message: &Message| {
            message.content.contains("Your video is ready") && !message.attachments.is_empty()
        };
        let message = stage.message(&asked, plain).await;
        assert!(message.content.contains("gentle"), "{}", message.content);
        assert_eq!(message.embeds, json!([]), "{known}");
        assert!(!message.pings_everyone);
        assert!(
            message
                .attachments
                .iter()
                .any(|file| file.content_type == "video/mp4")
        );
    }
    stage.pinged(2).await;
    bot.stop().await;
}

#[tokio::test]
async fn in_a_private_thread_the_end_comes_by_direct_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let thread = stage.sandbox.channel_named("private thread");
    stage.task(TASK, [running(TASK)]);
    let asked = stage.ask_in(&thread);
    let message = stage.titled(&asked, "Making your video").await;
    assert!(description(&message).contains("direct message"));
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    assert!(stage.dms(1).await[0].content.contains(TASK));
    bot.stop().await;
    let refused = stage.sandbox.requests();
    let refused = refused.iter().filter(|request| request.status == Some(403));
    assert_eq!(refused.count(), 0, "it did not try");
}

#[tokio::test]
async fn the_end_opens_an_archived_thread_again_and_progress_does_not() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let thread = stage.sandbox.thread();
    stage.task(TASK, [running(TASK)]);
    let asked = stage.ask_in(&thread);
    let message = stage.titled(&asked, "Making your video").await;
    stage.sandbox.expire_tokens();
    let archive = |archived| {
        stage
            .sandbox
            .change_channel(&thread, |thread| thread.archived = archived);
    };
    archive(true);
    let mut busy = running(TASK);
    busy["model"] = json!("another");
    stage.task(TASK, [busy]);
    stage.answered(400).await;
    assert_eq!(stage.sandbox.messages(&thread).len(), 1);
    stage.task(TASK, [stage.done(TASK)]);
    let pings = |view: &sandbox::View<'_>| {
        let mut pings = view
            .messages(&thread)
            .filter(|message| !message.pings.is_empty());
        pings.next_back().cloned()
    };
    let ping = stage.sandbox.until(pings).await;
    bot.stop().await;
    let messages = stage.sandbox.messages(&thread);
    let [first, anew, last] = messages.as_slice() else {
        panic!("{} messages", messages.len());
    };
    assert_eq!((first.id, last.id), (message.id, ping.id));
    assert!(title(anew).contains("Your video is ready"));
    assert_eq!(ping.reference, Some(anew.id));
    assert!(stage.dms(0).await.is_empty());
}

#[tokio::test]
async fn an_answer_that_discord_hides_is_linked_nowhere() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    let place = stage.sandbox.foreign_channel();
    let may = permissions::ORDINARY & !permissions::USE_EXTERNAL_APPS;
    stage.sandbox.person_permissions(&ada, &place, may);
    stage.task(TASK, [running(TASK)]);
    let asked = stage.ask_in(&place);
    stage.titled(&asked, "Making your video").await;
    stage.sandbox.expire_tokens();
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.dms(1).await.remove(0);
    assert!(told.content.contains(TASK));
    assert!(
        !told.content.contains("discord.com/channels"),
        "{}",
        told.content
    );
    bot.stop().await;
}

#[tokio::test]
async fn where_nothing_can_be_read_an_uncertain_ping_goes_on_as_a_direct_message() {
    let mut stage = Stage::new().await;
    stage.timings.nonce = Duration::from_millis(1);
    let bot = stage.bot().await;
    let channel = stage.sandbox.channel();
    let blind = permissions::ORDINARY & !permissions::READ_MESSAGE_HISTORY;
    stage.sandbox.permissions(&channel, blind);
    stage.watching().await;
    let send = sandbox::Fault::on("POST /channels/{channel}/messages");
    stage.sandbox.fault(send.times(1).drop_connection());
    stage.task(TASK, [stage.done(TASK)]);
    assert!(stage.dms(1).await[0].content.contains(TASK));
    bot.stop().await;
    assert_eq!(stage.pings().len(), 0, "it may have been there");
    assert_eq!(stage.dms(1).await.len(), 1);
}

#[tokio::test]
async fn the_whole_journey_in_every_kind_of_channel() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    let named = |name: &str| stage.sandbox.channel_named(name);
    let places = [
        ("text", stage.sandbox.channel(), true),
        ("voice", named("voice"), true),
        ("news", named("news"), true),
        ("news thread", named("news thread"), true),
        ("thread", stage.sandbox.thread(), true),
        ("forum post", named("post"), true),
        ("private thread", named("private thread"), false),
        ("the bot's direct messages", stage.sandbox.dm(&ada), true),
        ("a group", stage.sandbox.private_channel(&[&ada]), false),
        ("a foreign server", stage.sandbox.foreign_channel(), false),
    ];
    for (n, (name, place, here)) in places.into_iter().enumerate() {
        let id = format!("grok:place-{n:04}");
        stage.task(&id, [running(&id)]);
        let options = json!({ "id": id });
        let asked = stage
            .sandbox
            .command(&ada, &place, "videostatus", options)
            .unwrap();
        let message = stage.titled(&asked, "Making your video").await;
        assert_eq!(
            description(&message).contains("direct message"),
            !here,
            "{name}"
        );
        stage.sandbox.expire_tokens();
        stage.task(&id, [stage.done(&id)]);
        let told_in = if here { place } else { stage.sandbox.dm(&ada) };
        let about = |message: &&Message| message.content.contains(&id);
        let told = |view: &sandbox::View<'_>| view.messages(&told_in).find(about).cloned();
        stage.sandbox.until(told).await;
        if here {
            let shown = stage.titled(&asked, "Your video is ready").await;
            assert_eq!(
                shown.versions.last().unwrap().by,
                sandbox::Route::Channel,
                "{name}"
            );
        }
    }
    bot.stop().await;
}
