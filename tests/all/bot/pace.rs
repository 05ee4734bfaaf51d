//! How often a message is edited, and how fast people are answered.

use sandbox::{Message, Side};
use serde_json::{Value, json};
use testing::{Stage, TASK, running};

fn at(percent: u32) -> Value {
    json!({ "id": TASK, "status": "processing", "progress": percent })
}

fn shows(message: &Message, percent: u32) -> bool {
    let text = message.embeds.to_string();
    text.contains(&format!(" {percent}%"))
}

#[tokio::test]
async fn progress_edits_a_message_at_most_each_five_seconds() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    stage.task(TASK, (1..=99).map(at));
    let asked = stage.ask(TASK);
    // The deferred answer, the first edit, and two more.
    let message = stage
        .message(&asked, |message| message.versions.len() >= 4)
        .await;
    let polls = stage.sandbox.video().polls(TASK).len();
    assert!(polls > 20, "each of {polls} polls brought a progress");
    let edits = message.versions[1..].iter().map(|version| version.at);
    let edits: Vec<_> = edits.collect();
    for two in edits.windows(2) {
        assert!(two[1] - two[0] >= 5000, "{edits:?}");
    }
}

#[tokio::test]
async fn a_message_of_an_hour_is_edited_only_for_a_change_of_state() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    stage.task(TASK, [at(10)]);
    let asked = stage.ask(TASK);
    stage.message(&asked, |message| shows(message, 10)).await;
    bot.stop().await;
    // An hour is 3,600,000 ms; ids count milliseconds from their 23rd bit on.
    let aged = "UPDATE watches SET edited_at = edited_at - 3600000, \
                message_id = message_id - (3600000 << 22)";
    stage.alter(aged).await;
    let bot = stage.bot().await;
    let polls = stage.sandbox.video().polls(TASK).len();
    stage.task(TASK, (11..=99).map(at));
    stage
        .sandbox
        .until(|view| (view.polls(TASK) >= polls + 10).then_some(()))
        .await;
    assert!(shows(&asked.original().unwrap(), 10));
    stage.task(TASK, [json!({ "id": TASK, "status": "pending" })]);
    let message = stage.titled(&asked, "Waiting in the queue").await;
    bot.stop().await;
    assert_eq!(message.versions.len(), 3, "deferred, 10 %, waiting");
}

#[tokio::test]
async fn suggestions_take_less_than_a_tenth_of_a_second_and_ask_nobody() {
    let stage = Stage::new().await;
    let _bot = stage.bot_with(&[("COMMANDS_PER_MINUTE", "100")]).await;
    for n in 0..30 {
        let id = format!("grok:suggested-{n:04}");
        let mut done = stage.done(&id);
        done["prompt"] = json!("a flying cow ".repeat(100));
        stage.task(&id, [done]);
        let asked = stage.ask(&id);
        stage.titled(&asked, "Your video is ready").await;
    }
    let asked_of_the_provider = || {
        let requests = stage.sandbox.requests();
        requests
            .iter()
            .filter(|one| one.side == Side::Video)
            .count()
    };
    let before = asked_of_the_provider();
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    let mut fastest = u64::MAX;
    // One of them may meet a machine that has other things to do.
    for typed in ["", "g", "cow", "suggested", "0007", "nothing like it"] {
        let typing = json!({ "id": typed });
        let asked = stage
            .sandbox
            .autocomplete(&ada, &channel, "videostatus", typing, "id")
            .unwrap();
        let callback = asked.callback().await;
        assert_eq!(callback.kind, 8);
        let count = callback.data["choices"].as_array().unwrap().len();
        let wanted = match typed {
            "0007" => 1,
            "nothing like it" => 0,
            _ => 25,
        };
        assert_eq!(count, wanted, "{typed}");
        fastest = fastest.min(callback.after_us);
    }
    assert!(fastest < 100_000, "{fastest} µs");
    assert_eq!(asked_of_the_provider(), before);
}

/// As many tasks as the rate can hardly keep up with: each is asked in its turn, and a
/// new one before them.
#[tokio::test]
async fn no_task_starves_and_a_new_one_is_asked_first() {
    let stage = Stage::new().await;
    let changes = [
        ("POLL_RATE", "20"),
        ("COMMANDS_PER_MINUTE", "1000"),
        ("MAX_WATCHES_PER_USER", "1000"),
    ];
    let _bot = stage.bot_with(&changes).await;
    let ids: Vec<_> = (0..60).map(|n| format!("grok:busy-{n:06}")).collect();
    for id in &ids {
        stage.task(id, [running(id)]);
        stage.ask(id);
    }
    let polls = |view: &sandbox::View<'_>| ids.iter().map(|id| view.polls(id)).sum::<usize>();
    stage
        .sandbox
        .until(|view| (polls(view) >= 240).then_some(()))
        .await;
    let counts = stage
        .sandbox
        .look(|view| ids.iter().map(|id| view.polls(id)).collect::<Vec<_>>());
    let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
    assert!(*least >= 2 && *most <= 3 * least, "{counts:?}");
    let started = std::time::Instant::now();
    for n in 0..5 {
        let id = format!("grok:new-{n:06}");
        stage.task(&id, [running(&id)]);
        stage.titled(&stage.ask(&id), "Making your video").await;
    }
    // Each waits for what is asked at the moment, and not for sixty others.
    assert!(
        started.elapsed().as_secs_f32() < 4.0,
        "{:?}",
        started.elapsed()
    );
}

/// A channel takes five new messages and five edits in five seconds.
#[tokio::test]
async fn a_crowded_channel_gets_every_end_and_one_ping_each() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ids: Vec<_> = (0..12).map(|n| format!("grok:crowd-{n:06}")).collect();
    let asked = stage.crowd(&ids).await;
    // From here on there is only the channel's route.
    stage.sandbox.expire_tokens();
    for id in &ids {
        stage.task(id, [stage.done(id)]);
    }
    for one in &asked {
        stage.titled(one, "Your video is ready").await;
    }
    stage.pinged(ids.len()).await;
    bot.stop().await;
    assert_eq!(stage.pings().len(), ids.len());
    // Only what is on its way already when the last place is taken is refused.
    let refused = stage.sandbox.look(|view| {
        let records = view.requests().filter(|one| one.status == Some(429));
        records.count()
    });
    assert!(refused <= ids.len(), "{refused} requests were refused");
}
