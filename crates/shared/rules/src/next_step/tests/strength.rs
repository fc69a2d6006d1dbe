//! The user's second factor × the requested strength.

use super::*;

/// Returns the status of a user's second factor.
pub(super) const fn factor(enrolled: bool, required: bool) -> SecondFactorStatus {
    SecondFactorStatus {
        enrolled,
        required,
        passkey_due: false,
    }
}

const ESSENTIAL: &str = r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#;
const EITHER: &str = r#"{"id_token":{"acr":{"essential":true,"values":["aal2","aal1"]}}}"#;
const UNKNOWN: &str = r#"{"id_token":{"acr":{"essential":true,"value":"urn:x"}}}"#;
const WEAK: &str = "login:TooWeak";

/// Alice has signed in with a password before. Columns: no factor, an optional factor, a required
/// factor, a required factor that is missing.
#[rstest]
#[case::not_requested("", "{}", ["issue", "issue", "second", "enrol"])]
#[case::essential("", ESSENTIAL, [WEAK, "second", "second", "enrol"])]
#[case::either_will_do("", EITHER, ["issue", "issue", "second", "enrol"])]
#[case::never_reached("", UNKNOWN, [WEAK; 4])]
#[case::requested("aal2", "{}", ["issue", "second", "second", "enrol"])]
#[case::requested_first("aal2 aal1", "{}", ["issue", "second", "second", "enrol"])]
#[case::requested_last("aal1 aal2", "{}", ["issue", "issue", "second", "enrol"])]
#[case::requested_among_unknown("urn:gold aal2", "{}", ["issue", "second", "second", "enrol"])]
#[case::unknown_value("urn:gold", "{}", ["issue", "issue", "second", "enrol"])]
fn password_session_steps_up_as_required(
    #[case] acr_values: &str,
    #[case] json: &str,
    #[case] steps: [&str; 4],
) {
    let mut scene = Scene::settled();
    scene.interaction.request.acr_values = acr_values.split(' ').map(str::to_owned).collect();
    scene.interaction.request.claims = claims(json);
    let states = [
        factor(false, false),
        factor(true, false),
        factor(true, true),
        factor(false, true),
    ];
    for (state, expected) in states.into_iter().zip(steps) {
        scene.factor = state;
        assert_eq!(scene.say(), expected, "{state:?}");
        let silently = match expected {
            "issue" => "issue",
            "second" | "enrol" => "error:interaction_required",
            _ => "error:login_required",
        };
        assert_eq!(scene.clone().prompt("none").say(), silently, "{state:?}");
        let reached = if json == UNKNOWN { WEAK } else { "issue" };
        assert_eq!(
            scene.clone().step_up().say(),
            reached,
            "{state:?}, then both"
        );
    }
}

/// A sign-in with the password alone, because the factor was added later or elsewhere.
#[rstest]
#[case(factor(false, false), "error:unmet_authentication_requirements")]
#[case(factor(true, false), "second")]
#[case(factor(false, true), "enrol")]
fn after_signing_in(#[case] state: SecondFactorStatus, #[case] expected: &str) {
    let mut scene = Scene::with(|s| s.factor = state);
    scene.interaction.request.claims = claims(ESSENTIAL);
    assert_eq!(scene.sign_in(alice(), AAL1).say(), expected);
}

/// An authentication that is too old and too weak needs one prompt: the second factor follows the
/// password anyway.
#[rstest]
#[case::forced("login", None, "login:Forced")]
#[case::old("", Some(1), "login:TooOld")]
fn password_precedes_second_factor(
    #[case] prompt: &str,
    #[case] max_age: Option<u64>,
    #[case] expected: &str,
) {
    let mut scene = Scene::with(|s| s.factor = factor(true, true));
    scene.prompt(prompt).interaction.request.max_age = max_age;
    assert_eq!(scene.say(), expected);
    assert_eq!(scene.clone().sign_in(alice(), AAL2).say(), "issue");
    assert_eq!(
        scene.step_up().say(),
        expected,
        "a code alone is no fresh sign-in"
    );
}

#[test]
fn different_user_precedes_second_factor() {
    let mut scene = Scene::with(|s| s.factor = factor(true, true));
    scene.expected = Some(bob());
    assert_eq!(scene.say(), "login:OtherSubject");
}

#[test]
fn second_factor_precedes_account_choice_and_consent() {
    let mut scene = Scene::with(|s| s.factor = factor(true, true));
    scene.prompt("select_account consent");
    assert_eq!(scene.say(), "second");
    assert_eq!(scene.step_up().say(), "select");
}

/// A client that requires a second factor has the same effect as the operator's requirement.
#[rstest]
#[case("", "{}")]
#[case("", ESSENTIAL)]
#[case("", EITHER)]
#[case("aal1", "{}")]
#[case("aal2", "{}")]
fn client_requirement_equals_role_requirement(#[case] acr_values: &str, #[case] json: &str) {
    for enrolled in [true, false] {
        let mut scene = Scene::settled();
        scene.interaction.request.acr_values = acr_values.split(' ').map(str::to_owned).collect();
        scene.interaction.request.claims = claims(json);
        scene.factor = factor(enrolled, true);
        let by_role = scene.say();
        scene.factor = factor(enrolled, false);
        scene.client.require_mfa = true;
        assert_eq!(scene.say(), by_role);
        let expected = if enrolled { "second" } else { "enrol" };
        assert_eq!(scene.say(), expected);
        assert_eq!(scene.step_up().say(), "issue");
    }
}

/// Enrollment is on the account pages, which require a verified e-mail address.
#[test]
fn email_verification_precedes_enrollment() {
    let mut scene = Scene::with(|s| s.factor = factor(false, true));
    scene.email_due = true;
    assert_eq!(scene.say(), "verify-email");
    scene.email_due = false;
    assert_eq!(scene.say(), "enrol");
    // An enrolled factor comes first: its page is not an account page.
    let mut scene = Scene::with(|s| s.factor = factor(true, true));
    scene.email_due = true;
    assert_eq!(scene.say(), "second");
}

/// A required passkey: any authentication without one is insufficient.
#[rstest]
#[case(true, AAL1, "second")]
#[case(true, AAL2, "second")]
#[case(false, AAL1, "enrol passkey")]
#[case(false, AAL2, "enrol passkey")]
fn required_passkey_is_requested(
    #[case] enrolled: bool,
    #[case] acr: &str,
    #[case] expected: &str,
) {
    let mut scene = Scene::settled();
    scene.factor = SecondFactorStatus {
        enrolled,
        required: true,
        passkey_due: true,
    };
    assert_eq!(scene.sign_in(alice(), acr).say(), expected);
    let silent = scene.clone().prompt("none").say();
    assert_eq!(silent, "error:interaction_required");
    scene.factor = SecondFactorStatus::default();
    assert_eq!(scene.say(), "issue");
}
