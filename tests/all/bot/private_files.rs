//! Who may read what the program writes: its user, and nobody else.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use testing::Stage;

use super::program::{Program, run};

/// The files below a folder that others may read or write, with their modes.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode();
        if mode & 0o077 != 0 {
            open.push(format!("{} {mode:o}", path.display()));
        }
        if path.is_dir() {
            open.extend(open_to_others(&path));
        }
    }
    open
}

#[tokio::test]
async fn what_the_program_writes_is_for_its_user_alone() {
    let stage = Stage::new().await;
    let program = Program::start(&stage, &[]).await;
    stage.watching().await;
    let copy = stage.folder().join("copy.db");
    let copied = run(
        &stage,
        &["backup", copy.to_str().unwrap()],
        &stage.variables(),
    )
    .await;
    assert_eq!(copied.code, Some(0), "{copied:?}");
    let files = std::fs::read_dir(stage.folder().join("data")).unwrap();
    assert!(files.count() >= 3, "the database, its WAL and its index");
    let open = open_to_others(stage.folder());
    assert!(copy.exists() && open.is_empty(), "{open:?}");
    let (status, _) = program.stop().await;
    assert!(status.success());
}
