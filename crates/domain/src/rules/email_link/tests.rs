use rstest::rstest;

use super::*;
use crate::model::sample::{self, NOW};
use crate::secret::TokenHash;

fn token(purpose: EmailPurpose) -> EmailToken {
    EmailToken {
        hash: TokenHash::of("link"),
        user_id: sample::alice(),
        purpose,
        email: sample::user().email,
        created_at: NOW - 60,
        expires_at: NOW + 1,
        used_at: None,
    }
}

#[test]
fn a_link_is_good_for_its_own_purpose_alone() {
    let user = sample::user();
    for made_for in EmailPurpose::ALL {
        for used_for in EmailPurpose::ALL {
            let verdict = check(&token(made_for), used_for, Some(&user), NOW);
            let expected = if made_for == used_for {
                Ok(())
            } else {
                Err(LinkRefusal::OtherPurpose)
            };
            assert_eq!(verdict, expected, "{made_for:?} for {used_for:?}");
        }
    }
}

#[rstest]
#[case::used(|t: &mut EmailToken, _: &mut User| t.used_at = Some(NOW), LinkRefusal::Used)]
#[case::last_second(|t: &mut EmailToken, _: &mut User| t.expires_at = NOW, LinkRefusal::Expired)]
#[case::somebody_else(|_: &mut EmailToken, u: &mut User| u.id = sample::bob(), LinkRefusal::NoAccount)]
#[case::switched_off(|_: &mut EmailToken, u: &mut User| u.disabled_at = Some(NOW), LinkRefusal::NoAccount)]
#[case::moved(|_: &mut EmailToken, u: &mut User| u.email = "new@example.com".into(), LinkRefusal::OtherAddress)]
fn a_link_is_refused(
    #[case] change: fn(&mut EmailToken, &mut User),
    #[case] expected: LinkRefusal,
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
fn moves_name_an_address_that_the_account_does_not_have() {
    for purpose in [EmailPurpose::Change, EmailPurpose::Undo] {
        let mut token = token(purpose);
        token.email = "other@example.com".to_owned();
        assert_eq!(check(&token, purpose, Some(&sample::user()), NOW), Ok(()));
    }
}

#[test]
fn without_an_account_nothing_is_good() {
    for purpose in EmailPurpose::ALL {
        let verdict = check(&token(purpose), purpose, None, NOW);
        assert_eq!(verdict, Err(LinkRefusal::NoAccount));
    }
}

#[test]
fn lives_are_within_the_limits() {
    assert!(life(EmailPurpose::Reset) <= 30 * 60);
    assert!(life(EmailPurpose::Verify) <= 86_400);
    assert!(life(EmailPurpose::Change) <= 86_400);
    assert!(life(EmailPurpose::Passkey) <= 86_400);
    assert_eq!(life(EmailPurpose::Undo), 72 * 3600);
}

#[test]
fn only_the_way_back_survives_a_newer_link() {
    for purpose in EmailPurpose::ALL {
        assert_eq!(is_overtaken(purpose), purpose != EmailPurpose::Undo);
    }
}
