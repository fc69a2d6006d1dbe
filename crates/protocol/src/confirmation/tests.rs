use super::*;

#[test]
fn a_thumbprint_is_read_and_written() {
    let bound = Confirmation::dpop("abc");
    let json = serde_json::to_string(&bound).unwrap();
    assert_eq!(json, r#"{"jkt":"abc"}"#);
    let read: Confirmation = serde_json::from_str(&json).unwrap();
    assert_eq!(read.dpop_key(), Some("abc"));
    assert_eq!(read, bound);
}

#[test]
fn rfc_7800_3_1_a_method_that_is_not_known_is_never_overlooked() {
    for json in [
        "{}",
        r#"{"jwk":{}}"#,
        r#"{"x5t#S256":"abc"}"#,
        r#"{"jkt":"abc","x5t#S256":"abc"}"#,
    ] {
        let read: Confirmation = serde_json::from_str(json).unwrap();
        assert_eq!(read.dpop_key(), None, "{json}");
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
    assert!(serde_json::from_str::<Confirmation>(r#"{"jkt":7}"#).is_err());
}
