use std::collections::BTreeSet;
use std::path::Path;

use rstest::rstest;
use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    #[serde(default)]
    inner: Option<Inner>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner {
    list: Vec<u8>,
}

#[rstest]
#[case::missing("{}", "required", "/name")]
#[case::unknown(r#"{"name":"x","nmae":"y"}"#, "unknown", "/nmae")]
#[case::wrong_type(r#"{"name":5}"#, "wrong_type", "/name")]
#[case::null(r#"{"name":null}"#, "wrong_type", "/name")]
#[case::deep_missing(r#"{"name":"x","inner":{}}"#, "required", "/inner/list")]
#[case::deep_type(
    r#"{"name":"x","inner":{"list":[1,"a"]}}"#,
    "wrong_type",
    "/inner/list/1"
)]
#[case::out_of_range(r#"{"name":"x","inner":{"list":[256]}}"#, "invalid", "/inner/list/0")]
#[case::escaped(r#"{"name":"x","a/b~":1}"#, "unknown", "/a~1b~0")]
fn wrong_member_is_named(#[case] text: &str, #[case] code: &str, #[case] pointer: &str) {
    let problem = body::read_text::<Sample>(text).unwrap_err();
    assert_eq!(problem["type"], "urn:doorward:problem:invalid-input");
    assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
}

/// The names of Rust's types mean nothing to the caller.
#[test]
fn expected_number_is_named_in_words() {
    let text = r#"{"name":"x","inner":{"list":["a"]}}"#;
    let problem = body::read_text::<Sample>(text).unwrap_err();
    let detail = &problem["errors"][0]["detail"];
    assert_eq!(detail, "Expected a whole number.", "{problem}");
}

#[test]
fn valid_body_is_read() {
    let read: Sample = body::read_text(r#"{"name":"x","inner":{"list":[1]}}"#).unwrap();
    assert_eq!(
        (read.name.as_str(), read.inner.unwrap().list),
        ("x", vec![1])
    );
}

#[rstest]
#[case("[]")]
#[case("\"x\"")]
#[case("{")]
#[case(r#"{"name":"a","name":"b"}"#)]
fn non_object_body_is_malformed(#[case] text: &str) {
    let problem = body::read_text::<Sample>(text).unwrap_err();
    assert_eq!(problem["type"], "urn:doorward:problem:malformed-request");
    assert_eq!(problem["status"], 400);
}

#[test]
fn error_does_not_repeat_value() {
    let problem = body::read_text::<Inner>(r#"{"list":"hunter2 secret"}"#).unwrap_err();
    assert!(!problem.to_string().contains("hunter2"), "{problem}");
}

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_kind_of_problem_is_documented() {
    let page = file("docs/reference/problems.md");
    let documented: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    for kind in Kind::ALL {
        assert!(documented.contains(kind.word()), "no `## {}`", kind.word());
        let line = format!("Status {}.", kind.status().as_u16());
        let section = page.split(&format!("## {}\n", kind.word())).nth(1).unwrap();
        let section = section.split("\n## ").next().unwrap();
        assert!(section.contains(&line), "{}: no `{line}`", kind.word());
    }
}

#[test]
fn committed_document_matches_code() {
    let committed = file("docs/reference/openapi.json");
    assert!(committed == document_text(), "run `cargo xtask generate`");
}

/// Reads the registered endpoints from the source, as `METHOD path`.
fn registered() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api")];
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines().map(str::trim_start) {
                for method in ["get", "post", "put", "patch", "delete"] {
                    let place = line.strip_prefix(&format!("#[{method}(\""));
                    if let Some(place) = place.and_then(|rest| rest.split('"').next()) {
                        found.insert(format!("{} /api{place}", method.to_uppercase()));
                    }
                }
                let hidden = [".route(", "web::resource(", "web::scope("];
                // The scope that contains all endpoints.
                let plain = line.replace("web::scope(\"/api\")", "");
                let is_hidden = hidden.iter().any(|word| plain.contains(word));
                let is_prose = line.starts_with("//") || path.ends_with("tests.rs");
                assert!(!is_hidden || is_prose, "{}: {line}", path.display());
            }
        }
    }
    found
}

#[test]
fn every_route_is_in_document_and_reverse() {
    let document: serde_json::Value = serde_json::from_str(document_text()).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    assert_eq!(described, registered());
    assert!(described.len() > 1);
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn every_operation_has_name_summary_and_answer() {
    let document: serde_json::Value = serde_json::from_str(document_text()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} twice");
            let summary = operation["summary"].as_str();
            assert!(
                summary.is_some_and(|text| !text.is_empty()),
                "{method} {path}"
            );
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('2')),
                "{method} {path}"
            );
            assert!(answers.contains_key("default"), "{method} {path}");
        }
    }
}

#[test]
fn allowed_methods_are_listed() {
    assert_eq!(
        DOCUMENT.methods_at("/api/openapi.json").as_deref(),
        Some("GET, HEAD")
    );
    assert_eq!(DOCUMENT.methods_at("/api/openapi.json/"), None);
    assert_eq!(DOCUMENT.methods_at("/api/nothing"), None);
}
