//! Answers to interactions: callbacks, the messages behind a token, and the token's end.

use std::time::Duration;

use sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::support::{Gateway, Rest, code, done, go, playground, refusal};

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
    let refused = rest.callback(&go(&late), json!({"type": 5})).await;
    assert_eq!(refusal(refused), (404, 10062));

    let (sandbox, rest, _gateway) = playground().await;
    let interaction = go(&sandbox);
    let original = Rest::hook(&interaction, "/messages/@original");
    assert_eq!(code(rest.get(&original).await), 10015);
    let answer = async || rest.callback(&interaction, json!({"type": 5})).await;
    assert_eq!(answer().await.0, 204);
    assert_eq!(refusal(answer().await), (400, 40060));
    assert_eq!(interaction.callback().await.kind, 5);
}

#[tokio::test]
async fn callbacks_fit_their_interaction() {
    let (sandbox, rest, _gateway) = playground().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let typed = || {
        let options = json!({"id": "a"});
        let typed = sandbox.autocomplete(&ada, &channel, "go", options, "id");
        typed.unwrap()
    };
    for form in [
        json!({"type": 6}),
        json!({"type": 7, "data": {"content": "a"}}),
        json!({"type": 8, "data": {"choices": []}}),
        json!({"type": 5, "data": {"flags": 4}}),
        json!({}),
    ] {
        let refused = rest.callback(&go(&sandbox), form.clone()).await;
        assert_eq!(refusal(refused), (400, 50035), "{form}");
    }
    let choices = vec![json!({"name": "n", "value": "v"}); 26];
    for form in [
        json!({"type": 4, "data": {"content": "a"}}),
        json!({"type": 8, "data": {"choices": choices}}),
    ] {
        let refused = rest.callback(&typed(), form.clone()).await;
        assert_eq!(code(refused), 50035, "{form}");
    }
    let good = typed();
    let form = json!({"type": 8, "data": {"choices": choices[..25]}});
    assert_eq!(rest.callback(&good, form).await.0, 204);
    let shown = &good.callback().await.data["choices"];
    assert_eq!(shown.as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn a_deferred_answer_is_thinking_until_it_is_edited() {
    let (sandbox, rest, _gateway) = playground().await;
    let ada = sandbox.person("ada");
    let interaction = go(&sandbox);
    let (id, token) = (interaction.id, &interaction.token);
    let path = format!("/interactions/{id}/{token}/callback?with_response=true");
    let deferred = json!({"type": 5, "data": {"flags": 64}});
    let (status, body) = rest.post(&path, deferred).await;
    assert_eq!(status, 200);
    assert_eq!(body["interaction"]["response_message_loading"], true);
    assert_eq!(body["resource"]["message"]["flags"], 64 + 128);
    let message = interaction.original().unwrap();
    assert!(message.thinking);
    assert_eq!(message.ephemeral_for, Some(ada.id));

    let original = Rest::hook(&interaction, "/messages/@original");
    let says = |content: &str| json!({"content": content});
    assert_eq!(code(rest.patch(&original, says(" ")).await), 50006);
    let done_text = format!("<@{}> done", ada.id);
    let body = done(rest.patch(&original, says(&done_text)).await);
    assert_eq!(
        (&body["flags"], &body["edited_timestamp"]),
        (&json!(64), &Value::Null)
    );
    let message = interaction.original().unwrap();
    assert!(!message.thinking);
    assert_eq!(message.pings, [], "edits never ping");
    // Ephemeral messages do not exist for channel routes.
    let path = format!("/channels/{}/messages/{}", message.channel, message.id);
    assert_eq!(code(rest.patch(&path, says("a")).await), 10008);
    assert_eq!(code(rest.get(&path).await), 10008);

    let hook = Rest::hook(&interaction, "");
    let body = done(rest.post(&hook, says("more")).await);
    let follow_up = format!("{hook}/messages/{}", body["id"].as_str().unwrap());
    done(rest.patch(&follow_up, says("most")).await);
    assert_eq!(rest.call("DELETE", &original, Value::Null).await.0, 204);
    assert_eq!(code(rest.patch(&original, says("gone")).await), 10008);
    assert!(interaction.original().unwrap().deleted);
}

#[tokio::test]
async fn tokens_die_of_age_or_by_order() {
    let (sandbox, rest, _gateway) = playground().await;
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let old = sandbox.command_at(&ada, &channel, "go", json!({}), minutes(14));
    let old = old.unwrap();
    let original = Rest::hook(&old, "/messages/@original");
    assert_eq!(rest.callback(&old, json!({"type": 5})).await.0, 204);
    done(rest.get(&original).await);
    sandbox.token_life(minutes(14));
    let refused = json!({"message": "Invalid Webhook Token", "code": 50027});
    let edit = json!({"content": "a"});
    assert_eq!(rest.patch(&original, edit.clone()).await, (401, refused));
    sandbox.token_life(minutes(15));
    done(rest.get(&original).await);
    sandbox.expire_tokens();
    assert_eq!(code(rest.post(&Rest::hook(&old, ""), edit).await), 50027);
    let unknown = "/webhooks/1100000000000000001/none/messages/@original";
    assert_eq!(code(rest.get(unknown).await), 10015);
}
