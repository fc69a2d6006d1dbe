use serde_json::json;

use super::{Value, shown, start_of};

#[test]
fn claims_are_shown_as_text() {
    for (value, expected) in [
        (json!("a\"b"), Value::Code("a\"b".to_owned())),
        (json!(true), Value::Code("true".to_owned())),
        (json!({ "a": [1] }), Value::Code("{\"a\":[1]}".to_owned())),
        (
            json!(["a", 1]),
            Value::Codes(vec!["a".to_owned(), "1".to_owned()]),
        ),
    ] {
        assert_eq!(shown(&value), expected);
    }
}

#[test]
fn start_of_sign_in_names_issuer() {
    let issuer = "https://id.example";
    let start = start_of("https://app.example/login?a=1", issuer);
    let expected = "https://app.example/login?a=1&iss=https%3A%2F%2Fid.example";
    let expected = ("app.example".to_owned(), expected.to_owned());
    assert_eq!(start, Some(expected));
    assert_eq!(start_of("http://app.example/login", issuer), None);
    assert_eq!(start_of("app.example", issuer), None);
}
