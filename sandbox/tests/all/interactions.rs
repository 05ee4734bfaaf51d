//! Interactions: payloads, callbacks, tokens.

use std::time::Duration;

use sandbox::{Channel, NotSent, Options, Sandbox, permissions};
use serde_json::{Value, json};

use crate::support::{Gateway, Rest, playground};

#[tokio::test]
async fn payloads_are_complete_in_every_context() {
    let (sandbox, _, mut gateway) = playground().await;
    let ada = sandbox.person("ada");
    sandbox.locale(&ada, "ja");
    let places = [
        (sandbox.channel(), 0, json!({"0": sandbox.guild()})),
        (sandbox.thread(), 0, json!({"0": sandbox.guild()})),
        (sandbox.dm(&ada), 1, json!({"0": "0"})),
        (sandbox.private_channel(&[&ada]), 2, json!({"1": ada.id})),
        (sandbox.foreign_channel(), 0, json!({"1": ada.id})),
    ];
    for (channel, context, owners) in places {
        sandbox
            .command(&ada, &channel, "go", json!({"id": "x"}))
            .unwrap();
        let event = gateway.next().await.unwrap()["d"].take();
        assert_eq!(event["type"], 2);
        assert_eq!(event["context"], context);
        assert_eq!(event["authorizing_integration_owners"], owners);
        assert_eq!(event["locale"], "ja");
        assert_eq!(event["channel"]["id"], channel.id.to_string());
        assert_eq!(
            event["data"]["options"],
            json!([{"name": "id", "type": 3, "value": "x"}])
        );
        let guild = channel.guild.is_some();
        assert_eq!(
            (event["member"].is_object(), event["user"].is_object()),
            (guild, !guild)
        );
        assert_eq!(event["guild_locale"].is_string(), guild);
        for key in [
            "app_permissions",
            "attachment_size_limit",
            "entitlements",
            "version",
            "application_id",
            "token",
        ] {
            assert!(!event[key].is_null(), "{key}");
        }
    }
}

#[tokio::test]
async fn the_first_response_is_taken_once_and_only_in_time() {
    let options = Options {
        ack_limit: Duration::ZERO,
        ..Options::default()
    };
    let late = Sandbox::start(options).await.unwrap();
    let rest = Rest::new(&late);
    rest.register().await;
    let _gateway = Gateway::ready(&late, [0, 1]).await;
    let interaction = late
        .command(&late.person("ada"), &late.channel(), "go", json!({}))
        .unwrap();
    let (status, body) = rest.callback(&interaction, json!({"type": 5})).await;
    assert_eq!((status, &body["code"]), (404, &json!(10062)));

    let (sandbox, rest, _gateway) = playground().await;
    let interaction = sandbox
        .command(&sandbox.person("ada"), &sandbox.channel(), "go", json!({}))
        .unwrap();
    assert_eq!(
        rest.get(&Rest::hook(&interaction, "/messages/@original"))
            .await
            .1["code"],
        10015
    );
    assert_eq!(rest.callback(&interaction, json!({"type": 5})).await.0, 204);
    let (status, body) = rest.callback(&interaction, json!({"type": 5})).await;
    assert_eq!((status, &body["code"]), (400, &json!(40060)));
    assert_eq!(interaction.callback().await.kind, 5);
}

#[tokio::test]
async fn callbacks_fit_their_interaction() {
    let (sandbox, rest, _gateway) = playground().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let command = || {
        sandbox
            .command(&ada, &channel, "go", json!({"id": "a"}))
            .unwrap()
    };
    for form in [
        json!({"type": 6}),
        json!({"type": 7, "data": {"content": "a"}}),
        json!({"type": 8, "data": {"choices": []}}),
        json!({"type": 5, "data": {"flags": 4}}),
        json!({}),
    ] {
        let (status, body) = rest.callback(&command(), form.clone()).await;
        assert_eq!((status, &body["code"]), (400, &json!(50035)), "{form}");
    }
    let typed = || {
        sandbox
            .autocomplete(&ada, &channel, "go", json!({"id": "a"}), "id")
            .unwrap()
    };
    assert_eq!(
        rest.callback(&typed(), json!({"type": 4, "data": {"content": "a"}}))
            .await
            .1["code"],
        50035
    );
    let choices = vec![json!({"name": "n", "value": "v"}); 26];
    assert_eq!(
        rest.callback(&typed(), json!({"type": 8, "data": {"choices": choices}}))
            .await
            .1["code"],
        50035
    );
    let good = typed();
    assert_eq!(
        rest.callback(
            &good,
            json!({"type": 8, "data": {"choices": choices[..25]}})
        )
        .await
        .0,
        204
    );
    assert_eq!(
        good.callback().await.data["choices"]
            .as_array()
            .unwrap()
            .len(),
        25
    );
}

#[tokio::test]
async fn a_deferred_answer_is_thinking_until_it_is_edited() {
    let (sandbox, rest, _gateway) = playground().await;
    let ada = sandbox.person("ada");
    let interaction = sandbox
        .command(&ada, &sandbox.channel(), "go", json!({}))
        .unwrap();
    let path = format!(
        "/interactions/{}/{}/callback?with_response=true",
        interaction.id, interaction.token
    );
    let (status, body) = rest
        .post(&path, json!({"type": 5, "data": {"flags": 64}}))
        .await;
    assert_eq!(status, 200);
    assert_eq!(body["interaction"]["response_message_loading"], true);
    assert_eq!(body["resource"]["message"]["flags"], 64 + 128);
    let message = interaction.original().unwrap();
    assert!(message.thinking);
    assert_eq!(message.ephemeral_for, Some(ada.id));

    let original = Rest::hook(&interaction, "/messages/@original");
    assert_eq!(
        rest.patch(&original, json!({"content": " "})).await.1["code"],
        50006
    );
    let (status, body) = rest
        .patch(&original, json!({"content": format!("<@{}> done", ada.id)}))
        .await;
    assert_eq!(
        (status, &body["flags"], &body["edited_timestamp"]),
        (200, &json!(64), &Value::Null)
    );
    let message = interaction.original().unwrap();
    assert!(!message.thinking);
    assert_eq!(message.pings, [], "edits never ping");
    // Ephemeral messages do not exist for channel routes.
    let path = format!("/channels/{}/messages/{}", message.channel, message.id);
    assert_eq!(
        rest.patch(&path, json!({"content": "a"})).await.1["code"],
        10008
    );
    assert_eq!(rest.get(&path).await.1["code"], 10008);

    let (_, body) = rest
        .post(&Rest::hook(&interaction, ""), json!({"content": "more"}))
        .await;
    let follow_up = format!("/messages/{}", body["id"].as_str().unwrap());
    assert_eq!(
        rest.patch(
            &Rest::hook(&interaction, &follow_up),
            json!({"content": "most"})
        )
        .await
        .0,
        200
    );
    assert_eq!(rest.call("DELETE", &original, Value::Null).await.0, 204);
    assert_eq!(
        rest.patch(&original, json!({"content": "gone"})).await.1["code"],
        10008
    );
    assert!(interaction.original().unwrap().deleted);
}

#[tokio::test]
async fn tokens_die_of_age_or_by_order() {
    let (sandbox, rest, _gateway) = playground().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let old = sandbox
        .command_at(&ada, &channel, "go", json!({}), minutes(14))
        .unwrap();
    let original = Rest::hook(&old, "/messages/@original");
    assert_eq!(rest.callback(&old, json!({"type": 5})).await.0, 204);
    assert_eq!(rest.get(&original).await.0, 200);
    sandbox.token_life(minutes(14));
    let (status, body) = rest.patch(&original, json!({"content": "a"})).await;
    assert_eq!(
        (status, body),
        (
            401,
            json!({"message": "Invalid Webhook Token", "code": 50027})
        )
    );
    sandbox.token_life(minutes(15));
    assert_eq!(rest.get(&original).await.0, 200);
    sandbox.expire_tokens();
    assert_eq!(
        rest.post(&Rest::hook(&old, ""), json!({"content": "a"}))
            .await
            .1["code"],
        50027
    );
    assert_eq!(
        rest.get("/webhooks/1100000000000000001/none/messages/@original")
            .await
            .1["code"],
        10015
    );
}

#[tokio::test]
async fn components_are_used_where_they_are() {
    let (sandbox, rest, mut gateway) = playground().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let command = sandbox.command(&ada, &channel, "go", json!({})).unwrap();
    gateway.next().await.unwrap();
    let rows = json!([
        {"type": 1, "components": [
            {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
            {"type": 2, "style": 1, "label": "No", "custom_id": "no", "disabled": true},
        ]},
        {"type": 1, "components": [
            {"type": 3, "custom_id": "pick", "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]},
        ]},
    ]);
    let answer = json!({"type": 4, "data": {"content": "Use them", "components": rows}});
    assert_eq!(rest.callback(&command, answer).await.0, 204);
    let message = command.original().unwrap();
    for id in ["no", "pick", "other"] {
        assert_eq!(
            sandbox.press(&ada, &message, id).unwrap_err(),
            NotSent::UnknownComponent
        );
    }

    let select = sandbox.select(&ada, &message, "pick", &["b"]).unwrap();
    let event = gateway.next().await.unwrap()["d"].take();
    assert_eq!(
        event["data"],
        json!({"custom_id": "pick", "component_type": 3, "values": ["b"]})
    );
    assert_eq!(event["message"]["id"], message.id.to_string());
    assert_eq!(
        event["message"]["interaction_metadata"]["user"]["id"],
        ada.id.to_string()
    );
    assert_eq!(rest.callback(&select, json!({"type": 6})).await.0, 204);
    assert_eq!(
        rest.patch(
            &Rest::hook(&select, "/messages/@original"),
            json!({"content": "B"})
        )
        .await
        .0,
        200
    );

    let press = sandbox.press(&ada, &message, "go").unwrap();
    assert_eq!(
        rest.callback(&press, json!({"type": 7, "data": {"components": []}}))
            .await
            .0,
        204
    );
    let message = sandbox.message(&message).unwrap();
    assert_eq!((message.content.as_str(), message.versions.len()), ("B", 3));
    assert_eq!(message.components, json!([]));
}

#[tokio::test]
async fn menu_commands_carry_the_message() {
    let (sandbox, _, mut gateway) = playground().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let message = sandbox.say(&ada, &channel, "look: grok:1");
    sandbox
        .message_command(&sandbox.person("ben"), &message, "Look at it")
        .unwrap();
    let event = gateway.next().await.unwrap()["d"].take();
    assert_eq!(
        (&event["data"]["type"], &event["data"]["target_id"]),
        (&json!(3), &json!(message.id))
    );
    assert_eq!(
        event["data"]["resolved"]["messages"][message.id.to_string()]["content"],
        "look: grok:1"
    );
    assert_eq!(event["member"]["user"]["username"], "ben");
}

#[tokio::test]
async fn commands_are_offered_only_where_they_belong() {
    let (sandbox, rest, mut gateway) = playground().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let commands = json!([
        {"name": "here", "description": "d", "contexts": [0], "integration_types": [0]},
        {"name": "admin", "description": "d", "default_member_permissions": "32"},
        {"name": "pick", "integration_types": [0, 1], "description": "d", "options": [{"type": 7, "name": "channel", "description": "d"}]},
    ]);
    assert_eq!(
        rest.put("/applications/1100000000000000001/commands", commands)
            .await
            .0,
        200
    );
    let private = sandbox.private_channel(&[&ada]);
    let refused =
        |channel: &Channel, name| sandbox.command(&ada, channel, name, json!({})).unwrap_err();
    assert_eq!(refused(&channel, "go"), NotSent::UnknownCommand);
    assert_eq!(refused(&sandbox.dm(&ada), "here"), NotSent::UnknownCommand);
    assert_eq!(
        refused(&sandbox.foreign_channel(), "here"),
        NotSent::UnknownCommand
    );
    assert_eq!(refused(&channel, "admin"), NotSent::UnknownCommand);
    assert_eq!(refused(&private, "pick"), NotSent::UnknownCommand);
    sandbox.person_permissions(
        &ada,
        &channel,
        permissions::ORDINARY | permissions::MANAGE_GUILD,
    );
    sandbox.command(&ada, &channel, "admin", json!({})).unwrap();
    gateway.next().await.unwrap();
    let other = sandbox.channel_named("videos");
    sandbox
        .command(&ada, &channel, "pick", json!({"channel": other.id}))
        .unwrap();
    let data = gateway.next().await.unwrap()["d"]["data"].take();
    assert_eq!(data["options"][0]["type"], 7);
    assert_eq!(
        data["resolved"]["channels"][other.id.to_string()]["name"],
        "videos"
    );
}
