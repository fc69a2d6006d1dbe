use rstest::rstest;

use super::*;
use crate::fixtures::{NOW, claims};
use crate::jwt::claims::AccessTokenClaims;

fn principal() -> Principal {
    serde_json::from_value::<AccessTokenClaims>(claims())
        .unwrap()
        .into()
}

const TWO: Assurance = Assurance::acr(&["aal2", "aal3"]);
const RECENT: Assurance = Assurance::ANY.within(300);
const BOTH: Assurance = TWO.within(300);

#[rstest]
#[case::no_requirement(Assurance::ANY, None, None, &[])]
#[case::strong(TWO, Some("aal2"), None, &[])]
#[case::another_that_does(TWO, Some("aal3"), None, &[])]
#[case::weak(TWO, Some("aal1"), Some(0), &["sign_in_too_weak"])]
#[case::no_acr(TWO, None, Some(0), &["sign_in_too_weak"])]
#[case::part_of_a_name(TWO, Some("aal"), None, &["sign_in_too_weak"])]
#[case::other_case(TWO, Some("AAL2"), None, &["sign_in_too_weak"])]
#[case::zero_age(RECENT, None, Some(0), &[])]
#[case::at_the_edge(RECENT, None, Some(300), &[])]
#[case::too_old(RECENT, None, Some(301), &["sign_in_too_old"])]
#[case::clocks_differ(RECENT, None, Some(-5), &[])]
#[case::no_time(RECENT, Some("aal2"), None, &["sign_in_too_old"])]
#[case::both(BOTH, Some("aal2"), Some(10), &[])]
#[case::neither(BOTH, Some("aal1"), Some(301), &["sign_in_too_weak", "sign_in_too_old"])]
fn sign_ins(
    #[case] required: Assurance,
    #[case] acr: Option<&str>,
    #[case] age: Option<i64>,
    #[case] expected: &[&str],
) {
    let mut caller = principal();
    caller.acr = acr.map(str::to_owned);
    caller.auth_time = age.map(|age| NOW - age);
    let found: Vec<_> = lacks(&caller, &required, NOW)
        .iter()
        .map(Reason::code)
        .collect();
    assert_eq!(found, expected);
}

#[rstest]
#[case::no_requirement(Assurance::ANY, &[])]
#[case::strength(TWO, &["user_required"])]
#[case::age(RECENT, &["user_required"])]
#[case::both(BOTH, &["user_required"])]
fn caller_without_sign_in_cannot_step_up(#[case] required: Assurance, #[case] expected: &[&str]) {
    for (acr, auth_time) in [(None, None), (Some("aal2"), Some(NOW))] {
        let mut service = principal();
        service.acr = acr.map(str::to_owned);
        service.auth_time = auth_time;
        let mut key = service.clone();
        service.subject = service.client_id.clone();
        key.credential = Credential::ApiKey {
            id: "dw_1".to_owned(),
        };
        for caller in [service, key] {
            let found = lacks(&caller, &required, NOW);
            let found: Vec<_> = found.iter().map(Reason::code).collect();
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn absurd_time_is_no_panic() {
    let mut caller = principal();
    for at in [i64::MIN, i64::MAX] {
        caller.auth_time = Some(at);
        let _ = lacks(&caller, &RECENT, NOW);
    }
    caller.auth_time = Some(i64::MIN);
    assert_eq!(lacks(&caller, &RECENT, NOW).len(), 1);
}
