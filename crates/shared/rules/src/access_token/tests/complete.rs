//! Lists that a token omits.

use super::*;

const FORMER: AskedClaims = AskedClaims::FORMER;

/// Returns the roles of a user in many groups, of whom the token carries only some.
fn held_by_many() -> EffectiveRoles {
    let names = |start: &str, count: usize| -> BTreeSet<String> {
        (0..count)
            .map(|number| format!("{start}{number:05}"))
            .collect()
    };
    EffectiveRoles {
        groups: names("/group-", 500),
        managed_groups: names("/managed-", 500),
        ..held()
    }
}

#[test]
fn introspection_completes_lists_that_token_omits() {
    let all = held_by_many();
    let mut token = user_token(&[TASKS]);
    for (overage, roles, groups, managed) in [
        (&["groups"][..], 1, 500, 1),
        (&["managed_groups"], 1, 1, 500),
        (&["groups", "managed_groups", "roles"], 1, 500, 500),
        (&[], 1, 1, 1),
    ] {
        token.overage = strings(overage);
        let whole = complete(token.clone(), &all, FORMER, false);
        let lengths = (
            whole.roles.len(),
            whole.groups.len(),
            whole.managed_groups.len(),
        );
        assert_eq!(lengths, (roles, groups, managed), "{overage:?}");
        assert_eq!(whole.overage, Vec::<String>::new());
        // Never more than a token for the same audience and scope may have.
        assert_eq!(whole.roles, ["manager"]);
        let expected = AccessTokenClaims {
            roles: whole.roles.clone(),
            groups: whole.groups.clone(),
            managed_groups: whole.managed_groups.clone(),
            overage: Vec::new(),
            ..token.clone()
        };
        assert_eq!(whole, expected, "{overage:?}");
    }
}

#[test]
fn resource_that_asks_for_roles_gets_all_of_them() {
    let mut token = user_token(&[TASKS]);
    token.overage = strings(&["roles"]);
    let whole = complete(token.clone(), &held(), AskedClaims::ALL, false);
    assert_eq!(whole.roles, ["accountant", "manager"]);
    // A client has the roles of the audience alone.
    let own = complete(token, &held(), AskedClaims::ALL, true);
    assert_eq!(own.roles, ["manager"]);
}

#[test]
fn completed_list_is_bounded_and_named() {
    let mut all = held_by_many();
    all.groups = (0..10_000)
        .map(|number| format!("/group-{number:05}"))
        .collect();
    let mut token = user_token(&[TASKS]);
    token.overage = strings(&["groups"]);
    let whole = complete(token, &all, FORMER, false);
    assert_eq!(whole.overage, ["groups"]);
    let size: usize = whole.groups.iter().map(|name| name.len() + 3).sum();
    assert!((60 * 1024..=64 * 1024).contains(&size), "{size}");
}

#[test]
fn completed_entitlements_follow_token() {
    let mut token = user_token(&[TASKS]);
    token.overage = strings(&["entitlements"]);
    let user = complete(token.clone(), &held(), FORMER, false);
    assert_eq!(
        user.entitlements,
        strings(&["tasks:read", "tasks:read_all", "tasks:write"])
    );
    // A client's own token also has permissions that no role gives.
    token.entitlements = strings(&["bills:export"]);
    let own = complete(token, &held(), FORMER, true);
    let expected = [
        "bills:export",
        "tasks:read",
        "tasks:read_all",
        "tasks:write",
    ];
    assert_eq!(own.entitlements, strings(&expected));
}
