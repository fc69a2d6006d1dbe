use rstest::rstest;

use super::*;

const OURS: &str = "https://id.example.com";

#[rstest]
#[case::own_origin(r#"{"type":"webauthn.get","challenge":"x","origin":"https://id.example.com","crossOrigin":false}"#, Ok(()))]
#[case::without_the_flag(r#"{"type":"webauthn.get","challenge":"x","origin":"https://id.example.com"}"#, Ok(()))]
#[case::members_that_come_later(r#"{"type":"webauthn.get","origin":"https://id.example.com","other":[1]}"#, Ok(()))]
#[case::creation(
    r#"{"type":"webauthn.create","origin":"https://id.example.com"}"#,
    Err(ClientDataError::Type)
)]
#[case::payment(
    r#"{"type":"payment.get","origin":"https://id.example.com"}"#,
    Err(ClientDataError::Type)
)]
#[case::other_scheme(
    r#"{"type":"webauthn.get","origin":"http://id.example.com"}"#,
    Err(ClientDataError::Origin)
)]
#[case::other_port(
    r#"{"type":"webauthn.get","origin":"https://id.example.com:8443"}"#,
    Err(ClientDataError::Origin)
)]
#[case::the_default_port_is_never_written(
    r#"{"type":"webauthn.get","origin":"https://id.example.com:443"}"#,
    Err(ClientDataError::Origin)
)]
#[case::below(
    r#"{"type":"webauthn.get","origin":"https://a.id.example.com"}"#,
    Err(ClientDataError::Origin)
)]
#[case::above(
    r#"{"type":"webauthn.get","origin":"https://example.com"}"#,
    Err(ClientDataError::Origin)
)]
#[case::path(
    r#"{"type":"webauthn.get","origin":"https://id.example.com/"}"#,
    Err(ClientDataError::Origin)
)]
#[case::letter_case(
    r#"{"type":"webauthn.get","origin":"https://ID.example.com"}"#,
    Err(ClientDataError::Origin)
)]
#[case::android(
    r#"{"type":"webauthn.get","origin":"android:apk-key-hash:x"}"#,
    Err(ClientDataError::Origin)
)]
#[case::framed(
    r#"{"type":"webauthn.get","origin":"https://id.example.com","crossOrigin":true}"#,
    Err(ClientDataError::CrossOrigin)
)]
#[case::top(r#"{"type":"webauthn.get","origin":"https://id.example.com","topOrigin":"https://evil.example"}"#, Err(ClientDataError::CrossOrigin))]
#[case::twice(
    r#"{"type":"webauthn.get","type":"webauthn.get","origin":"https://id.example.com"}"#,
    Err(ClientDataError::Form)
)]
#[case::no_origin(r#"{"type":"webauthn.get"}"#, Err(ClientDataError::Form))]
#[case::no_json("x", Err(ClientDataError::Form))]
#[case::nothing("", Err(ClientDataError::Form))]
fn client_data(#[case] json: &str, #[case] expected: Result<(), ClientDataError>) {
    let found = check_client_data(json.as_bytes(), Ceremony::Get, OURS);
    assert_eq!(found, expected);
}

#[test]
fn signature_makes_no_credential() {
    let json = br#"{"type":"webauthn.get","origin":"https://id.example.com"}"#;
    let found = check_client_data(json, Ceremony::Create, OURS);
    assert_eq!(found, Err(ClientDataError::Type));
    let json = br#"{"type":"webauthn.create","origin":"https://id.example.com"}"#;
    assert_eq!(check_client_data(json, Ceremony::Create, OURS), Ok(()));
}

#[rstest]
#[case("  My  phone ", Some("My phone"))]
#[case("\u{1f511}", Some("\u{1f511}"))]
#[case("", None)]
#[case(" \n\t ", None)]
#[case("a\u{0}b", None)]
fn passkey_name_is_normalized(#[case] text: &str, #[case] expected: Option<&str>) {
    assert_eq!(clean_name(text).as_deref(), expected);
    assert!(clean_name(&"é".repeat(MAX_NAME)).is_some());
    assert!(clean_name(&"é".repeat(MAX_NAME + 1)).is_none());
}

/// The last sign-in method cannot be removed.
#[rstest]
#[case::password((0, 0, true, false, false, false), Ok(()))]
#[case::recovery((0, 0, false, true, false, false), Ok(()))]
#[case::a_provider((0, 1, false, false, false, false), Ok(()))]
#[case::nothing((0, 0, false, false, false, false), Err(RemovePasskeyError::OnlyWayIn))]
#[case::authenticator_app_alone_is_insufficient((0, 0, false, false, true, true), Err(RemovePasskeyError::OnlyWayIn))]
#[case::another((1, 0, false, false, false, true), Ok(()))]
#[case::required((0, 1, true, true, false, true), Err(RemovePasskeyError::OnlyFactor))]
#[case::required_with_authenticator_app((0, 0, true, true, true, true), Ok(()))]
fn last_sign_in_method_cannot_be_removed(
    #[case] (passkeys, links, password, recovery, app, required): (
        usize,
        usize,
        bool,
        bool,
        bool,
        bool,
    ),
    #[case] expected: Result<(), RemovePasskeyError>,
) {
    let left = RemainingMethods {
        passkeys,
        links,
        password,
        recovery,
        app,
        required,
    };
    assert_eq!(check_removal(left), expected);
}

#[rstest]
#[case::password(&["pwd"], 0, true)]
#[case::both_factors(&["pwd", "otp", "mfa"], 0, true)]
#[case::has_one(&["pwd"], 1, false)]
#[case::mail(&["email"], 0, false)]
#[case::passkey(&["swk", "user", "mfa"], 0, false)]
fn passkey_is_offered_after_password_without_passkey(
    #[case] amr: &[&str],
    #[case] passkeys: usize,
    #[case] offered: bool,
) {
    let proof = Authentication {
        auth_time: 0,
        acr: String::new(),
        amr: amr.iter().map(|method| (*method).to_owned()).collect(),
    };
    assert_eq!(is_offered(&proof, passkeys), offered);
}

#[rstest]
#[case(false, 0, true)]
#[case(true, 0, false)]
#[case(false, 1, false)]
#[case(true, 2, false)]
fn pk_4_link_does_not_bypass_second_factor(
    #[case] has_app: bool,
    #[case] passkeys: usize,
    #[case] may: bool,
) {
    assert_eq!(is_link_allowed(has_app, passkeys), may);
}

#[test]
fn counter_that_lags_is_copy_only_on_one_device() {
    use CounterFinding::{Behind, Copied, Expected};
    for (highest, presented, synced, on_one_device) in [
        (0, 0, Expected, Expected),
        (0, 1, Expected, Expected),
        (7, 8, Expected, Expected),
        (7, u32::MAX, Expected, Expected),
        (7, 7, Behind, Copied),
        (7, 6, Behind, Copied),
        (7, 0, Behind, Copied),
        (u32::MAX, 0, Behind, Copied),
        (u32::MAX, u32::MAX, Behind, Copied),
    ] {
        let findings = [true, false].map(|it| check_counter(highest, presented, it));
        assert_eq!(findings, [synced, on_one_device], "{highest} {presented}");
    }
}
