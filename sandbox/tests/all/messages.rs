//! Channel messages: their forms, pings and nonces, and how long they are kept.

use std::time::Duration;

use sandbox::{Options, Sandbox, clip, permissions};
use serde_json::{Value, json};

use crate::support::{code, done, last, place, place_in, refusal};

#[tokio::test]
async fn forms_beyond_a_limit_are_refused_where_they_break_it() {
    let (_sandbox, rest, path) = place().await;
    let with = |key: &str, value: Value| json!({"content": "a", key: value});
    let both_kinds = json!({"parse": ["users"], "users": ["1"]});
    let no_image = json!({"image": {"url": "attachment://no.png"}});
    let (long, title) = ("x".repeat(2001), "x".repeat(257));
    for (form, place, error) in [
        (
            with("content", json!(long)),
            "/content",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (with("content", json!(5)), "/content", "STRING_TYPE_CONVERT"),
        (
            json!({"embeds": [{"title": title}]}),
            "/embeds/0/title",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({"embeds": [no_image]}),
            "/embeds/0/image/url",
            "EMBED_ATTACHMENT_NOT_FOUND",
        ),
        (
            with("nonce", json!("x".repeat(26))),
            "/nonce",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            with("allowed_mentions", json!({"parse": ["all"]})),
            "/allowed_mentions/parse/0",
            "BASE_TYPE_CHOICES",
        ),
        (
            with("allowed_mentions", both_kinds),
            "/allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            with("message_reference", json!({"message_id": "5"})),
            "/message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
        ),
        (
            with("attachments", json!([{"id": "77"}])),
            "/attachments/0",
            "ATTACHMENT_NOT_FOUND",
        ),
        (
            with("flags", json!(1 << 15)),
            "/content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
    ] {
        let (status, body) = rest.post(&path, form.clone()).await;
        let told = body.pointer(&format!("/errors{place}/_errors/0/code"));
        assert_eq!(told, Some(&json!(error)), "{form}: {body}");
        assert_eq!(refusal((status, body)), (400, 50035), "{form}");
    }
    assert_eq!(code(rest.post(&path, json!({"content": ""})).await), 50006);
    let broken = rest
        .request(reqwest::Method::POST, &path)
        .header("content-type", "application/json")
        .body("{");
    assert_eq!(code(rest.send(broken).await), 50109);
}

#[tokio::test]
async fn a_message_of_components_stays_one() {
    let (_sandbox, rest, path) = place().await;
    let gallery = json!([{"type": 12, "items": [{"media": {"url": "attachment://v.mp4"}}]}]);
    let layout = json!({"flags": 1 << 15, "components": gallery});
    let without_file = rest.post(&path, layout.clone()).await;
    assert_eq!(code(without_file), 50035);
    let files = [("v.mp4", "video/mp4", clip())];
    let body = done(rest.upload("POST", &path, layout, &files).await);
    let shown = &body["components"][0]["items"][0]["media"]["url"];
    assert_eq!(*shown, body["attachments"][0]["url"]);
    let own = format!("{path}/{}", body["id"].as_str().unwrap());
    let text = json!({"components": [{"type": 10, "content": "Done"}]});
    done(rest.patch(&own, text).await);
    let words = rest.patch(&own, json!({"content": "a"})).await;
    assert_eq!(code(words), 50035, "the flag stays");
}

#[tokio::test]
async fn pings_follow_allowed_mentions() {
    let (sandbox, rest, path) = place().await;
    let (ada, ben) = (sandbox.person("ada"), sandbox.person("ben"));
    let content = format!("<@{}> <@!{}> <@123> @everyone", ada.id, ben.id);
    let said = sandbox.say(&ada, &sandbox.channel(), "hello");
    for (allowed, pings) in [
        (Value::Null, vec![ada.id, ben.id]),
        (json!({}), vec![]),
        (json!({"parse": []}), vec![]),
        (json!({"parse": [], "users": [ben.id]}), vec![ben.id]),
        (json!({"parse": ["users"]}), vec![ada.id, ben.id]),
    ] {
        let mut form = json!({"content": content, "embeds": [{"description": content}]});
        if !allowed.is_null() {
            form["allowed_mentions"] = allowed;
        }
        done(rest.post(&path, form.clone()).await);
        let last = last(&sandbox);
        assert_eq!(last.pings, pings, "{form}");
        assert!(!last.pings_everyone, "the bot may not mention everyone");
    }
    let silent = json!({"content": content, "flags": 1 << 12});
    done(rest.post(&path, silent).await);
    assert_eq!(last(&sandbox).pings, [], "sent silently");
    let everyone = permissions::ORDINARY | permissions::MENTION_EVERYONE;
    sandbox.permissions(&sandbox.channel(), everyone);
    let loud = json!({"content": content, "allowed_mentions": {"parse": ["everyone"]}});
    done(rest.post(&path, loud).await);
    assert!(last(&sandbox).pings_everyone);
    let embed_only = json!({"embeds": [{"description": content}]});
    done(rest.post(&path, embed_only).await);
    assert_eq!(last(&sandbox).pings, []);
    let reply = json!({"content": "hi", "message_reference": {"message_id": said.id}});
    let body = done(rest.post(&path, reply).await);
    assert_eq!(body["referenced_message"]["content"], "hello");
    assert_eq!(last(&sandbox).pings, [ada.id]);
}

#[tokio::test]
async fn a_repeated_nonce_finds_its_message_until_its_window_is_over() {
    let over = Options {
        nonce_window: Duration::ZERO,
        ..Options::default()
    };
    for (options, finds) in [(Options::default(), true), (over, false)] {
        let (_sandbox, rest, path) = place_in(Sandbox::start(options).await.unwrap());
        let post = async |enforce: bool| {
            let form = json!({"content": "once", "nonce": "n1", "enforce_nonce": enforce});
            done(rest.post(&path, form).await)
        };
        let (first, second) = (post(true).await, post(true).await);
        assert_eq!(first["id"] == second["id"], finds);
        assert_eq!(second["nonce"], "n1");
        let third = post(false).await;
        assert!(![&first["id"], &second["id"]].contains(&&third["id"]));
    }
}

#[tokio::test]
async fn messages_are_listed_newest_first() {
    let (sandbox, rest, path) = place().await;
    for n in 0..5 {
        rest.post(&path, json!({"content": n.to_string()})).await;
    }
    let ids: Vec<_> = sandbox
        .messages(&sandbox.channel())
        .iter()
        .map(|message| message.id)
        .collect();
    let contents = async |query: &str| -> String {
        let list = done(rest.get(&format!("{path}?{query}")).await);
        list.as_array()
            .unwrap()
            .iter()
            .map(|message| message["content"].as_str().unwrap())
            .collect()
    };
    assert_eq!(contents("limit=2").await, "43");
    assert_eq!(contents(&format!("before={}&limit=2", ids[3])).await, "21");
    assert_eq!(contents(&format!("after={}&limit=2", ids[1])).await, "32");
    assert_eq!(contents(&format!("around={}&limit=3", ids[2])).await, "321");
    assert_eq!(code(rest.get(&format!("{path}?limit=101")).await), 50035);
}

#[tokio::test]
async fn what_is_kept_has_its_bounds() {
    let options = Options {
        versions_kept: 3,
        messages_kept: 2,
        records_kept: 4,
        files_kept: 100,
        ..Options::default()
    };
    let (sandbox, rest, path) = place_in(Sandbox::start(options).await.unwrap());
    let own = rest.posted(&path).await;
    for n in 1..5 {
        rest.patch(&own, json!({"content": n.to_string()})).await;
    }
    let message = last(&sandbox);
    let contents: Vec<_> = message
        .versions
        .iter()
        .map(|version| &version.body["content"])
        .collect();
    assert_eq!(contents, ["a", "3", "4"]);
    let file = |byte: u8| [("a.bin", "application/octet-stream", vec![byte; 60])];
    for byte in [1, 2] {
        done(rest.upload("POST", &path, json!({}), &file(byte)).await);
    }
    let kept = sandbox.messages(&sandbox.channel());
    let files: Vec<_> = kept
        .iter()
        .map(|message| sandbox.file(&message.attachments[0]))
        .collect();
    assert_eq!(files, [None, Some(vec![2; 60])]);
    let records = sandbox.requests();
    let records: Vec<_> = records.iter().map(|one| (one.n, one.status)).collect();
    assert_eq!(records, [4, 5, 6, 7].map(|n| (n, Some(200))));
}
