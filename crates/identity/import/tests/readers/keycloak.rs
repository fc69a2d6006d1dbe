//! Keycloak realm exports: a real one, and written ones for each rule.

use doorward_import::read::keycloak::Export;
use doorward_import::record::{ClientSecret, PasswordRecord};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::token::GrantType;
use doorward_rules::profile::Field;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Records, codes, file, fixture};

fn shop() -> Records {
    let export = Export::open(&fixture("keycloak/realm-shop.json"), None, None).unwrap();
    assert_eq!(export.realm(), "shop");
    Records::of(|sink| export.read(sink))
}

/// Reads a realm with these members.
pub fn realm(members: Value) -> Records {
    let mut whole = json!({ "realm": "r", "roles": {}, "clients": [] });
    whole
        .as_object_mut()
        .unwrap()
        .extend(members.as_object().unwrap().clone());
    let (_directory, path) = file("realm.json", &whole.to_string());
    let export = Export::open(&path, None, None).unwrap();
    Records::of(|sink| export.read(sink))
}

#[test]
fn every_user_of_real_export_is_read() {
    let records = shop();
    let expected = std::fs::read(fixture("keycloak/realm-shop.expected.json")).unwrap();
    let expected: Vec<Value> = serde_json::from_slice(&expected).unwrap();
    assert_eq!(records.users.len(), expected.len());
    for one in &expected {
        let name = one["username"].as_str().unwrap().to_lowercase();
        let user = records.user(&name);
        assert_eq!(user.old_id, one["sub"].as_str().unwrap());
        assert_eq!(user.sub.unwrap().to_string(), user.old_id);
        assert_eq!(
            user.password.is_some(),
            !one["password"].is_null(),
            "{name}"
        );
        let has_totp = name == "totpsha1";
        assert_eq!(user.totp.is_some(), has_totp, "{name}");
    }
    assert_eq!(codes(&records.user("totpsha256").notes), ["totp_form"]);
    assert!(records.user("temporary").must_change_password);
    assert!(records.user("disabled").disabled);
    assert_eq!(records.user("unverified").email_verified, Some(false));
    let link = &records.user("linked").links[0];
    assert_eq!(
        (link.provider.as_str(), link.subject.as_str()),
        ("corp", "subject-at-corp")
    );
    let zoe = records.user("zoë");
    assert!(
        zoe.profile
            .contains(&(Field::PhoneNumber, "+4930123456".to_owned()))
    );
    // Both composite roles are flattened.
    let roles: Vec<_> = zoe.roles.iter().map(String::as_str).collect();
    let expected = ["boss", "orders:orders:read", "orders:orders:write", "staff"];
    assert_eq!(roles, expected);
    assert_eq!(zoe.groups, ["/sales/emea".to_owned()].into());
    assert_eq!(zoe.created_at, Some(1_795_344_328));
}

#[test]
fn roles_groups_and_providers_of_real_export_are_read() {
    let records = shop();
    let roles: Vec<_> = records
        .roles
        .iter()
        .map(|role| role.name.as_str())
        .collect();
    assert_eq!(
        roles,
        ["boss", "staff", "orders:orders:read", "orders:orders:write"]
    );
    let groups: Vec<_> = records.groups.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(groups, ["/it", "/sales", "/sales/emea"]);
    assert_eq!(records.groups[1].roles, ["staff".to_owned()].into());
    assert_eq!(codes(&records.groups[1].notes), ["attributes"]);
    assert_eq!(records.groups[2].parent.as_deref(), Some("/sales"));
    let providers: Vec<_> = records
        .providers
        .iter()
        .map(|one| one.alias.as_str())
        .collect();
    assert_eq!(providers, ["corp", "google"]);
    assert_eq!(
        records.providers[0].issuer.as_deref(),
        Some("https://corp.example")
    );
    assert_eq!(codes(&records.providers[1].notes), ["trust_email"]);
}

#[test]
fn clients_of_real_export_are_read_or_reported() {
    let records = shop();
    assert_eq!(records.why_skipped("saml-app"), "saml");
    for built_in in ["account", "admin-cli", "realm-management"] {
        assert_eq!(records.why_skipped(built_in), "built_in");
    }
    let ids: Vec<_> = records.clients.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["job", "legacy", "orders", "spa", "web"]);
    let legacy = records.client("legacy");
    assert_eq!(codes(&legacy.notes), ["implicit_grant", "password_grant"]);
    assert_eq!(legacy.redirect_uris, ["*"]);
    let job = records.client("job");
    assert_eq!(job.auth_method, Some(ClientAuthMethod::PrivateKeyJwt));
    assert_eq!(job.jwks_uri.as_deref(), Some("https://job.example/jwks"));
    assert_eq!(job.grant_types, [GrantType::ClientCredentials]);
    assert!(job.secret.is_none());
    let web = records.client("web");
    assert!(web.requires_pkce);
    assert_eq!(
        web.post_logout_redirect_uris,
        ["https://shop.example/bye", "https://shop.example/"]
    );
    let Some(ClientSecret::Plain(secret)) = &web.secret else {
        panic!("no secret");
    };
    assert_eq!(secret.expose(), "web-secret-Zq81");
}

#[test]
fn cycle_of_composite_roles_ends() {
    let role = |name: &str, part: &str| json!({ "name": name, "composites": { "realm": [part], "client": { "app": ["x"] } } });
    let records = realm(json!({
        "roles": {
            "realm": [role("a", "b"), role("b", "c"), role("c", "a"), role("default-roles-r", "a")],
            "client": { "app": [{ "name": "x" }], "account": [{ "name": "manage-account" }] },
        },
        "users": [{ "id": "1", "username": "u", "realmRoles": ["default-roles-r"] }],
    }));
    let roles: Vec<_> = records.users[0].roles.iter().map(String::as_str).collect();
    assert_eq!(roles, ["a", "app:x", "b", "c"]);
}

#[test]
fn administration_roles_are_never_carried() {
    let records = realm(json!({
        "roles": {
            "realm": [{ "name": "boss", "composites": { "client": { "realm-management": ["realm-admin"] } } }],
            "client": { "realm-management": [{ "name": "realm-admin" }] },
        },
        "users": [{ "id": "1", "username": "u", "realmRoles": ["boss"] }],
    }));
    let user = &records.users[0];
    assert_eq!(user.roles, ["boss".to_owned()].into());
    assert!(user.is_superuser);
    assert_eq!(codes(&user.notes), ["sub_changed", "administration_roles"]);
}

#[rstest]
#[case(json!({ "subType": "totp", "digits": 6, "period": 30, "algorithm": "HmacSHA1" }), json!({ "value": "Quohp7t2mrLMUwft3g90" }), true)]
#[case(json!({ "subType": "totp", "digits": 6, "period": 30, "algorithm": "HmacSHA1", "secretEncoding": "BASE32" }), json!({ "value": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" }), true)]
#[case(json!({ "subType": "totp", "digits": 6, "period": 30, "algorithm": "HmacSHA1" }), json!({ "value": "short" }), false)]
#[case(json!({ "subType": "totp", "digits": 8, "period": 30, "algorithm": "HmacSHA1" }), json!({ "value": "Quohp7t2mrLMUwft3g90" }), false)]
#[case(json!({ "subType": "totp", "digits": 6, "period": 60, "algorithm": "HmacSHA1" }), json!({ "value": "Quohp7t2mrLMUwft3g90" }), false)]
#[case(json!({ "subType": "totp", "digits": 6, "period": 30, "algorithm": "HmacSHA256" }), json!({ "value": "Quohp7t2mrLMUwft3g90" }), false)]
#[case(json!({ "subType": "hotp", "digits": 6, "period": 30, "algorithm": "HmacSHA1" }), json!({ "value": "Quohp7t2mrLMUwft3g90" }), false)]
fn authenticator_app_has_one_form(
    #[case] data: Value,
    #[case] secret: Value,
    #[case] is_read: bool,
) {
    let otp = json!({
        "type": "otp", "secretData": secret.to_string(), "credentialData": data.to_string(),
    });
    let records = realm(json!({
        "users": [{ "id": "1", "username": "u", "credentials": [otp] }],
    }));
    let user = &records.users[0];
    assert_eq!(user.totp.is_some(), is_read);
    assert_eq!(codes(&user.notes).contains(&"totp_form"), !is_read);
}

#[test]
fn credentials_that_cannot_be_carried_are_reported() {
    let records = realm(json!({
        "users": [{
            "id": "f:1a2b:anna", "username": "u", "federationLink": "ldap",
            "requiredActions": ["UPDATE_PASSWORD", "CONFIGURE_TOTP"],
            "attributes": { "phoneNumber": ["+4930123456"], "team": ["a", "b"] },
            "clientConsents": [{ "clientId": "web" }],
            "credentials": [
                { "type": "webauthn", "secretData": "{}", "credentialData": "{}" },
                { "type": "password-history", "secretData": "{}", "credentialData": "{}" },
                { "type": "recovery-authn-codes", "secretData": "{}", "credentialData": "{}" },
                { "type": "password", "value": "typed by hand", "temporary": true },
            ],
        }],
    }));
    let user = &records.users[0];
    assert_eq!(
        codes(&user.notes),
        [
            "sub_changed",
            "federated_storage",
            "consents",
            "attributes",
            "recovery_codes",
            "passkeys",
            "required_action"
        ]
    );
    assert!(user.must_change_password && user.sub.is_none());
    assert!(matches!(user.password, Some(PasswordRecord::Plain(_))));
    assert!(!format!("{user:?}").contains("typed by hand"));
}

#[rstest]
#[case(json!({ "clientId": "a", "protocol": "docker-v2" }), "protocol")]
#[case(json!({ "clientId": "a", "bearerOnly": true }), "bearer_only")]
#[case(json!({ "clientId": "a", "clientAuthenticatorType": "client-x509" }), "authentication")]
#[case(json!({ "clientId": "broker" }), "built_in")]
fn client_without_counterpart_is_skipped(#[case] client: Value, #[case] code: &str) {
    let id = client["clientId"].as_str().unwrap().to_owned();
    let records = realm(json!({ "clients": [client] }));
    assert_eq!(records.why_skipped(&id), code);
}

#[test]
fn service_account_is_client() {
    let records = realm(json!({
        "roles": { "realm": [{ "name": "clerk" }] },
        "clients": [{ "clientId": "job", "secret": "s", "standardFlowEnabled": false, "serviceAccountsEnabled": true }],
        "users": [{ "id": "1", "username": "service-account-job", "serviceAccountClientId": "job", "realmRoles": ["clerk"] }],
    }));
    assert!(records.users.is_empty());
    assert_eq!(records.clients[0].roles, ["clerk".to_owned()].into());
}

#[test]
fn export_without_users_says_so() {
    assert_eq!(realm(json!({})).why_skipped("users"), "no_users");
}

#[test]
fn directory_is_read_with_its_files_of_users() {
    let directory = tempfile::TempDir::new().unwrap();
    let write = |name: &str, value: Value| {
        std::fs::write(directory.path().join(name), value.to_string()).unwrap();
    };
    write(
        "r-realm.json",
        json!({ "realm": "r", "roles": {}, "clients": [] }),
    );
    let users = |from: u32| json!({ "realm": "r", "users": [{ "id": from.to_string(), "username": format!("u{from}") }] });
    for number in 0..11 {
        write(&format!("r-users-{number}.json"), users(number));
    }
    write("other-users-0.json", users(99));
    let export = Export::open(directory.path(), None, None).unwrap();
    assert_eq!(export.users(), 11);
    let names: Vec<_> = Records::of(|sink| export.read(sink))
        .users
        .into_iter()
        .map(|user| user.old_id)
        .collect();
    assert_eq!(names, (0..11).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn one_of_several_realms_is_chosen() {
    let realm = |name: &str| json!({ "realm": name, "roles": {}, "clients": [], "users": [{ "id": name, "username": name }] });
    let (_directory, path) = file("all.json", &json!([realm("one"), realm("two")]).to_string());
    let refused = Export::open(&path, None, None).unwrap_err().to_string();
    assert!(
        refused.contains("--realm") && refused.contains("one, two"),
        "{refused}"
    );
    assert!(Export::open(&path, Some("three"), None).is_err());
    let export = Export::open(&path, Some("two"), None).unwrap();
    let records = Records::of(|sink| export.read(sink));
    assert_eq!(records.users.len(), 1);
    assert_eq!(records.users[0].old_id, "two");
}

#[rstest]
#[case("{")]
#[case("[1, 2]")]
#[case("{\"realm\": 7}")]
#[case("{\"realm\": null, \"users\": []}")]
#[case("{\"realm\": \"r\", \"users\": \"secret\"}")]
fn another_file_is_refused_without_quoting_it(#[case] text: &str) {
    let (_directory, path) = file("x.json", text);
    let refused = Export::open(&path, None, None).unwrap_err().to_string();
    assert!(!refused.contains("secret"), "{refused}");
}
