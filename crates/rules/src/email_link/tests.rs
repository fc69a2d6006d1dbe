use rstest::rstest;

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
