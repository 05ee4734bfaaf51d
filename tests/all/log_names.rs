//! The docs name only log events that there are.

use std::path::Path;

/// The endings of file names, which look like events.
const FILES: [&str; 3] = ["png", "toml", "yaml"];

/// Returns whether a word in backticks looks like the name of an event, such as `app.ready`.
fn is_event(word: &str) -> bool {
    let Some((room, what)) = word.split_once('.') else {
        return false;
    };
    let is_name = |part: &str| {
        let mut letters = part.chars();
        !part.is_empty() && letters.all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '…'))
    };
    is_name(room) && is_name(what) && !FILES.contains(&what)
}

#[test]
fn each_event_in_the_docs_is_logged_somewhere() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = super::floors::source::files(&project.join("src"));
    let sources = sources.iter().map(std::fs::read_to_string);
    let source: String = sources.map(Result::unwrap).collect();
    let pages = std::fs::read_dir(project.join("docs")).unwrap();
    let pages = pages.map(|page| page.unwrap().path());
    let pages = pages.filter(|page| page.extension().is_some_and(|of| of == "md"));
    let mut count = 0;
    for page in pages.chain([project.join("README.md")]) {
        let text = std::fs::read_to_string(&page).unwrap();
        let words = text
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2));
        for event in words.filter(|word| is_event(word)) {
            count += 1;
            let logged = source.contains(&format!("\"{event}\""));
            assert!(logged, "{event} in {}", page.display());
        }
    }
    assert!(count > 10, "only {count} are found");
}
