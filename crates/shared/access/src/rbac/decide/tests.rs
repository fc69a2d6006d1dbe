use rstest::rstest;
use serde_json::json;

use super::*;
use crate::fixtures::claims_with;
use crate::jwt::claims::AccessTokenClaims;

const READ: Requirement = Requirement::permission("tasks:read");
const READ_ALL: Requirement = Requirement::covered_by("tasks:read_all", "tasks:read");

fn principal(entitlements: &[&str], scope: &str) -> Principal {
    let claims = claims_with(&json!({ "entitlements": entitlements, "scope": scope }));
    serde_json::from_value::<AccessTokenClaims>(claims)
        .unwrap()
        .into()
}

#[rstest]
#[case::both(READ, &["tasks:read"], "tasks:read", &[])]
#[case::nothing(READ, &[], "", &["missing_entitlement", "missing_scope"])]
#[case::scope_alone(READ, &[], "tasks:read", &["missing_entitlement"])]
#[case::entitlement_alone(READ, &["tasks:read"], "openid", &["missing_scope"])]
#[case::other_action(READ, &["tasks:write"], "tasks:write", &["missing_entitlement", "missing_scope"])]
#[case::prefix_is_nothing(READ, &["tasks:read_all"], "tasks:read_all", &["missing_entitlement", "missing_scope"])]
#[case::case_matters(READ, &["Tasks:Read"], "TASKS:READ", &["missing_entitlement", "missing_scope"])]
#[case::no_wildcard(READ, &["*", "tasks:*"], "* tasks:*", &["missing_entitlement", "missing_scope"])]
#[case::covered_by_base_scope(READ_ALL, &["tasks:read_all"], "tasks:read", &[])]
#[case::own_name_as_scope(READ_ALL, &["tasks:read_all"], "tasks:read_all", &[])]
#[case::base_entitlement_is_less(READ_ALL, &["tasks:read"], "tasks:read tasks:read_all", &["missing_entitlement"])]
#[case::without_any_scope(READ_ALL, &["tasks:read_all"], "tasks:write", &["missing_scope"])]
fn decision_requires_entitlement_and_scope(
    #[case] requirement: Requirement,
    #[case] entitlements: &[&str],
    #[case] scope: &str,
    #[case] reasons: &[&str],
) {
    let decision = decide(&principal(entitlements, scope), &requirement);
    assert_eq!(
        decision
            .reasons
            .iter()
            .map(Reason::code)
            .collect::<Vec<_>>(),
        reasons
    );
    assert_eq!(decision.is_allowed(), reasons.is_empty());
    assert_eq!(decision.requirement, requirement);
}

/// A role name grants nothing; only its permissions do.
#[test]
fn role_names_grant_no_permission() {
    let mut person = principal(&[], "tasks:read");
    person.roles = vec!["admin".into(), "tasks:read".into()];
    person.groups = vec!["tasks:read".into()];
    assert!(!decide(&person, &READ).is_allowed());
}

#[test]
fn service_is_own_subject() {
    let mut person = principal(&[], "");
    assert!(!person.is_service());
    person.subject = person.client_id.clone();
    assert!(person.is_service());
}
