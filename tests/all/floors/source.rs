//! The program's source as the tests read it: which file holds which module, and
//! its code without comments and tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module's path without `crate`, such as `["provider", "wire"]`.
pub(crate) type Module = Vec<String>;

/// The source files of the program without its tests. They are named by their
/// path below `src`, such as `provider/wire/mod.rs`.
pub(crate) struct Sources {
    /// The code of each file.
    pub(crate) code: BTreeMap<String, String>,
    /// The file that holds each module.
    pub(crate) modules: BTreeMap<Module, String>,
}

impl Sources {
    /// Reads `src`.
    pub(crate) fn read() -> Self {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let named = files(&src).into_iter().map(|file| {
            let name = file.strip_prefix(&src).unwrap().to_str().unwrap();
            (name.to_owned(), fs::read_to_string(&file).unwrap())
        });
        Self::of(named)
    }

    /// Takes the files by their names.
    pub(crate) fn of(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files: BTreeMap<String, String> = files.into_iter().collect();
        let tests: BTreeSet<Module> = files
            .iter()
            .flat_map(|(name, source)| {
                let parent = module(name);
                let child = move |test| [parent.clone(), vec![test]].concat();
                test_modules(source).into_iter().map(child)
            })
            .collect();
        let code: BTreeMap<_, _> = files
            .into_iter()
            .filter(|(name, _)| !tests.contains(&module(name)))
            .map(|(name, source)| (name, code(&source)))
            .collect();
        let modules = code.keys().map(|name| (module(name), name.clone()));
        Self {
            modules: modules.collect(),
            code,
        }
    }
}

/// The module that a file holds.
pub(crate) fn module(name: &str) -> Module {
    let steps = name.trim_end_matches(".rs").split('/');
    let mut steps: Module = steps.map(str::to_owned).collect();
    if steps.len() > 1 {
        steps.pop_if(|last| last == "mod");
    } else {
        steps.pop_if(|only| only == "lib");
    }
    steps
}

/// The modules in files of their own that a file declares for tests.
fn test_modules(source: &str) -> Vec<String> {
    let mut lines = source.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let declared = lines.peek().and_then(|next| {
            let declaration = next.trim_start_matches("pub(super) ");
            declaration.strip_prefix("mod ")?.strip_suffix(';')
        });
        if let ("#[cfg(test)]", Some(name)) = (line, declared) {
            found.push(name.to_owned());
        }
    }
    found
}

/// A source without comment lines and without what is compiled for tests only. A
/// formatted item ends at the first line that closes it at its own indentation.
pub(crate) fn code(source: &str) -> String {
    let mut code = String::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        let Some(indent) = line.strip_suffix("#[cfg(test)]") else {
            code += line;
            code.push('\n');
            continue;
        };
        let closed = [format!("{indent}}}"), format!("{indent}}};")];
        let item = lines.next().unwrap_or_default();
        if !item.ends_with(';') && !item.ends_with('}') {
            lines.find(|line| closed.iter().any(|end| end == line));
        }
    }
    code
}

/// All Rust files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn tests_and_comments_are_no_code() {
    let source = "\
//! Doc.
use a::B;
#[cfg(test)]
mod samples;
impl B {
    #[cfg(test)]
    fn fake() {
        c::d();
    }
    fn real() {}
}
#[cfg(test)]
mod tests {
    // A comment.
    use super::*;
}
struct Last;
";
    let expected = "use a::B;\nimpl B {\n    fn real() {}\n}\nstruct Last;\n";
    assert_eq!(code(source), expected);
    assert_eq!(test_modules(source), ["samples"]);
}

#[test]
fn each_file_holds_one_module_and_those_of_tests_are_left_out() {
    let files = [
        ("lib.rs", "pub mod a;"),
        ("a/mod.rs", "mod b;"),
        ("a/b.rs", "#[cfg(test)]\nmod tests;"),
        ("a/b/tests.rs", "use super::*;"),
    ];
    let sources = Sources::of(files.map(|(name, code)| (name.to_owned(), code.to_owned())));
    let modules: Vec<_> = sources
        .modules
        .keys()
        .map(|module| module.join("::"))
        .collect();
    assert_eq!(modules, ["", "a", "a::b"]);
}
