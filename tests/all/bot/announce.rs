//! The announcement in another channel.

use sandbox::{Channel, Fault, Interaction, Message, Point, permissions};
use serde_json::{Value, json};
use testing::{Bot, Stage, TASK, elsewhere, running};

/// Ada asks for an announcement in `place`.
pub(super) fn ask_in(stage: &Stage, place: &Channel, mut options: Value) -> Interaction {
    options["channel"] = place.id.to_string().into();
    stage.ask_with(options)
}

/// Ada asks for an announcement in `place`, and sees that her video is being made.
pub(super) async fn watching(
    stage: &Stage,
    place: &Channel,
    options: Value,
) -> (Interaction, Message) {
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(stage, place, options);
    let message = stage.titled(&asked, "Making your video").await;
    (asked, message)
}

/// A stage with a bot, and the channel where ends are announced.
pub(super) async fn announcing() -> (Stage, Bot, Channel) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let videos = stage.sandbox.channel_named("videos");
    (stage, bot, videos)
}

/// Lets Ada's task end with a video while the bot runs, and stops the bot.
async fn to_the_end(stage: &Stage, place: &Channel, more: Value) -> Interaction {
    let bot = stage.bot().await;
    let (asked, _) = watching(stage, place, more).await;
    stage.task(TASK, [elsewhere(stage.done(TASK))]);
    stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
    asked
}

#[tokio::test]
async fn it_comes_whatever_private_and_notify_say() {
    // The options, whether Ada is mentioned, and the number of direct messages.
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
        let told = stage.said(&videos, 1).await;
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
        assert_eq!(stage.dms(0).await.len(), dm, "{more}");
        assert_eq!(stage.pings().len(), 0, "{more}: no second ping");
    }
}

#[tokio::test]
async fn it_comes_though_the_private_answer_is_over_or_nobody_takes_direct_messages() {
    for closed in [false, true] {
        let (stage, bot, videos) = announcing().await;
        let ada = stage.sandbox.person("ada");
        stage.sandbox.close_dms(&ada, closed);
        let notify = if closed { "dm" } else { "off" };
        let options = json!({ "private": true, "notify": notify });
        watching(&stage, &videos, options).await;
        stage.sandbox.expire_tokens();
        stage.task(TASK, [stage.done(TASK)]);
        let told = stage.said(&videos, 1).await;
        bot.stop().await;
        assert!(told[0].content.contains(TASK) && told[0].pings.is_empty());
        assert_eq!(stage.said(&videos, 1).await.len(), 1);
        assert_eq!(stage.dms(0).await.len(), 0);
    }
}

#[tokio::test]
async fn it_comes_though_the_message_is_deleted_and_leads_nowhere_then() {
    let (stage, bot, videos) = announcing().await;
    let (_, message) = watching(&stage, &videos, json!({})).await;
    stage.sandbox.delete_message(&message);
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.said(&videos, 1).await.remove(0);
    bot.stop().await;
    assert!(
        !told.content.contains(&message.id.to_string()),
        "{}",
        told.content
    );
    assert_eq!(stage.said(&videos, 1).await.len(), 1);
    assert_eq!((told.pings.len(), stage.pings().len()), (0, 0));
}

#[tokio::test]
async fn an_end_that_is_the_first_answer_is_announced_and_an_unknown_id_is_not() {
    let (stage, bot, videos) = announcing().await;
    let unknown = ask_in(&stage, &videos, json!({}));
    stage.titled(&unknown, "No video with this ID").await;
    stage.task(TASK, [stage.done(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
    let told = stage.said(&videos, 1).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].content.contains("ready"), "{}", told[0].content);
    assert_eq!(told[0].pings.len(), 0, "who has the answer needs no ping");
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn a_stopped_watch_is_not_announced() {
    let (stage, bot, videos) = announcing().await;
    let (asked, message) = watching(&stage, &videos, json!({})).await;
    stage.press("ada", &message, "stop");
    stage.titled(&asked, "🛑 Stopped").await;
    bot.stop().await;
    assert_eq!(stage.sandbox.messages(&videos).len(), 0);
}

/// The end has come by a direct message; what follows it comes later, and the
/// message is neither repeated nor followed by a mention.
#[tokio::test]
async fn one_that_comes_late_mentions_nobody_who_has_been_told() {
    let (stage, bot, videos) = announcing().await;
    watching(&stage, &videos, json!({ "private": true })).await;
    stage.sandbox.expire_tokens();
    let down = Fault::on("POST /channels/{channel}/messages").in_path(videos.id);
    stage.sandbox.fault(down.reply(503, json!({})));
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.said(&videos, 1).await.remove(0);
    bot.stop().await;
    assert_eq!(told.pings.len(), 0, "{}", told.content);
    assert_eq!(stage.dms(0).await.len(), 1);
    assert_eq!(stage.said(&videos, 1).await.len(), 1);
}

/// The options also hold for the person who follows the task again.
#[tokio::test]
async fn a_watch_that_is_taken_up_again_is_announced_as_before() {
    let stage = Stage::new().await;
    let bot = stage.bot_with(&[("WATCH_TIMEOUT", "1s")]).await;
    let videos = stage.sandbox.channel_named("videos");
    stage.task(TASK, [running(TASK)]);
    let asked = ask_in(&stage, &videos, json!({}));
    let message = stage.titled(&asked, "Not finished after").await;
    stage.said(&videos, 1).await;
    bot.stop().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    stage.press("ada", &message, "again");
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    let told = stage.said(&videos, 2).await;
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
    watching(&stage, &videos, json!({ "notify": "dm" })).await;
    let down = Fault::on("POST /users/@me/channels").times(2);
    stage.sandbox.fault(down.reply(503, json!({})));
    stage.task(TASK, [stage.done(TASK)]);
    assert_eq!(stage.dms(1).await.len(), 1);
    bot.stop().await;
    assert_eq!(stage.sandbox.messages(&videos).len(), 1);
}

/// A channel that takes nothing at the end: the requester is told as without it,
/// once, and the channel is asked once.
#[tokio::test]
async fn a_channel_that_refuses_at_the_end_falls_back_and_never_loops() {
    for (private, deleted) in [(false, false), (false, true), (true, false)] {
        let (stage, bot, videos) = announcing().await;
        let (asked, _) = watching(&stage, &videos, json!({ "private": private })).await;
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
        assert_eq!((stage.pings().len(), stage.dms(0).await.len()), (here, dm));
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
    let told = stage.said(&videos, 1).await.remove(0);
    assert!(told.content.contains("ready") && !told.content.contains("http"));
    assert_eq!(told.pings, [stage.sandbox.person("ada").id]);
    assert_eq!(stage.pings().len(), 0);
}

#[tokio::test]
async fn subscribers_are_told_below_the_message_and_the_requester_in_the_other_channel() {
    let (stage, bot, videos) = announcing().await;
    let (_, message) = watching(&stage, &videos, json!({})).await;
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name));
    stage.pressed("ben", &message, "notify").await;
    stage.task(TASK, [stage.done(TASK)]);
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(stage.said(&videos, 1).await[0].pings, [ada.id]);
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
        let options = json!({ "private": true, "notify": "off" });
        watching(&stage, &videos, options).await;
        let send = "POST /channels/{channel}/messages";
        let done = || stage.task(TASK, [stage.done(TASK)]);
        let bot = stage.killed_at(bot, send, point, done).await;
        // It settles the claim that the first one left behind.
        stage
            .sandbox
            .until(|view| {
                let is_try = |name: &str| name.ends_with(" /channels/{channel}/messages");
                let tries = view.requests().filter(|one| is_try(&one.name()));
                (tries.count() >= 2).then_some(())
            })
            .await;
        stage.said(&videos, 1).await;
        bot.stop().await;
        let told = stage.sandbox.messages(&videos);
        assert_eq!(told.len(), 1, "{point:?} {nonce}");
    }
}
