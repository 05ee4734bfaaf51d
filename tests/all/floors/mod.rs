//! The house rule: a file imports only floors below its own.
//!
//! The floors are read from the table in `ARCHITECTURE.md`, so that there is one
//! list and a new room must be entered in it.

mod circles;
mod names;
pub(crate) mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use source::files;

type Floors = BTreeMap<String, u8>;

#[test]
fn nothing_imports_upwards_or_sideways() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let floors = floors(&fs::read_to_string(src.join("../ARCHITECTURE.md")).unwrap());
    let mut wrong = Vec::new();
    for file in files(&src) {
        let inside = file.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap();
        let room = Path::new(first.as_os_str()).with_extension("");
        let room = room.to_str().unwrap();
        // lib.rs lists the rooms; main.rs stands above them.
        if matches!(room, "lib" | "main") {
            continue;
        }
        let source = fs::read_to_string(&file).unwrap();
        for target in forbidden(room, &source, &floors) {
            wrong.push(format!("src/{} imports {target}", inside.display()));
        }
    }
    assert!(wrong.is_empty(), "upward arrows:\n{}", wrong.join("\n"));
}

#[test]
fn the_table_is_understood() {
    let table =
        "| floor | room | job |\n|---|---|---|\n| 0 | `low` | x `y` |\n| 1 | `a`, `b` | z |\n";
    let expected = [("low", 0), ("a", 1), ("b", 1)];
    assert_eq!(
        floors(table),
        expected
            .map(|(room, floor)| (room.to_owned(), floor))
            .into()
    );
}

#[test]
fn every_kind_of_path_is_seen() {
    let source = "use crate::one::Thing;\nlet x = crate::two::f();\nuse crate::{three::{A, B}, four};\nuse super::super::five::C;\n// crate::six\nother_crate::seven();";
    let expected = ["one", "two", "three", "four", "five"].map(str::to_owned);
    assert_eq!(targets(source), expected.into());
}

#[test]
fn an_upward_and_a_sideways_arrow_are_refused() {
    let floors = [
        ("domain", 0),
        ("store", 2),
        ("discord", 2),
        ("app", 5),
        ("cli", 5),
    ];
    let floors = floors.map(|(room, floor)| (room.to_owned(), floor)).into();
    let check = |room: &str, target: &str| {
        !forbidden(room, &format!("use crate::{target}::X;"), &floors).is_empty()
    };
    assert!(check("domain", "store"));
    assert!(check("store", "discord"));
    assert!(check("store", "cli"));
    assert!(!check("store", "domain"));
    assert!(!check("store", "store"));
    // The top floor puts everything together, itself included.
    assert!(!check("cli", "app"));
}

/// The rooms that a file of `room` names but must not.
fn forbidden(room: &str, source: &str, floors: &Floors) -> Vec<String> {
    let top = floors.values().max().unwrap();
    let own = floors.get(room);
    let own = own.unwrap_or_else(|| panic!("{room} is not in the table of ARCHITECTURE.md"));
    targets(source)
        .into_iter()
        // A name that is no room is a module of the file's own, reached by `super`.
        .filter_map(|target| Some((floors.get(&target)?, target)))
        .filter(|(floor, target)| target != room && *floor >= own && own != top)
        .map(|(_, target)| target)
        .collect()
}

/// The rooms and their floors, from the table's first two columns.
fn floors(map: &str) -> Floors {
    let mut floors = Floors::new();
    for line in map.lines() {
        let mut cells = line.split('|').map(str::trim);
        let (Some(""), Some(floor), Some(rooms)) = (cells.next(), cells.next(), cells.next())
        else {
            continue;
        };
        let Ok(floor) = floor.parse() else { continue };
        for room in rooms.split(',') {
            let room = room.trim().trim_matches('`');
            floors.insert(room.to_owned(), floor);
        }
    }
    assert!(!floors.is_empty(), "no table of floors");
    floors
}

/// The first names behind `crate::` and `super::`, outside comment lines.
fn targets(source: &str) -> BTreeSet<String> {
    let code: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut targets = BTreeSet::new();
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            targets.extend(heads(&code[at + root.len()..]));
        }
    }
    targets.remove("super");
    targets
}

/// The first name of a path, or of each path in a `{…}` group.
fn heads(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut heads = vec![name(group)];
    let mut depth = 1;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => heads.push(name(&group[at + 1..])),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}
