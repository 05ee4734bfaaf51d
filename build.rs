//! Tells the program which commit it was built from, for `--version` and the
//! metric `videostatus_build_info`.
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
}

/// What git answers, if there is a git and it does.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let answer = answer.trim();
    (output.status.success() && !answer.is_empty()).then(|| answer.to_owned())
}
