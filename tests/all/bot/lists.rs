//! The lists of a person's watches: pages, and the ways on from them.

use sandbox::{Interaction, Message, permissions};
use serde_json::{Value, json};
use testing::{Stage, answer, control, running, title};

/// The custom id of the last component whose id begins so.
fn last_control(message: &Message, begins: &str) -> String {
    let text = message.components.to_string();
    let mut ids = text.split('"').filter(|word| word.starts_with(begins));
    let id = ids.next_back();
    id.unwrap_or_else(|| panic!("no {begins} in {text}"))
        .to_owned()
}

fn text(message: &Message) -> String {
    message.embeds[0]["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The private answer to `/videowatches` with these options.
pub(super) async fn list(stage: &Stage, name: &str, options: Value) -> (Interaction, Message) {
    let asked = stage.command(name, "videowatches", options);
    asked.callback().await;
    let message = asked.original().unwrap();
    assert_eq!(message.ephemeral_for, Some(stage.sandbox.person(name).id));
    (asked, message)
}

#[tokio::test]
async fn finished_ones_are_found_page_by_page_and_followed_again() {
    let stage = Stage::new().await;
    let bot = stage.bot().await;
    let ada = stage.sandbox.person("ada");
    let finished = json!({ "show": "finished" });
    let (_, none) = list(&stage, "ada", finished.clone()).await;
    assert!(
        none.content.contains("has finished yet"),
        "{}",
        none.content
    );

    let mut asked = Vec::new();
    for number in 0..12 {
        let id = format!("grok:past-{number:04}");
        stage.task(
            &id,
            [json!({ "id": id, "status": "failed", "prompt": format!("cow {number}") })],
        );
        let interaction = stage.ask(&id);
        stage.titled(&interaction, "could not be made").await;
        asked.push(interaction);
    }
    // Of a task that was followed twice the list has one line.
    let again = stage.ask("grok:past-0011");
    stage.titled(&again, "could not be made").await;
    stage.task("grok:runs", [running("grok:runs")]);
    let runs = stage.ask("grok:runs");
    stage.titled(&runs, "Making your video").await;

    let (listing, first) = list(&stage, "ada", finished.clone()).await;
    let lines = text(&first);
    assert_eq!(lines.matches("❌ [cow ").count(), 10, "{lines}");
    assert!(
        lines.starts_with("❌ [cow 11]") && lines.contains("1–10 / 12"),
        "{lines}"
    );
    let link = format!("/{}/{}", first.channel, again.original().unwrap().id);
    assert!(lines.contains(&link), "{lines}");

    let older = last_control(&first, "vs:list:");
    let pressed = stage.sandbox.press(&ada, &first, &older).unwrap();
    pressed.callback().await;
    let second = listing.original().unwrap();
    let lines = text(&second);
    assert_eq!(lines.matches("❌ [cow ").count(), 2, "{lines}");
    assert!(lines.contains("11–12 / 12"), "{lines}");

    // The service goes on with the oldest.
    stage.task("grok:past-0000", [running("grok:past-0000")]);
    let value = asked[0].id.to_string();
    let menu = last_control(&second, "vs:follow-one");
    let chosen = stage.sandbox.select(&ada, &second, &menu, &[&value]);
    let chosen = chosen.unwrap();
    let message = stage.titled(&chosen, "Making your video").await;
    assert_eq!(message.ephemeral_for, None);

    // Nobody follows by the number of somebody else's watch.
    let (_, none) = list(&stage, "ben", finished).await;
    assert!(
        none.content.contains("has finished yet"),
        "{}",
        none.content
    );
    let (_, running) = list(&stage, "ada", json!({ "show": "running" })).await;
    assert_eq!(
        text(&running).matches(" · since ").count(),
        2,
        "{}",
        text(&running)
    );
    bot.stop().await;
}

#[tokio::test]
async fn a_list_shows_ones_own_watches_and_stops_the_chosen() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let [ada, ben] = ["ada", "ben"].map(|name| stage.sandbox.person(name));
    let mut asked = Vec::new();
    for id in ["grok:one-0001", "grok:two-0002"] {
        stage.task(id, [running(id)]);
        let interaction = stage.ask(id);
        stage.titled(&interaction, "Making your video").await;
        asked.push(interaction);
    }
    for (options, words) in [
        (json!({}), "You follow no video"),
        (json!({ "all": true }), "manage the server"),
    ] {
        let (none, _) = list(&stage, "ben", options).await;
        assert!(answer(&none).contains(words), "{}", answer(&none));
    }

    let channel = stage.sandbox.channel();
    let bits = permissions::ORDINARY | permissions::MANAGE_GUILD;
    stage.sandbox.person_permissions(&ben, &channel, bits);
    for (name, options) in [("ada", json!({})), ("ben", json!({ "all": true }))] {
        let (_, message) = list(&stage, name, options).await;
        let text = message.embeds.to_string();
        assert!(text.matches(" · since <t:").count() == 2, "{text}");
        let link = format!("/{}/{}", channel.id, asked[0].original().unwrap().id);
        assert!(text.contains(&link), "{text}");
    }
    let (_, menu) = list(&stage, "ada", json!({})).await;
    let value = asked[1].id.to_string();
    let id = control(&menu, "stop-some");
    let chosen = stage.sandbox.select(&ada, &menu, &id, &[&value]);
    let chosen = chosen.unwrap();
    chosen.callback().await;
    assert!(answer(&chosen).contains("stopped following 1 video"));
    stage.titled(&asked[1], "🛑 Stopped").await;
    assert!(title(&asked[0].original().unwrap()).contains("Making your video"));
}
