use doorward_domain::model::mail::RequestOrigin;
use rstest::rstest;
use serde_json::json;

use super::*;
use doorward_domain::model::sample::{self, NOW};
use doorward_domain::secret::TokenHash;

fn token(purpose: EmailPurpose) -> EmailToken {
    EmailToken {
        hash: TokenHash::digest("link"),
        user_id: sample::alice(),
        purpose,
        email: sample::user().email,
        created_at: NOW - 60,
        expires_at: NOW + 1,
        used_at: None,
    }
}

#[test]
fn link_is_valid_only_for_own_purpose() {
    let user = sample::user();
    for made_for in EmailPurpose::ALL {
        for used_for in EmailPurpose::ALL {
            let result = check(&token(made_for), used_for, Some(&user), NOW);
            let expected = if made_for == used_for {
                Ok(())
            } else {
                Err(MailLinkError::OtherPurpose)
            };
            assert_eq!(result, expected, "{made_for:?} for {used_for:?}");
        }
    }
}

#[rstest]
#[case::used(|t: &mut EmailToken, _: &mut User| t.used_at = Some(NOW), MailLinkError::Used)]
#[case::last_second(|t: &mut EmailToken, _: &mut User| t.expires_at = NOW, MailLinkError::Expired)]
#[case::other_user(|_: &mut EmailToken, u: &mut User| u.id = sample::bob(), MailLinkError::NoAccount)]
#[case::disabled(|_: &mut EmailToken, u: &mut User| u.disabled_at = Some(NOW), MailLinkError::NoAccount)]
#[case::moved(|_: &mut EmailToken, u: &mut User| u.email = "new@example.com".into(), MailLinkError::OtherAddress)]
fn invalid_link_is_rejected(
    #[case] change: fn(&mut EmailToken, &mut User),
    #[case] expected: MailLinkError,
) {
    for purpose in [
        EmailPurpose::Verify,
        EmailPurpose::Reset,
        EmailPurpose::Passkey,
    ] {
        let (mut token, mut user) = (token(purpose), sample::user());
        change(&mut token, &mut user);
        assert_eq!(check(&token, purpose, Some(&user), NOW), Err(expected));
    }
}

#[test]
fn links_that_prove_no_own_address_allow_different_one() {
    for purpose in [
        EmailPurpose::Change,
        EmailPurpose::Undo,
        EmailPurpose::Operator,
    ] {
        let mut token = token(purpose);
        token.email = "other@example.com".to_owned();
        assert_eq!(check(&token, purpose, Some(&sample::user()), NOW), Ok(()));
    }
}

#[test]
fn link_without_account_is_invalid() {
    for purpose in EmailPurpose::ALL {
        let result = check(&token(purpose), purpose, None, NOW);
        assert_eq!(result, Err(MailLinkError::NoAccount));
    }
}

/// Returns the content with this kind and members.
fn content(kind: &str, members: serde_json::Value) -> MailContent {
    let mut object = members;
    object["kind"] = kind.into();
    serde_json::from_value(object).unwrap()
}

#[rstest]
#[case("verify", json!({}), Some(86_400))]
#[case("reset", json!({}), Some(30 * 60))]
#[case("welcome", json!({}), Some(86_400))]
#[case("passkey_link", json!({}), Some(86_400))]
#[case("change", json!({}), Some(86_400))]
#[case("changed", json!({ "address": "b…" }), Some(72 * 3_600))]
#[case("changed", json!({ "address": "b…", "url": null }), None)]
#[case("known_address", json!({}), None)]
#[case("password_changed", json!({}), None)]
#[case("sign_in_code", json!({ "code": "1234 5678" }), None)]
fn delayed_message_has_full_time(
    #[case] kind: &str,
    #[case] members: serde_json::Value,
    #[case] expected: Option<i64>,
) {
    let mut members = members;
    let object = members.as_object_mut().unwrap();
    object
        .entry("url")
        .or_insert_with(|| "https://id.example/a".into());
    let content = content(kind, members);
    assert_eq!(of_message(&content).map(|(_, ttl)| ttl), expected);
}

#[rstest]
#[case("sign_in_code", json!({ "code": "1234 5678", "url": "https://id.example/a" }), true)]
#[case("approve", json!({ "app": "App", "url": "https://id.example/a" }), true)]
#[case("reset", json!({ "url": "https://id.example/a" }), false)]
fn only_message_of_ended_sign_in_is_too_late(
    #[case] kind: &str,
    #[case] members: serde_json::Value,
    #[case] ends: bool,
) {
    let message = MailMessage {
        to: "alice@example.com".to_owned(),
        lang: "en".to_owned(),
        name: "Alice".to_owned(),
        asked: RequestOrigin {
            user_agent: String::new(),
            ip: String::new(),
            place: None,
            at: NOW,
        },
        content: content(kind, members),
        owners: None,
    };
    assert!(!is_too_late(&message, NOW + 599));
    assert_eq!(is_too_late(&message, NOW + 600), ends);
}

#[test]
fn link_ttls_are_within_limits() {
    assert!(ttl(EmailPurpose::Replace) <= 15 * 60);
    assert!(ttl(EmailPurpose::Operator) <= 15 * 60);
    assert!(ttl(EmailPurpose::Reset) <= 30 * 60);
    assert!(ttl(EmailPurpose::Verify) <= 86_400);
    assert!(ttl(EmailPurpose::Change) <= 86_400);
    assert!(ttl(EmailPurpose::Passkey) <= 86_400);
    assert_eq!(ttl(EmailPurpose::Undo), 72 * 3600);
}

#[test]
fn only_undo_link_survives_newer_link() {
    for purpose in EmailPurpose::ALL {
        assert_eq!(is_overtaken(purpose), purpose != EmailPurpose::Undo);
    }
}
