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

#[test]
fn every_kind_of_problem_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/reference/problems.md");
    let page = std::fs::read_to_string(path).unwrap();
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
