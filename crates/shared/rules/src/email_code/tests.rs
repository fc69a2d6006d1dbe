use super::*;
use doorward_domain::model::sample;
use doorward_domain::model::{AttemptId, UserId};
use rstest::rstest;

const NOW: i64 = 1_000_000;

fn hash(text: &str) -> TokenHash {
    TokenHash::digest(text)
}

fn waiting() -> EmailSignIn {
    let user = sample::user();
    EmailSignIn {
        id: AttemptId::parse("Zk3s9QyV0cX1bT7mZk3s9Q").unwrap(),
        browser_hash: hash("browser"),
        remember: false,
        interaction_id: None,
        next: None,
        user_id: Some(user.id),
        email: Some(user.email),
        mailed_at: Some(NOW),
        code_hash: Some(hash("code")),
        link_hash: Some(hash("link")),
        created_at: NOW,
        expires_at: NOW + TTL,
        tries: 0,
        used_at: None,
    }
}

#[rstest]
#[case::open(|_: &mut EmailSignIn| (), "browser", NOW, Ok(()))]
#[case::last_second(|_: &mut EmailSignIn| (), "browser", NOW + TTL - 1, Ok(()))]
#[case::too_late(|_: &mut EmailSignIn| (), "browser", NOW + TTL, Err(EmailCodeError::Over))]
#[case::other_browser(|_: &mut EmailSignIn| (), "another", NOW, Err(EmailCodeError::OtherBrowser))]
#[case::used(|it: &mut EmailSignIn| it.used_at = Some(NOW), "browser", NOW, Err(EmailCodeError::Finished))]
#[case::last_attempt(|it: &mut EmailSignIn| it.tries = 4, "browser", NOW, Ok(()))]
#[case::no_attempt_left(|it: &mut EmailSignIn| it.tries = 5, "browser", NOW, Err(EmailCodeError::Over))]
// The page reveals neither whether the account exists nor whether there is a newer message.
#[case::unknown(|it: &mut EmailSignIn| unknown(it), "browser", NOW, Ok(()))]
#[case::replaced(|it: &mut EmailSignIn| overtaken(it), "browser", NOW, Ok(()))]
fn sign_in_is_open_in_same_browser_until_expiry(
    #[case] change: fn(&mut EmailSignIn),
    #[case] browser: &str,
    #[case] now: i64,
    #[case] expected: Result<(), EmailCodeError>,
) {
    let mut it = waiting();
    change(&mut it);
    assert_eq!(
        is_open(&it, &hash(browser), MAX_ATTEMPTS.quota, now),
        expected
    );
}

fn unknown(it: &mut EmailSignIn) {
    (it.user_id, it.email, it.mailed_at) = (None, None, None);
    overtaken(it);
}

fn overtaken(it: &mut EmailSignIn) {
    (it.code_hash, it.link_hash) = (None, None);
}

#[rstest]
#[case(EmailCodeProof::Code(Some(hash("code"))), true, false)]
#[case(EmailCodeProof::Code(Some(hash("other"))), false, false)]
#[case(EmailCodeProof::Code(Some(hash("link"))), false, false)]
#[case(EmailCodeProof::Code(None), false, false)]
#[case(EmailCodeProof::Link(hash("link")), true, false)]
#[case(EmailCodeProof::Link(hash("code")), false, false)]
fn only_mailed_code_or_link_matches(
    #[case] proof: EmailCodeProof,
    #[case] mailed: bool,
    #[case] dead: bool,
) {
    let mut it = waiting();
    assert_eq!(fits(&it, proof), mailed);
    overtaken(&mut it);
    assert_eq!(fits(&it, proof), dead, "an overtaken one fits nothing");
}

#[rstest]
#[case::valid(|_: &mut User| (), true)]
#[case::disabled(|user: &mut User| user.disabled_at = Some(NOW), false)]
#[case::unverified(|user: &mut User| user.email_verified = false, false)]
#[case::moved(|user: &mut User| user.email = "new@example.org".to_owned(), false)]
#[case::other_user(|user: &mut User| user.id = UserId::from_uuid(uuid::Uuid::nil()), false)]
fn only_eligible_user_signs_in(#[case] change: fn(&mut User), #[case] enters: bool) {
    let mut user = sample::user();
    user.email_verified = true;
    change(&mut user);
    assert_eq!(is_valid_for(&waiting(), &user), enters);
}

#[test]
fn typed_code_is_hard_enough_to_guess() {
    // At least 20 bits, at most 10 attempts and 10 minutes. Of 10^8 codes, 3 messages with 5
    // attempts each.
    const {
        assert!(MAX_ATTEMPTS.quota <= 10 && TTL <= 10 * 60);
        assert!(MAILS.quota <= 3 && MAILS.window >= 60 * 60);
    }
}
