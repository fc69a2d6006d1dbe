//! Members of Keycloak realm exports that are absent, null or unreadable.

use doorward_import::read::keycloak::Export;
use rstest::rstest;
use serde_json::{Value, json};

use super::keycloak::realm;
use super::{Records, codes, file};

#[test]
fn realm_without_clients_and_roles_is_read() {
    let (_directory, path) = file("realm.json", r#"{"realm": "r", "users": [{"id": "1"}]}"#);
    let export = Export::open(&path, None, None).unwrap();
    assert_eq!((export.realm(), export.users()), ("r", 1));
    let records = Records::of(|sink| export.read(sink));
    assert_eq!(records.users[0].old_id, "1");
}

/// The members of a user, of a client, of a role, of a group and of a provider.
const MEMBERS: [(&str, &str, &[&str]); 5] = [
    (
        "users",
        "id username",
        &[
            "email",
            "emailVerified",
            "firstName",
            "lastName",
            "enabled",
            "createdTimestamp",
            "credentials",
            "requiredActions",
            "realmRoles",
            "clientRoles",
            "groups",
            "federatedIdentities",
            "federationLink",
            "serviceAccountClientId",
            "attributes",
            "clientConsents",
        ],
    ),
    (
        "clients",
        "clientId",
        &[
            "name",
            "rootUrl",
            "enabled",
            "clientAuthenticatorType",
            "secret",
            "redirectUris",
            "webOrigins",
            "bearerOnly",
            "consentRequired",
            "standardFlowEnabled",
            "implicitFlowEnabled",
            "directAccessGrantsEnabled",
            "serviceAccountsEnabled",
            "publicClient",
            "frontchannelLogout",
            "protocol",
            "attributes",
            "protocolMappers",
        ],
    ),
    ("roles", "name", &["description", "composites"]),
    (
        "groups",
        "name path",
        &[
            "description",
            "attributes",
            "realmRoles",
            "clientRoles",
            "subGroups",
        ],
    ),
    (
        "identityProviders",
        "alias providerId",
        &["displayName", "trustEmail", "config"],
    ),
];

/// Returns a realm with one object of a kind, whose members have this value.
fn realm_with(place: &str, names: &str, members: &[&str], value: &Value) -> Value {
    let mut object = serde_json::Map::new();
    for name in names.split(' ') {
        object.insert(name.to_owned(), json!("oidc"));
    }
    for name in members {
        object.insert((*name).to_owned(), value.clone());
    }
    if place == "roles" {
        return json!({ "roles": { "realm": [object], "client": null } });
    }
    json!({ place: [object] })
}

#[test]
fn null_is_absent_in_every_member() {
    for (place, names, members) in MEMBERS {
        let absent = realm(realm_with(place, names, &[], &Value::Null));
        let null = realm(realm_with(place, names, members, &Value::Null));
        assert_eq!(format!("{absent:?}"), format!("{null:?}"), "{place}");
    }
    let names = [
        "roles",
        "groups",
        "clients",
        "identityProviders",
        "users",
        "components",
    ];
    let nulls = names.map(|name| (name.to_owned(), Value::Null));
    assert_eq!(
        format!("{:?}", realm(Value::Object(nulls.into_iter().collect()))),
        format!("{:?}", realm(json!({ "roles": null, "clients": null })))
    );
    let absent = json!({ "type": "password", "value": "x" });
    let mut null = absent.clone();
    for name in [
        "secretData",
        "credentialData",
        "hashedSaltedValue",
        "temporary",
        "userLabel",
    ] {
        null[name] = Value::Null;
    }
    let user = |one: &Value| json!({ "users": [{ "id": "1", "credentials": [one, null] }] });
    assert_eq!(
        format!("{:?}", realm(user(&absent))),
        format!("{:?}", realm(user(&null)))
    );
}

#[test]
fn unreadable_member_is_named_with_its_record() {
    let wrong = json!({ "x": { "y": "inner" } });
    // Only the names of attributes are reported, and any link is one.
    let unseen = [
        "attributes",
        "composites",
        "config",
        "clientRoles",
        "federationLink",
        "clientConsents",
    ];
    for (place, names, members) in MEMBERS {
        for member in members {
            if unseen.contains(member) {
                continue;
            }
            let records = realm(realm_with(place, names, &[member], &wrong));
            let shown = format!("{records:?}");
            assert!(
                shown.contains(&format!("column: Some({member:?})")),
                "{place}: {shown}"
            );
            assert!(!shown.contains("inner"), "{place}: {shown}");
        }
    }
}

#[rstest]
#[case("enabled", json!("perhaps"), true)]
#[case("enabled", json!("FALSCH"), false)]
#[case("emailVerified", json!("perhaps"), true)]
#[case("realmRoles", json!("clerk"), true)]
#[case("clientRoles", json!({ "app": "clerk" }), true)]
#[case("groups", json!({}), true)]
#[case("requiredActions", json!("UPDATE_PASSWORD"), true)]
#[case("createdTimestamp", json!("yesterday"), true)]
#[case("serviceAccountClientId", json!(7), true)]
#[case("firstName", json!(7), false)]
#[case("attributes", json!([]), false)]
#[case("federatedIdentities", json!("x"), false)]
fn unreadable_member_of_user_rejects_or_is_noted(
    #[case] member: &str,
    #[case] value: Value,
    #[case] is_rejected: bool,
) {
    let mut user = json!({ "id": "05aaba12-3e33-4b80-8ec3-852381f5137f", "username": "ann" });
    user[member] = value;
    let records = realm(json!({ "users": [user, { "id": "2", "username": "ben" }] }));
    assert_eq!(records.users.len(), if is_rejected { 1 } else { 2 });
    assert_eq!(records.user("ben").old_id, "2");
    if is_rejected {
        let item = &records.skipped[0];
        assert_eq!(item.name, "ann");
        assert_eq!(codes(&item.notes), ["unreadable"]);
    }
}

#[test]
fn object_without_a_name_is_not_carried_under_another_one() {
    let records = realm(json!({
        "roles": { "realm": [{ "name": null }, { "description": "x" }], "client": { "app": [{}] } },
        "groups": [{ "path": "/sales", "name": null }],
        "users": [{ "username": "ann" }, { "id": null, "username": "ben" }, {}],
    }));
    assert!(records.roles.is_empty(), "{:?}", records.roles);
    let skipped: Vec<_> = records
        .skipped
        .iter()
        .map(|one| one.old_id.as_str())
        .collect();
    assert_eq!(skipped, ["roles.realm", "roles.realm", "roles.client.app"]);
    assert_eq!(records.groups[0].name, "sales");
    let ids: Vec<_> = records
        .users
        .iter()
        .map(|one| one.old_id.as_str())
        .collect();
    assert_eq!(ids, ["ann", "ben", "users[2]"]);
}

#[rstest]
#[case("UPDATE_PASSWORD")]
#[case("update_password")]
fn new_password_stays_required(#[case] action: &str) {
    let user = json!({ "id": "1", "username": "ann", "requiredActions": [null, action] });
    assert!(realm(json!({ "users": [user] })).users[0].must_change_password);
}

#[test]
fn users_of_storage_providers_are_named() {
    let federated = json!([{ "id": "f:1:ann", "credentials": [{ "type": "otp" }] }]);
    for (value, is_named) in [(federated, true), (json!([]), false), (Value::Null, false)] {
        let users = json!([{ "id": "1", "username": "ann" }]);
        let records = realm(json!({ "users": users, "federatedUsers": value }));
        let mut skipped = records.skipped.iter();
        assert_eq!(skipped.any(|one| one.name == "federatedUsers"), is_named);
    }
}

#[test]
fn directory_names_what_is_missing_and_left() {
    let directory = tempfile::TempDir::new().unwrap();
    let write = |name: &str, value: Value| {
        std::fs::write(directory.path().join(name), value.to_string()).unwrap();
    };
    let users = |id: &str| json!({ "realm": "r", "users": [{ "id": id, "username": id }] });
    write("r-realm.json", json!({ "realm": "r" }));
    write("r-users-0.json", users("a"));
    write("r-users-2.json", users("c"));
    write(
        "r-federated-users-0.json",
        json!({ "realm": "r", "federatedUsers": [{ "id": "f:1:x" }] }),
    );
    let refused = Export::open(directory.path(), None, None).unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("r-users-1.json is missing"), "{refused}");
    write("r-users-1.json", users("b"));
    let export = Export::open(directory.path(), None, None).unwrap();
    let records = Records::of(|sink| export.read(sink));
    assert_eq!(records.users.len(), 3);
    assert!(
        records
            .skipped
            .iter()
            .any(|one| one.name == "federatedUsers")
    );
}

#[test]
fn element_that_is_no_object_is_named() {
    let records = realm(json!({
        "users": [7, { "id": "2", "username": "ben" }], "clients": ["x"], "groups": "x",
        "roles": { "realm": [true], "client": { "app": 7 } },
    }));
    let ids: Vec<_> = records
        .skipped
        .iter()
        .map(|one| one.old_id.as_str())
        .collect();
    for id in [
        "users[0]",
        "clients[0]",
        "groups",
        "roles.realm[0]",
        "roles.client.app",
    ] {
        assert!(ids.contains(&id), "{id}: {ids:?}");
    }
    assert_eq!(records.users.len(), 1);
}
