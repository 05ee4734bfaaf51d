use std::time::Duration;

use proptest::prelude::*;

use super::super::locale::Locale;
use super::super::ping;
use super::super::samples::{self, sketch};
use super::super::view::Media;
use super::*;
use crate::domain::task::{NoLink, Outcome, Phase, Setback, Snapshot, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Reach, WatchState};

/// Every state with its media, named.
fn states() -> Vec<(&'static str, Task, Media)> {
    let of = |phase, outcome| Task {
        outcome,
        ..samples::task(phase)
    };
    let plain = |name, task| (name, task, Media::default());
    let ended = |name, outcome| plain(name, of(Phase::Running, Some(outcome)));

    let mut waiting = of(Phase::Waiting, None);
    waiting.snapshot = Snapshot::default();
    let mut troubled = of(Phase::Running, None);
    troubled.troubled = true;
    let mut failed = of(Phase::Failed, Some(Outcome::Failed));
    failed.snapshot.error = Some("moderation: *blocked*\nsee https://x.example".into());
    let mut silent = failed.clone();
    silent.snapshot.error = None;
    let saying = |mut task: Task, words: &str, no_link| {
        task.snapshot.error = Some(words.into());
        task.snapshot.no_link = no_link;
        task
    };
    let warming = saying(of(Phase::Running, None), "the model warms up", None);
    let mut too_large = troubled.clone();
    too_large.setback = Some(Setback::TooLarge);
    let unread = Task {
        outcome: Some(Outcome::TimedOut),
        ..too_large.clone()
    };
    let finished = || of(Phase::Completed, Some(Outcome::Completed));
    let filtered = saying(finished(), "no knives, please", Some(NoLink::Filtered));
    let flagged = saying(finished(), "moderated", Some(NoLink::Flagged));
    let refused = saying(silent.clone(), "nsfw", Some(NoLink::Flagged));
    let in_reply = |name, video| {
        let task = saying(finished(), "", Some(NoLink::InReply));
        (
            name,
            task,
            Media {
                video,
                thumbnail: Thumbnail::None,
            },
        )
    };
    let done = |name, video, thumbnail| (name, samples::done(), Media { video, thumbnail });

    vec![
        plain("waiting", waiting),
        plain("running", of(Phase::Running, None)),
        plain("running, with words", warming),
        plain("finishing", of(Phase::Completed, None)),
        plain("troubled", troubled),
        plain("an answer that is too large", too_large.clone()),
        done(
            "done, attached",
            Video::Attached,
            Thumbnail::Attached("thumbnail.jpg".into()),
        ),
        done("done, linked", Video::Link, Thumbnail::Url),
        done("done, too large", Video::Link, Thumbnail::None),
        done("done, not fetched", Video::Unfetched, Thumbnail::Url),
        in_reply("done, in the reply", Video::InReply),
        in_reply("done, in the reply, too large", Video::Unattachable),
        in_reply("done, in the reply, lost", Video::Lost),
        plain("no video", finished()),
        plain("filtered, with words", filtered),
        plain("filtered, by a flag", flagged),
        plain("failed", failed),
        plain("failed without a reason", silent),
        plain("failed by a filter's flag", refused),
        ended("not found", Outcome::NotFound),
        ended("denied", Outcome::Denied),
        ended("timed out", Outcome::TimedOut),
        plain("timed out, unread", unread),
        ended("stopped", Outcome::Stopped),
    ]
}

fn gallery(locale: &str) -> String {
    let picture = |(name, task, media): &(&str, Task, Media)| {
        let watch = samples::watch(task, locale);
        let message = message(&samples::view(task, &watch, media));
        samples::assert_fits(&message);
        format!("== {name}\n{}\n", sketch(&message))
    };
    states().iter().map(picture).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_state_in_english() {
    insta::assert_snapshot!(gallery("en-US"));
}

#[test]
fn every_state_in_chinese() {
    insta::assert_snapshot!(gallery("zh-CN"));
}

#[test]
fn the_wire_format() {
    let task = samples::done();
    let watch = samples::watch(&task, "en-US");
    let media = Media {
        video: Video::Link,
        thumbnail: Thumbnail::Url,
    };
    let message = message(&samples::view(&task, &watch, &media));
    insta::assert_snapshot!(serde_json::to_string_pretty(&message).unwrap());
}

/// The message of a running task, after a change to its view.
fn running(change: impl FnOnce(&mut View<'_>)) -> String {
    let task = samples::task(Phase::Running);
    let watch = samples::watch(&task, "en-US");
    let media = Media::default();
    let mut view = samples::view(&task, &watch, &media);
    change(&mut view);
    sketch(&message(&view))
}

#[test]
fn a_message_clears_what_is_gone() {
    let task = samples::task(Phase::Running);
    let watch = samples::watch(&task, "en-US");
    let media = Media::default();
    let mut view = samples::view(&task, &watch, &media);
    view.caution = Some(Caution::NotSaved);
    let json = serde_json::to_value(message(&view)).unwrap();
    assert_eq!(json["content"], "");
    assert_eq!(json["components"], serde_json::json!([]));
    assert_eq!(json["allowed_mentions"], serde_json::json!({"parse": []}));
}

#[test]
fn a_stopped_watch_is_stopped_while_its_task_goes_on() {
    let task = samples::task(Phase::Running);
    let mut watch = samples::watch(&task, "en-US");
    watch.state = WatchState::Stopped;
    let text = sketch(&message(&samples::view(&task, &watch, &Media::default())));
    assert!(text.contains("Watching was stopped"), "{text}");
    assert!(text.contains("vs:again:7"), "{text}");
}

#[test]
fn cautions_are_said_while_the_task_runs() {
    let by_dm = running(|view| view.caution = Some(Caution::EndsByDm));
    assert!(by_dm.contains("in a direct message"), "{by_dm}");
    let again = running(|view| view.caution = Some(Caution::AskAgain));
    assert!(again.contains("ask again then with the task id"), "{again}");
    let lost = running(|view| view.caution = Some(Caution::NotSaved));
    assert!(lost.contains("this message will not change"), "{lost}");
    assert!(lost.contains("This message no longer changes"), "{lost}");
    for promise in ["Still watching", "Watching ends", "vs:"] {
        assert!(!lost.contains(promise), "{promise}: {lost}");
    }
}

#[test]
fn people_and_usual_times_are_shown() {
    let text = running(|view| {
        view.subscribers = 3;
        view.typical = Some(Duration::from_secs(185));
    });
    assert!(text.contains("3 people will be notified"), "{text}");
    assert!(text.contains("Usually takes: about 3 min"), "{text}");
    let nobody = running(|view| view.subscribers = 0);
    assert!(!nobody.contains("notified"), "{nobody}");
}

#[test]
fn only_where_a_ping_is_possible_can_others_ask_for_one() {
    let task = samples::task(Phase::Running);
    let mut private = samples::watch(&task, "en-US");
    private.asked.private = true;
    let mut distant = samples::watch(&task, "en-US");
    distant.asked.reach = Reach::Dm;
    for watch in [private, distant] {
        let text = sketch(&message(&samples::view(&task, &watch, &Media::default())));
        assert!(!text.contains("vs:notify"), "{text}");
        assert!(text.contains("vs:stop:7"), "{text}");
    }
}

#[test]
fn a_server_that_filters_gets_neither_prompt_nor_link() {
    let task = samples::done();
    let watch = samples::watch(&task, "en-US");
    let media = Media {
        video: Video::Link,
        thumbnail: Thumbnail::Url,
    };
    let mut view = samples::view(&task, &watch, &media);
    view.hide.prompt = true;
    let text = sketch(&message(&view));
    for theirs in ["surreal", "grok-3", "3:2"] {
        assert!(!text.contains(theirs), "{theirs}: {text}");
    }
    assert!(text.contains("https://media.example"), "{text}");
    view.hide.links = true;
    let text = sketch(&message(&view));
    assert!(!text.contains("https://"), "{text}");
    assert!(text.contains("cannot be shown here"), "{text}");
}

#[test]
fn what_is_no_web_link_is_never_a_link() {
    for url in ["javascript:alert(1)", "file:///etc/passwd", "x", "https://"] {
        let mut task = samples::done();
        task.snapshot.video_url = Some(url.into());
        task.snapshot.thumbnail_url = Some(url.into());
        let watch = samples::watch(&task, "en-US");
        let media = Media {
            video: Video::Link,
            thumbnail: Thumbnail::Url,
        };
        let text = sketch(&message(&samples::view(&task, &watch, &media)));
        assert!(!text.contains(url) || url == "x", "{text}");
        assert!(text.contains("cannot be shown here"), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_every_limit_holds(
        texts in proptest::array::uniform6(proptest::option::of(samples::hostile())),
        path in "[a-z/%?&=]{0,2100}",
        id in "[A-Za-z0-9._:-]{190}x",
        state in 0..24_usize,
        locale in 0..Locale::ALL.len(),
        numbers in any::<(u8, i64, usize)>(),
    ) {
        let (_, mut task, media) = states().swap_remove(state);
        let [prompt, enhanced_prompt, error, model, ratio, status] = texts;
        task.id = TaskId::parse(&id).unwrap();
        let moment = Some(Timestamp(numbers.1));
        let url = task.snapshot.video_url.map(|_| format!("https://media.example/{path}"));
        task.snapshot = Snapshot {
            prompt, enhanced_prompt, error, model, ratio, status,
            phase: task.snapshot.phase,
            progress: Some(numbers.0),
            video_url: url.clone(),
            thumbnail_url: url,
            status_update_time: moment,
            completed_at: moment,
            ..Default::default()
        };
        let watch = samples::watch(&task, Locale::ALL[locale].code());
        let mut view = samples::view(&task, &watch, &media);
        view.subscribers = numbers.2;
        view.typical = Some(Duration::MAX);
        view.caution = Some(Caution::EndsByDm);
        let message = message(&view);
        samples::assert_fits(&message);
        // Outside the box stands nothing of the provider's but the link.
        let content = message.content;
        prop_assert!(content.is_empty() || content.starts_with("https://media.example/"));
        samples::assert_fits(&ping::dm(&view));
    }
}
