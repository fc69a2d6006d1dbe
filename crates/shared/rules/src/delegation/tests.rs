use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{BILLS, TASKS, strings};

fn set(names: &[&str]) -> BTreeSet<String> {
    strings(names).into_iter().collect()
}

/// Returns the roles of a manager of tasks with a label role, who also reads bills, in two groups.
fn held() -> EffectiveRoles {
    let mut roles = EffectiveRoles {
        roles: set(&["24x7_access", "accountant", "manager"]),
        groups: set(&["/engineering", "/engineering/backend"]),
        ..EffectiveRoles::default()
    };
    for (role, audience, permissions) in [
        ("manager", TASKS, ["tasks:read", "tasks:write"].as_slice()),
        ("accountant", BILLS, &["bills:read"]),
    ] {
        let (role, audience) = (role.to_owned(), audience.to_owned());
        roles.permissions.insert(audience.clone(), set(permissions));
        roles.audiences.insert(role, BTreeSet::from([audience]));
    }
    roles
}

fn role(name: &str, permissions: &[&str]) -> Role {
    Role {
        name: name.to_owned(),
        description: String::new(),
        active: true,
        permissions: set(permissions),
    }
}

#[rstest]
#[case::tasks(&[TASKS], &["24x7_access", "manager"], &["tasks:read", "tasks:write"])]
#[case::bills(&[BILLS], &["24x7_access", "accountant"], &["bills:read"])]
#[case::both(&[TASKS, BILLS], &["24x7_access", "accountant", "manager"], &["bills:read", "tasks:read", "tasks:write"])]
#[case::neither(&["https://other.example"], &["24x7_access"], &[])]
fn token_carries_roles_of_audience(
    #[case] audiences: &[&str],
    #[case] roles: &[&str],
    #[case] entitlements: &[&str],
) {
    let (held, audiences) = (held(), strings(audiences));
    let carried = carry(
        &held,
        held.roles_at(&audiences),
        held.entitlements(&audiences),
    );
    assert_eq!(carried.roles, strings(roles));
    assert_eq!(carried.entitlements, strings(entitlements));
    assert_eq!(
        carried.groups,
        strings(&["/engineering", "/engineering/backend"])
    );
    assert_eq!(carried.overage, Vec::<String>::new());
}

#[test]
fn oversized_groups_are_omitted_and_listed_in_overage() {
    let many: BTreeSet<String> = (0..200).map(|n| format!("/g{n:03}")).collect();
    let assigned = EffectiveRoles {
        roles: set(&["developer"]),
        groups: many.clone(),
        managed_groups: many.clone(),
        ..EffectiveRoles::default()
    };
    let carried = carry(&assigned, assigned.roles.clone(), set(&["tasks:read"]));
    assert_eq!(carried.overage, ["groups", "managed_groups"]);
    assert_eq!(carried.managed_groups, carried.groups);
    assert_eq!(carried.roles, ["developer"]);
    assert_eq!(carried.groups.len(), MAX_CLAIM / 8, "5 letters and 3 signs");
    assert!(carried.groups.iter().all(|group| many.contains(group)));
    let exact: BTreeSet<String> = many.into_iter().take(MAX_CLAIM / 8).collect();
    let assigned = EffectiveRoles {
        groups: exact,
        ..EffectiveRoles::default()
    };
    assert_eq!(
        carry(&assigned, set(&[]), set(&[])).overage,
        Vec::<String>::new()
    );
}

#[rstest]
#[case::less(&["tasks:read"], true, &[])]
#[case::all(&["tasks:read", "bills:read"], true, &[])]
#[case::more(&["tasks:read", "tasks:delete"], true, &["tasks:delete"])]
#[case::mark_to_administrator(&[], true, &[])]
#[case::mark_to_others(&[], false, &["other"])]
#[case::known_permissions_by_another_name(&["tasks:read"], false, &["other"])]
fn rejects_assignment_beyond_own_roles(
    #[case] permissions: &[&str],
    #[case] administers: bool,
    #[case] missing: &[&str],
) {
    let verdict = check_role_delegation(&held(), &role("other", permissions), administers);
    let expected = if missing.is_empty() {
        Ok(())
    } else {
        Err(DelegationDenial {
            rule: DelegationRule::MoreThanHeld,
            missing: set(missing),
        })
    };
    assert_eq!(verdict, expected);
}

#[test]
fn holder_assigns_own_role() {
    let own = role("manager", &["tasks:read", "tasks:write"]);
    assert_eq!(check_role_delegation(&held(), &own, false), Ok(()));
    // Unless the role has more permissions by now than the caller has.
    let grown = role("manager", &["tasks:delete"]);
    assert!(check_role_delegation(&held(), &grown, false).is_err());
}

#[test]
fn rejects_change_of_more_powerful_user() {
    assert_eq!(may_change(&held(), ["tasks:read"]), Ok(()));
    assert_eq!(may_change(&held(), []), Ok(()));
    let denial = may_change(&held(), ["users:write"]).unwrap_err();
    assert_eq!(
        denial,
        DelegationDenial::missing(DelegationRule::MorePowerful, "users:write")
    );
}

#[test]
fn each_rule_has_unique_name() {
    let names: BTreeSet<_> = DelegationRule::ALL
        .iter()
        .map(|rule| rule.as_str())
        .collect();
    assert_eq!(names.len(), DelegationRule::ALL.len());
}

#[rstest]
#[case::nothing(&[], &[], false, Ok(()))]
#[case::own_role(&["manager"], &["tasks:read"], false, Ok(()))]
#[case::own_mark(&["24x7_access"], &[], false, Ok(()))]
#[case::more_permissions(&["manager"], &["tasks:purge"], false, Err("tasks:purge"))]
#[case::more_permissions_than_an_administrator(&[], &["tasks:purge"], true, Err("tasks:purge"))]
#[case::a_mark(&["on_call"], &[], false, Err("on_call"))]
#[case::the_same_permissions_by_another_role(&["reader"], &["tasks:read"], false, Err("reader"))]
#[case::a_mark_for_an_administrator(&["on_call"], &[], true, Ok(()))]
fn user_change_requires_each_permission_and_role(
    #[case] roles: &[&str],
    #[case] permissions: &[&str],
    #[case] administers: bool,
    #[case] expected: Result<(), &str>,
) {
    let mut other = EffectiveRoles {
        roles: set(roles),
        ..EffectiveRoles::default()
    };
    other.permissions.insert(TASKS.to_owned(), set(permissions));
    let verdict = check_holder(&held(), &other, administers);
    let expected =
        expected.map_err(|name| DelegationDenial::missing(DelegationRule::MorePowerful, name));
    assert_eq!(verdict, expected);
}

#[rstest]
#[case::new((true, Some(10)), None, true)]
#[case::new_without_end((true, None), None, true)]
#[case::prepared((false, None), None, false)]
#[case::activated((true, Some(10)), Some((false, Some(10))), true)]
#[case::same((true, Some(10)), Some((true, Some(10))), false)]
#[case::shorter((true, Some(9)), Some((true, Some(10))), false)]
#[case::limited((true, Some(10)), Some((true, None)), false)]
#[case::longer((true, Some(11)), Some((true, Some(10))), true)]
#[case::unlimited((true, None), Some((true, Some(10))), true)]
#[case::same_without_end((true, None), Some((true, None)), false)]
#[case::deactivated((false, None), Some((true, Some(10))), false)]
fn extension_gives_longer_than_before(
    #[case] after: (bool, Option<UnixSeconds>),
    #[case] before: Option<(bool, Option<UnixSeconds>)>,
    #[case] expected: bool,
) {
    assert_eq!(is_extended(after, before), expected);
}

#[test]
fn last_moment_precedes_end() {
    // A holding until 10 is live at 9, and covers a delegation until 10.
    assert_eq!(last_moment(Some(10)), 9);
    assert_eq!(last_moment(None), UnixSeconds::MAX);
}
