//! Interactions: their payloads, and where people can use which command or component.

use sandbox::{NotSent, permissions};
use serde_json::json;

use crate::support::{Rest, done, go, playground};

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
async fn components_are_used_where_they_are() {
    let (sandbox, rest, mut gateway) = playground().await;
    let ada = sandbox.person("ada");
    let command = go(&sandbox);
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
        let refused = sandbox.press(&ada, &message, id).unwrap_err();
        assert_eq!(refused, NotSent::UnknownComponent, "{id}");
    }

    let select = sandbox.select(&ada, &message, "pick", &["b"]).unwrap();
    let event = gateway.next().await.unwrap()["d"].take();
    let picked = json!({"custom_id": "pick", "component_type": 3, "values": ["b"]});
    assert_eq!(event["data"], picked);
    assert_eq!(event["message"]["id"], message.id.to_string());
    let by = &event["message"]["interaction_metadata"]["user"]["id"];
    assert_eq!(*by, ada.id.to_string());
    assert_eq!(rest.callback(&select, json!({"type": 6})).await.0, 204);
    let original = Rest::hook(&select, "/messages/@original");
    done(rest.patch(&original, json!({"content": "B"})).await);

    let press = sandbox.press(&ada, &message, "go").unwrap();
    let update = json!({"type": 7, "data": {"components": []}});
    assert_eq!(rest.callback(&press, update).await.0, 204);
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
    let path = "/applications/1100000000000000001/commands";
    done(rest.put(path, commands).await);
    for (place, name) in [
        (&channel, "go"),
        (&sandbox.dm(&ada), "here"),
        (&sandbox.foreign_channel(), "here"),
        (&channel, "admin"),
        (&sandbox.private_channel(&[&ada]), "pick"),
    ] {
        let refused = sandbox.command(&ada, place, name, json!({})).unwrap_err();
        assert_eq!(refused, NotSent::UnknownCommand, "{name}");
    }
    let manages = permissions::ORDINARY | permissions::MANAGE_GUILD;
    sandbox.person_permissions(&ada, &channel, manages);
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
