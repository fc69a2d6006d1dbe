use crate::assurance::AAL2;
use rstest::rstest;

use super::*;
use crate::assurance::AAL1;
use doorward_domain::model::sample::NOW;

#[rstest]
#[case::just_now(AAL1, 0, false, true)]
#[case::at_the_edge(AAL1, 900, false, true)]
#[case::expired(AAL1, 901, false, false)]
#[case::clocks_differ(AAL1, -5, false, true)]
#[case::password_alone_with_a_factor(AAL1, 0, true, false)]
#[case::both(AAL2, 0, true, true)]
#[case::both_at_the_edge(AAL2, 900, true, true)]
#[case::both_but_long_ago(AAL2, 901, true, false)]
#[case::both_and_factor_removed(AAL2, 0, false, true)]
#[case::unknown_strength("urn:x", 0, true, false)]
fn recent_authentication_lasts_fifteen_minutes(
    #[case] acr: &str,
    #[case] age: i64,
    #[case] has_factor: bool,
    #[case] expected: bool,
) {
    let proof = Authentication {
        auth_time: NOW - age,
        acr: acr.to_owned(),
        amr: vec!["pwd".to_owned()],
    };
    assert_eq!(is_fresh(&proof, has_factor, NOW), expected);
}
