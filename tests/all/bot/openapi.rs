//! Holds real answers against `openapi.json`: the part of JSON Schema that it uses, and
//! nothing that it does not.

use std::collections::BTreeSet;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// The document, as the program has it.
pub(crate) fn document() -> Value {
    serde_json::from_str(include_str!("../../../src/doors/api/openapi.json")).unwrap()
}

/// Every answer that it has, as "method path status".
pub(crate) fn answers() -> BTreeSet<String> {
    let document = document();
    let mut answers = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for (status, _) in operation["responses"].as_object().into_iter().flatten() {
                answers.insert(format!("{method} {path} {status}"));
            }
        }
    }
    answers
}

/// Follows a `$ref`.
fn resolved<'d>(document: &'d Value, part: &'d Value) -> &'d Value {
    match part["$ref"].as_str() {
        Some(path) => document.pointer(path.trim_start_matches('#')).unwrap(),
        None => part,
    }
}

/// Fails unless an answer is one that the document has for this operation.
pub(crate) fn check(method: &str, path: &str, status: u16, headers: &HeaderMap, body: &str) {
    let document = document();
    let operation = &document["paths"][path][method];
    assert!(operation.is_object(), "{method} {path} is not documented");
    let response = &operation["responses"][status.to_string()];
    assert!(
        !response.is_null(),
        "{method} {path} has no {status}: {body}"
    );
    let response = resolved(&document, response);
    for (name, _) in response["headers"].as_object().into_iter().flatten() {
        assert!(
            headers.contains_key(name.as_str()),
            "{status} without {name}"
        );
    }
    let Some(content) = response["content"].as_object() else {
        assert_eq!(body, "", "{method} {path} {status}");
        return;
    };
    let kind = headers["content-type"].to_str().unwrap();
    let media = content.get(kind);
    let media = media.unwrap_or_else(|| panic!("{method} {path} {status} is {kind}"));
    let value: Value = serde_json::from_str(body).unwrap();
    fits(&document, &media["schema"], &value, "");
}

/// Fails unless `value` is what `schema` describes.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str) {
    let schema = resolved(document, schema);
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(
        types.iter().any(|one| one == kind),
        "{at}: {value} is no {types:?}"
    );
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value} is none of {words:?}");
    }
    if let Some(number) = value.as_i64() {
        let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
        let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
        assert!((least..=most).contains(&number), "{at}: {number}");
    }
    if let Some(text) = value.as_str() {
        match schema["pattern"].as_str() {
            Some("^[0-9]+$") => assert!(text.bytes().all(|c| c.is_ascii_digit()), "{at}: {text}"),
            Some(other) => panic!("{other} is not understood"),
            None => {}
        }
        if schema["format"] == "uri" {
            text.parse::<reqwest::Url>().unwrap();
        }
    }
    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(document, &schema["items"], item, &format!("{at}[{n}]"));
    }
    let Some(fields) = value.as_object() else {
        return;
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            fields.contains_key(name.as_str().unwrap()),
            "{at} without {name}"
        );
    }
    let Some(properties) = schema["properties"].as_object() else {
        return;
    };
    for (name, field) in fields {
        let property = properties.get(name);
        let property = property.unwrap_or_else(|| panic!("{at}.{name} is not documented"));
        fits(document, property, field, &format!("{at}.{name}"));
    }
}
