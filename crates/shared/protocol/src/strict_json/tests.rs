use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("null")]
#[case(r#"{"a":1,"b":[true,"x",{"a":-1.5}]}"#)]
#[case(r#"[{"a":1},{"a":1}]"#)]
#[case(" 18446744073709551615 ")]
fn valid_json_is_parsed_like_serde_json(#[case] text: &str) {
    assert_eq!(
        parse(text.as_bytes()).unwrap(),
        serde_json::from_str::<Value>(text).unwrap()
    );
}

#[rstest]
#[case::duplicate(r#"{"a":1,"a":1}"#)]
#[case::duplicate_by_escape(r#"{"a":1,"\u0061":2}"#)]
#[case::duplicate_inside(r#"{"x":[{"a":1,"b":2,"a":3}]}"#)]
#[case::trailing("{} {}")]
#[case::trailing_comma("[1,]")]
#[case::infinite("1e400")]
#[case::not_a_number("NaN")]
#[case::comment("{} // x")]
#[case::leading_zero("01")]
#[case::lone_surrogate(r#""\ud800""#)]
#[case::raw_control("\"\u{1}\"")]
#[case::byte_order_mark("\u{feff}{}")]
#[case::empty("")]
fn rejects_invalid_or_ambiguous_json(#[case] text: &str) {
    assert!(parse(text.as_bytes()).is_err());
}

#[rstest]
#[case::member_twice(r#"{"a":1,"a":2}"#, "the member \"a\" comes twice")]
#[case::member_twice_further_down(r#"[{"a":{"b":1,"b":1}}]"#, "the member \"b\" comes twice")]
#[case::lone_surrogate(r#"{"a":"\ud800"}"#, "hex escape")]
#[case::second_text("{} {}", "trailing characters")]
#[case::nothing("", "EOF")]
#[case::no_number("[NaN]", "expected value")]
#[case::endless_number("[1e999]", "number out of range")]
#[case::deep(&"{\"a\":".repeat(MAX_DEPTH + 2), "nested too deeply")]
fn error_names_cause(#[case] text: &str, #[case] why: &str) {
    let error = parse(text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains(why), "{error}");
}

#[rstest]
#[case(r#"{"a":"x\u0000"}"#, true)]
#[case(r#"{"\u0000":1}"#, true)]
#[case(r#"[1,{"a":["\u0000"]}]"#, true)]
#[case(r#"[1,{"a":["0"]},null,"\u0001"]"#, false)]
fn nul_is_found(#[case] text: &str, #[case] found: bool) {
    assert_eq!(holds_nul(&parse(text.as_bytes()).unwrap()), found);
}

#[test]
fn rejects_invalid_utf8() {
    assert!(parse(b"\"\xff\"").is_err());
}

#[test]
fn depth_is_bounded() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert!(parse(nested(MAX_DEPTH + 1).as_bytes()).is_err());
    assert!(parse(nested(100_000).as_bytes()).is_err());
}

#[test]
fn object_is_object() {
    assert_eq!(parse_object(br#"{"a":1}"#).unwrap().len(), 1);
    assert!(parse_object(b"[]").is_err());
    assert!(parse_object(b"null").is_err());
}

proptest! {
    #[test]
    fn never_panics_and_never_differs(text in r#"[\[\]{}",:0-9a-e.\\ u-]{0,40}"#) {
        if let Ok(value) = parse(text.as_bytes()) {
            prop_assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
