//! The parts of `--help` that clap does not write: examples, variables, exit codes and links.

/// The address of the page with every setting.
pub(super) const SETTINGS: &str = concat!(env!("PROJECT_URL"), "/blob/main/docs/settings.md");

/// The end of `videostatus --help`. `-h` shows [`SHORT`] instead.
pub(super) const PROGRAM: &str = concat!(
    "Examples:
  videostatus sandbox                        Try it: no token, no account, a page like Discord
  videostatus run                            Run the bot, configured by .env in this folder
  videostatus doctor --guild 123456789012345678
                                             Check everything, and the permissions in a server
  videostatus query grok:1a2b --watch        Follow a task in the terminal

Variables, also as lines of .env in the folder that the bot runs in:
  DISCORD_TOKEN              The bot token; required
  DISCORD_API_URL            Where Discord is, or a proxy of it [https://discord.com]
  DISCORD_PUBLIC_KEY         The application's public key: takes commands by HTTP, too
  DISCORD_GATEWAY            off: takes commands by HTTP alone [on]
  DISCORD_SHARDS             This process's part of a fixed number of shards, such as 0-3/8
  DISCORD_GUILD_ID           Registers the commands in this one server only
  ALLOWED_GUILDS             The servers that the bot serves, separated by commas [all]
  VIDEO_API_URL              The video service [https://api.chainhub.tech]
  VIDEO_QUERY_PATH           The path of its query [/v1/video/query?id={id}]
  VIDEO_API_KEY              Your key there
  VIDEO_API_FORWARDED_HOST   Sent to it as X-Forwarded-Host
  GATEWAYS                   A file that names several accounts or gateways
  DATABASE_URL               sqlite://PATH or postgres://… [sqlite://data/videostatus.db]
  DISCORD_TOKEN_FILE, VIDEO_API_KEY_FILE, DATABASE_URL_FILE, API_TOKEN_FILE
                             A file that holds the secret
  HTTP_ADDR                  Where health, metrics and /api are served [127.0.0.1:8080]
  INTERACTIONS_ADDR          Where Discord's commands are served [as HTTP_ADDR]
  API_TOKEN                  The tokens with which scripts order watches by HTTP
  API_PER_MINUTE             Requests with one of these tokens [120]
  API_MAX_WATCHES            Tasks that one of these tokens follows at a time [200]
  POLL_MIN, POLL_MAX         How often a task is asked about [5s, 30s]
  POLL_RATE                  The most queries a second to a gateway [10]
  WATCH_TIMEOUT              How long a task is watched at most [2h]
  RETENTION                  How long ended watches and tasks are kept [30d]
  MAX_WATCHES_PER_USER       Tasks that one person follows at a time [25]
  COMMANDS_PER_MINUTE        Commands and presses of one person [20]
  MEDIA_ALLOW_PRIVATE_HOSTS  true: video links may lead into private networks [false]
  SPOILER                    always: hides every video until somebody clicks it [asked]
  LANGUAGE                   The language of what everybody in a channel sees, such as de
  ANNOUNCE_ROLE              A role that is mentioned where an end is announced elsewhere
  SHUTDOWN_GRACE             How long a stopping bot may finish what is under way [20s]
  RUST_LOG                   Which log lines: error, warn, info, debug or trace [info]
  LOG_FORMAT                 text or json [text]

Exit codes:
  0  done (query --watch: the video is there; doctor: the bot would work)
  1  failed, or a problem was found
  2  the arguments or the configuration are wrong
  3  stopped watching: the task may go on

Settings: ",
    env!("PROJECT_URL"),
    "/blob/main/docs/settings.md
Trouble:  ",
    env!("PROJECT_URL"),
    "/blob/main/docs/troubleshooting.md
Source:   ",
    env!("PROJECT_URL"),
);

pub(super) const SHORT: &str = "Examples, variables and exit codes: videostatus --help";

pub(super) const RUN: &str = "Examples:
  DISCORD_TOKEN=… VIDEO_API_KEY=… videostatus run
  LOG_FORMAT=json videostatus run            With .env in this folder

The variables: videostatus --help";

#[cfg(feature = "sandbox")]
pub(super) const SANDBOX: &str = "Examples:
  videostatus sandbox
  videostatus sandbox --listen 8081
  videostatus sandbox --play";

pub(super) const DOCTOR: &str = "Examples:
  videostatus doctor
  videostatus doctor --guild 123456789012345678
  videostatus doctor --json | jq '.findings[] | select(.verdict != \"fine\")'

Exit codes:
  0  the bot would work
  1  a problem was found";

pub(super) const QUERY: &str = "Examples:
  videostatus query grok:1a2b
  videostatus query grok:1a2b --watch
  videostatus query grok:1a2b --watch --json | jq --unbuffered .progress

Exit codes:
  0  the video service answered (--watch: the video is there)
  1  no answer, or a task that it does not know (--watch: the task failed)
  2  the arguments or the configuration are wrong
  3  stopped watching after WATCH_TIMEOUT: the task may go on

With --json an error is {\"error\": {\"kind\", \"message\", \"asked\"}}.";

pub(super) const WATCH: &str = "Examples:
  videostatus watch grok:1a2b --channel 123456789012345678
  videostatus watch grok:1a2b --channel 123456789012345678 --mention role:234567890123456789
  videostatus watch grok:1a2b --private-to 345678901234567890 --wait

Exit codes:
  0  the bot follows the task (--wait: the video is there)
  1  the bot does not follow it (--wait: the task failed)
  2  the arguments or the configuration are wrong
  3  --wait ended otherwise: stopped, not finished in time, or an ID that nobody knows";

pub(super) const BACKUP: &str = "Examples:
  videostatus backup backup.db
  docker compose exec bot /usr/local/bin/videostatus backup /data/backup.db";

pub(super) const FORGET: &str = "Examples:
  videostatus forget --user 123456789012345678";

pub(super) const HEALTHCHECK: &str = "Examples:
  videostatus healthcheck && echo healthy

Exit codes:
  0  healthy
  1  not healthy, or no answer";

pub(super) const COMPLETIONS: &str = "Examples:
  videostatus completions bash > ~/.local/share/bash-completion/completions/videostatus
  videostatus completions zsh > ~/.zfunc/_videostatus
  videostatus completions fish > ~/.config/fish/completions/videostatus.fish";

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::config::Config;

    #[test]
    fn every_variable_is_in_the_help() {
        let missing = RefCell::new(Vec::new());
        // The result does not matter: every variable is asked for in any case.
        let _ = Config::read(|name| {
            let told = |word: &str| word.trim_end_matches(',') == name;
            if !PROGRAM.split_whitespace().any(told) {
                missing.borrow_mut().push(name.to_owned());
            }
            None
        });
        assert_eq!(*missing.borrow(), [""; 0]);
    }
}
