//! The announcement in another channel.

use std::time::Duration;

use sandbox::{Channel, Fault, Interaction, Message, Point, permissions};
use serde_json::{Value, json};
use testing::{Stage, TASK, elsewhere, running};

use super::presses::control;

/// Ada asks for an announcement in `place`.
fn ask_in(stage: &Stage, place: &Channel, more: Value) -> Interaction {
    let mut options = json!({ "id": TASK, "channel": place.id.to_string() });
    let more = more.as_object().cloned().unwrap_or_default();
    options.as_object_mut().unwrap().extend(more);
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    stage
        .sandbox
        .command(&ada, &channel, "videostatus", options)
        .unwrap()
}

#[tokio::test]
async fn the_bot_says_at_once_where_it_may_not_post() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let (videos, thread) = (
        stage.sandbox.channel_named("videos"),
        stage.sandbox.thread(),
    );
    let refused = async |place: &Channel| {
        let asked = ask_in(&stage, place, json!({}));
        let callback = asked.callback().await;
        let content = asked.original().unwrap().content;
        if callback.kind == 4 {
            assert!(content.contains("I can't send messages"), "{content}");
        }
        callback.kind == 4
    };
    let ordinary = permissions::ORDINARY;
    assert!(!refused(&videos).await && !refused(&thread).await);

    // Seen, but not to be written in.
    stage
        .sandbox
        .permissions(&videos, ordinary & !permissions::SEND_MESSAGES);
    assert!(refused(&videos).await);
    stage.sandbox.permissions(&videos, 0);
    assert!(refused(&videos).await, "unseen");

    // A thread takes its channel's permissions, and needs another one.
    let general = stage.sandbox.channel();
    let set = |bits| stage.sandbox.permissions(&general, bits);
    set(ordinary & !permissions::SEND_MESSAGES);
    assert!(!refused(&thread).await);
    set(ordinary & !permissions::SEND_MESSAGES_IN_THREADS);
    assert!(refused(&thread).await);
    set(ordinary);
    stage.sandbox.change_channel(&thread, |thread| {
        (thread.archived, thread.locked) = (true, true);
    });
    assert!(refused(&thread).await, "locked");
    set(ordinary | permissions::MANAGE_THREADS);
    assert!(!refused(&thread).await);
}

#[tokio::test]
async fn a_look_that_takes_too_long_or_fails_is_no_refusal() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let videos = stage.sandbox.channel_named("videos");
    stage.sandbox.permissions(&videos, 0);
    let slow = Fault::on("GET /channels/{channel}").delay(Duration::from_secs(5));
    stage.sandbox.fault(slow);
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 5);
    let broken = Fault::on("GET /channels/{channel}").reply(500, json!({}));
    stage.sandbox.fault(broken);
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 5);
}

/// The messages of a channel once there are `count`.
async fn said(stage: &Stage, place: &Channel, count: usize) -> Vec<Message> {
    stage
        .sandbox
        .until(|view| {
            let messages: Vec<_> = view.messages(place).cloned().collect();
            (messages.len() >= count).then_some(messages)
        })
        .await
}

/// Ada's direct messages, as they are now.
fn dms(stage: &Stage) -> Vec<Message> {
    let dm = stage.sandbox.dm(&stage.sandbox.person("ada"));
    stage.sandbox.messages(&dm)
}

/// What Ada asked for comes to its end with a video while the bot runs; the bot
/// is gone when this returns.
async fn to_the_end(stage: &Stage, place: &Channel, more: Value) -> Interaction {
    let bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(stage, place, more);
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [elsewhere(stage.done(TASK))]);
    stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
    asked
}

#[tokio::test]
async fn it_comes_whatever_private_and_notify_say() {
    // What was chosen; whether Ada is mentioned; how many direct messages.
    for (more, mentioned, dm) in [
        (json!({}), true, 0),
        (json!({ "notify": "dm" }), false, 1),
        (json!({ "notify": "off" }), false, 0),
        (json!({ "private": true }), true, 0),
        (json!({ "private": true, "notify": "dm" }), false, 1),
        (json!({ "private": true, "notify": "off" }), false, 0),
    ] {
        let stage = Stage::new().await;
        let videos = stage.sandbox.channel_named("videos");
        let asked = to_the_end(&stage, &videos, more.clone()).await;
        let told = said(&stage, &videos, 1).await;
        assert_eq!(told.len(), 1, "{more}");
        let (ada, content) = (stage.sandbox.person("ada").id, &told[0].content);
        let pings: &[_] = if mentioned { &[ada] } else { &[] };
        assert_eq!(told[0].pings, pings, "{more}: {content}");
        assert!(
            content.contains(TASK) && content.contains("ready"),
            "{content}"
        );
        assert!(content.contains("/clip.mp4"), "the video plays: {content}");
        let link = asked.original().unwrap().id.to_string();
        let private = more["private"] == true;
        assert_eq!(content.contains(&link), !private, "{more}: {content}");
        assert_eq!(told[0].embeds, json!([]), "beside a box it would not play");
        assert_eq!(dms(&stage).len(), dm, "{more}");
        assert_eq!(stage.pings().len(), 0, "{more}: no second ping");
    }
}

#[tokio::test]
async fn it_comes_though_the_private_answer_is_over_or_nobody_takes_direct_messages() {
    for closed in [false, true] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        stage
            .sandbox
            .close_dms(&stage.sandbox.person("ada"), closed);
        let videos = stage.sandbox.channel_named("videos");
        stage.task(TASK, [running(TASK)]);
        let notify = if closed { "dm" } else { "off" };
        let asked = ask_in(
            &stage,
            &videos,
            json!({ "private": true, "notify": notify }),
        );
        stage.titled(&asked, "Making your video").await;
        stage.sandbox.expire_tokens();
        stage.task(TASK, [stage.done(TASK)]);
        let told = said(&stage, &videos, 1).await;
        bot.stop().await;
        assert!(told[0].content.contains(TASK) && told[0].pings.is_empty());
        assert_eq!(said(&stage, &videos, 1).await.len(), 1);
        assert_eq!(dms(&stage).len(), 0);
    }
}

#[tokio::test]
async fn it_comes_though_the_message_is_deleted_and_leads_nowhere_then() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    let message = stage.titled(&asked, "Making your video").await;
    stage.sandbox.delete_message(&message);
    stage.task(TASK, [stage.done(TASK)]);
    let told = said(&stage, &videos, 1).await.remove(0);
    bot.stop().await;
    assert!(
        !told.content.contains(&message.id.to_string()),
        "{}",
        told.content
    );
    assert_eq!(said(&stage, &videos, 1).await.len(), 1);
    assert_eq!((told.pings.len(), stage.pings().len()), (0, 0));
}

#[tokio::test]
async fn an_end_that_is_the_first_answer_is_announced_and_an_unknown_id_is_not() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    let unknown = ask_in(&stage, &videos, json!({}));
    stage.titled(&unknown, "No video with this ID").await;
    stage.task(TASK, [stage.done(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
    let told = said(&stage, &videos, 1).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].content.contains("ready"), "{}", told[0].content);
    assert_eq!(told[0].pings.len(), 0, "who has the answer needs no ping");
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn a_stopped_watch_is_not_announced() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    let message = stage.titled(&asked, "Making your video").await;
    let text = message.components.to_string();
    let stop = text.split('"').find(|word| word.contains("stop")).unwrap();
    let ada = stage.sandbox.person("ada");
    stage.sandbox.press(&ada, &message, stop).unwrap();
    stage.titled(&asked, "🛑 Stopped").await;
    bot.stop().await;
    assert_eq!(stage.sandbox.messages(&videos).len(), 0);
}

/// The end has come by a direct message; what follows it comes later, and the
/// message is neither repeated nor followed by a mention.
#[tokio::test]
async fn one_that_comes_late_mentions_nobody_who_has_been_told() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({ "private": true }));
    stage.titled(&asked, "Making your video").await;
    stage.sandbox.expire_tokens();
    let down = Fault::on("POST /channels/{channel}/messages").in_path(videos.id);
    stage.sandbox.fault(down.reply(503, json!({})));
    stage.task(TASK, [stage.done(TASK)]);
    let told = said(&stage, &videos, 1).await.remove(0);
    bot.stop().await;
    assert_eq!(told.pings.len(), 0, "{}", told.content);
    assert_eq!(dms(&stage).len(), 1);
    assert_eq!(said(&stage, &videos, 1).await.len(), 1);
}

/// What was chosen holds for whoever takes the watch up again.
#[tokio::test]
async fn a_watch_that_is_taken_up_again_is_announced_as_before() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("WATCH_TIMEOUT", "1s")]).await;
    let videos = stage.sandbox.channel_named("videos");
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    let message = stage.titled(&asked, "Not finished after").await;
    said(&stage, &videos, 1).await;
    bot.stop().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    let text = message.components.to_string();
    let again = text.split('"').find(|word| word.contains("again")).unwrap();
    stage.sandbox.press(&ada, &message, again).unwrap();
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    let told = said(&stage, &videos, 2).await;
    bot.stop().await;
    assert_eq!(told.len(), 2);
    for announcement in &told {
        assert_eq!(announcement.pings, [ada.id], "{}", announcement.content);
    }
    assert_eq!(stage.pings().len(), 0);
}

/// The announcement is there; the ping that follows it fails for a while.
#[tokio::test]
async fn it_is_not_repeated_for_what_fails_after_it() {
    let stage = Stage::forgetting_nonces().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    // The bot may not read what it has said there.
    let unread = permissions::ORDINARY & !permissions::READ_MESSAGE_HISTORY;
    stage.sandbox.permissions(&videos, unread);
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({ "notify": "dm" }));
    stage.titled(&asked, "Making your video").await;
    let down = Fault::on("POST /users/@me/channels").times(2);
    stage.sandbox.fault(down.reply(503, json!({})));
    stage.task(TASK, [stage.done(TASK)]);
    let dm = stage.sandbox.dm(&stage.sandbox.person("ada"));
    assert_eq!(said(&stage, &dm, 1).await.len(), 1);
    bot.stop().await;
    assert_eq!(stage.sandbox.messages(&videos).len(), 1);
}

/// A channel that takes nothing at the end: the requester is told as without it,
/// once, and the channel is asked once.
#[tokio::test]
async fn a_channel_that_refuses_at_the_end_falls_back_and_never_loops() {
    for (private, deleted) in [(false, false), (false, true), (true, false)] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        let videos = stage.sandbox.channel_named("videos");
        stage.task(TASK, [running(TASK)]);
        let asked = ask_in(&stage, &videos, json!({ "private": private }));
        stage.titled(&asked, "Making your video").await;
        if deleted {
            stage
                .sandbox
                .change_channel(&videos, |channel| channel.deleted = true);
        } else {
            stage
                .sandbox
                .permissions(&videos, permissions::VIEW_CHANNEL);
        }
        stage.task(TASK, [stage.done(TASK)]);
        stage.titled(&asked, "Your video is ready").await;
        bot.stop().await;
        assert_eq!(stage.sandbox.messages(&videos).len(), 0);
        let (here, dm) = if private { (0, 1) } else { (1, 0) };
        assert_eq!((stage.pings().len(), dms(&stage).len()), (here, dm));
        let path = format!("/channels/{}/messages", videos.id);
        let requests = stage.sandbox.requests();
        let tries = requests.iter().filter(|one| one.path.ends_with(&path));
        // That it is deleted is seen before.
        let tried = usize::from(!deleted);
        assert_eq!(tries.count(), tried, "{private} {deleted}");
    }
}

#[tokio::test]
async fn a_server_that_refuses_links_gets_the_news_without() {
    let stage = Stage::new().await;
    stage.sandbox.block_word("/clip.mp4", 240_000);
    let videos = stage.sandbox.channel_named("videos");
    to_the_end(&stage, &videos, json!({})).await;
    let told = said(&stage, &videos, 1).await.remove(0);
    assert!(told.content.contains("ready") && !told.content.contains("http"));
    assert_eq!(told.pings, [stage.sandbox.person("ada").id]);
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn subscribers_are_told_below_the_message_and_the_requester_in_the_other_channel() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    let message = stage.titled(&asked, "Making your video").await;
    let text = message.components.to_string();
    let notify = text
        .split('"')
        .find(|word| word.contains("notify"))
        .unwrap();
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name));
    let press = stage.sandbox.press(&ben, &message, notify).unwrap();
    press.callback().await;
    stage.task(TASK, [stage.done(TASK)]);
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(said(&stage, &videos, 1).await[0].pings, [ada.id]);
    assert_eq!((pings.len(), pings[0].pings.as_slice()), (1, &[ben.id][..]));
    assert_eq!(pings[0].reference, Some(message.id));
}

/// Killed while the announcement is sent: it comes once, by the nonce and, when
/// Discord knows that no more, by a look into the channel.
#[tokio::test]
async fn a_crash_announces_nothing_twice() {
    for (point, nonce) in [
        (Point::Before, true),
        (Point::After, true),
        (Point::Before, false),
        (Point::After, false),
    ] {
        let stage = if nonce {
            Stage::new().await
        } else {
            Stage::forgetting_nonces().await
        };
        let bot = stage.bot().await;
        let videos = stage.sandbox.channel_named("videos");
        stage.task(TASK, [running(TASK)]);
        let asked = ask_in(&stage, &videos, json!({ "private": true, "notify": "off" }));
        stage.titled(&asked, "Making your video").await;
        let mut hold = stage
            .sandbox
            .hold("POST /channels/{channel}/messages", point);
        stage.task(TASK, [stage.done(TASK)]);
        hold.arrived().await;
        bot.kill();
        hold.discard();
        let bot = stage.bot().await;
        // It settles the claim that the first one left behind.
        stage
            .sandbox
            .until(|view| {
                let is_try = |name: &str| name.ends_with(" /channels/{channel}/messages");
                let tries = view.requests().filter(|one| is_try(&one.name()));
                (tries.count() >= 2).then_some(())
            })
            .await;
        said(&stage, &videos, 1).await;
        bot.stop().await;
        let told = stage.sandbox.messages(&videos);
        assert_eq!(told.len(), 1, "{point:?} {nonce}");
    }
}

/// Who may not post in a channel any more when the end comes announces nothing there, and
/// is told where the message is.
#[tokio::test]
async fn a_person_who_was_shut_out_meanwhile_announces_nothing() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let videos = stage.sandbox.channel_named("videos");
    let ada = stage.sandbox.person("ada");
    let asked = ask_in(&stage, &videos, json!({}));
    stage.titled(&asked, "Making your video").await;
    let set = |bits| stage.sandbox.person_permissions(&ada, &videos, bits);
    set(permissions::VIEW_CHANNEL);
    stage.task(TASK, [stage.done(TASK)]);
    stage.ready(&asked).await;
    assert_eq!(stage.pinged(1).await[0].pings, [ada.id]);
    assert!(stage.sandbox.messages(&videos).is_empty());
    bot.stop().await;

    // A watch that is followed again is asked for again.
    set(permissions::ORDINARY);
    let bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    let message = stage.titled(&asked, "Making your video").await;
    let press = async |message: &Message, word| {
        let press = (stage.sandbox).press(&ada, message, &control(message, word));
        let press = press.unwrap();
        (press.callback().await.kind, press)
    };
    press(&message, "stop").await;
    let stopped = stage.titled(&asked, "Stopped").await;
    set(permissions::VIEW_CHANNEL);
    let (kind, refused) = press(&stopped, "again").await;
    assert_eq!(kind, 4);
    let said = refused.original().unwrap().content;
    assert!(said.contains("You can't send messages"), "{said}");
    set(permissions::ORDINARY);
    assert_eq!(press(&stopped, "again").await.0, 6);
    bot.stop().await;
}

/// What Discord refused the bot since the start, as it counts them towards its ban.
fn refused(stage: &Stage) -> usize {
    let requests = stage.sandbox.requests();
    let refused = |one: &&sandbox::RequestRecord| one.status == Some(403);
    requests.iter().filter(refused).count()
}

#[tokio::test]
async fn a_forbidden_channel_costs_a_handful_of_refusals_however_many_name_it() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    stage.sandbox.permissions(&videos, 0);
    let channel = stage.sandbox.channel();
    for _ in 0..3 {
        let asked: Vec<_> = (0..15)
            .map(|n| {
                let person = stage.sandbox.person(&format!("person {n}"));
                let options = json!({ "id": TASK, "channel": videos.id.to_string() });
                let sent = stage
                    .sandbox
                    .command(&person, &channel, "videostatus", options);
                sent.unwrap()
            })
            .collect();
        for one in asked {
            assert_eq!(one.callback().await.kind, 4, "refused at once");
        }
    }
    assert_eq!(refused(&stage), 1);

    // One person with many channels.
    let many: Vec<_> = (0..12)
        .map(|n| {
            let place = stage.sandbox.channel_named(&format!("hidden {n}"));
            stage.sandbox.permissions(&place, 0);
            place
        })
        .collect();
    for place in &many {
        let asked = ask_in(&stage, place, json!({}));
        assert_eq!(asked.callback().await.kind, 4);
    }
    assert_eq!(refused(&stage), 1 + 5);
    // Others go on, and so does this person elsewhere.
    stage.task(TASK, [running(TASK)]);
    stage.titled(&stage.ask(TASK), "Making your video").await;
}

#[tokio::test]
async fn a_look_that_is_given_up_is_counted_and_remembered() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, [running(TASK)]);
    let videos = stage.sandbox.channel_named("videos");
    stage.sandbox.permissions(&videos, 0);
    let slow = Fault::on("GET /channels/{channel}").delay(Duration::from_millis(1500));
    stage.sandbox.fault(slow);
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 5, "too slow to be a refusal");
    let answered = |view: &sandbox::View<'_>| view.requests().any(|one| one.status == Some(403));
    stage
        .sandbox
        .until(|view| answered(view).then_some(()))
        .await;
    let asked = ask_in(&stage, &videos, json!({}));
    assert_eq!(asked.callback().await.kind, 4, "the refusal is remembered");
    assert_eq!(refused(&stage), 1);
}
