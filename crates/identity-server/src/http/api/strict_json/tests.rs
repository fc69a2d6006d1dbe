use rstest::rstest;

use super::*;

#[test]
fn what_json_allows_is_read() {
    let text = br#"{"a":[1,-2,1.5,true,null,"x"],"b":{"a":"y"}}"#;
    let read = parse(text).unwrap();
    assert_eq!(read, serde_json::from_slice::<Value>(text).unwrap());
}

#[rstest]
#[case::member_twice(r#"{"a":1,"a":2}"#, "the member \"a\" comes twice")]
#[case::member_twice_further_down(r#"[{"a":{"b":1,"b":1}}]"#, "the member \"b\" comes twice")]
#[case::escaped_twin(r#"{"a":1,"\u0061":2}"#, "comes twice")]
#[case::nul(r#"{"a":"x\u0000"}"#, "U+0000")]
#[case::nul_in_a_name(r#"{"\u0000":1}"#, "U+0000")]
#[case::lone_surrogate(r#"{"a":"\ud800"}"#, "hex escape")]
#[case::second_text("{} {}", "trailing characters")]
#[case::nothing("", "EOF")]
#[case::no_number("[NaN]", "expected value")]
#[case::endless_number("[1e999]", "number out of range")]
fn what_it_does_not_is_refused(#[case] text: &str, #[case] why: &str) {
    let error = parse(text.as_bytes()).unwrap_err();
    assert!(error.contains(why), "{error}");
}

#[test]
fn nesting_ends_at_the_limit() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    let error = parse(nested(MAX_DEPTH + 2).as_bytes()).unwrap_err();
    assert!(error.contains("nested too deeply"), "{error}");
    let objects = "{\"a\":".repeat(MAX_DEPTH + 2);
    assert!(
        parse(objects.as_bytes())
            .unwrap_err()
            .contains("nested too deeply")
    );
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert!(parse(b"{\"a\":\"\xff\"}").is_err());
}
