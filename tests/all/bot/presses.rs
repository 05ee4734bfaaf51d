//! Buttons and menus.

use std::time::Duration;

use sandbox::{Attachment, Interaction, Message, Person, Point, View, permissions};
use serde_json::json;
use testing::{Stage, TASK, description, running, title};

/// The custom id of the message's component whose custom id holds `word`.
pub(crate) fn control(message: &Message, word: &str) -> String {
    let rows = message.components.as_array().unwrap();
    let parts = rows
        .iter()
        .flat_map(|row| row["components"].as_array().unwrap());
    let mut ids = parts.filter_map(|part| part["custom_id"].as_str());
    ids.find(|id| id.contains(word))
        .unwrap_or_else(|| panic!("no {word}: {}", message.components))
        .to_owned()
}

/// The button that messages had below them in earlier versions.
fn refresh(message: &Message) -> String {
    control(message, "stop").replace("stop", "refresh")
}

async fn press_refresh(stage: &Stage, person: &Person, message: &Message) -> Interaction {
    let pressed = stage
        .sandbox
        .press_of_before(person, message, &refresh(message));
    let press = pressed.unwrap();
    press.callback().await;
    press
}

async fn press(stage: &Stage, person: &Person, message: &Message, word: &str) -> Interaction {
    let press = stage
        .sandbox
        .press(person, message, &control(message, word))
        .unwrap();
    press.callback().await;
    press
}

/// The private answer to a press.
fn answer(press: &Interaction) -> String {
    let message = press.original().unwrap();
    assert!(message.ephemeral_for.is_some());
    message.content
}

#[tokio::test]
async fn refresh_of_an_older_message_asks_now_and_at_most_each_five_seconds() {
    let stage = Stage::new().await;
    let _bot = stage
        .bot_with(&[("POLL_MIN", "10m"), ("POLL_MAX", "10m")])
        .await;
    let (asked, message) = stage.watching().await;
    let ben = stage.sandbox.person("ben");
    let early = press_refresh(&stage, &ben, &message).await;
    assert!(
        answer(&early).contains("a moment ago"),
        "{}",
        answer(&early)
    );
    // The claim counts from the poll; five seconds are the promise itself.
    tokio::time::sleep(Duration::from_millis(5100)).await;
    stage.task(TASK, [stage.done(TASK)]);
    let press = press_refresh(&stage, &ben, &message).await;
    assert!(answer(&press).contains("asking the video service now"));
    stage.titled(&asked, "Your video is ready").await;
}

/// A press that says that it was elsewhere is nothing of the watch's.
#[tokio::test]
async fn a_press_counts_only_below_the_watchs_own_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    let ada = stage.sandbox.person("ada");
    for field in ["/message/id", "/guild_id"] {
        stage.sandbox.distort_interactions(move |payload| {
            *payload.pointer_mut(field).unwrap() = json!("1100000000000000999");
        });
        for word in ["stop", "notify"] {
            let pressed = press(&stage, &ada, &message, word).await;
            let said = answer(&pressed);
            assert!(
                said.contains("know this message any more"),
                "{field}, {word}: {said}"
            );
        }
    }
    stage.sandbox.distort_interactions(|_| {});
    let stopped = press(&stage, &ada, &message, "stop").await;
    assert_eq!(stopped.callback().await.kind, 6);
    bot.stop().await;
}

#[tokio::test]
async fn notify_me_adds_people_to_the_one_ping() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    let [ada, ben, cleo] = ["ada", "ben", "cleo"].map(|name| stage.sandbox.person(name));
    for (person, count) in [(&ben, 2), (&cleo, 3), (&ben, 3)] {
        let press = press(&stage, person, &message, "notify").await;
        told_privately(&stage, person, "🔔 I'll ping you here.").await;
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
    let mut wanted = vec![ada.id, ben.id, cleo.id];
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
    let ben = stage.sandbox.person("ben");
    let callback = "POST /interactions/{id}/{token}/callback";
    let mut late = stage.sandbox.hold(callback, Point::Before);
    let id = control(&message, "notify");
    let pressed = stage.sandbox.press(&ben, &message, &id).unwrap();
    late.arrived().await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.ready(&asked).await;
    stage.pinged(1).await;
    late.release();
    assert_eq!(pressed.callback().await.kind, 7);
    // What was drawn over it is drawn over in turn; the file is still there.
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
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
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
        let options = json!({ "id": id, "notify": notify });
        let asked = stage
            .sandbox
            .command(&ada, &channel, "videostatus", options)
            .unwrap();
        let message = stage.titled(&asked, "Making your video").await;
        for _ in 0..2 {
            press(&stage, &ada, &message, "notify").await;
            told_privately(&stage, &ada, words).await;
        }
        stage.task(&id, [stage.done(&id)]);
        stage.titled(&asked, "Your video is ready").await;
    }
    let dm = stage.sandbox.dm(&ada);
    let told = |view: &View<'_>| view.messages(&dm).next().map(drop);
    stage.sandbox.until(told).await;
    stage.pinged(2).await;
    bot.stop().await;
    assert_eq!(stage.sandbox.messages(&dm).len(), 1);
}

#[tokio::test]
async fn whoever_takes_their_ping_back_gets_none() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    for name in ["ben", "ada", "cleo"] {
        let person = stage.sandbox.person(name);
        press(&stage, &person, &message, "notify").await;
        let told = told_privately(&stage, &person, "🔔").await;
        if name != "cleo" {
            press(&stage, &person, &told, "quiet").await;
            told_privately(&stage, &person, "🔕 I won't notify you.").await;
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

#[tokio::test]
async fn only_the_requester_or_a_moderator_stops_a_watch() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (ben, channel) = (stage.sandbox.person("ben"), stage.sandbox.channel());
    for moderator in [false, true] {
        let id = format!("{TASK}-{moderator}");
        stage.task(&id, [running(&id)]);
        let asked = stage.ask(&id);
        let message = stage.titled(&asked, "Making your video").await;
        let refused = press(&stage, &ben, &message, "stop").await;
        assert!(answer(&refused).contains("Only the person who asked"));
        let person = if moderator {
            let bits = permissions::ORDINARY | permissions::MANAGE_MESSAGES;
            stage.sandbox.person_permissions(&ben, &channel, bits);
            ben.clone()
        } else {
            stage.sandbox.person("ada")
        };
        press(&stage, &person, &message, "stop").await;
        stage.titled(&asked, "🛑 Stopped").await;
    }
    let pings = stage.pinged(1).await;
    bot.stop().await;
    // Who stops their own watch knows; of a moderator's stop they are told.
    assert_eq!(stage.pings().len(), 1);
    assert_eq!(pings[0].pings, [stage.sandbox.person("ada").id]);
    assert!(pings[0].content.contains("-true"), "{}", pings[0].content);
}

/// Ben and Cleo wait, too; then `person` stops the watch in one of two ways. The
/// one message that tells of it.
async fn told_of_a_stop(person: &str, by_list: bool) -> (Stage, Message, Message) {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    for name in ["ben", "cleo"] {
        press(&stage, &stage.sandbox.person(name), &message, "notify").await;
    }
    let (person, channel) = (stage.sandbox.person(person), stage.sandbox.channel());
    let bits = permissions::ORDINARY | permissions::MANAGE_MESSAGES;
    stage.sandbox.person_permissions(&person, &channel, bits);
    if by_list {
        let list = stage
            .sandbox
            .command(&person, &channel, "videowatches", json!({}))
            .unwrap();
        list.callback().await;
        let menu = list.original().unwrap();
        let (id, value) = (control(&menu, "stop-some"), asked.id.to_string());
        let chosen = stage
            .sandbox
            .select(&person, &menu, &id, &[&value])
            .unwrap();
        chosen.callback().await;
    } else {
        press(&stage, &person, &message, "stop").await;
    }
    stage.titled(&asked, "🛑 Stopped").await;
    let ping = stage.pinged(1).await.remove(0);
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
    (stage, message, ping)
}

#[tokio::test]
async fn who_waited_hears_of_a_stop_and_how_to_go_on() {
    for by_list in [false, true] {
        let (stage, message, ping) = told_of_a_stop("ada", by_list).await;
        let others = ["ben", "cleo"].map(|name| stage.sandbox.person(name).id);
        assert_eq!(ping.pings, others, "not the requester, who stopped it");
        assert_eq!(ping.reference, Some(message.id));
        for words in ["🛑 Stopped", TASK, "may still be made"] {
            assert!(ping.content.contains(words), "{}", ping.content);
        }
    }
    let (stage, _, ping) = told_of_a_stop("ben", false).await;
    let others = ["ada", "cleo"].map(|name| stage.sandbox.person(name).id);
    assert_eq!(ping.pings, others, "but not Ben, who stopped it");
}

#[tokio::test]
async fn watch_again_goes_on_with_the_same_message() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (asked, message) = stage.watching().await;
    press(&stage, &stage.sandbox.person("ada"), &message, "stop").await;
    let stopped = stage.titled(&asked, "🛑 Stopped").await;
    // A button outlives the process that made it.
    bot.stop().await;
    let bot = stage.bot().await;
    let again = press(&stage, &stage.sandbox.person("ben"), &stopped, "again").await;
    assert_eq!(again.callback().await.kind, 6);
    stage.titled(&asked, "Making your video").await;
    stage.task(TASK, [stage.done(TASK)]);
    stage.titled(&asked, "Your video is ready").await;
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(pings[0].pings, [stage.sandbox.person("ben").id]);
    assert_eq!(stage.pings().len(), 1);
}

#[tokio::test]
async fn the_full_prompt_comes_privately_and_as_a_file_when_it_is_long() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    for (id, prompt, file) in [
        ("grok:short", "a flying cow".to_owned(), false),
        ("grok:long", "牛 ".repeat(3500), true),
    ] {
        stage.task(
            id,
            [json!({ "id": id, "status": "processing", "prompt": "cow", "enhanced_prompt": prompt })],
        );
        let asked = stage.ask(id);
        let message = stage.titled(&asked, "Making your video").await;
        let press = press(&stage, &stage.sandbox.person("ben"), &message, "prompt").await;
        let shown = press.original().unwrap();
        assert!(shown.ephemeral_for.is_some());
        assert_eq!(!shown.attachments.is_empty(), file, "{shown:?}");
        if file {
            let text =
                String::from_utf8(stage.sandbox.file(&shown.attachments[0]).unwrap()).unwrap();
            assert!(text.contains(prompt.trim()));
        } else {
            assert!(shown.embeds.to_string().contains("a flying cow"));
        }
    }
}

#[tokio::test]
async fn a_press_on_what_is_over_or_unknown_is_answered_privately() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, live) = stage.watching().await;
    let ids = ["notify", "stop"].map(|word| control(&live, word));
    bot.stop().await;
    // The database of another operator, or long forgotten: nobody knows it.
    let bot = stage
        .bot_with(&[("DATABASE_URL", stage.other_database().as_str())])
        .await;
    for id in ids {
        let press = stage
            .sandbox
            .press(&stage.sandbox.person("ada"), &live, &id)
            .unwrap();
        press.callback().await;
        assert!(
            answer(&press).contains("don't know this message"),
            "{}",
            answer(&press)
        );
    }
    bot.stop().await;
}

/// The end is recorded while the message still has its buttons.
#[tokio::test]
async fn a_press_on_a_watch_that_has_just_ended_says_so() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let prompted = json!({
        "id": TASK, "status": "processing", "prompt": "cow", "enhanced_prompt": "a flying cow",
    });
    stage.task(TASK, [prompted]);
    let asked = stage.ask(TASK);
    let message = stage.titled(&asked, "Making your video").await;
    let edit = "PATCH /webhooks/{app}/{token}/messages/@original";
    let mut hold = stage.sandbox.hold(edit, Point::Before);
    stage.task(TASK, [stage.done(TASK)]);
    hold.arrived().await;
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name));
    let refreshed = press_refresh(&stage, &ada, &message).await;
    let mut told = vec![answer(&refreshed)];
    for (person, word) in [(&ben, "notify"), (&ada, "stop")] {
        told.push(answer(&press(&stage, person, &message, word).await));
    }
    for told in told {
        assert!(told.contains("no longer follow this"), "{told}");
    }
    let prompt = press(&stage, &ben, &message, "prompt").await;
    let shown = prompt.original().unwrap();
    assert!(shown.embeds.to_string().contains("a flying cow"));
    hold.release();
    stage.titled(&asked, "Your video is ready").await;
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(pings[0].pings, [ada.id], "Ben came too late");
}

#[tokio::test]
async fn there_is_room_for_fifty_to_be_told_and_one_message_mentions_them_all() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let (_, message) = stage.watching().await;
    // Ada is the first of the fifty.
    for n in 2..=50 {
        let person = stage.sandbox.person(&format!("person-{n}"));
        let press = press(&stage, &person, &message, "notify").await;
        assert_eq!(press.callback().await.kind, 7, "{n}");
    }
    let late = stage.sandbox.person("late");
    let told = answer(&press(&stage, &late, &message, "notify").await);
    assert!(told.contains("already notify 50 people"), "{told}");
    stage.task(TASK, [stage.done(TASK)]);
    let pings = stage.pinged(1).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), 1);
    assert_eq!(pings[0].pings.len(), 50);
    assert!(!pings[0].pings.contains(&late.id));
}

#[tokio::test]
async fn a_list_shows_ones_own_watches_and_stops_the_chosen() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let (ada, ben, channel) = (
        stage.sandbox.person("ada"),
        stage.sandbox.person("ben"),
        stage.sandbox.channel(),
    );
    let mut asked = Vec::new();
    for id in ["grok:one-0001", "grok:two-0002"] {
        stage.task(id, [running(id)]);
        let interaction = stage.ask(id);
        stage.titled(&interaction, "Making your video").await;
        asked.push(interaction);
    }
    let none = stage
        .sandbox
        .command(&ben, &channel, "videowatches", json!({}))
        .unwrap();
    none.callback().await;
    assert!(answer(&none).contains("You follow no video"));
    let refused = stage
        .sandbox
        .command(&ben, &channel, "videowatches", json!({ "all": true }))
        .unwrap();
    refused.callback().await;
    assert!(answer(&refused).contains("manage the server"));

    stage.sandbox.person_permissions(
        &ben,
        &channel,
        permissions::ORDINARY | permissions::MANAGE_GUILD,
    );
    for (person, options) in [(&ada, json!({})), (&ben, json!({ "all": true }))] {
        let list = stage
            .sandbox
            .command(person, &channel, "videowatches", options)
            .unwrap();
        list.callback().await;
        let message = list.original().unwrap();
        let text = message.embeds.to_string();
        assert!(text.matches(" · since <t:").count() == 2, "{text}");
        let link = format!("/{}/{}", channel.id, asked[0].original().unwrap().id);
        assert!(text.contains(&link), "{text}");
    }
    let list = stage
        .sandbox
        .command(&ada, &channel, "videowatches", json!({}))
        .unwrap();
    list.callback().await;
    let menu = list.original().unwrap();
    let value = asked[1].id.to_string();
    let chosen = stage
        .sandbox
        .select(&ada, &menu, &control(&menu, "stop-some"), &[&value])
        .unwrap();
    chosen.callback().await;
    assert!(answer(&chosen).contains("stopped following 1 video"));
    stage.titled(&asked[1], "🛑 Stopped").await;
    assert!(title(&asked[0].original().unwrap()).contains("Making your video"));
}
