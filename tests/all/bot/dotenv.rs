//! `.env`, as an operator writes it: what it means is what stands there, and no mistake in
//! it shows a secret.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;

use futures_util::future::join_all;
use sandbox::RequestRecord;
use testing::Stage;

use super::program::{Ran, command, run};

/// A secret that no output may hold.
const CANARY: &str = "sk-canary-0123456789";

type Variables = HashMap<&'static str, String>;

/// Writes `.env`, which only its user may write.
fn write(stage: &Stage, content: impl AsRef<[u8]>, mode: u32) {
    let path = stage.folder().join(".env");
    std::fs::write(&path, content).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// Asks for a task with what stands in `.env`; `missing` are left out of the environment.
async fn query(stage: &Stage, missing: &[&str]) -> Ran {
    let mut variables = stage.variables();
    variables.retain(|name, _| !missing.contains(name));
    run(stage, &["query", "grok:1", "--raw"], &variables).await
}

/// The last query.
fn last(stage: &Stage) -> RequestRecord {
    stage.sandbox.requests().pop().unwrap()
}

fn keys(stage: &Stage) -> Vec<String> {
    let requests = stage.sandbox.requests();
    let asked = requests.iter().filter(|one| one.path.contains("/v1/video"));
    asked
        .map(|one| one.headers["authorization"].clone())
        .collect()
}

#[tokio::test]
async fn a_value_is_what_stands_there() {
    let stage = Stage::new().await;
    let lines = [
        "VIDEO_API_KEY=sk-a$b",
        "export VIDEO_API_KEY = \"sk-a$b\" # the key",
        "VIDEO_API_KEY='sk-a$b'",
        "VIDEO_API_KEY=sk-a\\$b",
        "\u{feff}VIDEO_API_KEY=Bearer\\ sk-a$b",
        "VIDEO_API_KEY=\"bearer sk-a$b\"",
        "VIDEO_API_KEY=\"'sk-a$b'\"",
    ];
    for line in lines {
        write(&stage, format!("{line}\r\n"), 0o600);
        let ran = query(&stage, &["VIDEO_API_KEY"]).await;
        assert_eq!(ran.code, Some(0), "{line}: {ran:?}");
    }
    assert_eq!(keys(&stage), vec!["Bearer sk-a$b"; lines.len()]);
    // The last of two lines counts, as in a shell.
    write(
        &stage,
        "VIDEO_API_KEY=sk-old\nVIDEO_API_KEY=sk-a$b\n",
        0o600,
    );
    assert_eq!(query(&stage, &["VIDEO_API_KEY"]).await.code, Some(0));
    assert_eq!(keys(&stage).last().unwrap(), "Bearer sk-a$b");
    // The environment is nearer, and a folder above is nobody's.
    write(&stage, "VIDEO_API_KEY=another", 0o600);
    assert_eq!(query(&stage, &[]).await.code, Some(0));
    assert_eq!(keys(&stage).last().unwrap(), "Bearer sk-the-api-key");
    let below = stage.folder().join("below");
    std::fs::create_dir(&below).unwrap();
    let mut variables = stage.variables();
    variables.remove("VIDEO_API_KEY");
    let mut command = command(&stage, &["query", "grok:1", "--raw"], &variables);
    let ran = command.current_dir(below).output().await.unwrap();
    assert!(ran.status.success(), "{ran:?}");
    assert!(!last(&stage).headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_mistake_is_told_by_its_line_and_never_printed() {
    let stage = Stage::new().await;
    let utf16: Vec<u8> = "\u{feff}DISCORD_TOKEN=x"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let cases: [(Vec<u8>, u32, &str); 6] = [
        (format!("\n{CANARY}\n").into(), 0o600, "line 2"),
        (
            format!("VIDEO_API_KEY={CANARY} more").into(),
            0o600,
            "line 1 (VIDEO_API_KEY)",
        ),
        (
            format!("# first\n{}=\"x", CANARY.replace('-', "_")).into(),
            0o600,
            "line 2",
        ),
        (utf16, 0o600, "save it as UTF-8"),
        (b"VIDEO_API_KEY=\xff".into(), 0o600, "save it as UTF-8"),
        (b"VIDEO_API_KEY=a".into(), 0o620, "chmod go-w .env"),
    ];
    for (content, mode, words) in cases {
        write(&stage, content, mode);
        let ran = query(&stage, &[]).await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(words), "no {words} in {}", ran.err);
        assert!(!ran.err.contains("canary"), "{}", ran.err);
    }
}

#[tokio::test]
async fn what_is_no_file_or_no_env_file_is_told_and_keeps_nobody_waiting() {
    let stage = Stage::new().await;
    let path = stage.folder().join(".env");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, mode).unwrap();
    for arguments in [&["run"][..], &["doctor"], &["query", "grok:1"]] {
        let ran = run(&stage, arguments, &stage.variables()).await;
        let code = if arguments == ["doctor"] { 1 } else { 2 };
        assert_eq!(ran.code, Some(code), "{ran:?}");
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains(".env is not a file"), "{told}");
    }
    std::fs::remove_file(&path).unwrap();
    write(&stage, "#".repeat(100_000), 0o600);
    let ran = query(&stage, &[]).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    ran.warns(&[".env is larger than 65536 bytes"]);
}

#[tokio::test]
async fn no_subcommand_prints_a_secret() {
    let stage = Stage::new().await;
    let url = format!("postgres://bot:{CANARY}@127.0.0.1:1/bot");
    let secret = format!("https://bot:{CANARY}@127.0.0.1:1");
    let fine = || -> Variables {
        let mut variables = stage.variables();
        variables.insert("DISCORD_TOKEN", CANARY.to_owned());
        variables.insert("VIDEO_API_KEY", CANARY.to_owned());
        variables.insert("DATABASE_URL", url.clone());
        variables
    };
    let mut wrong = fine();
    for name in wrong.clone().into_keys() {
        wrong.insert(name, format!("{CANARY} {CANARY}\u{7f}"));
    }
    let mut places = fine();
    for name in ["DISCORD_API_URL", "VIDEO_API_URL"] {
        places.insert(name, secret.clone());
    }
    let copy = stage.folder().join("copy.db").display().to_string();
    let commands: [&[&str]; 10] = [
        &["run"],
        &["healthcheck"],
        &["doctor"],
        &["doctor", "--json", "--guild", "1100000000000000100"],
        &["query", "grok:1"],
        &["query", "grok:1", "--explain"],
        &["query", "grok:1", "--watch"],
        &["backup", &copy],
        &["forget", "--user", "1"],
        &["completions", "bash"],
    ];
    for variables in [fine(), wrong, places] {
        for dotenv in ["", &format!("{CANARY}\nDATABASE_URL='{CANARY}")] {
            write(&stage, dotenv, 0o600);
            let runs = commands.map(|command| run(&stage, command, &variables));
            for ran in join_all(runs).await {
                assert!(!format!("{ran:?}").contains("canary"), "{ran:?}");
            }
        }
    }
}
