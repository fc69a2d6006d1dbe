use rstest::rstest;
use serde_json::json;

use super::*;

#[rstest]
#[case::plain("{\"a\":1}", true)]
#[case::byte_order_mark("\u{feff}{\"a\":1}", true)]
#[case::space(" \r\n{\"a\":1}\n", true)]
#[case::twice("{\"a\":0,\"a\":1}", true)]
#[case::list("[1]", false)]
#[case::empty("", false)]
#[case::page("<html>", false)]
#[case::form("a=1", false)]
#[case::behind("{\"a\":1} x", false)]
fn object_is_read(#[case] body: &str, #[case] is_read: bool) {
    let members = object(body.as_bytes());
    assert_eq!(members.is_some_and(|members| members["a"] == 1), is_read);
}

#[rstest]
#[case(json!(true), true)]
#[case(json!("true"), true)]
#[case(json!("True"), true)]
#[case(json!(" TRUE "), true)]
#[case(json!(false), false)]
#[case(json!("false"), false)]
#[case(json!("yes"), false)]
#[case(json!("1"), false)]
#[case(json!(1), false)]
#[case(json!(["true"]), false)]
#[case(json!({}), false)]
#[case(json!(null), false)]
fn only_true_is_true(#[case] value: Value, #[case] expected: bool) {
    assert_eq!(is_true(Some(&value)), expected);
}

#[rstest]
#[case(json!(1_700_000_000), Some(1_700_000_000))]
#[case(json!(1_700_000_000.9), Some(1_700_000_000))]
#[case(json!(-1), Some(-1))]
#[case(json!(1e30), None)]
#[case(json!(-1e30), None)]
#[case(json!("1700000000"), None)]
#[case(json!(true), None)]
#[case(json!(null), None)]
fn numeric_date_is_a_number(#[case] value: Value, #[case] expected: Option<i64>) {
    assert_eq!(numeric_date(Some(&value)), expected);
}

#[rstest]
#[case(json!("a"), true, Some("a"))]
#[case(json!(""), false, None)]
#[case(json!(" "), false, None)]
#[case(json!(null), false, None)]
#[case(json!([]), true, None)]
#[case(json!(0), true, None)]
#[case(json!(false), true, None)]
fn empty_text_is_no_value(#[case] value: Value, #[case] has: bool, #[case] read: Option<&str>) {
    let members = Map::from_iter([("name".to_owned(), value)]);
    assert_eq!(has_value(&members, "name"), has);
    assert_eq!(text(&members, "name"), read);
    assert!(!has_value(&members, "other"));
}

#[rstest]
#[case(json!("a b"), Some(vec!["a b"]))]
#[case(json!(["a", 1, null, "b"]), Some(vec!["a", "b"]))]
#[case(json!([]), Some(vec![]))]
#[case(json!({ "a": 1 }), None)]
#[case(json!(null), None)]
fn texts_are_those_of_list(#[case] value: Value, #[case] expected: Option<Vec<&str>>) {
    assert_eq!(texts(Some(&value)), expected);
}
