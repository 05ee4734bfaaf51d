//! "Notify me": people join the one notification, and take that back.

use sandbox::{Attachment, Message, Person, Point, View};
use serde_json::json;
use testing::{Stage, TASK, answer, description, running};

#[tokio::test]
async fn notify_me_adds_people_to_the_one_ping() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    for (name, count) in [("ben", 2), ("cleo", 3), ("ben", 3)] {
        let press = stage.pressed(name, &message, "notify").await;
        let person = stage.sandbox.person(name);
        told_privately(&stage, &person, "🔔 I'll ping you here.").await;
        assert_eq!(
            press.callback().await.kind,
            7,
            "the message itself is updated"
        );
        let message = stage.sandbox.message(&message).unwrap();
        let text = message.embeds.to_string();
        assert!(
            text.contains(&format!("ping {count} people here")),
            "{text}"
        );
    }
    stage.task(TASK, [stage.done(TASK)]);
    let pings = stage.pinged(1).await;
    bot.stop().await;
    let mut told = pings[0].pings.clone();
    told.sort_unstable();
    let mut wanted = ["ada", "ben", "cleo"].map(|name| stage.sandbox.person(name).id);
    wanted.sort_unstable();
    assert_eq!(told, wanted);
    assert_eq!(stage.pings().len(), 1);
}

/// The end is shown while a press is drawn that knows nothing of it.
#[tokio::test]
async fn a_press_in_the_moment_of_the_end_leaves_the_end_on_the_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    let callback = "POST /interactions/{id}/{token}/callback";
    let mut late = stage.sandbox.hold(callback, Point::Before);
    let pressed = stage.press("ben", &message, "notify");
    late.arrived().await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.ready(&asked).await;
    stage.pinged(1).await;
    late.release();
    assert_eq!(pressed.callback().await.kind, 7);
    // The late drawing is replaced in turn, and the file is still there.
    let last = stage.ready(&asked).await;
    bot.stop().await;
    let video = |file: &Attachment| file.filename.ends_with(".mp4");
    assert!(last.attachments.iter().any(video));
}

/// The last message that only this person sees, once it says `words`.
async fn told_privately(stage: &Stage, person: &Person, words: &str) -> Message {
    let own = |message: &&Message| message.ephemeral_for == Some(person.id);
    let channel = stage.sandbox.channel();
    let told = |view: &View<'_>| view.messages(&channel).rfind(own).cloned();
    stage
        .sandbox
        .until(|view| told(view).filter(|message| message.content.contains(words)))
        .await
}

/// "Notify me" never switches anybody off.
#[tokio::test]
async fn whoever_is_told_already_stays_so_and_hears_it() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    for (n, (notify, words)) in [
        ("here", "🔔 I'll ping you here."),
        ("dm", "🔔 I'll send you a direct message."),
        ("off", "🔔 I'll ping you here."),
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("{TASK}-{n}");
        stage.task(&id, [running(&id)]);
        let asked = stage.ask_with(json!({ "id": id, "notify": notify }));
        let message = stage.titled(&asked, "Making your video").await;
        for _ in 0..2 {
            stage.pressed("ada", &message, "notify").await;
            told_privately(&stage, &ada, words).await;
        }
        stage.task(&id, [stage.done(&id)]);
        stage.titled(&asked, "Your video is ready").await;
    }
    stage.dms(1).await;
    stage.pinged(2).await;
    bot.stop().await;
    assert_eq!(stage.dms(1).await.len(), 1);
}

#[tokio::test]
async fn whoever_takes_their_ping_back_gets_none() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    let redraw = "PATCH /channels/{channel}/messages/{message}";
    for (n, name) in ["ben", "ada", "cleo"].into_iter().enumerate() {
        let person = stage.sandbox.person(name);
        stage.pressed(name, &message, "notify").await;
        let told = told_privately(&stage, &person, "🔔").await;
        if name != "cleo" {
            stage.pressed(name, &told, "quiet").await;
            told_privately(&stage, &person, "🔕 I won't notify you.").await;
            // The message is drawn anew afterwards. A press that came before that would be
            // drawn over.
            stage
                .sandbox
                .until(|view| {
                    let redrawn = view.requests().filter(|one| one.name() == redraw);
                    (redrawn.filter(|one| one.status.is_some()).count() > n).then_some(())
                })
                .await;
        }
    }
    stage
        .message(&asked, |message| {
            description(message).contains("ping 1 person here")
        })
        .await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    assert_eq!(ping.pings, [stage.sandbox.person("cleo").id]);
    assert_eq!(stage.pings().len(), 1);
}

/// Ben's redraw is on its way while Cleo joins, and arrives after Cleo's.
#[tokio::test]
async fn a_late_redraw_forgets_nobody_who_joined_meanwhile() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    let ben = stage.sandbox.person("ben");
    stage.pressed("ben", &message, "notify").await;
    let told = told_privately(&stage, &ben, "🔔").await;
    let redraw = "PATCH /channels/{channel}/messages/{message}";
    let mut late = stage.sandbox.hold(redraw, Point::Before);
    stage.pressed("ben", &told, "quiet").await;
    late.arrived().await;
    stage.pressed("cleo", &message, "notify").await;
    let two = |message: &Message| description(message).contains("ping 2 people here");
    let versions = stage.message(&asked, two).await.versions.len();
    late.release();
    let again = |message: &Message| two(message) && message.versions.len() > versions + 1;
    stage.message(&asked, again).await;
    bot.stop().await;
}

/// A press that is drawn slowly does not bring a stopped watch's buttons back.
#[tokio::test]
async fn a_late_redraw_leaves_a_stop_on_the_message() {
    for (route, pressed) in [
        ("POST /interactions/{id}/{token}/callback", "notify"),
        ("PATCH /channels/{channel}/messages/{message}", "quiet"),
    ] {
        let stage = Stage::new().await;
        let bot = stage.bot().await;
        let (asked, message) = stage.watching().await;
        let ben = stage.sandbox.person("ben");
        let mut below = message.clone();
        if pressed == "quiet" {
            stage.pressed("ben", &message, "notify").await;
            below = told_privately(&stage, &ben, "🔔").await;
        }
        let mut late = stage.sandbox.hold(route, Point::Before);
        stage.press("ben", &below, pressed);
        late.arrived().await;
        stage.press("ada", &message, "stop");
        stage.titled(&asked, "🛑 Stopped").await;
        late.release();
        let redrawn = |message: &Message| {
            let bodies = message.versions.iter().map(|version| &version.body);
            let titles = bodies.map(|body| body["embeds"][0]["title"].as_str().unwrap_or_default());
            let stops: Vec<_> = titles.map(|title| title.contains("Stopped")).collect();
            // The late drawing replaced the stop, and was replaced in turn.
            let replaced = stops.windows(2).any(|pair| pair == [true, false]);
            replaced && stops.last() == Some(&true)
        };
        stage.message(&asked, redrawn).await;
        bot.stop().await;
    }
}

/// Who follows again brings along whoever waited, and a button from before still undoes that.
#[tokio::test]
async fn a_ping_is_taken_back_after_somebody_followed_again() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    let ben = stage.sandbox.person("ben");
    stage.pressed("ben", &message, "notify").await;
    let told = told_privately(&stage, &ben, "🔔").await;
    stage.pressed("ada", &message, "stop").await;
    let stopped = stage.titled(&asked, "🛑 Stopped").await;
    stage.pressed("ada", &stopped, "again").await;
    stage.titled(&asked, "Making your video").await;
    stage.pressed("ben", &told, "quiet").await;
    told_privately(&stage, &ben, "🔕 I won't notify you.").await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let ada = stage.sandbox.person("ada").id;
    let channel = stage.sandbox.channel();
    let ready = |view: &View<'_>| {
        let is_it = |one: &&Message| one.embeds == json!([]) && one.content.contains("is ready");
        view.messages(&channel).rfind(is_it).cloned()
    };
    assert_eq!(stage.sandbox.until(ready).await.pings, [ada]);
    bot.stop().await;
}

#[tokio::test]
async fn there_is_room_for_fifty_to_be_told_and_one_message_mentions_them_all() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    // Ada is the first of the fifty.
    for n in 2..=50 {
        let name = format!("person-{n}");
        let press = stage.pressed(&name, &message, "notify").await;
        assert_eq!(press.callback().await.kind, 7, "{n}");
    }
    let told = answer(&stage.pressed("late", &message, "notify").await);
    assert!(told.contains("already notify 50 people"), "{told}");
    stage.task(TASK, [stage.done(TASK)]);
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
    assert_eq!(pings[0].pings.len(), 50);
    let late = stage.sandbox.person("late").id;
    assert!(!pings[0].pings.contains(&late));
}
