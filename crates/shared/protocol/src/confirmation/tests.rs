use super::*;

#[test]
fn thumbprint_is_read_and_written() {
    for (bound, text) in [
        (Confirmation::dpop("abc"), r#"{"jkt":"abc"}"#),
        (Confirmation::certificate("abc"), r#"{"x5t#S256":"abc"}"#),
    ] {
        assert_eq!(serde_json::to_string(&bound).unwrap(), text);
        let read: Confirmation = serde_json::from_str(text).unwrap();
        assert!(read.is_understood());
        assert_eq!(read, bound);
    }
    let both = r#"{"jkt":"abc","x5t#S256":"abc"}"#;
    let both: Confirmation = serde_json::from_str(both).unwrap();
    assert!(both.is_understood());
}

#[test]
fn rfc_7800_3_1_unknown_confirmation_is_not_understood() {
    for json in [
        "{}",
        r#"{"jwk":{}}"#,
        r#"{"x5t":"abc"}"#,
        r#"{"jkt":"abc","jwk":{}}"#,
        r#"{"x5t#S256":"abc","kid":"abc"}"#,
    ] {
        let read: Confirmation = serde_json::from_str(json).unwrap();
        assert!(!read.is_understood(), "{json}");
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
    for json in [r#"{"jkt":7}"#, r#"{"x5t#S256":7}"#] {
        assert!(serde_json::from_str::<Confirmation>(json).is_err());
    }
}
