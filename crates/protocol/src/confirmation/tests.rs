use super::*;

#[test]
fn a_thumbprint_is_read_and_written() {
    let bound = Confirmation::dpop("abc");
    let json = serde_json::to_string(&bound).unwrap();
    assert_eq!(json, r#"{"jkt":"abc"}"#);
    assert_eq!(serde_json::from_str::<Confirmation>(&json).unwrap(), bound);
}

#[test]
fn rfc_7800_3_1_a_method_that_is_not_known_is_never_overlooked() {
    for json in [r#"{"jwk":{}}"#, r#"{"jkt":"abc","x":1}"#, r#"{"jkt":7}"#] {
        assert!(
            serde_json::from_str::<Confirmation>(json).is_err(),
            "{json}"
        );
    }
}
