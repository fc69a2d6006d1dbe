use std::collections::BTreeSet;

use doorward_access::Principal;
use doorward_protocol::scope::Scope;
use rstest::rstest;

use super::{Action, Reach};

const ALL_SCOPES: &str = "tasks:read tasks:write tasks:delete";

fn principal(entitlements: &str, scope: &str) -> Principal {
    Principal {
        credential: doorward_access::Credential::SignedToken,
        subject: "me".into(),
        client_id: "app".into(),
        scope: Scope::parse(scope).unwrap(),
        roles: vec!["admin".into()],
        groups: Vec::new(),
        managed_groups: Vec::new(),
        entitlements: entitlements
            .split_whitespace()
            .map(str::to_owned)
            .collect::<BTreeSet<_>>(),
        org: None,
        email_verified: false,
        acr: None,
        amr: Vec::new(),
        auth_time: None,
        sid: None,
        jti: "j".into(),
        expires_at: 0,
        confirmation: None,
        authorization_details:
            doorward_protocol::authorization_details::AuthorizationDetails::default(),
        claims: serde_json::Map::new(),
    }
}

#[rstest]
// The role's name (always "admin") grants nothing on its own.
#[case::nothing("", ALL_SCOPES, "")]
#[case::developer("tasks:read tasks:write tasks:delete", ALL_SCOPES, "")]
#[case::manager("tasks:read tasks:write tasks:delete tasks:read_all", ALL_SCOPES, "r")]
#[case::admin("tasks:read_all tasks:write_all tasks:delete_all", ALL_SCOPES, "rwd")]
#[case::scope_too_narrow("tasks:read_all tasks:write_all tasks:delete_all", "tasks:read", "r")]
#[case::own_scope_name("tasks:read_all tasks:write_all", "tasks:write_all openid", "w")]
#[case::no_scope("tasks:read_all tasks:write_all tasks:delete_all", "openid", "")]
#[case::scope_without_permission("tasks:read", "tasks:read_all tasks:write_all", "")]
fn actions_on_all_tasks_need_permission_and_scope(
    #[case] entitlements: &str,
    #[case] scope: &str,
    #[case] expected: &str,
) {
    let principal = principal(entitlements, scope);
    for (action, letter) in Action::ALL.into_iter().zip(["r", "w", "d"]) {
        let reach = Reach::for_action(&principal, action);
        assert_eq!(reach == Reach::All, expected.contains(letter), "{action:?}");
        assert!(reach.includes("me"));
        assert_eq!(
            reach.includes("you"),
            expected.contains(letter),
            "{action:?}"
        );
    }
}
