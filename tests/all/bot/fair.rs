//! Many tasks, a low rate: people share the polls, and what hangs is nobody else's wait.

use std::time::{Duration, Instant};

use sandbox::{Interaction, Script};
use serde_json::json;
use testing::{Stage, running};

/// A person asks for a running task of this id.
fn asks(stage: &Stage, name: &str, id: &str) -> Interaction {
    stage.task(id, [running(id)]);
    command(stage, name, id)
}

fn command(stage: &Stage, name: &str, id: &str) -> Interaction {
    stage.command(name, "videostatus", json!({ "id": id }))
}

/// How often others are asked about while a person waits for the first answer about a task.
/// Polls tell fairness as well as seconds do, and a slow machine makes fewer of them.
async fn polls_while_served(stage: &Stage, name: &str, id: &str, others: &[String]) -> usize {
    let polls = |view: &sandbox::View<'_>| others.iter().map(|id| view.polls(id)).sum::<usize>();
    let before = stage.sandbox.look(polls);
    let asked = asks(stage, name, id);
    stage.titled(&asked, "Making your video").await;
    stage.sandbox.look(polls) - before
}

/// Four people want eighty polls a second of twenty. Who comes with one task is answered
/// soon, and asked as often as promised.
#[tokio::test]
async fn polls_are_shared_by_person_and_not_by_task() {
    let stage = Stage::new().await;
    let changes = [
        ("POLL_RATE", "20"),
        ("POLL_MIN", "500ms"),
        ("POLL_MAX", "500ms"),
    ];
    let _bot = stage.bot_with(&changes).await;
    let ids: Vec<_> = (0..40).map(|n| format!("grok:busy-{n:06}")).collect();
    for (n, id) in ids.iter().enumerate() {
        asks(&stage, &format!("busy {}", n % 4), id);
    }
    let least = |view: &sandbox::View<'_>| ids.iter().map(|id| view.polls(id)).min();
    stage
        .sandbox
        .until(|view| (least(view) >= Some(2)).then_some(()))
        .await;
    let one = "grok:stranger-0001";
    let started = Instant::now();
    let others = polls_while_served(&stage, "stranger", one, &ids).await;
    assert!(others < 40, "the stranger came after {others} polls");
    let waited = started.elapsed();
    let before = stage.sandbox.look(|view| view.polls(one));
    let all = |view: &sandbox::View<'_>| ids.iter().map(|id| view.polls(id)).sum::<usize>();
    let others = stage.sandbox.look(all);
    // The others' tasks are asked for so often in four seconds.
    stage
        .sandbox
        .until(|view| (all(view) >= others + 70).then_some(()))
        .await;
    let seconds = started.elapsed().as_secs_f64();
    let polls = stage.sandbox.look(|view| view.polls(one)) - before;
    let promised = (seconds - waited.as_secs_f64()) / 0.5;
    assert!(
        polls as f64 >= promised / 2.0,
        "{polls} of {promised} in {seconds} s"
    );
}

/// Twenty-five ids of one person on a gateway that never answers about them.
#[tokio::test]
async fn queries_that_hang_are_nobody_elses_wait() {
    let stage = Stage::new().await;
    let changes = [
        ("POLL_RATE", "10"),
        ("POLL_MIN", "500ms"),
        ("POLL_MAX", "500ms"),
        ("COMMANDS_PER_MINUTE", "100"),
    ];
    let _bot = stage.bot_with(&changes).await;
    let ids: Vec<_> = (0..25).map(|n| format!("grok:hanging-{n:06}")).collect();
    for id in &ids {
        let hanging = Script::always(sandbox::Reply::hang());
        stage.sandbox.video().task(id, hanging);
        command(&stage, "ada", id);
    }
    stage
        .sandbox
        .until(|view| (view.polls(&ids[0]) > 0).then_some(()))
        .await;
    // Before the first of them times out, and while they are asked again.
    for n in 0..2 {
        let id = format!("grok:stranger-{n:06}");
        let started = Instant::now();
        let asked = asks(&stage, &format!("stranger {n}"), &id);
        stage.titled(&asked, "Making your video").await;
        let waited = started.elapsed();
        assert!(waited < Duration::from_secs(2), "{waited:?}");
        stage
            .sandbox
            .until(|view| (view.polls(&id) >= 9).then_some(()))
            .await;
        let seconds = started.elapsed().as_secs_f64();
        assert!(seconds < 9.0, "nine polls took {seconds} s");
        let again = |view: &sandbox::View<'_>| ids.iter().any(|id| view.polls(id) > 1);
        stage.sandbox.until(|view| again(view).then_some(())).await;
    }
}

/// Four people ask for eighty tasks at once, which takes eight seconds of the rate.
#[tokio::test]
async fn nobody_waits_for_other_peoples_bursts() {
    let stage = Stage::new().await;
    let _bot = stage.bot_with(&[("POLL_RATE", "10")]).await;
    let ids: Vec<_> = (0..80).map(|n| format!("grok:burst-{n:06}")).collect();
    for (n, id) in ids.iter().enumerate() {
        asks(&stage, &format!("busy {}", n % 4), id);
    }
    for n in 0..3 {
        let (name, id) = (format!("stranger {n}"), format!("grok:stranger-{n}"));
        let others = polls_while_served(&stage, &name, &id, &ids).await;
        assert!(others < 40, "stranger {n} came after {others} polls");
    }
}
