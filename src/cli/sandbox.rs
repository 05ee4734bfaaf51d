//! `videostatus sandbox`: runs the bot against a stand-in for Discord and the video service,
//! without a token, an account or a network.
//!
//! The bot is the real program and uses real sockets; only its addresses differ.

mod door;
mod play;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use sandbox::{BotControl, Options, Page, Sandbox};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::output::print;
use super::{help, logging, run};
use crate::app::{App, Timings, temporary_folder};
use crate::config::{Config, LogFormat};
use crate::domain::caller::{Mention, Target, Wanted};
use crate::domain::task::TaskId;
use crate::flows::clock::Clock;
use crate::store;

#[derive(Debug, clap::Args)]
#[command(after_help = help::SANDBOX)]
pub struct SandboxArgs {
    /// The page's address: a port of this machine, or an address (port 0: any free one)
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,
    /// The address of the bot's health, metrics and API (by default the port after the page's)
    #[arg(long, value_name = "ADDR", value_parser = address)]
    http: Option<SocketAddr>,
    /// Keep the bot's database in this folder; without it nothing is kept
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// No page: play one task through, print each message as it changes, and end
    #[arg(long)]
    play: bool,
}

/// Parses an address, or a port, which then belongs to this machine's loopback address.
fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let port = text.strip_prefix("localhost").unwrap_or(text);
    let port = port.strip_prefix(':').unwrap_or(port).parse::<u16>();
    let here = port.map(|port| (Ipv4Addr::LOCALHOST, port).into());
    here.or_else(|_| text.parse())
        .map_err(|_| "a port such as 8080, or an address such as 0.0.0.0:8080")
}

/// Runs the sandbox until SIGTERM or SIGINT, or with `--play` until the play ends.
pub async fn sandbox(args: SandboxArgs) -> anyhow::Result<()> {
    // People see what happens on the page, so only problems are logged.
    logging::start(LogFormat::Text, "warn");
    // Signals are heard from the beginning, so that they never leave temporary files behind.
    let mut stopped = std::pin::pin!(run::stopped()?);
    let temporary = temporary_folder()?;
    let scratch = tempfile::tempdir_in(temporary).context("no room for temporary files")?;
    let folder = args.data.as_deref().unwrap_or(scratch.path());
    // People look at the last few records only, so little is kept.
    let options = Options {
        records_kept: 1000,
        interactions_kept: 1000,
        messages_kept: 500,
        versions_kept: 20,
        ..Options::default()
    };
    let sandbox = Arc::new(Sandbox::start(options).await?);
    let http = match args.http {
        Some(http) => http,
        None if args.play => free_port(args.listen),
        None => next_port(args.listen),
    };
    let config = config(&sandbox, folder, http)?;
    door::set_task(&sandbox);
    if args.play {
        let mut events = sandbox.events();
        let mut bot = Bot::start(config).await?;
        tokio::select! {
            played = play::play(&sandbox, &mut events) => played?,
            ended = bot.ended() => return ended.context("the bot ended by itself"),
            () = &mut stopped => {
                bot.stop().await?;
                bail!("the play was interrupted");
            }
        }
        return bot.stop().await;
    }
    let (sender, mut wanted) = mpsc::unbounded_channel();
    let page = Page::start(Arc::clone(&sandbox), args.listen, sender).await;
    let hint = "choose another port, for example --listen 8081";
    let page = page.map_err(|error| anyhow!("{error}: {hint}"))?;
    let mut bot = Bot::start(config.clone()).await?;
    // A browser cannot open an unspecified address.
    let url = page.url().replace("//0.0.0.0:", "//localhost:");
    let url = url.replace("//[::]:", "//localhost:");
    print(&format!("The sandbox is open: {url}\nCtrl-C ends it."))?;
    if let Some(http) = bot.http {
        print(&door::hint(&sandbox, http))?;
    }
    loop {
        tokio::select! {
            () = &mut stopped => return bot.stop().await,
            ended = bot.ended() => return ended.context("the bot ended by itself"),
            Some(wanted) = wanted.recv() => match wanted {
                BotControl::Restart => {
                    drop(bot);
                    free(config.http_addr).await;
                    bot = Bot::start(config.clone()).await?;
                }
                BotControl::Order { task, channel, person } => {
                    if let (Some(http), Ok(task_id)) = (bot.http, TaskId::parse(&task)) {
                        let wanted = Wanted {
                            task_id,
                            target: Target::Channel(channel.get()),
                            mention: Some(Mention::Person(person.get())),
                            locale: None,
                            spoiler: false,
                        };
                        tokio::spawn(door::order(http, wanted));
                    }
                }
            },
        }
    }
}

/// Returns the bot's configuration. It polls fast, so that there is something to see.
fn config(sandbox: &Sandbox, folder: &Path, http: SocketAddr) -> anyhow::Result<Config> {
    let database = store::url_of(&folder.join("videostatus.db"));
    let http = http.to_string();
    Ok(Config::read(|name| {
        let value = match name {
            "DISCORD_TOKEN" => sandbox.token(),
            "DISCORD_API_URL" => sandbox.discord_url(),
            "VIDEO_API_URL" => sandbox.video_url(),
            "VIDEO_API_KEY" => "sandbox",
            "DATABASE_URL" => database.expose(),
            "HTTP_ADDR" => &http,
            "API_TOKEN" => door::TOKEN,
            "POLL_MIN" => "1s",
            "POLL_MAX" => "2s",
            // Short enough to see a watch time out.
            "WATCH_TIMEOUT" => "3m",
            "MEDIA_ALLOW_PRIVATE_HOSTS" => "true",
            "SHUTDOWN_GRACE" => "3s",
            _ => return None,
        };
        Some(value.to_owned())
    })?)
}

/// Returns the port after the page's, so that the documentation can name it. If the page takes
/// any free port, so does the bot.
fn next_port(mut page: SocketAddr) -> SocketAddr {
    let port = page.port();
    page.set_port(if port == 0 { 0 } else { port.wrapping_add(1) });
    page
}

fn free_port(mut page: SocketAddr) -> SocketAddr {
    page.set_port(0);
    page
}

/// Fails if the bot's address cannot be had. The bot itself would name `HTTP_ADDR`, which is no
/// setting of the sandbox.
async fn must_be_free(addr: SocketAddr) -> anyhow::Result<()> {
    let hint = "choose another port for the bot, for example --http 9090";
    let bound = TcpListener::bind(addr).await.map(drop);
    bound.map_err(|error| anyhow!("cannot listen on {addr}: {error}: {hint}"))
}

/// Waits until a killed bot has released its port, for at most two seconds.
async fn free(addr: SocketAddr) {
    for _ in 0..100 {
        match TcpListener::bind(addr).await {
            Ok(_) => return,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// A bot on a runtime of its own. Dropping it is like a crash: everything stops at its present
/// await point.
struct Bot {
    /// The bot's runtime; `None` once it was dropped.
    runtime: Option<Runtime>,
    /// The address of the bot's API; `None` if the bot did not start.
    http: Option<SocketAddr>,
    stop: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Bot {
    /// Starts a bot. Fails with the bot's own reason if it cannot start.
    async fn start(config: Config) -> anyhow::Result<Self> {
        must_be_free(config.http_addr).await?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("no threads for the bot")?;
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let timings = Timings {
            // Short, so that rows that a killed bot had claimed are soon due again.
            work_lease: Duration::from_secs(4),
            ..Timings::default()
        };
        let (ready, http) = oneshot::channel();
        let running = runtime.spawn(async move {
            let app = App::build(config, timings, Clock::system()).await?;
            let _ = ready.send(app.http_addr);
            app.run(stopped).await;
            Ok(())
        });
        let mut bot = Self {
            runtime: Some(runtime),
            http: http.await.ok(),
            stop,
            running,
        };
        if bot.http.is_none() {
            bot.ended().await.context("the bot cannot start")?;
        }
        Ok(bot)
    }

    async fn ended(&mut self) -> anyhow::Result<()> {
        (&mut self.running).await.context("the bot panicked")?
    }

    /// Ends the bot as SIGTERM would.
    async fn stop(mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.ended().await
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // A runtime must not wait for another one's threads.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_this_machines() {
        for text in ["8080", ":8080", "localhost:8080", "127.0.0.1:8080"] {
            assert_eq!(address(text).unwrap().to_string(), "127.0.0.1:8080");
        }
        assert_eq!(address("[::]:1").unwrap().to_string(), "[::]:1");
        for wrong in ["", "host:80", "65536", "localhost"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
