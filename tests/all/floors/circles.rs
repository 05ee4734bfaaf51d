//! House rule: no two files import each other, directly or by way of others.
//!
//! A `pub use` is an import as well. So where a room's `mod.rs` hands out a name of
//! its child, the child cannot take anything from the `mod.rs`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::source::{Module, Sources, module};

/// The files that each file imports from.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_two_files_import_each_other() {
    let circles = circles(&imports(&Sources::read()));
    let told: Vec<String> = circles.iter().map(|circle| circle.join(" → ")).collect();
    assert!(told.is_empty(), "circles:\n{}", told.join("\n"));
}

/// Lists the imports of each file. `lib.rs` only lists the rooms, and `main.rs` is a crate
/// of its own.
fn imports(sources: &Sources) -> Imports {
    let mut imports = Imports::new();
    for (name, code) in &sources.code {
        if matches!(name.as_str(), "lib.rs" | "main.rs") {
            continue;
        }
        let own = module(name);
        let targets = paths(code, &children(&own, sources))
            .into_iter()
            .filter_map(|path| resolve(&path, &own, sources))
            .filter(|target| target != name);
        imports.insert(name.clone(), targets.collect());
    }
    imports
}

/// The names of a module's child modules.
fn children(own: &Module, sources: &Sources) -> Vec<String> {
    let is_child = |module: &&Module| module.len() == own.len() + 1 && module.starts_with(own);
    let children = sources.modules.keys().filter(is_child);
    children
        .filter_map(|module| module.last().cloned())
        .collect()
}

/// All paths in `code` that begin with `crate`, `self`, `super` or one of `children`,
/// in `use` declarations and elsewhere.
fn paths(code: &str, children: &[String]) -> Vec<Module> {
    let roots = ["crate", "self", "super"].into_iter();
    let roots = roots.chain(children.iter().map(String::as_str));
    let mut paths = Vec::new();
    for root in roots {
        for (at, _) in code.match_indices(&format!("{root}::")) {
            let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            if !code[..at].ends_with(goes_on) {
                spread(&code[at..], &[], &mut paths);
            }
        }
    }
    paths
}

/// Adds the path at the start of `text`, or each one of a `{…}` group, behind
/// `before`; returns the rest of the text.
fn spread<'t>(text: &'t str, before: &[String], paths: &mut Vec<Module>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = spread(rest, before, paths);
            // Skips what cannot be a path, such as `as Name`.
            let Some(at) = rest.find([',', '}']) else {
                return "";
            };
            let end = &rest[at..];
            rest = &end[1..];
            if end.starts_with('}') || rest.trim_start().starts_with('}') {
                return rest;
            }
        }
    }
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let length = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    let path = [before, &[name.to_owned()]].concat();
    match rest.strip_prefix("::") {
        Some(rest) if rest.starts_with(|c| is_part(c) || c == '{') => spread(rest, &path, paths),
        _ => {
            paths.push(path);
            rest
        }
    }
}

/// The file of the innermost module that a path names.
fn resolve(path: &[String], own: &Module, sources: &Sources) -> Option<String> {
    let mut module = match path.first()?.as_str() {
        "crate" => Module::new(),
        _ => own.clone(),
    };
    for step in path {
        match step.as_str() {
            "crate" | "self" => {}
            "super" => drop(module.pop()),
            name => {
                module.push(name.to_owned());
                if !sources.modules.contains_key(&module) {
                    module.pop();
                    break;
                }
            }
        }
    }
    sources.modules.get(&module).cloned()
}

/// The shortest circle through each import that is part of one. A circle begins and
/// ends with its first file in the order of the alphabet.
fn circles(imports: &Imports) -> BTreeSet<Vec<String>> {
    let mut circles = BTreeSet::new();
    for (from, targets) in imports {
        for to in targets {
            let Some(mut circle) = shortest(imports, to, from) else {
                continue;
            };
            let first = circle.iter().enumerate().min_by_key(|(_, file)| *file);
            let first = first.map_or(0, |(at, _)| at);
            circle.rotate_left(first);
            circle.push(circle[0].clone());
            circles.insert(circle);
        }
    }
    circles
}

/// The shortest way from one file to another, both included.
fn shortest(imports: &Imports, from: &str, to: &str) -> Option<Vec<String>> {
    let mut ways = VecDeque::from([vec![from.to_owned()]]);
    let mut seen = BTreeSet::from([from]);
    while let Some(way) = ways.pop_front() {
        let last = way.last()?;
        if last == to {
            return Some(way);
        }
        for next in imports.get(last).into_iter().flatten() {
            if seen.insert(next) {
                ways.push_back([way.clone(), vec![next.clone()]].concat());
            }
        }
    }
    None
}

/// The circles in these files.
fn circles_of<const N: usize>(files: [(&str, &str); N]) -> Vec<String> {
    let files = files.map(|(name, code)| (name.to_owned(), code.to_owned()));
    let circles = circles(&imports(&Sources::of(files)));
    circles.iter().map(|circle| circle.join(" → ")).collect()
}

#[test]
fn two_files_and_three_files_in_a_circle_are_found_once() {
    let found = circles_of([
        ("a/mod.rs", "mod one;\nmod two;\nmod three;"),
        ("a/one.rs", "use super::two::X;"),
        (
            "a/two.rs",
            "use crate::a::one::{self, Y};\nuse crate::a::three;",
        ),
        ("a/three.rs", "fn f() {\n    super::one::g();\n}"),
        ("b.rs", "use crate::{a, a::two::{X as Z, *}};"),
    ]);
    assert_eq!(
        found,
        [
            "a/one.rs → a/two.rs → a/one.rs",
            "a/one.rs → a/two.rs → a/three.rs → a/one.rs",
        ]
    );
}

#[test]
fn a_child_takes_nothing_from_a_parent_that_uses_it() {
    let child = ("a/child.rs", "use super::Thing;");
    let by_name = "mod child;\npub use child::Other;\npub struct Thing;";
    let by_path = "mod child;\npub struct Thing;\nfn f() {\n    child::g();\n}";
    for parent in [by_name, by_path] {
        let found = circles_of([("a.rs", parent), child]);
        assert_eq!(found, ["a.rs → a/child.rs → a.rs"], "{parent}");
    }
    let declares_only = "pub mod child;\npub struct Thing;";
    assert!(circles_of([("a/mod.rs", declares_only), child]).is_empty());
}

#[test]
fn tests_comments_and_other_crates_are_no_imports() {
    let found = circles_of([
        ("a.rs", "use crate::b::X;\n// crate::c::Y\nuse c::Z;"),
        ("b.rs", "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}"),
        ("c.rs", "use crate::a::A;\nuse ::a::b::crate_::x;"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_grouped_path_is_taken_apart() {
    let code = "use crate::{a::{b::{self, C as D}, *}, e::F};\nuse super::super::g::H;";
    let paths: Vec<_> = paths(code, &[])
        .iter()
        .map(|path| path.join("::"))
        .collect();
    assert_eq!(
        paths,
        [
            "crate::a::b::self",
            "crate::a::b::C",
            "crate::a::",
            "crate::e::F",
            "super::super::g::H",
        ]
    );
}
