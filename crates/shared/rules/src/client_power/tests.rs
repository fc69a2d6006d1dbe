//! Tests of the access of clients that act for themselves.

use std::collections::{BTreeMap, BTreeSet};

use doorward_protocol::authorization_details::DetailType;
use rstest::rstest;

use super::*;
use doorward_domain::model::sample::{BILLS, ISSUER, TASKS, client, scope, scope_entry, strings};

/// The forms of a name: none of them decides.
const FORMS: [&str; 4] = [
    "bills",
    "bills:read",
    "bills.read",
    "https://bills.example/read",
];

fn held(permissions: &[(&str, &str)]) -> EffectiveRoles {
    let mut by_audience = BTreeMap::<String, BTreeSet<String>>::new();
    for (audience, codename) in permissions {
        let there = by_audience.entry((*audience).to_owned()).or_default();
        there.insert((*codename).to_owned());
    }
    EffectiveRoles {
        permissions: by_audience,
        ..EffectiveRoles::default()
    }
}

fn details() -> Vec<DetailType> {
    let kind = |name: &str, without_person, disabled| DetailType {
        name: name.to_owned(),
        without_person,
        disabled,
        ..DetailType::default()
    };
    vec![
        kind("payment", false, false),
        kind("folders", true, false),
        kind("gone", false, true),
    ]
}

/// Checks a client with this scope, whose names belong to the resource `audience`.
fn missing(name: &str, audience: Option<&str>, roles: &EffectiveRoles) -> Vec<String> {
    let scopes = [scope_entry("openid", None), scope_entry(name, audience)];
    let registry = Registry {
        scopes: &scopes,
        resources: &[],
        details: &[],
        former: &[],
    };
    let mut client = client();
    client.scopes = scope(&format!("openid {name}"));
    let denial = check(&client, &registry, roles).err();
    let missing = denial.into_iter().flat_map(|denial| denial.missing);
    missing.collect()
}

#[test]
fn registry_decides_whatever_the_name_looks_like() {
    for name in FORMS {
        let own = held(&[(BILLS, name)]);
        let elsewhere = held(&[(TASKS, name), (ISSUER, name)]);
        assert_eq!(missing(name, Some(BILLS), &held(&[])), [name]);
        assert_eq!(missing(name, Some(BILLS), &elsewhere), [name]);
        assert!(missing(name, Some(BILLS), &own).is_empty(), "{name}");
        assert!(missing(name, None, &held(&[])).is_empty(), "{name}");
        // A name that is registered later must not become power.
        let unregistered = of_scope(&[], name);
        assert_eq!(unregistered, Power::Undescribed, "{name}");
        let entry = [scope_entry(name, Some(BILLS))];
        assert_eq!(of_scope(&entry, name), Power::At(BILLS));
        let named = scope(name);
        let at = |audience: &str| {
            let audiences = strings(&[audience]);
            entitlements(&entry, &named, &audiences).count()
        };
        assert_eq!((at(BILLS), at(TASKS), at(ISSUER)), (1, 0, 0), "{name}");
        let plain = [scope_entry(name, None)];
        let audiences = strings(&[BILLS, ISSUER]);
        assert_eq!(entitlements(&plain, &named, &audiences).count(), 0);
    }
}

#[rstest]
#[case::with_user("payment", Power::None)]
#[case::without_user("folders", Power::Undescribed)]
#[case::disabled("gone", Power::Undescribed)]
#[case::unknown("other", Power::Undescribed)]
fn type_without_user_is_power(#[case] name: &str, #[case] expected: Power<'_>) {
    let details = details();
    let registry = Registry {
        scopes: &[scope_entry("openid", None)],
        resources: &[],
        details: &details,
        former: &[],
    };
    assert_eq!(of_type(&registry, name), expected);
    let mut client = client();
    client.scopes = scope("openid");
    client.authorization_details_types = strings(&[name]);
    let denial = check(&client, &registry, &held(&[(BILLS, name)]));
    assert_eq!(denial.is_err(), expected != Power::None, "{denial:?}");
    // Users consent to what such a client gets.
    client.grant_types = vec![GrantType::AuthorizationCode];
    assert_eq!(check(&client, &registry, &held(&[])), Ok(()));
}
