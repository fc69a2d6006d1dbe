use std::collections::BTreeSet;

use doorward_access::Principal;
use doorward_access::rbac::Reason;
use doorward_protocol::scope::Scope;
use rstest::rstest;
use uuid::Uuid;

use super::super::model::{Priority, Status, Task};
use super::{Action, Miss, Reach, explain_miss};

const ALL_SCOPES: &str = "tasks:read tasks:write tasks:delete";

fn principal(entitlements: &str, scope: &str) -> Principal {
    Principal {
        subject: "me".into(),
        client_id: "app".into(),
        scope: Scope::parse(scope).unwrap(),
        roles: vec!["admin".into()],
        groups: Vec::new(),
        entitlements: entitlements
            .split_whitespace()
            .map(str::to_owned)
            .collect::<BTreeSet<_>>(),
        org: None,
        acr: None,
        amr: Vec::new(),
        auth_time: None,
        sid: None,
        jti: "j".into(),
        expires_at: 0,
    }
}

fn task(owner: &str) -> Task {
    Task {
        id: Uuid::nil(),
        title: "t".into(),
        description: String::new(),
        status: Status::Todo,
        priority: Priority::Medium,
        due_date: None,
        owner_subject: owner.into(),
        created_at: 0,
        updated_at: 0,
        version: 3,
    }
}

#[rstest]
// A role's name alone (it is "admin" throughout) reaches nothing.
#[case::nothing("", ALL_SCOPES, "")]
#[case::developer("tasks:read tasks:write tasks:delete", ALL_SCOPES, "")]
#[case::manager("tasks:read tasks:write tasks:delete tasks:read_all", ALL_SCOPES, "r")]
#[case::admin("tasks:read_all tasks:write_all tasks:delete_all", ALL_SCOPES, "rwd")]
#[case::scope_too_narrow("tasks:read_all tasks:write_all tasks:delete_all", "tasks:read", "r")]
#[case::own_scope_name("tasks:read_all tasks:write_all", "tasks:write_all openid", "w")]
#[case::no_scope("tasks:read_all tasks:write_all tasks:delete_all", "openid", "")]
#[case::scope_without_permission("tasks:read", "tasks:read_all tasks:write_all", "")]
fn an_action_reaches_all_only_with_permission_and_scope(
    #[case] entitlements: &str,
    #[case] scope: &str,
    #[case] expected: &str,
) {
    let principal = principal(entitlements, scope);
    for (action, letter) in Action::ALL.into_iter().zip(["r", "w", "d"]) {
        let reach = Reach::of(&principal, action);
        assert_eq!(reach == Reach::All, expected.contains(letter), "{action:?}");
        assert!(reach.includes("me"));
        assert_eq!(
            reach.includes("you"),
            expected.contains(letter),
            "{action:?}"
        );
    }
}

#[rstest]
#[case::unseen(None, None, Miss::NotFound)]
#[case::unseen_with_tag(None, Some(3), Miss::NotFound)]
#[case::own_changed(Some("me"), Some(2), Miss::Changed)]
#[case::own_vanished(Some("me"), Some(3), Miss::NotFound)]
#[case::own_vanished_untagged(Some("me"), None, Miss::NotFound)]
#[case::seen_foreign(
    Some("you"),
    None,
    Miss::Forbidden(vec![Reason::MissingEntitlement { permission: "tasks:write_all" }])
)]
#[case::seen_foreign_with_stale_tag(
    Some("you"),
    Some(2),
    Miss::Forbidden(vec![Reason::MissingEntitlement { permission: "tasks:write_all" }])
)]
fn a_miss_tells_no_more_than_the_caller_may_see(
    #[case] owner: Option<&str>,
    #[case] version: Option<i64>,
    #[case] expected: Miss,
) {
    let manager = principal("tasks:read tasks:write tasks:read_all", ALL_SCOPES);
    let visible = owner.map(task);
    let miss = explain_miss(&manager, Action::Write, visible.as_ref(), version);
    assert_eq!(miss, expected);
}
