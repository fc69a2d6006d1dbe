use std::collections::BTreeSet;

use rstest::rstest;

use super::*;
use doorward_domain::model::sample::strings;

#[rstest]
#[case(&["admin"], &[], false)]
#[case(&["admin"], &["admin"], true)]
#[case(&["developer", "admin"], &["manager", "admin"], true)]
#[case(&["developer"], &["admin"], false)]
#[case(&[], &["admin"], false)]
#[case(&["Admin"], &["admin"], false)]
#[case(&[], &["*"], true)]
#[case(&["developer"], &["admin", "*"], true)]
#[case(&["*"], &["admin"], false)]
fn required_by_role(#[case] enrolled: &[&str], #[case] required: &[&str], #[case] expected: bool) {
    let enrolled = strings(enrolled).into_iter().collect();
    assert_eq!(is_required(&enrolled, &strings(required)), expected);
}

fn proof(acr: &str, amr: &str) -> Authentication {
    Authentication {
        auth_time: 0,
        acr: acr.to_owned(),
        amr: amr.split(' ').map(str::to_owned).collect(),
    }
}

/// Columns: whether it suffices for one factor, two factors, a passkey.
#[rstest]
#[case("aal1", "pwd", [true, false, false])]
#[case("aal2", "pwd otp mfa", [true, true, false])]
#[case("aal2", "fed mfa", [true, true, false])]
#[case("aal2", "swk user mfa", [true, true, true])]
#[case("aal2", "hwk user mfa", [true, true, true])]
#[case("aal2", "pwd swk user mfa", [true, true, true])]
fn factor_requirement_is_met_by_acr_and_amr(
    #[case] acr: &str,
    #[case] amr: &str,
    #[case] met: [bool; 3],
) {
    let demands = [
        FactorRequirement::OneFactor,
        FactorRequirement::TwoFactors,
        FactorRequirement::Passkey,
    ];
    for (demand, met) in demands.into_iter().zip(met) {
        assert_eq!(demand.is_met_by(&proof(acr, amr)), met, "{demand:?}");
    }
}

#[rstest]
#[case(&[], &[], FactorRequirement::OneFactor)]
#[case(&["a"], &[], FactorRequirement::TwoFactors)]
#[case(&[], &["a"], FactorRequirement::Passkey)]
#[case(&["a"], &["a"], FactorRequirement::Passkey)]
#[case(&["*"], &["b"], FactorRequirement::TwoFactors)]
#[case(&["*"], &["*"], FactorRequirement::Passkey)]
fn roles_determine_factor_requirement(
    #[case] two_factors: &[&str],
    #[case] passkey: &[&str],
    #[case] demand: FactorRequirement,
) {
    let words = |roles: &[&str]| {
        roles
            .iter()
            .map(|&role| role.to_owned())
            .collect::<Vec<_>>()
    };
    let held = BTreeSet::from(["a".to_owned()]);
    assert_eq!(
        FactorRequirement::from_roles(&held, &words(two_factors), &words(passkey)),
        demand
    );
}

/// A user who must have a passkey: has an app, has a passkey, level of authentication; then whether
/// an existing factor is requested (otherwise a passkey is enrolled).
#[rstest]
#[case(false, false, "aal1", false)]
#[case(true, false, "aal1", true)]
#[case(true, false, "aal2", false)]
#[case(false, true, "aal1", true)]
#[case(true, true, "aal2", true)]
fn required_passkey_leads_to_passkey_enrollment(
    #[case] app: bool,
    #[case] passkey: bool,
    #[case] acr: &str,
    #[case] enrolled: bool,
) {
    let stands = status(
        &proof(acr, "pwd otp"),
        FactorRequirement::Passkey,
        EnrolledFactors { app, passkey },
    );
    assert_eq!(
        stands,
        SecondFactorStatus {
            enrolled,
            required: true,
            passkey_due: true
        }
    );
    let done = proof("aal2", "swk user mfa");
    let stands = status(
        &done,
        FactorRequirement::Passkey,
        EnrolledFactors { app, passkey },
    );
    assert_eq!(stands, SecondFactorStatus::default());
}
