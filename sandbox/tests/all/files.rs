//! Files of messages.

use sandbox::{clip, thumbnail};
use serde_json::json;

use crate::support::{Rest, client, done, go, last, messages, place, playground, refusal};

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
    let body = done(rest.upload("POST", &path, form, &files).await);
    let listed = body["attachments"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "the embed's file is left out");
    assert_eq!(body["attachments"][0]["filename"], "a_clip.mp4");
    assert_eq!(body["attachments"][0]["description"], "A clip");
    let message = last(&sandbox);
    let shown = &body["embeds"][0]["thumbnail"]["url"];
    assert_eq!(*shown, message.embedded[0].url);
    assert_eq!(sandbox.file(&message.attachments[0]), Some(clip()));

    let url = body["attachments"][0]["url"].as_str().unwrap();
    let part = client().get(url).header("range", "bytes=4-7");
    let part = part.send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-type"], "video/mp4");
    assert_eq!(part.text().await.unwrap(), "ftyp");

    let one = format!("{path}/{}", message.id);
    let kept = message.attachments[0].id;
    let body = done(rest.patch(&one, json!({"content": "hi"})).await);
    let listed = &body["attachments"][0]["id"];
    assert_eq!(*listed, kept.to_string(), "no list: everything stays");
    let new = [("b.mp4", "video/mp4", clip())];
    let unlisted = json!({"attachments": [{"id": kept}]});
    let refused = rest.upload("PATCH", &one, unlisted, &new).await;
    assert_eq!(
        refusal(refused),
        (400, 50035),
        "files[0] is not in the list"
    );
    let listed = json!({"attachments": [{"id": kept}, {"id": 0}]});
    let body = done(rest.upload("PATCH", &one, listed, &new).await);
    assert_eq!(body["attachments"][1]["filename"], "b.mp4");
    let body = done(rest.patch(&one, json!({"attachments": []})).await);
    assert_eq!(body["attachments"], json!([]));
}

#[tokio::test]
async fn files_over_the_limit_of_their_route_are_refused() {
    let (sandbox, rest, mut gateway) = playground().await;
    sandbox.upload_limits(200, 100);
    let path = messages(&sandbox.channel());
    let interaction = go(&sandbox);
    let event = gateway.next().await.unwrap();
    assert_eq!(event["d"]["attachment_size_limit"], 200);
    done(rest.callback(&interaction, json!({"type": 5})).await);
    let original = Rest::hook(&interaction, "/messages/@original");
    for (method, path, limit) in [("POST", path, 100), ("PATCH", original, 200)] {
        let upload = async |size: usize| {
            let file = [("a.bin", "application/octet-stream", vec![0; size])];
            rest.upload(method, &path, json!({}), &file).await
        };
        done(upload(limit).await);
        assert_eq!(refusal(upload(limit + 1).await), (413, 40005), "{method}");
    }
}
