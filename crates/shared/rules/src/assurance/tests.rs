use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{self, NOW, strings};

#[rstest]
#[case(AAL1, &[], true)]
#[case(AAL1, &[AAL1], true)]
#[case(AAL2, &[AAL1], true)]
#[case(AAL1, &[AAL2], false)]
#[case(AAL1, &[AAL2, AAL1], true)]
#[case(AAL1, &["urn:x"], false)]
#[case(AAL2, &["AAL2"], false)]
#[case("urn:x", &["urn:x"], false)]
#[case("", &[AAL1], false)]
#[case("", &[""], false)]
fn strong_enough(#[case] have: &str, #[case] required: &[&str], #[case] expected: bool) {
    assert_eq!(satisfies(have, &strings(required)), expected);
}

/// OIDC Core §5.5.1.1: the value in the token is one of the essential ones.
#[rstest]
#[case(AAL2, &[], AAL2)]
#[case(AAL2, &[AAL2, AAL1], AAL2)]
#[case(AAL2, &[AAL1, AAL2], AAL2)]
#[case(AAL2, &[AAL1], AAL1)]
#[case(AAL2, &["urn:x", AAL1], AAL1)]
#[case(AAL1, &[AAL1], AAL1)]
#[case::never_above_authentication(AAL1, &[AAL2], AAL1)]
fn stated_acr_is_essential_or_reached_value(
    #[case] have: &str,
    #[case] required: &[&str],
    #[case] expected: &str,
) {
    assert_eq!(stated(have, &strings(required)), expected);
}

#[rstest]
#[case(&[], true)]
#[case(&[AAL1], true)]
#[case(&["urn:x"], false)]
#[case(&["urn:x", AAL1], true)]
fn can_be_reached(#[case] required: &[&str], #[case] expected: bool) {
    assert_eq!(reachable(&strings(required)), expected);
}

#[test]
fn supported_acr_values_are_reachable() {
    for acr in [AAL1, AAL2] {
        assert_eq!(
            reachable(&strings(&[acr])),
            SUPPORTED.contains(&acr) || acr == AAL1
        );
    }
}

#[rstest]
#[case::app(&["pwd"], SecondFactorMethod::Totp, &["pwd", "otp", "mfa"])]
#[case::recovery(&["pwd"], SecondFactorMethod::RecoveryCode, &["pwd", "mfa"])]
#[case::app_again(&["pwd", "otp", "mfa"], SecondFactorMethod::Totp, &["pwd", "otp", "mfa"])]
#[case::app_after_recovery(&["pwd", "mfa"], SecondFactorMethod::Totp, &["pwd", "mfa", "otp"])]
#[case::synced(&["pwd"], SecondFactorMethod::Passkey { synced: true }, &["pwd", "swk", "user", "mfa"])]
#[case::device(&["pwd"], SecondFactorMethod::Passkey { synced: false }, &["pwd", "hwk", "user", "mfa"])]
fn second_factor_adds_amr_and_aal2(
    #[case] first: &[&str],
    #[case] second: SecondFactorMethod,
    #[case] amr: &[&str],
) {
    let first = Authentication {
        auth_time: NOW - 40,
        acr: AAL1.to_owned(),
        amr: strings(first),
    };
    let both = with_second(&first, second);
    assert_eq!(both.amr, strings(amr));
    assert_eq!(both.acr, AAL2);
    assert_eq!(both.auth_time, NOW - 40, "no fresher than its older half");
}

/// A passkey counts as two factors, at the time of its use (decision 58).
#[rstest]
#[case(true, &["swk", "user", "mfa"])]
#[case(false, &["hwk", "user", "mfa"])]
fn passkey_has_aal2(#[case] synced: bool, #[case] amr: &[&str]) {
    let proof = passkey_proof(synced, NOW);
    assert_eq!(proof.amr, strings(amr));
    assert_eq!((proof.acr.as_str(), proof.auth_time), (AAL2, NOW));
}

#[rstest]
#[case(&[], None)]
#[case(&["urn:x"], None)]
#[case(&["urn:x", AAL2], Some(AAL2))]
#[case(&[AAL1, AAL2], Some(AAL1))]
#[case(&[AAL2, AAL1], Some(AAL2))]
fn first_known_acr_is_preferred(#[case] required: &[&str], #[case] expected: Option<&str>) {
    assert_eq!(preferred(&strings(required)), expected);
}

#[test]
fn session_states_known_acr() {
    assert!(satisfies(&sample::session().authentication.acr, &[]));
    assert!(SUPPORTED.contains(&sample::authentication().acr.as_str()));
}
