//! The house rule: no two types of the program have one name, so that a name in a
//! log, a document or a search means one thing.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Sources;

#[test]
fn no_type_name_is_defined_twice() {
    let twice = twice(&Sources::read());
    let told: Vec<_> = twice
        .iter()
        .map(|(name, files)| format!("{name}: {}", files.join(", ")))
        .collect();
    assert!(told.is_empty(), "defined twice:\n{}", told.join("\n"));
}

/// The names that are defined more than once, and where.
fn twice(sources: &Sources) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, code) in &sources.code {
        for name in defined(code) {
            found.entry(name).or_default().push(file.clone());
        }
    }
    found.retain(|_, files| files.len() > 1);
    found
}

/// The types that a file defines. An associated type, which stands in an `impl` or
/// a trait, is none of them.
fn defined(code: &str) -> Vec<String> {
    let kinds = BTreeSet::from(["struct", "enum", "trait", "type", "union"]);
    let mut names = Vec::new();
    for line in code.lines() {
        let mut words = line.split_whitespace();
        let first = words
            .find(|word| !word.starts_with("pub"))
            .unwrap_or_default();
        if !kinds.contains(first) || (first == "type" && line.starts_with(' ')) {
            continue;
        }
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let name = words.next().unwrap_or_default();
        let end = name.find(|c| !is_part(c)).unwrap_or(name.len());
        names.push(name[..end].to_owned());
    }
    names
}

#[test]
fn a_name_in_two_files_is_found_and_one_in_a_test_is_not() {
    let files = [
        (
            "a.rs",
            "pub(crate) struct Kind<'a>(u8);\nimpl Kind {\n    type Out = u8;\n}",
        ),
        (
            "b.rs",
            "enum Kind {\n}\ntype Out = u8;\n#[cfg(test)]\nmod tests {\n    struct Out;\n}",
        ),
        ("c.rs", "// struct Out;\nfn f() {\n    struct Inner;\n}"),
    ];
    let files = files.map(|(name, code)| (name.to_owned(), code.to_owned()));
    let twice = twice(&Sources::of(files));
    let expected = (
        "Kind".to_owned(),
        ["a.rs", "b.rs"].map(str::to_owned).to_vec(),
    );
    assert_eq!(twice, BTreeMap::from([expected]));
}
