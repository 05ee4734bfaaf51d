//! Every reply in `tests/corpus/` is decoded and compared with its snapshot.
//!
//! A file holds the HTTP status and the `body` (JSON) or `text` (anything else)
//! of one reply. To add one: put it there, run `cargo test --test wire_corpus`
//! with `INSTA_UPDATE=always`, and read what it came to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

use std::fs;
use std::path::Path;

use serde_json::Value;
use videostatus::provider::wire::decode;

/// What a reply comes to: the snapshot's known fields, or the error.
fn decoded(sample: &Value) -> String {
    let http = sample["http"].as_u64().unwrap();
    let body = match (sample.get("body"), sample.get("text")) {
        (Some(body), None) => body.to_string(),
        (None, Some(Value::String(text))) => text.clone(),
        _ => panic!("a sample has either a body or a text"),
    };
    match decode(u16::try_from(http).unwrap(), body.as_bytes()) {
        Err(error) => format!("{error:#?}"),
        Ok(snapshot) => {
            let mut fields = serde_json::to_value(snapshot).unwrap();
            fields.as_object_mut().unwrap().retain(|_, v| !v.is_null());
            format!("{fields:#}")
        }
    }
}

#[test]
fn the_corpus_decodes_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let sample = serde_json::from_slice(&fs::read(&path).unwrap()).expect(&name);
        insta::assert_snapshot!(name, decoded(&sample));
        count += 1;
    }
    assert!(count >= 80, "only {count} samples found");
}
