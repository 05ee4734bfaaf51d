//! Requests can be made to fail, and can be frozen.

use std::time::{Duration, Instant};

use sandbox::{Event, Fault, Point, Side};
use serde_json::json;

use crate::support::{Rest, go, messages, playground, refusal, sandbox};

const CREATE: &str = "POST /channels/{channel}/messages";

#[tokio::test]
async fn a_fault_answers_as_often_as_told_and_only_its_route() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    let path = messages(&sandbox.channel());
    sandbox.fault(Fault::on(CREATE).times(2).discord(40062));
    assert_eq!(rest.get(&path).await.0, 200);
    for _ in 0..2 {
        let refused = rest.post(&path, json!({"content": "a"})).await;
        assert_eq!(refusal(refused), (429, 40062));
    }
    assert_eq!(rest.post(&path, json!({"content": "a"})).await.0, 200);

    sandbox.fault(
        Fault::on(CREATE)
            .always()
            .rate_limited(Duration::from_millis(1500)),
    );
    let response = rest
        .request(reqwest::Method::POST, &path)
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (429, &"2".parse().unwrap())
    );
    let body: serde_json::Value = response.json().await.unwrap();
    assert_eq!(
        body,
        json!({"message": "You are being rate limited.", "retry_after": 1.5, "global": false})
    );
    sandbox.heal();
    let other = messages(&sandbox.channel_named("videos"));
    sandbox.fault(
        Fault::on(CREATE)
            .in_path(sandbox.channel().id)
            .reply(500, json!({})),
    );
    assert_eq!(rest.post(&other, json!({"content": "a"})).await.0, 200);
    assert_eq!(rest.post(&path, json!({"content": "a"})).await.0, 500);
}

#[tokio::test]
async fn a_message_can_be_sent_without_its_sender_learning_it() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    let path = messages(&sandbox.channel());
    let send = || {
        rest.request(reqwest::Method::POST, &path)
            .json(&json!({"content": "a"}))
            .send()
    };
    sandbox.fault(Fault::on(CREATE).after_effect().drop_connection());
    send().await.unwrap_err();
    assert_eq!(sandbox.messages(&sandbox.channel()).len(), 1);
    sandbox.fault(Fault::on(CREATE).drop_connection());
    send().await.unwrap_err();
    assert_eq!(sandbox.messages(&sandbox.channel()).len(), 1);
    let statuses: Vec<_> = sandbox
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [None, None]);

    let wait = Duration::from_millis(50);
    sandbox.fault(Fault::on(CREATE).delay(wait));
    let before = Instant::now();
    assert_eq!(send().await.unwrap().status(), 200);
    assert!(before.elapsed() >= wait);

    sandbox.fault(Fault::on(CREATE).hang());
    let given_up = tokio::time::timeout(Duration::from_millis(100), send()).await;
    given_up.unwrap_err();
    assert_eq!(sandbox.messages(&sandbox.channel()).len(), 2);
}

#[tokio::test]
async fn a_hold_freezes_a_request_before_or_after_its_effect() {
    let sandbox = sandbox().await;
    let rest = Rest::new(&sandbox);
    let channel = sandbox.channel();
    let path = messages(&channel);
    for (point, made) in [(Point::Before, 0), (Point::After, 2)] {
        let mut hold = sandbox.hold(CREATE, point);
        let send = rest.post(&path, json!({"content": "a"}));
        let look = async {
            hold.arrived().await;
            assert_eq!(sandbox.messages(&channel).len(), made, "{point:?}");
            hold.release();
        };
        let ((status, _), ()) = tokio::join!(send, look);
        assert_eq!(status, 200);
    }
    // A client that hangs up while its request is frozen leaves no trace.
    let mut hold = sandbox.hold(CREATE, Point::Before);
    tokio::select! {
        _ = rest.post(&path, json!({"content": "a"})) => unreachable!("it is frozen"),
        () = hold.arrived() => {}
    }
    hold.discard();
    assert_eq!(rest.post(&path, json!({"content": "b"})).await.0, 200);
    let contents: Vec<_> = sandbox
        .messages(&channel)
        .into_iter()
        .map(|message| message.content)
        .collect();
    assert_eq!(contents, ["a", "a", "b"]);
}

#[tokio::test]
async fn the_timeline_tells_what_happened() {
    let (sandbox, rest, _gateway) = playground().await;
    let mut events = sandbox.events();
    let interaction = go(&sandbox);
    rest.callback(&interaction, json!({"type": 5})).await;
    let request = sandbox.requests().pop().unwrap();
    assert_eq!(request.name(), "POST /interactions/{id}/{token}/callback");
    assert_eq!((request.side, request.status), (Side::Discord, Some(204)));
    assert_eq!(request.body, r#"{"type":5}"#);
    assert!(request.answered_at >= Some(request.at));
    let mut kinds = Vec::new();
    while let Ok(event) = events.try_recv() {
        kinds.push(match event {
            Event::Request(record) => format!("request {:?}", record.status),
            Event::Message(message) => format!("thinking {}", message.thinking),
            Event::Interaction { callback, .. } => format!("interaction {callback:?}"),
            Event::Gateway { sessions } => format!("sessions {sessions}"),
        });
    }
    let expected = [
        "interaction None",
        "request None",
        "thinking true",
        "interaction Some(5)",
        "request Some(204)",
    ];
    assert_eq!(kinds, expected);
}

#[tokio::test]
#[should_panic(expected = "not seen within 20ms")]
async fn waiting_in_vain_says_so() {
    let options = sandbox::Options {
        patience: Duration::from_millis(20),
        ..sandbox::Options::default()
    };
    let sandbox = sandbox::Sandbox::start(options).await.unwrap();
    sandbox
        .until(|view| (view.sessions() > 0).then_some(()))
        .await;
}
