use doorward_domain::model::SignInAttemptId;
use serde_json::Map;

use super::*;

fn attempt(step: AttemptStep, outcome: AttemptOutcome, rule: &str) -> SignInAttempt {
    SignInAttempt {
        id: SignInAttemptId::parse("018f0000-0000-7000-8000-000000000001").unwrap(),
        at: 0,
        step,
        outcome,
        rule: rule.to_owned(),
        reason: String::new(),
        user_id: None,
        name_hash: None,
        client_id: None,
        request_id: None,
        address: None,
        detail: Map::new(),
    }
}

#[test]
fn remedies_follow_from_rule_and_step() {
    use AttemptOutcome::{Abandoned, Failed, Rejected, Succeeded};
    use AttemptStep::{Authorize, EmailCode, Password, Provider, SecondFactor, Token};
    let user = |action| Some(Suggestion::User(action));
    for (step, outcome, rule, expected) in [
        (Password, Succeeded, "completed", None),
        (Password, Failed, "user_disabled", user(UserAction::Enable)),
        (Password, Failed, "lockout", user(UserAction::Unlock)),
        (Password, Failed, "unknown_user", None),
        (
            SecondFactor,
            Failed,
            "codes_locked",
            user(UserAction::ResetFactors),
        ),
        (
            SecondFactor,
            Abandoned,
            "factor_missing",
            user(UserAction::ResetFactors),
        ),
        (EmailCode, Failed, "wrong_code", None),
        (
            Provider,
            Failed,
            "provider_closed",
            Some(Suggestion::Provider),
        ),
        (
            Authorize,
            Rejected,
            "redirect_uri",
            Some(Suggestion::AppSettings),
        ),
        (Token, Rejected, "secret", Some(Suggestion::AppSecret)),
        (Token, Rejected, "code_expired", Some(Suggestion::App)),
        (Token, Rejected, "unknown_client", None),
        (Token, Rejected, "user_disabled", user(UserAction::Enable)),
        (Token, Failed, "later_rule", None),
    ] {
        assert_eq!(
            suggestion(&attempt(step, outcome, rule)),
            expected,
            "{rule}"
        );
    }
}

#[test]
fn reasons_have_message_unless_they_name_parameters() {
    for (rule, expected) in [
        ("user_disabled", Some("console-why-user-disabled")),
        ("secret", Some("console-why-app-secret")),
        ("code_verifier", None),
        ("invalid_request", None),
    ] {
        let request = attempt(AttemptStep::Token, AttemptOutcome::Rejected, rule);
        assert_eq!(reason_key(&request), expected, "{rule}");
    }
    for rule in &AttemptRule::ALL {
        let failed = attempt(AttemptStep::Password, AttemptOutcome::Failed, rule.as_str());
        assert!(reason_key(&failed).is_some(), "{}", rule.as_str());
    }
}
