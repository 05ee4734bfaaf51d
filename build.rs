//! Tells the program which commit it was built from, for `--version` and the
//! metric `videostatus_build_info`, and where the project is.
//!
//! `VIDEOSTATUS_COMMIT` decides where it is set (an image is built without
//! `.git`), else git is asked; without either it is "unknown".

use std::process::Command;

fn main() {
    // A new migration is compiled in by a macro that reads the folder.
    println!("cargo::rerun-if-changed=src/store/migrations");
    println!("cargo::rerun-if-env-changed=VIDEOSTATUS_COMMIT");
    let given = std::env::var("VIDEOSTATUS_COMMIT").ok();
    let given = given.filter(|commit| !commit.trim().is_empty());
    let commit = given.or_else(|| {
        // This file grows with every commit and checkout; in a linked worktree it
        // is not where one would look for it.
        if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"])
            && std::path::Path::new(&log).exists()
        {
            println!("cargo::rerun-if-changed={log}");
        }
        git(&["rev-parse", "--short=12", "HEAD"])
    });
    let commit = commit.as_deref().map_or("unknown", str::trim);
    println!("cargo::rustc-env=VIDEOSTATUS_COMMIT={commit}");
    // Where the project is, as Discord hears: a fork's builder may say it for it.
    println!("cargo::rerun-if-env-changed=PROJECT_URL");
    let url = std::env::var("PROJECT_URL")
        .ok()
        .filter(|url| !url.is_empty());
    let url = url.unwrap_or_else(|| env!("CARGO_PKG_REPOSITORY").to_owned());
    println!("cargo::rustc-env=PROJECT_URL={url}");
}

/// What git answers, if there is a git and it does.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let answer = answer.trim();
    (output.status.success() && !answer.is_empty()).then(|| answer.to_owned())
}
