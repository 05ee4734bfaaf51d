//! Channel routes: forms, files, permissions, pings.

use std::time::Duration;

use sandbox::{Channel, Options, Sandbox, clip, permissions, thumbnail};
use serde_json::{Value, json};

use crate::support::{Rest, playground, sandbox};

fn messages(channel: &Channel) -> String {
    format!("/channels/{}/messages", channel.id)
}

/// A sandbox, its client and the path of its channel's messages.
async fn place() -> (Sandbox, Rest, String) {
    let sandbox = sandbox().await;
    let (rest, path) = (Rest::new(&sandbox), messages(&sandbox.channel()));
    (sandbox, rest, path)
}

#[tokio::test]
async fn only_the_bots_token_opens_the_routes() {
    let (sandbox, rest, path) = place().await;
    assert_eq!(
        rest.get("/users/@me").await.1["id"],
        sandbox.bot_id().to_string()
    );
    let url = format!("{}/api/v10{path}", sandbox.discord_url());
    for token in ["", "Bot wrong", sandbox.token()] {
        let response = reqwest::Client::builder()
            .user_agent("DiscordBot (https://bot.example, 1)")
            .build()
            .unwrap()
            .get(&url)
            .header("authorization", token)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(
            response.json::<Value>().await.unwrap(),
            json!({"message": "401: Unauthorized", "code": 0})
        );
    }
    assert_eq!(
        rest.get("/nowhere").await,
        (404, json!({"message": "404: Not Found", "code": 0}))
    );
    assert_eq!(rest.get("/channels/12x").await.1["code"], 50035);
    assert_eq!(rest.get("/channels/12").await.1["code"], 10003);
}

#[tokio::test]
async fn forms_beyond_a_limit_are_refused_where_they_break_it() {
    let (_sandbox, rest, path) = place().await;
    for (form, place, code) in [
        (
            json!({"content": "x".repeat(2001)}),
            "/content",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (json!({"content": 5}), "/content", "STRING_TYPE_CONVERT"),
        (
            json!({"embeds": [{"title": "x".repeat(257)}]}),
            "/embeds/0/title",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({"embeds": [{"image": {"url": "attachment://no.png"}}]}),
            "/embeds/0/image/url",
            "EMBED_ATTACHMENT_NOT_FOUND",
        ),
        (
            json!({"content": "a", "nonce": "x".repeat(26)}),
            "/nonce",
            "BASE_TYPE_MAX_LENGTH",
        ),
        (
            json!({"content": "a", "allowed_mentions": {"parse": ["all"]}}),
            "/allowed_mentions/parse/0",
            "BASE_TYPE_CHOICES",
        ),
        (
            json!({"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
            "/allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        (
            json!({"content": "a", "message_reference": {"message_id": "5"}}),
            "/message_reference",
            "REPLIES_UNKNOWN_MESSAGE",
        ),
        (
            json!({"content": "a", "attachments": [{"id": "77"}]}),
            "/attachments/0",
            "ATTACHMENT_NOT_FOUND",
        ),
        (
            json!({"content": "a", "flags": 1 << 15}),
            "/content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
    ] {
        let (status, body) = rest.post(&path, form.clone()).await;
        assert_eq!((status, &body["code"]), (400, &json!(50035)), "{form}");
        let errors = body
            .pointer(&format!("/errors{place}/_errors"))
            .unwrap_or(&Value::Null);
        assert_eq!(errors[0]["code"], code, "{body}");
    }
    assert_eq!(
        rest.post(&path, json!({"content": ""})).await.1["code"],
        50006
    );
    let broken = rest
        .request(reqwest::Method::POST, &path)
        .header("content-type", "application/json")
        .body("{");
    assert_eq!(rest.send(broken).await.1["code"], 50109);
    let gallery = json!([{"type": 12, "items": [{"media": {"url": "attachment://v.mp4"}}]}]);
    let layout = json!({"flags": 1 << 15, "components": gallery});
    assert_eq!(
        rest.post(&path, layout.clone()).await.1["code"],
        50035,
        "nothing was uploaded"
    );
    let (status, body) = rest
        .upload("POST", &path, layout, &[("v.mp4", "video/mp4", clip())])
        .await;
    assert_eq!(status, 200);
    assert_eq!(
        body["components"][0]["items"][0]["media"]["url"],
        body["attachments"][0]["url"]
    );
    let own = format!("{path}/{}", body["id"].as_str().unwrap());
    let text = json!({"components": [{"type": 10, "content": "Done"}]});
    assert_eq!(rest.patch(&own, text).await.0, 200, "the flag stays");
    assert_eq!(
        rest.patch(&own, json!({"content": "a"})).await.1["code"],
        50035
    );
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
        rest.post(&path, form.clone()).await;
        let last = sandbox.messages(&sandbox.channel()).pop().unwrap();
        assert_eq!(last.pings, pings, "{form}");
        assert!(!last.pings_everyone, "the bot may not mention everyone");
    }
    rest.post(&path, json!({"content": content, "flags": 1 << 12}))
        .await;
    assert_eq!(
        sandbox.messages(&sandbox.channel()).pop().unwrap().pings,
        [],
        "sent silently"
    );
    sandbox.permissions(
        &sandbox.channel(),
        permissions::ORDINARY | permissions::MENTION_EVERYONE,
    );
    rest.post(
        &path,
        json!({"content": content, "allowed_mentions": {"parse": ["everyone"]}}),
    )
    .await;
    assert!(
        sandbox
            .messages(&sandbox.channel())
            .pop()
            .unwrap()
            .pings_everyone
    );
    let embed_only = json!({"embeds": [{"description": content}]});
    rest.post(&path, embed_only).await;
    assert_eq!(
        sandbox.messages(&sandbox.channel()).pop().unwrap().pings,
        []
    );
    let reply = json!({"content": "hi", "message_reference": {"message_id": said.id}});
    let (_, body) = rest.post(&path, reply).await;
    assert_eq!(body["referenced_message"]["content"], "hello");
    assert_eq!(
        sandbox.messages(&sandbox.channel()).pop().unwrap().pings,
        [ada.id]
    );
}

#[tokio::test]
async fn a_repeated_nonce_finds_its_message() {
    let options = Options {
        nonce_window: Duration::from_millis(500),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let (rest, path) = (Rest::new(&sandbox), messages(&sandbox.channel()));
    let form = |enforce: bool| json!({"content": "once", "nonce": "n1", "enforce_nonce": enforce});
    let (_, first) = rest.post(&path, form(true)).await;
    let (status, second) = rest.post(&path, form(true)).await;
    assert_eq!(
        (status, &first["id"], &second["nonce"]),
        (200, &second["id"], &json!("n1"))
    );
    let (_, third) = rest.post(&path, form(false)).await;
    assert_ne!(first["id"], third["id"]);
    // The window is what is tested, so this waits until it is over.
    tokio::time::sleep(Duration::from_millis(600)).await;
    let (_, fourth) = rest.post(&path, form(true)).await;
    assert!(![&first["id"], &third["id"]].contains(&&fourth["id"]));
}

#[tokio::test]
async fn files_stay_as_the_list_says() {
    let (sandbox, rest, path) = place().await;
    let files = [
        ("a clip.mp4", "video/mp4", clip()),
        ("t.png", "image/png", thumbnail()),
    ];
    let form = json!({
        "embeds": [{"thumbnail": {"url": "attachment://t.png"}}],
        "attachments": [{"id": 0, "description": "A clip"}, {"id": 1}],
    });
    let (status, body) = rest.upload("POST", &path, form, &files).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        body["attachments"].as_array().unwrap().len(),
        1,
        "the embed's file is left out"
    );
    assert_eq!(body["attachments"][0]["filename"], "a_clip.mp4");
    assert_eq!(body["attachments"][0]["description"], "A clip");
    let message = sandbox.messages(&sandbox.channel()).pop().unwrap();
    assert_eq!(
        body["embeds"][0]["thumbnail"]["url"],
        message.embedded[0].url
    );
    assert_eq!(sandbox.file(&message.attachments[0]), Some(clip()));

    let url = body["attachments"][0]["url"].as_str().unwrap();
    let part = reqwest::Client::builder()
        .user_agent("DiscordBot (https://bot.example, 1)")
        .build()
        .unwrap()
        .get(url)
        .header("range", "bytes=4-7")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-type"]),
        (206, &"video/mp4".parse().unwrap())
    );
    assert_eq!(part.text().await.unwrap(), "ftyp");

    let one = format!("{path}/{}", message.id);
    let kept = message.attachments[0].id;
    let (_, body) = rest.patch(&one, json!({"content": "hi"})).await;
    assert_eq!(
        body["attachments"][0]["id"],
        kept.to_string(),
        "no list: everything stays"
    );
    let new = [("b.mp4", "video/mp4", clip())];
    let (status, body) = rest
        .upload("PATCH", &one, json!({"attachments": [{"id": kept}]}), &new)
        .await;
    assert_eq!(
        (status, &body["code"]),
        (400, &json!(50035)),
        "files[0] is not in the list"
    );
    let (_, body) = rest
        .upload(
            "PATCH",
            &one,
            json!({"attachments": [{"id": kept}, {"id": 0}]}),
            &new,
        )
        .await;
    assert_eq!(body["attachments"][1]["filename"], "b.mp4");
    let (_, body) = rest.patch(&one, json!({"attachments": []})).await;
    assert_eq!(body["attachments"], json!([]));
}

#[tokio::test]
async fn files_over_the_limit_of_their_route_are_refused() {
    let (sandbox, rest, mut gateway) = playground().await;
    sandbox.upload_limits(200, 100);
    let path = messages(&sandbox.channel());
    let file = |size: usize| [("a.bin", "application/octet-stream", vec![0; size])];
    assert_eq!(
        rest.upload("POST", &path, json!({}), &file(100)).await.0,
        200
    );
    let (status, body) = rest.upload("POST", &path, json!({}), &file(101)).await;
    assert_eq!((status, &body["code"]), (413, &json!(40005)));
    let interaction = sandbox
        .command(&sandbox.person("ada"), &sandbox.channel(), "go", json!({}))
        .unwrap();
    assert_eq!(
        gateway.next().await.unwrap()["d"]["attachment_size_limit"],
        200
    );
    rest.callback(&interaction, json!({"type": 5})).await;
    let original = Rest::hook(&interaction, "/messages/@original");
    assert_eq!(
        rest.upload("PATCH", &original, json!({}), &file(200))
            .await
            .0,
        200
    );
    assert_eq!(
        rest.upload("PATCH", &original, json!({}), &file(201))
            .await
            .1["code"],
        40005
    );
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
    for (missing, form, code) in [
        (VIEW_CHANNEL, json!({"content": "a"}), 50001),
        (SEND_MESSAGES, json!({"content": "a"}), 50013),
        (EMBED_LINKS, json!({"embeds": [{"title": "a"}]}), 50013),
        (READ_MESSAGE_HISTORY, reply, 160_002),
    ] {
        sandbox.permissions(&channel, ORDINARY & !missing);
        let (_, body) = rest.post(&path, form.clone()).await;
        assert_eq!(body["code"], code, "{form}");
    }
    sandbox.permissions(&channel, ORDINARY & !EMBED_LINKS);
    let (_, both) = rest
        .post(&path, json!({"content": "a", "embeds": [{"title": "a"}]}))
        .await;
    assert_eq!(
        (&both["content"], &both["embeds"]),
        (&json!("a"), &json!([])),
        "dropped without a word"
    );
    let both = format!("{path}/{}", both["id"].as_str().unwrap());
    assert_eq!(
        rest.patch(&both, json!({"embeds": [{"title": "b"}]}))
            .await
            .1["embeds"],
        json!([])
    );
    sandbox.permissions(&channel, ORDINARY & !ATTACH_FILES);
    assert_eq!(
        rest.upload("POST", &path, json!({}), &[("a", "b/c", vec![1])])
            .await
            .1["code"],
        50013
    );
    sandbox.permissions(&channel, ORDINARY);
    let (_, own) = rest.post(&path, json!({"content": "a"})).await;
    assert_eq!(
        rest.patch(&format!("{path}/{}", said.id), json!({"content": "b"}))
            .await
            .1["code"],
        50005
    );
    assert_eq!(
        rest.call("DELETE", &format!("{path}/{}", said.id), Value::Null)
            .await
            .1["code"],
        50013
    );
    let own = format!("{path}/{}", own["id"].as_str().unwrap());
    sandbox.permissions(&channel, 0);
    assert_eq!(
        rest.patch(&own, json!({"content": "b"})).await.1["code"],
        50001
    );

    let group = messages(&sandbox.private_channel(&[&ada]));
    assert_eq!(
        rest.post(&group, json!({"content": "a"})).await.1["code"],
        50001
    );
}

#[tokio::test]
async fn threads_and_direct_messages_have_their_refusals() {
    let (sandbox, rest, _) = place().await;
    let thread = sandbox.thread();
    let path = messages(&thread);
    let (_, own) = rest.post(&path, json!({"content": "a"})).await;
    sandbox.change_channel(&thread, |thread| thread.locked = true);
    assert_eq!(
        rest.post(&path, json!({"content": "a"})).await.1["code"],
        160_005
    );
    sandbox.change_channel(&thread, |thread| {
        (thread.locked, thread.archived) = (false, true)
    });
    let own = format!("{path}/{}", own["id"].as_str().unwrap());
    assert_eq!(
        rest.patch(&own, json!({"content": "b"})).await.1["code"],
        50083
    );
    sandbox.change_channel(&thread, |thread| thread.deleted = true);
    assert_eq!(
        rest.patch(&own, json!({"content": "b"})).await.1["code"],
        10003
    );

    let ada = sandbox.person("ada");
    let (_, dm) = rest
        .post("/users/@me/channels", json!({"recipient_id": ada.id}))
        .await;
    assert_eq!(
        (&dm["type"], &dm["id"]),
        (&json!(1), &json!(sandbox.dm(&ada).id))
    );
    let path = messages(&sandbox.dm(&ada));
    assert_eq!(rest.post(&path, json!({"content": "a"})).await.0, 200);
    sandbox.close_dms(&ada, true);
    assert_eq!(
        rest.post(&path, json!({"content": "a"})).await.1["code"],
        50007
    );
    assert_eq!(
        rest.post("/users/@me/channels", json!({"recipient_id": "5"}))
            .await
            .1["code"],
        50033
    );
    assert_eq!(rest.get("/users/5").await.1["code"], 10013);
}

#[tokio::test]
async fn old_messages_and_blocked_words() {
    let (sandbox, rest, path) = place().await;
    let (_, own) = rest.post(&path, json!({"content": "a"})).await;
    let own = format!("{path}/{}", own["id"].as_str().unwrap());
    sandbox.limit_edits_older_than(Duration::ZERO);
    for _ in 0..3 {
        assert_eq!(rest.patch(&own, json!({"content": "b"})).await.0, 200);
    }
    let (status, body) = rest.patch(&own, json!({"content": "b"})).await;
    assert_eq!((status, &body["code"]), (429, &json!(30046)));
    sandbox.block_word("secret", 200_000);
    let (status, body) = rest
        .post(&path, json!({"embeds": [{"title": "a secret"}]}))
        .await;
    assert_eq!((status, &body["code"]), (400, &json!(200_000)));
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
        let (_, list) = rest.get(&format!("{path}?{query}")).await;
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
    assert_eq!(
        rest.get(&format!("{path}?limit=101")).await.1["code"],
        50035
    );
}

#[tokio::test]
async fn a_channel_takes_five_messages_in_five_seconds() {
    let sandbox = Sandbox::start(Options::default()).await.unwrap();
    let (rest, path) = (Rest::new(&sandbox), messages(&sandbox.channel()));
    for _ in 0..5 {
        assert_eq!(rest.post(&path, json!({"content": "hi"})).await.0, 200);
    }
    let (status, body) = rest.post(&path, json!({"content": "hi"})).await;
    assert_eq!((status, &body["global"]), (429, &json!(false)), "{body}");
    let wait = body["retry_after"].as_f64().unwrap();
    assert!(wait > 0.0 && wait <= 5.0, "{wait}");
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
    let sandbox = Sandbox::start(options).await.unwrap();
    let (rest, path) = (Rest::new(&sandbox), messages(&sandbox.channel()));
    let (_, own) = rest.post(&path, json!({"content": "0"})).await;
    let own = format!("{path}/{}", own["id"].as_str().unwrap());
    for n in 1..5 {
        rest.patch(&own, json!({"content": n.to_string()})).await;
    }
    let message = sandbox.messages(&sandbox.channel()).pop().unwrap();
    let contents: Vec<_> = message
        .versions
        .iter()
        .map(|version| &version.body["content"])
        .collect();
    assert_eq!(contents, ["0", "3", "4"]);
    let file = |byte: u8| [("a.bin", "application/octet-stream", vec![byte; 60])];
    rest.upload("POST", &path, json!({}), &file(1)).await;
    rest.upload("POST", &path, json!({}), &file(2)).await;
    let kept = sandbox.messages(&sandbox.channel());
    let files: Vec<_> = kept
        .iter()
        .map(|message| sandbox.file(&message.attachments[0]))
        .collect();
    assert_eq!(files, [None, Some(vec![2; 60])]);
    assert_eq!(
        sandbox
            .requests()
            .iter()
            .map(|request| request.n)
            .collect::<Vec<_>>(),
        [4, 5, 6, 7]
    );
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| request.status == Some(200))
    );
}
