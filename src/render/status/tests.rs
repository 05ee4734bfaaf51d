use std::time::Duration;

use proptest::prelude::*;

use super::super::locale::Locale;
use super::super::ping;
use super::super::samples::{self, sketch};
use super::super::view::Media;
use super::*;
use crate::domain::task::{NoLink, Outcome, Phase, Setback, Snapshot, Task, TaskId};
use crate::domain::time::Timestamp;
use crate::domain::watch::{Notify, Reach, WatchState};

/// Returns every state with its media, named.
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
        done("done, too large", Video::TooLarge, Thumbnail::None),
        done("done, no files here", Video::NoFiles, Thumbnail::Url),
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
        ended("unserved", Outcome::Unserved),
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
fn every_state_in_every_language() {
    for locale in Locale::ALL {
        insta::assert_snapshot!(
            format!("every_state_{}", locale.code()),
            gallery(locale.code())
        );
    }
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

/// Returns the message of a running task, after a change to its view.
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
    assert!(text.contains("🛑 Stopped\nBy <@5>."), "{text}");
    assert!(text.contains("vs:again:7"), "{text}");
}

#[test]
fn what_the_message_cannot_do_is_said_while_the_task_runs() {
    let by_dm = running(|view| view.caution = Some(Caution::EndsByDm));
    assert!(by_dm.contains("I go on by direct message"), "{by_dm}");
    let again = running(|view| view.caution = Some(Caution::AskAgain));
    assert!(again.contains("`/videostatus` again then"), "{again}");
    for (told, words) in [
        (true, "tell you by direct message"),
        (false, "`/videostatus` again"),
    ] {
        let frozen = running(|view| view.caution = Some(Caution::Frozen { told }));
        assert!(frozen.contains("change this message any more"), "{frozen}");
        assert!(frozen.contains(words) && !frozen.contains('%'), "{frozen}");
    }
    let lost = running(|view| view.caution = Some(Caution::NotSaved));
    assert!(lost.contains("this message will not change"), "{lost}");
    for promise in ["ping", "stop trying", "vs:"] {
        assert!(!lost.contains(promise), "{promise}: {lost}");
    }
}

#[test]
fn an_end_that_nobody_could_be_told_of_says_so() {
    let task = samples::done();
    let watch = samples::watch(&task, "en-US");
    let media = Media::default();
    let mut view = samples::view(&task, &watch, &media);
    view.caution = Some(Caution::NotTold);
    let text = sketch(&message(&view));
    assert!(text.contains("I could not notify anybody"), "{text}");
}

#[test]
fn a_private_message_says_who_sees_it() {
    let task = samples::task(Phase::Running);
    let mut watch = samples::watch(&task, "en-US");
    (watch.asked.private, watch.asked.reach) = (true, Reach::Dm);
    let media = Media::default();
    let mut view = samples::view(&task, &watch, &media);
    view.caution = Some(Caution::EndsByDm);
    let text = sketch(&message(&view));
    let line = "-# Only you see this. After 15 minutes I go on by direct message.";
    assert!(text.contains(line) && !text.contains("ping you"), "{text}");
}

#[test]
fn who_is_told_and_usual_times_are_shown() {
    let told = |notify, others| {
        let task = samples::task(Phase::Running);
        let mut watch = samples::watch(&task, "en-US");
        watch.asked.notify = notify;
        let media = Media::default();
        let mut view = samples::view(&task, &watch, &media);
        (view.others, view.typical) = (others, Some(Duration::from_secs(185)));
        let text = sketch(&message(&view));
        let line = text.lines().find(|line| line.starts_with("-# ")).unwrap();
        let line = line
            .strip_prefix("-# grok-3 · 3:2 · usually 3 min · ")
            .unwrap();
        line.split_once('`').unwrap().0.to_owned()
    };
    for (notify, others, wanted) in [
        (Notify::Here, 0, "I'll ping you here · "),
        (Notify::Here, 2, "I'll ping 3 people here · "),
        (Notify::Dm, 0, "I'll send you a direct message · "),
        (
            Notify::Dm,
            1,
            "I'll ping 1 person here · I'll send you a direct message · ",
        ),
        (Notify::Off, 0, ""),
        (Notify::Off, 1, "I'll ping 1 person here · "),
    ] {
        assert_eq!(told(notify, others), wanted);
    }
}

#[test]
fn a_prompt_is_shown_whole_and_a_longer_one_has_a_button() {
    let shown = |prompt: &str| {
        let mut task = samples::task(Phase::Running);
        task.snapshot.prompt = None;
        task.snapshot.enhanced_prompt = Some(prompt.to_owned());
        let watch = samples::watch(&task, "en-US");
        let media = Media::default();
        sketch(&message(&samples::view(&task, &watch, &media)))
    };
    let fits = "word ".repeat(200);
    let text = shown(&fits);
    assert!(
        text.contains(fits.trim()) && !text.contains("vs:prompt"),
        "{text}"
    );
    let text = shown(&"word ".repeat(201));
    assert!(
        text.contains("word …") && text.contains("vs:prompt"),
        "{text}"
    );
    let chinese = shown(&"会飞的牛".repeat(300));
    assert!(chinese.contains("vs:prompt"), "{chinese}");
}

#[test]
fn a_hidden_video_has_no_link_that_everybody_can_press() {
    let task = samples::done();
    let mut watch = samples::watch(&task, "en-US");
    watch.asked.spoiler = true;
    let media = Media {
        video: Video::Link,
        thumbnail: Thumbnail::None,
    };
    let message = message(&samples::view(&task, &watch, &media));
    let embed = &message.embeds[0];
    assert_eq!(embed.url, None);
    let text = embed.description.as_deref().unwrap();
    assert!(text.contains("||https://media.example/"), "{text}");
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
    assert!(text.contains("can't show the link"), "{text}");
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
        assert!(text.contains("can't show the link"), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_every_limit_holds(
        texts in proptest::array::uniform6(proptest::option::of(samples::hostile())),
        path in "[a-z/%?&=]{0,2100}",
        id in "[A-Za-z0-9._:-]{190}x",
        state in 0..25_usize,
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
        view.others = numbers.2;
        view.typical = Some(Duration::MAX);
        view.caution = Some(Caution::EndsByDm);
        let message = message(&view);
        samples::assert_fits(&message);
        prop_assert!(message.content.is_empty());
        samples::assert_fits(&plain(&view));
        samples::assert_fits(&ping::dm(&view));
    }
}
