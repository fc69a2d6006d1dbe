//! The file as its readers in other languages rely on it.

use std::fs;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

use super::{CLIENTS, VECTORS_VERSION, stored};

fn schema() -> (Schemas, SchemaIndex) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let path = format!("{CLIENTS}/vectors/schema.json");
    let index = compiler.compile(&path, &mut schemas).unwrap();
    (schemas, index)
}

#[test]
fn file_follows_schema() {
    let (schemas, index) = schema();
    let file = stored().expect("run `cargo xtask golden`");
    if let Err(error) = schemas.validate(&file, index) {
        panic!("{error:#}");
    }
}

/// A change of the file that a reader would not understand.
#[test]
fn schema_rejects_other_files() {
    let (schemas, index) = schema();
    let file = stored().expect("run `cargo xtask golden`");
    let first = |kind: &str| {
        let vectors = file["vectors"].as_array().unwrap().iter();
        let mut of_kind = vectors.enumerate().filter(|(_, it)| it["kind"] == kind);
        format!("/vectors/{}", of_kind.next().unwrap().0)
    };
    let (token, request, signals) = (first("token"), first("request"), first("signals"));
    for (place, member, value) in [
        (String::new(), "version", json!(VECTORS_VERSION + 1)),
        (String::new(), "skipped", json!([])),
        (token.clone(), "kind", json!("ticket")),
        (token.clone(), "token", json!(null)),
        (token.clone(), "nonce", json!("")),
        (token.clone(), "name", json!("request: a")),
        (token.clone(), "skip", json!({ "go": "" })),
        (
            token.clone(),
            "skip",
            json!({ "rust": "the crate decides" }),
        ),
        (token.clone(), "expect", json!({ "code": "type" })),
        (format!("{token}/settings"), "leway", json!(1)),
        (signals.clone(), "steps", json!([])),
        (format!("{signals}/steps/0"), "jti", json!("e1")),
        (format!("{signals}/expect/0"), "status", json!(401)),
        (request.clone(), "requests", json!([])),
        (format!("{request}/requires"), "max_age", json!("300")),
        (
            format!("{request}/requests/0"),
            "headers",
            json!([["dpop"]]),
        ),
        (format!("{request}/expect/0"), "status", json!(200)),
    ] {
        let mut changed = file.clone();
        changed.pointer_mut(&place).unwrap()[member] = value.clone();
        let found = schemas.validate(&changed, index);
        assert!(found.is_err(), "{place}/{member}: {value}");
    }
}

/// A runner that does not name the version would run a file that it does not understand.
#[test]
fn runners_name_the_version() {
    for (runner, line) in [
        ("python/tests/test_vectors.py", "VECTORS_VERSION = "),
        ("js/tests/vectors.test.js", "const VECTORS_VERSION = "),
        ("go/vectors_test.go", "const vectorsVersion = "),
    ] {
        let text = fs::read_to_string(format!("{CLIENTS}/{runner}")).unwrap();
        let named = text.lines().find_map(|found| found.strip_prefix(line));
        assert_eq!(named, Some(&*VECTORS_VERSION.to_string()), "{runner}");
    }
    let schema = fs::read_to_string(format!("{CLIENTS}/vectors/schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["properties"]["version"]["const"], VECTORS_VERSION);
}
