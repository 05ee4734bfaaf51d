//! The HTTP door against strangers who open connections and say little.

use std::time::{Duration, Instant};

use testing::{Bot, Stage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::http_door::{bot, post};

/// A connection of a stranger who has sent `text` and waits.
async fn stranger(bot: &Bot, text: &str) -> TcpStream {
    let address = bot.door.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The door may have closed it meanwhile.
    let _ = stream.write_all(text.as_bytes()).await;
    stream
}

/// Returns the server's last answer before it closes the connection.
async fn last_words(mut stream: TcpStream) -> String {
    let mut words = Vec::new();
    let _ = stream.read_to_end(&mut words).await;
    String::from_utf8(words).unwrap()
}

/// The beginning of a request whose body never comes; `signature` is that of nobody.
fn held(signature: &str) -> String {
    format!(
        "POST /interactions HTTP/1.1\r\nhost: a\r\ncontent-length: 60000\r\n{signature}\r\n{{\"type\":"
    )
}

async fn answers(stage: &Stage, bot: &Bot) {
    let ping = r#"{"type":1}"#;
    let asked = Instant::now();
    assert_eq!(post(stage, bot, ping, ping, 0).await.0, 200);
    let health = reqwest::get(format!("{}/healthz", bot.http)).await.unwrap();
    assert_eq!(health.status(), 200);
    assert!(asked.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn half_headers_of_one_address_shut_nobody_out() {
    let needed = videostatus::cli::process::raise_open_files();
    assert!(needed >= 3000, "the test needs more open files: {needed}");
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let mut closed = JoinSet::new();
    for _ in 0..1100 {
        let half = stranger(&bot, "POST /interactions HTTP/1.1\r\nhost: a\r\n").await;
        closed.spawn(last_words(half));
    }
    answers(&stage, &bot).await;
    // All but 256 are closed because others came, the rest because nothing more comes.
    let all = closed.join_all();
    let all = tokio::time::timeout(Duration::from_secs(20), all).await;
    assert_eq!(all.unwrap().len(), 1100);
    bot.stop().await;
}

#[tokio::test]
async fn a_body_is_read_only_behind_a_signature_and_a_few_at_a_time() {
    let stage = Stage::new().await;
    let bot = bot(&stage).await;
    let mut bare = JoinSet::new();
    for _ in 0..800 {
        bare.spawn(last_words(stranger(&bot, &held("")).await));
        if bare.len() >= 100 {
            let words = bare.join_next().await.unwrap().unwrap();
            // A body that is not read may cost the answer that was sent before.
            assert!(words.is_empty() || words.contains(" 401 "), "{words}");
        }
    }
    bare.join_all().await;
    let forged = format!(
        "x-signature-ed25519: {}\r\nx-signature-timestamp: 1\r\n",
        "0".repeat(128)
    );
    let mut forgers = JoinSet::new();
    for _ in 0..200 {
        forgers.spawn(last_words(stranger(&bot, &held(&forged)).await));
    }
    answers(&stage, &bot).await;
    let words = forgers.join_all().await;
    let count = |status: &str| words.iter().filter(|words| words.contains(status)).count();
    // The ping came in their place, too.
    assert!(count(" 503 ") >= 168, "{words:?}");
    assert!(count(" 408 ") <= 32, "{words:?}");
    bot.stop().await;
}

#[tokio::test]
async fn open_connections_do_not_hold_a_shutdown_up() {
    let stage = Stage::new().await;
    let mut variables = stage.variables();
    variables.insert("SHUTDOWN_GRACE", "60s".into());
    let bot = Bot::start(variables).await.unwrap();
    let silent = stranger(&bot, "").await;
    let half = stranger(&bot, "GET /healthz HTTP/1.1\r\n").await;
    let mut idle = stranger(&bot, "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert_ne!(idle.read(&mut [0; 4096]).await.unwrap(), 0);
    let stopping = Instant::now();
    bot.stop().await;
    let took = stopping.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    for stream in [silent, half, idle] {
        last_words(stream).await;
    }
}
