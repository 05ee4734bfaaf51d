//! A bot is refused without its token, without a permission, or for its haste.

use std::time::Duration;

use sandbox::{Options, Sandbox, permissions};
use serde_json::{Value, json};

use crate::support::{client, code, done, messages, place, place_in, refusal};

#[tokio::test]
async fn only_the_bots_token_opens_the_routes() {
    let (sandbox, rest, path) = place().await;
    let me = done(rest.get("/users/@me").await);
    assert_eq!(me["id"], sandbox.bot_id().to_string());
    let url = format!("{}/api/v10{path}", sandbox.discord_url());
    for token in ["", "Bot wrong", sandbox.token()] {
        let request = client().get(&url).header("authorization", token);
        let refused = json!({"message": "401: Unauthorized", "code": 0});
        assert_eq!(rest.send(request).await, (401, refused), "{token:?}");
    }
    let refused = json!({"message": "404: Not Found", "code": 0});
    assert_eq!(rest.get("/nowhere").await, (404, refused));
    assert_eq!(code(rest.get("/channels/12x").await), 50035);
    assert_eq!(code(rest.get("/channels/12").await), 10003);
}

#[tokio::test]
async fn permissions_are_asked_for_as_documented() {
    use permissions::{
        ATTACH_FILES, EMBED_LINKS, ORDINARY, READ_MESSAGE_HISTORY, SEND_MESSAGES, VIEW_CHANNEL,
    };
    let (sandbox, rest, path) = place().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let said = sandbox.say(&ada, &channel, "hello");
    let reply = json!({"content": "a", "message_reference": {"message_id": said.id}});
    for (missing, form, expected) in [
        (VIEW_CHANNEL, json!({"content": "a"}), 50001),
        (SEND_MESSAGES, json!({"content": "a"}), 50013),
        (EMBED_LINKS, json!({"embeds": [{"title": "a"}]}), 50013),
        (READ_MESSAGE_HISTORY, reply, 160_002),
    ] {
        sandbox.permissions(&channel, ORDINARY & !missing);
        let refused = rest.post(&path, form.clone()).await;
        assert_eq!(code(refused), expected, "{form}");
    }
    sandbox.permissions(&channel, ORDINARY & !EMBED_LINKS);
    let both = json!({"content": "a", "embeds": [{"title": "a"}]});
    let both = done(rest.post(&path, both).await);
    let kept = (&both["content"], &both["embeds"]);
    assert_eq!(kept, (&json!("a"), &json!([])), "dropped without a word");
    let both = format!("{path}/{}", both["id"].as_str().unwrap());
    let edited = done(rest.patch(&both, json!({"embeds": [{"title": "b"}]})).await);
    assert_eq!(edited["embeds"], json!([]));
    sandbox.permissions(&channel, ORDINARY & !ATTACH_FILES);
    let file = [("a", "b/c", vec![1])];
    let refused = rest.upload("POST", &path, json!({}), &file).await;
    assert_eq!(code(refused), 50013);
    sandbox.permissions(&channel, ORDINARY);
    let own = rest.posted(&path).await;
    let others = format!("{path}/{}", said.id);
    let edit = json!({"content": "b"});
    assert_eq!(code(rest.patch(&others, edit.clone()).await), 50005);
    assert_eq!(code(rest.call("DELETE", &others, Value::Null).await), 50013);
    sandbox.permissions(&channel, 0);
    assert_eq!(code(rest.patch(&own, edit).await), 50001);

    let group = messages(&sandbox.private_channel(&[&ada]));
    assert_eq!(
        code(rest.post(&group, json!({"content": "a"})).await),
        50001
    );
}

#[tokio::test]
async fn a_thread_refuses_by_its_state() {
    let (sandbox, rest, _) = place().await;
    let thread = sandbox.thread();
    let path = messages(&thread);
    let own = rest.posted(&path).await;
    let edit = async || rest.patch(&own, json!({"content": "b"})).await;
    sandbox.change_channel(&thread, |thread| thread.locked = true);
    let refused = rest.post(&path, json!({"content": "a"})).await;
    assert_eq!(code(refused), 160_005);
    sandbox.change_channel(&thread, |thread| {
        (thread.locked, thread.archived) = (false, true)
    });
    assert_eq!(code(edit().await), 50083);
    sandbox.change_channel(&thread, |thread| thread.deleted = true);
    assert_eq!(code(edit().await), 10003);
}

#[tokio::test]
async fn a_direct_message_needs_a_person_who_takes_it() {
    let (sandbox, rest, _) = place().await;
    let ada = sandbox.person("ada");
    let open = async |person: Value| {
        let whom = json!({"recipient_id": person});
        rest.post("/users/@me/channels", whom).await
    };
    let dm = done(open(json!(ada.id)).await);
    assert_eq!(dm["type"], 1);
    assert_eq!(dm["id"], json!(sandbox.dm(&ada).id));
    let path = messages(&sandbox.dm(&ada));
    rest.posted(&path).await;
    sandbox.close_dms(&ada, true);
    assert_eq!(code(rest.post(&path, json!({"content": "a"})).await), 50007);
    assert_eq!(code(open(json!("5")).await), 50033);
    assert_eq!(code(rest.get("/users/5").await), 10013);
}

#[tokio::test]
async fn old_messages_and_blocked_words_are_refused() {
    let (sandbox, rest, path) = place().await;
    let own = rest.posted(&path).await;
    sandbox.limit_edits_older_than(Duration::ZERO);
    let edit = async || rest.patch(&own, json!({"content": "b"})).await;
    for _ in 0..3 {
        done(edit().await);
    }
    assert_eq!(refusal(edit().await), (429, 30046));
    sandbox.block_word("secret", 200_000);
    let blocked = json!({"embeds": [{"title": "a secret"}]});
    let refused = rest.post(&path, blocked).await;
    assert_eq!(refusal(refused), (400, 200_000));
}

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let limited = Sandbox::start(Options::default()).await.unwrap();
    let (_sandbox, rest, path) = place_in(limited);
    for _ in 0..5 {
        done(rest.post(&path, json!({"content": "hi"})).await);
    }
    let (status, body) = rest.post(&path, json!({"content": "hi"})).await;
    assert_eq!((status, &body["global"]), (429, &json!(false)), "{body}");
    let wait = body["retry_after"].as_f64().unwrap();
    assert!(wait > 0.0 && wait <= 5.0, "{wait}");
}
