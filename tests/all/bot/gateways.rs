//! Several gateways: each task is asked of the one that knows it, and the trouble of one
//! is nobody else's.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use sandbox::{Fault, Options, Reply, Sandbox, Script};
use serde_json::{Value, json};
use testing::{Bot, Stage, TASK, running, title};

use super::inline;
use super::program::run;

const QUERY: &str = "GET /v1/video/query";
const SECOND: &str = "veo3.1-fast:1770350082-trii1OXZc3";

/// A stage with a second query endpoint.
struct Two {
    stage: Stage,
    other: Sandbox,
}

impl Two {
    async fn new() -> Self {
        Self::with(Stage::options()).await
    }

    async fn with(options: Options) -> Self {
        let stage = Stage::with(options).await;
        let other = Sandbox::start(Stage::options()).await.unwrap();
        Self { stage, other }
    }

    /// A file of these gateways: name, whether it is the stage's own endpoint, fields.
    fn file(&self, gateways: &[(&str, &Sandbox, &str)]) -> String {
        let mut text = String::new();
        for (name, sandbox, fields) in gateways {
            let url = sandbox.video_url();
            writeln!(
                text,
                "[[gateway]]\nname = \"{name}\"\nurl = \"{url}\"\n{fields}"
            )
            .unwrap();
        }
        let path = self.stage.folder().join("gateways.toml");
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    async fn bot(&self, gateways: &[(&str, &Sandbox, &str)]) -> Bot {
        let file = self.file(gateways);
        let changes = [
            ("VIDEO_API_URL", ""),
            ("VIDEO_API_KEY", ""),
            ("GATEWAYS", &file),
        ];
        self.stage.bot_with(&changes).await
    }

    /// Two gateways that are asked about every id, with these names.
    async fn both(&self, first: &str, second: &str) -> Bot {
        self.bot(&[(first, self.first(), ""), (second, &self.other, "")])
            .await
    }

    fn first(&self) -> &Sandbox {
        &self.stage.sandbox
    }

    fn other_task(&self, id: &str, states: impl IntoIterator<Item = Value>) {
        let replies = states.into_iter().map(|body| Reply::json(200, body));
        self.other.video().task(id, Script::steps(replies));
    }

    /// How often each was asked about a task.
    fn polls(&self, id: &str) -> [usize; 2] {
        [self.first(), &self.other].map(|sandbox| sandbox.video().polls(id).len())
    }

    /// Waits until the second gateway was asked about a task so many times more.
    async fn asked_more(&self, id: &str, times: usize) {
        let before = self.polls(id)[1];
        self.other
            .until(|view| (view.polls(id) >= before + times).then_some(()))
            .await;
    }
}

async fn metric(bot: &Bot, series: &str) -> String {
    let text = reqwest::get(format!("{}/metrics", bot.http)).await.unwrap();
    let text = text.text().await.unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    let value = line.unwrap_or_else(|| panic!("no {series} in {text}"));
    value.trim().to_owned()
}

#[tokio::test]
async fn an_id_goes_to_the_first_gateway_that_it_fits_with_that_ones_key() {
    let two = Two::new().await;
    two.first().video().require_key(Some("sk-of-the-first"));
    two.other.video().require_key(Some("sk-of-the-other"));
    let key = two.stage.folder().join("key");
    std::fs::write(&key, "sk-of-the-other\n").unwrap();
    let by_file = format!(
        "key_file = \"{}\"\nids = [\"veo*\", \"sora:*\"]",
        key.display()
    );
    let of_first = "key = \"sk-of-the-first\"\nids = [\"grok:*\"]";
    let bot = two
        .bot(&[
            ("first", two.first(), of_first),
            ("other", &two.other, &by_file),
        ])
        .await;
    two.stage.task(TASK, [running(TASK)]);
    two.other_task(SECOND, [running(SECOND)]);
    for id in [TASK, SECOND] {
        two.stage
            .titled(&two.stage.ask(id), "Making your video")
            .await;
    }
    assert_eq!(two.polls(TASK)[1], 0);
    assert_eq!(two.polls(SECOND)[0], 0);
    // Nobody is asked about an id that no gateway is for, and it is not called unknown.
    let stray = "kling:1";
    let told = two
        .stage
        .titled(&two.stage.ask(stray), "can't check on")
        .await;
    assert!(!title(&told).contains("No video"));
    assert_eq!(two.polls(stray), [0, 0]);
    bot.stop().await;
}

#[tokio::test]
async fn what_the_first_does_not_know_is_asked_of_the_second_which_is_remembered() {
    let two = Two::new().await;
    two.other_task(TASK, [running(TASK)]);
    let bot = two.both("first", "second").await;
    let asked = two.stage.ask(TASK);
    two.stage.titled(&asked, "Making your video").await;
    two.asked_more(TASK, 3).await;
    assert_eq!(two.polls(TASK)[0], 1, "only before it was known");
    bot.kill();
    let bot = two.both("first", "second").await;
    two.asked_more(TASK, 3).await;
    two.other_task(TASK, [two.stage.done(TASK)]);
    two.stage.titled(&asked, "Your video is ready").await;
    assert_eq!(two.polls(TASK)[0], 1, "also after a restart");
    // Whoever asks again is answered from there at once.
    two.stage
        .titled(&two.stage.ask(TASK), "Your video is ready")
        .await;
    assert_eq!(two.polls(TASK)[0], 1);
    bot.stop().await;
}

#[tokio::test]
async fn what_both_do_not_know_is_unknown_and_what_both_know_is_the_firsts() {
    let two = Two::new().await;
    let bot = two.both("first", "second").await;
    two.stage
        .titled(&two.stage.ask(TASK), "No video with this ID")
        .await;
    assert_eq!(two.polls(TASK), [1, 1]);
    two.stage.task(SECOND, [running(SECOND)]);
    two.other_task(SECOND, [two.stage.done(SECOND)]);
    two.stage
        .titled(&two.stage.ask(SECOND), "Making your video")
        .await;
    assert_eq!(two.polls(SECOND)[1], 0);
    bot.stop().await;
}

#[tokio::test]
async fn a_key_that_one_refuses_keeps_nobody_from_the_other() {
    let two = Two::new().await;
    two.first().video().require_key(Some("another-key"));
    two.other_task(TASK, [running(TASK)]);
    let bot = two.both("first", "second").await;
    two.stage
        .titled(&two.stage.ask(TASK), "Making your video")
        .await;
    // It may be the first one's, which cannot be asked.
    let refused = two.stage.ask(SECOND);
    two.stage.titled(&refused, "turned me away").await;
    bot.stop().await;
}

#[tokio::test]
async fn an_outage_opens_one_circuit_and_calls_nothing_unknown() {
    let two = Two::new().await;
    let first: Vec<String> = (0..5).map(|n| format!("grok:outage-{n}")).collect();
    for id in &first {
        two.stage.task(id, [running(id)]);
    }
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("outage-first", "outage-second").await;
    let mut asked = Vec::new();
    for id in &first {
        let one = two.stage.ask(id);
        two.stage.titled(&one, "Making your video").await;
        asked.push(one);
    }
    let second = two.stage.ask(SECOND);
    two.stage.titled(&second, "Making your video").await;
    two.first().video().down(true);
    for one in &asked {
        two.stage
            .titled(one, "No answer from the video service")
            .await;
    }
    let circuit = |name: &str| format!("videostatus_provider_circuit_open{{gateway=\"{name}\"}}");
    assert_eq!(metric(&bot, &circuit("outage-first")).await, "1");
    assert_eq!(metric(&bot, &circuit("outage-second")).await, "0");
    let ready = reqwest::get(format!("{}/readyz", bot.http)).await.unwrap();
    let ready: Value = ready.json().await.unwrap();
    let warning = ready["warnings"]["provider"].as_str().unwrap();
    assert!(warning.ends_with(": outage-first"), "{warning}");

    // The second one says that it does not know this one; the first cannot be asked.
    let pasted = two.stage.ask(TASK);
    two.stage
        .titled(&pasted, "No answer from the video service")
        .await;
    assert!(two.polls(TASK)[1] > 0);
    // And one that the second knows is answered all the same.
    let known = "grok:known-by-the-second";
    two.other_task(known, [running(known)]);
    two.stage
        .titled(&two.stage.ask(known), "Making your video")
        .await;
    two.other_task(SECOND, [two.stage.done(SECOND)]);
    two.stage.titled(&second, "Your video is ready").await;

    two.stage.task(TASK, [two.stage.done(TASK)]);
    two.first().video().down(false);
    for one in &asked {
        two.stage.titled(one, "Making your video").await;
    }
    two.stage.titled(&pasted, "Your video is ready").await;
    let polls = "videostatus_poll_duration_seconds_count";
    for (name, outcome) in [
        ("outage-first", "unavailable"),
        ("outage-first", "running"),
        ("outage-second", "completed"),
        ("outage-second", "not_found"),
    ] {
        let series = format!("{polls}{{gateway=\"{name}\",outcome=\"{outcome}\"}}");
        assert_ne!(metric(&bot, &series).await, "0");
    }
    bot.stop().await;
}

#[tokio::test]
async fn a_pause_that_one_asks_for_is_not_the_others() {
    let two = Two::new().await;
    two.stage.task(TASK, [running(TASK)]);
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("first", "second").await;
    for id in [TASK, SECOND] {
        two.stage
            .titled(&two.stage.ask(id), "Making your video")
            .await;
    }
    let day = Duration::from_secs(86_400);
    two.first().fault(Fault::on(QUERY).rate_limited(day));
    two.first()
        .until(|view| {
            let mut queries = view.requests().filter(|one| one.name() == QUERY);
            queries.any(|one| one.status == Some(429)).then_some(())
        })
        .await;
    let before = two.polls(TASK)[0];
    // Two seconds are believed, which is ten times POLL_MAX; these take one at most.
    two.asked_more(SECOND, 5).await;
    assert_eq!(two.polls(TASK)[0], before);
    bot.stop().await;
}

/// A task of the second gateway, which is gone after a restart: what becomes of it with
/// these gateways.
async fn without_the_second(two: &Two, left: &[(&str, &Sandbox, &str)], words: &str) -> [usize; 2] {
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("first", "second").await;
    let asked = two.stage.ask(SECOND);
    two.stage.titled(&asked, "Making your video").await;
    bot.stop().await;
    let before = two.polls(SECOND);
    let bot = two.bot(left).await;
    two.stage.titled(&asked, words).await;
    if words.contains("can't") {
        let pings = two.stage.pinged(1).await;
        assert!(pings[0].content.contains(words), "{:?}", pings[0].content);
    }
    bot.stop().await;
    let after = two.polls(SECOND);
    [after[0] - before[0], after[1] - before[1]]
}

#[tokio::test]
async fn a_gateway_that_is_removed_ends_its_watches_with_a_true_sentence() {
    let two = Two::new().await;
    let left = [("first", two.first(), "ids = [\"grok:*\"]")];
    let polls = without_the_second(&two, &left, "can't check on").await;
    assert_eq!(polls, [0, 0], "nobody is for it");
}

#[tokio::test]
async fn what_was_a_removed_gateways_is_not_called_unknown_by_another() {
    let two = Two::new().await;
    let left = [("first", two.first(), "")];
    let polls = without_the_second(&two, &left, "can't check on").await;
    assert_eq!(polls, [1, 0]);
}

#[tokio::test]
async fn a_gateway_that_is_renamed_goes_on() {
    let two = Two::new().await;
    let left = [("first", two.first(), ""), ("renamed", &two.other, "")];
    two.other_task(SECOND, [running(SECOND)]);
    let bot = two.both("first", "second").await;
    let asked = two.stage.ask(SECOND);
    two.stage.titled(&asked, "Making your video").await;
    bot.stop().await;
    two.other_task(SECOND, [two.stage.done(SECOND)]);
    let bot = two.bot(&left).await;
    two.stage.titled(&asked, "Your video is ready").await;
    bot.stop().await;
}

#[tokio::test]
async fn a_video_in_the_reply_is_asked_of_the_tasks_own_gateway() {
    let two = Two::new().await;
    two.other
        .video()
        .task(TASK, Script::always(inline::clip(TASK)));
    let bot = two.both("first", "second").await;
    let asked = two.stage.ask(TASK);
    let shown = two.stage.message(&asked, inline::is_attached).await;
    assert_eq!(shown.attachments[0].size, sandbox::clip().len() as u64);
    assert_eq!(two.polls(TASK), [1, 2]);
    bot.stop().await;
}

/// Media of the gateway's own origin that wants its key.
#[tokio::test]
async fn media_is_fetched_with_the_key_of_the_tasks_own_gateway() {
    let two = Two::new().await;
    let clip = Reply::bytes("video/mp4", sandbox::clip());
    let url = two.other.video().media("/own.mp4", clip);
    let refused = Fault::on("GET /media/{*path}").reply(401, json!({}));
    two.other.fault(refused);
    two.other_task(
        TASK,
        [json!({ "id": TASK, "status": "completed", "video_url": url })],
    );
    let (first, second) = ("key = \"sk-of-the-first\"", "key = \"sk-of-the-second\"");
    let bot = two
        .bot(&[
            ("first", two.first(), first),
            ("second", &two.other, second),
        ])
        .await;
    let asked = two.stage.ask(TASK);
    two.stage.message(&asked, inline::is_attached).await;
    let requests = two.other.requests();
    let media = requests.iter().filter(|one| one.path.starts_with("/media"));
    let keys: Vec<_> = media.map(|one| one.headers.get("authorization")).collect();
    let key = "Bearer sk-of-the-second".to_owned();
    assert_eq!(keys, [None, Some(&key)]);
    bot.stop().await;
}

/// More people ask a slow gateway than the bot has slots for, and whoever asks the other
/// one is answered at once.
#[tokio::test]
async fn a_crowd_before_a_slow_gateway_is_in_nobody_elses_way() {
    let two = Two::with(Options {
        rate_limits: false,
        ..Stage::options()
    })
    .await;
    let slow = "ids = [\"grok:*\"]\nrate = 1";
    let bot = two
        .bot(&[
            ("slow", two.first(), slow),
            ("quick", &two.other, "rate = 1"),
        ])
        .await;
    let channel = two.first().channel();
    let mut crowd = Vec::new();
    for n in 0..100 {
        let id = format!("grok:crowd-{n}");
        two.stage.task(&id, [running(&id)]);
        let person = two.first().person(&format!("person {n}"));
        let asked = two
            .first()
            .command(&person, &channel, "videostatus", json!({ "id": id }));
        crowd.push(asked.unwrap());
    }
    for one in &crowd {
        assert_eq!(one.callback().await.kind, 5);
    }
    two.other_task(SECOND, [running(SECOND)]);
    let begun = Instant::now();
    two.stage
        .titled(&two.stage.ask(SECOND), "Making your video")
        .await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    let asked = |view: &sandbox::View<'_>| {
        let queries = view.requests().filter(|one| one.name() == QUERY);
        queries.count()
    };
    assert!(two.first().look(asked) < 50, "the crowd still waits");
    bot.kill();
}

/// The variables of the program with a file of gateways.
fn variables(two: &Two, file: String) -> std::collections::HashMap<&'static str, String> {
    let mut variables = two.stage.variables();
    for name in ["VIDEO_API_URL", "VIDEO_API_KEY"] {
        variables.remove(name);
    }
    variables.insert("GATEWAYS", file);
    variables
}

#[tokio::test]
async fn the_doctor_asks_each_and_names_the_one_in_trouble() {
    let two = Two::new().await;
    two.other.video().require_key(Some("another-key"));
    let key = "key = \"sk-the-secret-key\"";
    let file = two.file(&[("first", two.first(), key), ("second", &two.other, key)]);
    let ran = run(&two.stage, &["doctor"], &variables(&two, file)).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for line in [
        "✓ configuration complete",
        "✓ video service first: answers, key accepted",
        "✗ video service second: ",
        "→ set key of second in GATEWAYS to a valid key",
    ] {
        assert!(ran.out.contains(line), "no {line:?} in\n{}", ran.out);
    }
    assert!(!ran.out.contains("sk-the-secret-key"), "{}", ran.out);
    let without = two.file(&[("first", two.first(), ""), ("second", &two.other, key)]);
    let ran = run(&two.stage, &["doctor", "--json"], &variables(&two, without)).await;
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let found = &report["findings"][0]["found"];
    assert_eq!(found, "key of first in GATEWAYS is empty");
}

#[tokio::test]
async fn the_command_line_asks_them_in_turn_or_the_one_that_is_named() {
    let two = Two::new().await;
    two.other_task(TASK, [running(TASK)]);
    let file = two.file(&[
        ("first", two.first(), ""),
        ("second", &two.other, "ids = [\"grok:*\"]"),
    ]);
    let variables = variables(&two, file);
    let query = async |arguments: &[&str]| {
        let arguments = [&["query", TASK], arguments].concat();
        run(&two.stage, &arguments, &variables).await
    };
    let ran = query(&[]).await;
    assert!(ran.out.starts_with(&format!("{TASK}: running")), "{ran:?}");
    assert!(ran.out.ends_with(" (second)\n"), "{ran:?}");
    assert_eq!(two.polls(TASK), [1, 1]);
    let ran = query(&["--gateway", "first"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("does not know the task"), "{ran:?}");
    assert_eq!(two.polls(TASK), [2, 1]);
    let ran = query(&["--gateway", "second", "--raw"]).await;
    let body: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(body, running(TASK));
    assert_eq!(two.polls(TASK), [2, 2]);
    let ran = query(&["--explain"]).await;
    assert!(ran.out.starts_with("phase: running"), "{ran:?}");
    // A reply that is none of the family's does not hide the one that knows the task.
    two.first().video().down(true);
    let ran = query(&["--raw"]).await;
    let host = two.other.video_url().trim_start_matches("http://");
    assert_eq!(ran.err, format!("HTTP 200 from {host}\n"));
    let ran = run(&two.stage, &["query", SECOND, "--raw"], &variables).await;
    assert!(
        ran.err.starts_with("HTTP 502 from "),
        "the second is not for it"
    );
    two.first().video().down(false);
    let ran = query(&["--gateway", "third"]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("there is first, second"), "{ran:?}");
    two.other_task(TASK, [running(TASK), two.stage.done(TASK)]);
    let ran = query(&["--watch"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("completed"), "{ran:?}");
}

#[tokio::test]
async fn a_token_in_a_file_serves_and_one_beside_it_does_not() {
    let two = Two::new().await;
    let token = two.stage.folder().join("token");
    std::fs::write(&token, two.first().token().to_owned() + "\n").unwrap();
    let mut variables = two.stage.variables();
    variables.insert("DISCORD_TOKEN_FILE", token.to_str().unwrap().to_owned());
    two.stage.task(TASK, [running(TASK)]);
    let ran = run(&two.stage, &["doctor"], &variables).await;
    let told = "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set";
    assert!(ran.out.contains(told), "{ran:?}");
    variables.remove("DISCORD_TOKEN");
    let ran = run(&two.stage, &["doctor"], &variables).await;
    assert!(ran.out.contains("✓ Discord token accepted"), "{ran:?}");
    // It needs no token, wherever one is.
    let ran = run(&two.stage, &["query", TASK, "--json"], &variables).await;
    let snapshot: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(snapshot["phase"], json!("running"));
}
