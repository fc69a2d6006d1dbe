use serde_json::json;

use super::*;

#[test]
fn reasons_name_missing_permission_and_remediation() {
    let entitlement = Reason::MissingEntitlement {
        permission: "tasks:write",
    };
    assert_eq!(
        serde_json::to_value(entitlement).unwrap(),
        json!({
            "code": "missing_entitlement",
            "permission": "tasks:write",
            "detail": "the account does not have the permission tasks:write; \
                       an administrator can assign a role that has it",
        })
    );
    let scope = Reason::MissingScope {
        scope: "tasks:write",
    };
    assert_eq!(serde_json::to_value(scope).unwrap()["scope"], "tasks:write");
    assert!(scope.to_string().contains("tasks:write"));
    let weak = Reason::SignInTooWeak {
        acr_values: &["aal2", "aal3"],
    };
    let json = serde_json::to_value(weak).unwrap();
    assert_eq!(json["acr_values"], json!(["aal2", "aal3"]));
    assert!(weak.to_string().contains("aal2 aal3"));
    let old = serde_json::to_value(Reason::SignInTooOld { max_age: 300 }).unwrap();
    assert_eq!(
        (&old["code"], &old["max_age"]),
        (&json!("sign_in_too_old"), &json!(300))
    );
}

#[test]
fn user_required_says_who_may() {
    let reason = serde_json::to_value(Reason::UserRequired).unwrap();
    let expected = json!({
        "code": "user_required",
        "detail": "a user must sign in; a client that acts for itself, or an API key, may not do this",
    });
    assert_eq!(reason, expected);
}

#[test]
fn decision_ids_differ() {
    let (item, other) = (DecisionId::random(), DecisionId::random());
    assert_ne!(item, other);
    assert_eq!(serde_json::to_value(item).unwrap(), item.to_string());
    assert_eq!(item.to_string().len(), 36);
}
