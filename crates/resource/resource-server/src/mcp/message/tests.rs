use rstest::rstest;

use super::*;

#[rstest]
#[case(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, Method::Ping, Some(json!(1)))]
#[case(r#"{"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#, Method::ListTools, Some(json!("a")))]
#[case(
    r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    Method::Other,
    None
)]
#[case(r#"{"jsonrpc":"2.0","id":7,"result":{}}"#, Method::Other, None)]
fn message_is_parsed(#[case] text: &str, #[case] method: Method, #[case] id: Option<Value>) {
    let message = Message::parse(text.as_bytes()).unwrap();
    assert_eq!((message.method, message.id), (method, id));
}

#[rstest]
#[case("", -32700)]
#[case("{", -32700)]
#[case(r#"{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}"#, -32700)]
#[case(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600)]
#[case(r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600)]
#[case(r#"{"id":1,"method":"ping"}"#, -32600)]
#[case(r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600)]
#[case(r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600)]
#[case(r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600)]
#[case(r#"{"jsonrpc":"2.0","id":1,"method":7}"#, -32600)]
#[case(r#"{"jsonrpc":"2.0","id":1}"#, -32600)]
fn invalid_message_has_error_code(#[case] text: &str, #[case] code: i32) {
    let error = Message::parse(text.as_bytes()).unwrap_err();
    assert_eq!(error.code, code);
    let cause = error.cause();
    assert!(cause.reason.contains("JSON"), "{cause:?}");
    assert!(cause.reason.ends_with(&format!("({code})")), "{cause:?}");
}

#[rstest]
#[case(json!({ "protocolVersion": "2025-06-18" }), "2025-06-18")]
#[case(json!({ "protocolVersion": "1999-01-01" }), "2025-11-25")]
#[case(json!({}), "2025-11-25")]
fn known_version_of_client_is_used(#[case] params: Value, #[case] spoken: &str) {
    assert_eq!(version_for(&params), spoken);
}
