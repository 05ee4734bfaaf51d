//! Interactions as Discord may send them: fields more, fewer and other than those that
//! a library's model has. Both doors understand them.

use sandbox::{Interaction, Message};
use serde_json::{Value, json};
use testing::{Bot, Stage, running};

/// Ways in which a payload differs from what serenity's model takes.
type Change = (&'static str, fn(&mut Value));

const CHANGES: [Change; 18] = [
    ("no entitlements", |raw| remove(raw, "entitlements")),
    ("no size limit", |raw| remove(raw, "attachment_size_limit")),
    ("no locale", |raw| remove(raw, "locale")),
    ("no version", |raw| remove(raw, "version")),
    ("no owners", |raw| {
        remove(raw, "authorizing_integration_owners")
    }),
    ("empty owners", |raw| {
        raw["authorizing_integration_owners"] = json!({})
    }),
    ("no context", |raw| remove(raw, "context")),
    ("no channel", |raw| remove(raw, "channel")),
    ("no channel id", |raw| remove(raw, "channel_id")),
    ("no application id", |raw| remove(raw, "application_id")),
    ("a later version", |raw| raw["version"] = json!(300)),
    ("an unknown channel", |raw| {
        raw["channel"]["type"] = json!(99)
    }),
    ("an unknown entitlement", |raw| {
        raw["entitlements"] = json!([{ "id": "1", "type": 99, "sku_id": null }]);
    }),
    ("more permissions", |raw| {
        raw["app_permissions"] = json!("340282366920938463463374607431768211455");
        raw["member"]["permissions"] = json!("340282366920938463463374607431768211455");
    }),
    ("a decoration", |raw| {
        raw["member"]["user"]["avatar_decoration_data"] = json!({ "asset": "a", "sku_id": null });
        raw["member"]["user"]["collectibles"] = json!({ "nameplate": { "sku_id": null } });
        raw["member"]["user"]["avatar"] = json!("no hash");
    }),
    ("flags of 53 bits", |raw| {
        raw["member"]["user"]["public_flags"] = json!(1_u64 << 52);
        raw["member"]["flags"] = json!(1_u64 << 52);
    }),
    ("no deaf and mute", |raw| {
        remove(&mut raw["member"], "deaf");
        remove(&mut raw["member"], "mute");
        remove(&mut raw["member"], "flags");
    }),
    ("another option half typed", |raw| {
        let half = json!({ "name": "channel", "type": 7, "value": "gen" });
        if let Some(options) = raw["data"]["options"].as_array_mut() {
            options.push(half);
        }
    }),
];

fn remove(object: &mut Value, field: &str) {
    if let Some(object) = object.as_object_mut() {
        object.remove(field);
    }
}

/// A bot behind the HTTP door, or with a gateway session.
async fn bot(stage: &Stage, by_http: bool) -> Bot {
    if !by_http {
        return stage.bot_with(&[("COMMANDS_PER_MINUTE", "1000")]).await;
    }
    let mut variables = stage.variables();
    variables.insert("COMMANDS_PER_MINUTE", "1000".into());
    variables.insert("DISCORD_GATEWAY", "off".into());
    variables.insert("DISCORD_PUBLIC_KEY", stage.sandbox.public_key());
    let bot = Bot::start(variables).await.unwrap();
    let url = format!("{}/interactions", bot.http);
    stage.sandbox.interactions_endpoint(&[&url]).await.unwrap();
    bot
}

#[tokio::test]
async fn commands_presses_and_suggestions_are_understood_whatever_comes_along() {
    for by_http in [false, true] {
        let stage = Stage::new().await;
        let bot = bot(&stage, by_http).await;
        let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
        for (n, (name, change)) in CHANGES.into_iter().enumerate() {
            stage.sandbox.distort_interactions(change);
            let id = format!("grok:distorted-{n:04}");
            stage.task(&id, [running(&id)]);
            let asked = stage.ask(&id);
            let message = stage.titled(&asked, "Making your video").await;
            let typed = json!({ "id": "distorted" });
            let typed = stage
                .sandbox
                .autocomplete(&ada, &channel, "videostatus", typed, "id")
                .unwrap();
            assert_eq!(typed.callback().await.kind, 8, "{name}");
            let text = message.components.to_string();
            let stop = text.split('"').find(|word| word.contains("stop:")).unwrap();
            let press = stage.sandbox.press(&ada, &message, stop).unwrap();
            press.callback().await;
            stage.titled(&asked, "Stopped").await;
        }
        bot.stop().await;
    }
}

/// The answer to somebody whose interaction was not understood.
async fn apology(stage: &Stage, asked: &Interaction) -> Message {
    let told = |message: &Message| message.ephemeral_for.is_some();
    stage.message(asked, told).await
}

#[tokio::test]
async fn what_cannot_be_understood_is_answered_all_the_same() {
    for by_http in [false, true] {
        let stage = Stage::new().await;
        let bot = bot(&stage, by_http).await;
        let changes: [fn(&mut Value); 3] = [
            |raw| {
                remove(raw, "member");
                remove(raw, "user");
            },
            |raw| raw["type"] = json!(77),
            |raw| remove(&mut raw["data"], "name"),
        ];
        for change in changes {
            stage.sandbox.distort_interactions(change);
            let asked = stage.ask("grok:not-understood");
            assert!(apology(&stage, &asked).await.content.contains("went wrong"));
        }
        bot.stop().await;
    }
}

#[tokio::test]
async fn a_forwarded_message_and_components_are_searched_for_ids() {
    let stage = Stage::new().await;
    let _bot = stage.bot().await;
    let (ada, channel) = (stage.sandbox.person("ada"), stage.sandbox.channel());
    let id = "grok:forwarded-1";
    stage.task(id, [running(id)]);
    // Parts that a library's model leaves out are read from the channel.
    let layout =
        json!([{ "type": 17, "components": [{ "type": 10, "content": format!("made: `{id}`") }] }]);
    let card = json!([{ "type": "video", "video": { "width": 1 }, "title": id }]);
    for parts in [json!({ "components": layout }), json!({ "embeds": card })] {
        let said = stage.sandbox.say_with(&ada, &channel, &parts);
        let found = stage
            .sandbox
            .message_command(&ada, &said, "Check video status")
            .unwrap();
        stage.titled(&found, "Making your video").await;
    }
    let forwarded = json!([{ "message": { "content": id, "embeds": [], "attachments": [], "type": 0, "flags": 0,
        "timestamp": "2026-11-26T00:00:00Z", "edited_timestamp": null, "mentions": [], "mention_roles": [] } }]);
    stage.sandbox.distort_interactions(move |raw| {
        let messages = raw["data"]["resolved"]["messages"].as_object_mut();
        for message in messages.into_iter().flat_map(|all| all.values_mut()) {
            message["message_snapshots"] = forwarded.clone();
        }
    });
    let said = stage.sandbox.say(&ada, &channel, "");
    let found = stage
        .sandbox
        .message_command(&ada, &said, "Check video status")
        .unwrap();
    stage.titled(&found, "Making your video").await;
}
