use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{NOW, session};

const REST: IdleTimeouts = IdleTimeouts {
    ordinary: 3600,
    remembered: 86_400,
};

#[rstest]
#[case::ordinary(false, NOW + 10_000_000, NOW + 3600)]
#[case::remembered(true, NOW + 10_000_000, NOW + 86_400)]
#[case::ordinary_near_its_end(false, NOW + 60, NOW + 60)]
#[case::remembered_near_expiry(true, NOW + 60, NOW + 60)]
#[case::no_clock_overflows(true, i64::MAX, NOW + 86_400)]
fn idle_end(#[case] remembered: bool, #[case] expires_at: i64, #[case] expected: i64) {
    assert_eq!(REST.idle_end(remembered, NOW, expires_at), expected);
}

#[test]
fn remembered_session_idle_timeout_is_at_least_ordinary() {
    let rest = IdleTimeouts {
        ordinary: 3600,
        remembered: 60,
    };
    assert_eq!(rest.idle_end(true, NOW, NOW + 10_000), NOW + 3600);
}

#[rstest]
#[case::second_before(true, 3599, AAL2, false)]
#[case::idle(true, 3600, AAL2, true)]
#[case::long_ago(true, 80_000, AAL2, true)]
#[case::not_remembered(false, 3600, AAL2, false)]
#[case::a_password_alone(true, 3600, AAL1, false)]
#[case::clocks_differ(true, -5, AAL2, false)]
fn rest_weakens(
    #[case] remembered: bool,
    #[case] rested: i64,
    #[case] acr: &str,
    #[case] expected: bool,
) {
    let mut session = session();
    session.remember = remembered;
    session.last_seen_at = NOW - rested;
    session.authentication = Authentication {
        auth_time: NOW - 90_000,
        acr: acr.to_owned(),
        amr: ["pwd", "otp", "mfa"].map(str::to_owned).to_vec(),
    };
    let left = REST.reduced_authentication(&session, NOW);
    let weaker = Authentication {
        auth_time: NOW - 90_000,
        acr: AAL1.to_owned(),
        amr: vec!["pwd".to_owned()],
    };
    assert_eq!(left, expected.then_some(weaker));
}

/// A passkey used as second factor is removed with the rest; one used alone is kept, as one factor.
#[rstest]
#[case(&["pwd", "hwk", "user", "mfa"], &["pwd"])]
#[case(&["swk", "user", "mfa"], &["swk", "user"])]
fn rest_weakens_passkeys(#[case] amr: &[&str], #[case] expected: &[&str]) {
    let mut session = session();
    session.remember = true;
    session.last_seen_at = NOW - 3600;
    session.authentication = Authentication {
        auth_time: NOW - 90_000,
        acr: AAL2.to_owned(),
        amr: amr.iter().map(|amr| (*amr).to_owned()).collect(),
    };
    let left = REST.reduced_authentication(&session, NOW).unwrap();
    assert_eq!(
        (left.acr.as_str(), left.amr.as_slice()),
        (
            AAL1,
            expected
                .iter()
                .map(|one| (*one).to_owned())
                .collect::<Vec<_>>()
                .as_slice()
        )
    );
}
