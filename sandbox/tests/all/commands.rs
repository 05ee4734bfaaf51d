//! Commands are registered.

use serde_json::json;

use crate::support::{Rest, code, sandbox};

const COMMANDS: &str = "/applications/1100000000000000001/commands";

#[tokio::test]
async fn a_put_replaces_everything_and_keeps_the_ids_of_names() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    let go = json!({"name": "go", "description": "Goes", "description_localizations": {"de": "Los"},
        "default_member_permissions": "32", "contexts": [0, 1]});
    let (_, first) = rest
        .put(COMMANDS, json!([go, {"name": "Look", "type": 3}]))
        .await;
    assert_eq!(
        (&first[0]["type"], &first[0]["nsfw"], &first[0]["contexts"]),
        (&json!(1), &json!(false), &json!([0, 1]))
    );
    assert_eq!(
        first[0]["application_id"],
        sandbox.application_id().to_string()
    );
    let (_, second) = rest.put(COMMANDS, json!([go])).await;
    assert_eq!(first[0]["id"], second[0]["id"]);
    assert_eq!(second.as_array().unwrap().len(), 1);
    assert_eq!(sandbox.command_puts(), 2);

    let (_, listed) = rest.get(COMMANDS).await;
    assert!(listed[0].get("description_localizations").is_none());
    let (_, listed) = rest
        .get(&format!("{COMMANDS}?with_localizations=true"))
        .await;
    assert_eq!(listed, second);
    assert_eq!(sandbox.commands(), *second.as_array().unwrap());
}

#[tokio::test]
async fn guild_commands_are_apart_and_broken_ones_refused() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    let own = format!(
        "/applications/{}/guilds/{}/commands",
        sandbox.application_id(),
        sandbox.guild()
    );
    let (_, list) = rest
        .put(&own, json!([{"name": "go", "description": "Goes"}]))
        .await;
    assert_eq!(list[0]["guild_id"], sandbox.guild().to_string());
    assert_eq!(rest.get(COMMANDS).await.1, json!([]));
    let (status, body) = rest
        .put(COMMANDS, json!([{"name": "Go", "description": ""}]))
        .await;
    assert_eq!((status, &body["code"]), (400, &json!(50035)));
    assert_eq!(
        body["errors"]["0"]["name"]["_errors"][0]["code"],
        "APPLICATION_COMMAND_INVALID_NAME"
    );
    assert_eq!(
        body["errors"]["0"]["description"]["_errors"][0]["code"],
        "BASE_TYPE_REQUIRED"
    );
    assert_eq!(code(rest.put(COMMANDS, json!({})).await), 50035);
    assert_eq!(sandbox.command_puts(), 1);
    assert_eq!(code(rest.get("/applications/5/commands").await), 20012);
    assert_eq!(
        code(
            rest.get("/applications/1100000000000000001/guilds/5/commands")
                .await
        ),
        10004
    );
}
