//! Compiles the commit into the program, for `--version` and the metric
//! `videostatus_build_info`, and the project's address.
//!
//! The commit is `VIDEOSTATUS_COMMIT` if that is set, because an image is built without `.git`.
//! Otherwise git is asked, and without git it is "unknown".

use std::process::Command;

fn main() {
    // A macro that reads this folder compiles the migrations in.
    println!("cargo::rerun-if-changed=src/store/migrations");
    println!("cargo::rerun-if-env-changed=VIDEOSTATUS_COMMIT");
    let given = std::env::var("VIDEOSTATUS_COMMIT").ok();
    let given = given.filter(|commit| !commit.trim().is_empty());
    let commit = given.or_else(|| {
        // git appends to this file at every commit and checkout. `git` is asked for its path,
        // because a linked worktree has it elsewhere.
        if let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"])
            && std::path::Path::new(&log).exists()
        {
            println!("cargo::rerun-if-changed={log}");
        }
        git(&["rev-parse", "--short=12", "HEAD"])
    });
    let commit = commit.as_deref().map_or("unknown", str::trim);
    println!("cargo::rustc-env=VIDEOSTATUS_COMMIT={commit}");
    // The project's address, which every request to Discord names. Whoever builds a fork can set
    // it.
    println!("cargo::rerun-if-env-changed=PROJECT_URL");
    let url = std::env::var("PROJECT_URL")
        .ok()
        .filter(|url| !url.is_empty());
    let url = url.unwrap_or_else(|| env!("CARGO_PKG_REPOSITORY").to_owned());
    println!("cargo::rustc-env=PROJECT_URL={url}");
}

/// Returns git's output, or `None` if there is no git, or it fails or prints nothing.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let answer = answer.trim();
    (output.status.success() && !answer.is_empty()).then(|| answer.to_owned())
}
