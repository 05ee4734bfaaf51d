//! The gateway, frame by frame.

use std::time::Duration;

use sandbox::{Cut, NotSent, Options, Sandbox, Welcome};
use serde_json::{Value, json};

use crate::support::{Gateway, Rest, go, playground, sandbox};

#[tokio::test]
async fn ready_tells_who_and_where() {
    let sandbox = sandbox().await;
    let (mut gateway, ready) = Gateway::ready(&sandbox, [0, 1]).await;
    assert_eq!((&ready["s"], &ready["op"]), (&json!(1), &json!(0)));
    assert_eq!(ready["d"]["user"]["id"], sandbox.bot_id().to_string());
    assert_eq!(ready["d"]["guilds"][0]["id"], sandbox.guild().to_string());
    assert!(
        ready["d"]["resume_gateway_url"]
            .as_str()
            .unwrap()
            .starts_with("ws://127.0.0.1:")
    );
    gateway.send(json!({"op": 1, "d": 1})).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 11);
}

#[tokio::test]
async fn mistakes_close_with_their_code() {
    let sandbox = sandbox().await;
    let properties = json!({"os": "a", "browser": "b", "device": "c"});
    let identify = |token: &str, shard: Value, intents: Value| json!({"op": 2, "d": {"token": token, "shard": shard, "intents": intents, "properties": properties}});
    for (frame, code) in [
        (identify("wrong", json!([0, 1]), json!(0)), 4004),
        (identify(sandbox.token(), json!([1, 1]), json!(0)), 4010),
        (identify(sandbox.token(), json!([0, 1]), Value::Null), 4013),
        (json!({"op": 99, "d": null}), 4001),
        (json!({"op": 3, "d": {}}), 4003),
        (
            json!({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 0}}),
            4004,
        ),
    ] {
        let mut gateway = Gateway::connect(&sandbox).await;
        gateway.send(frame.clone()).await;
        assert_eq!(gateway.next().await, Err(code), "{frame}");
    }
    let (mut gateway, _) = Gateway::ready(&sandbox, [0, 1]).await;
    gateway.identify(sandbox.token(), [0, 1]).await;
    assert_eq!(gateway.next().await, Err(4005));
}

#[tokio::test]
async fn a_cut_session_resumes_and_misses_nothing() {
    let (sandbox, _, mut gateway) = playground().await;
    sandbox.cut_gateway(Cut::Code(4000));
    assert_eq!(gateway.next().await, Err(4000));
    let (ada, channel) = (sandbox.person("ada"), sandbox.channel());
    let missed = sandbox
        .command(&ada, &channel, "go", json!({"id": "a"}))
        .unwrap();

    let resume = json!({"op": 6, "d": {
        "token": sandbox.token(), "session_id": format!("{:032x}", 1), "seq": 1,
    }});
    let mut gateway = Gateway::connect(&sandbox).await;
    gateway.send(resume.clone()).await;
    let event = gateway.next().await.unwrap();
    assert_eq!(
        (&event["t"], &event["s"]),
        (&json!("INTERACTION_CREATE"), &json!(2))
    );
    assert_eq!(event["d"]["id"], missed.id.to_string());
    assert_eq!(gateway.next().await.unwrap()["t"], "RESUMED");

    sandbox.cut_gateway(Cut::Forget);
    assert_eq!(gateway.next().await, Err(0));
    assert_eq!(
        sandbox
            .command(&ada, &channel, "go", json!({}))
            .unwrap_err(),
        NotSent::NoSession
    );
    let mut gateway = Gateway::connect(&sandbox).await;
    gateway.send(resume).await;
    assert_eq!(
        gateway.next().await.unwrap(),
        json!({"op": 9, "s": null, "t": null, "d": false})
    );
}

#[tokio::test]
async fn a_bot_that_starts_can_be_answered_badly_and_is_counted() {
    let sandbox = sandbox().await;
    for code in [4000, 4009] {
        sandbox.welcome(Welcome::Close(code));
        let mut gateway = Gateway::connect(&sandbox).await;
        gateway.identify(sandbox.token(), [0, 1]).await;
        assert_eq!(gateway.next().await, Err(code));
    }
    sandbox.welcome(Welcome::Invalid { resumable: true });
    let mut gateway = Gateway::connect(&sandbox).await;
    let data = json!({ "token": sandbox.token(), "session_id": "x", "seq": 1 });
    for frame in [json!({ "op": 6, "d": data }), json!({ "op": 6, "d": data })] {
        gateway.send(frame).await;
        let answer = gateway.next().await.unwrap();
        assert_eq!((&answer["op"], &answer["d"]), (&json!(9), &json!(true)));
    }
    sandbox.welcome(Welcome::Silence);
    gateway.identify(sandbox.token(), [0, 1]).await;
    gateway.send(json!({ "op": 1, "d": null })).await;
    assert_eq!(gateway.next().await.unwrap()["op"], 11);
    let counted = sandbox.look(|view| (view.identifies(), view.resumes()));
    assert_eq!(counted, (3, 2));
    sandbox.welcome(Welcome::Session);
    sandbox.bot_flags(1 << 52);
    let (_, ready) = Gateway::ready(&sandbox, [0, 1]).await;
    assert_eq!(ready["d"]["user"]["flags"], 1_u64 << 52);
}

#[tokio::test]
async fn a_revoked_token_is_refused_everywhere_until_it_is_accepted_again() {
    let (sandbox, rest, mut gateway) = playground().await;
    sandbox.revoke_token(true);
    assert_eq!(gateway.next().await, Err(4004));
    let mut anew = Gateway::connect(&sandbox).await;
    anew.identify(sandbox.token(), [0, 1]).await;
    assert_eq!(anew.next().await, Err(4004));
    for route in ["/applications/@me", "/gateway/bot", "/users/@me"] {
        assert_eq!(rest.get(route).await.0, 401, "{route}");
    }
    sandbox.revoke_token(false);
    assert_eq!(rest.get("/applications/@me").await.0, 200);
    let _ = Gateway::ready(&sandbox, [0, 1]).await;
}

#[tokio::test]
async fn an_interaction_goes_to_its_shard() {
    let sandbox = sandbox().await;
    Rest::new(&sandbox).register().await;
    let own = (sandbox.guild().get() >> 22) % 2;
    let (mut right, ready) = Gateway::ready(&sandbox, [own, 2]).await;
    assert_eq!(ready["d"]["guilds"].as_array().unwrap().len(), 1);
    let (mut wrong, ready) = Gateway::ready(&sandbox, [1 - own, 2]).await;
    assert_eq!(ready["d"]["guilds"], json!([]));
    go(&sandbox);
    assert_eq!(right.next().await.unwrap()["t"], "INTERACTION_CREATE");
    // The next frame of the other shard is the answer to its heartbeat.
    wrong.send(json!({"op": 1, "d": null})).await;
    assert_eq!(wrong.next().await.unwrap()["op"], 11);
}

#[tokio::test]
async fn a_refused_gateway_answers_503() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    assert_eq!(
        rest.get("/gateway/bot").await.1["session_start_limit"]["max_concurrency"],
        1
    );
    sandbox.refuse_gateway(true);
    assert_eq!(rest.get("/gateway").await.0, 503);
    assert_eq!(rest.get("/gateway/bot").await.0, 503);
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let sandbox = sandbox().await;
    let taken = sandbox
        .discord_url()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let options = Options {
        discord_addr: taken,
        ..Options::default()
    };
    let error = Sandbox::start(options).await.unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("cannot listen on {taken}: ")),
        "{error}"
    );
}

#[tokio::test]
async fn a_dropped_sandbox_closes_what_was_open() {
    let sandbox = sandbox().await;
    let (mut gateway, _) = Gateway::ready(&sandbox, [0, 1]).await;
    let url = sandbox.discord_url().to_owned();
    drop(sandbox);
    assert_eq!(gateway.next().await, Err(1001));
    // The port is free once the last connection is gone.
    let closed = async {
        while reqwest::get(&url).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let closed = tokio::time::timeout(Duration::from_secs(10), closed).await;
    assert!(closed.is_ok(), "somebody still answers");
}
