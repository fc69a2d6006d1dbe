//! Tests of the table of settings against the model and dynamic registration.

use doorward_protocol::registration::ClientMetadata;

use doorward_domain::model::client_setting::Metadata::{Always, IfSet, No};
use doorward_domain::model::client_settings::{CHANGEABLE, all};
use doorward_domain::model::{ClientChange, GivenScopes, sample};

use super::{RegistrationPolicy, apply, metadata, resolve};
use crate::prelude::*;

/// Fields of [`Client`] that no administrator and no registration sets.
const STATE: [&str; 15] = [
    "id",
    "secret_hash",
    "foreign_secret",
    "secret_made_at",
    "former_secret",
    "response_modes",
    "pkce_streak",
    "code_protection",
    "consent.logo",
    "document",
    "registered_by",
    "operator_urls",
    "disabled_at",
    "created_at",
    "updated_at",
];

/// Returns the names of the fields in debug output, as paths of at most two names.
fn fields(value: &impl std::fmt::Debug) -> BTreeSet<String> {
    let text = format!("{value:#?}");
    let mut found = BTreeSet::new();
    let mut parent = "";
    for line in text.lines() {
        let name = line.trim_start();
        let depth = line.len() - name.len();
        let Some((name, rest)) = name.split_once(": ") else {
            continue;
        };
        match depth {
            4 if rest.ends_with(" {") => parent = name,
            4 => {
                found.insert(name.to_owned());
                parent = "";
            }
            8 if !parent.is_empty() => {
                found.insert(format!("{parent}.{name}"));
            }
            _ => {}
        }
    }
    found
}

fn client() -> Client {
    let id = ClientId::parse("web").unwrap();
    Client::new(id, "Web".to_owned(), ClientKind::Confidential, 0)
}

#[test]
fn client_fields_are_settings_or_state() {
    let rows = all().map(|setting| setting.field).chain(STATE);
    let rows: BTreeSet<String> = rows.map(str::to_owned).collect();
    assert_eq!(fields(&client()), rows);
}

#[test]
fn settings_have_unique_name_and_description() {
    let names: BTreeSet<_> = CHANGEABLE.iter().map(|setting| setting.name).collect();
    assert_eq!(names.len(), CHANGEABLE.len());
    for setting in all() {
        assert!(!setting.doc.is_empty(), "{}", setting.field);
        if let No(reason) = setting.metadata {
            assert!(!reason.is_empty(), "{}", setting.field);
        }
    }
}

#[test]
fn change_names_given_settings() {
    let mut client = client();
    let change = ClientChange {
        require_mfa: Some(true),
        backchannel_logout_uri: Some("https://app.example/logout".to_owned()),
        disabled: Some(true),
        ..ClientChange::default()
    };
    let names = change.apply(&mut client, 5);
    assert_eq!(names, ["require_mfa", "backchannel_logout_uri", "disabled"]);
    assert!(client.require_mfa && client.disabled_at == Some(5) && client.updated_at == 5);
    let removed = ClientChange {
        backchannel_logout_uri: Some(String::new()),
        ..ClientChange::default()
    };
    removed.apply(&mut client, 6);
    assert_eq!(client.logout.backchannel, None);
}

/// Returns a registration request with a value for each member of the table.
fn request() -> Map<String, Value> {
    let request = json!({
        "client_name": "App",
        "token_endpoint_auth_method": "tls_client_auth",
        "redirect_uris": ["https://app.example/cb"],
        "post_logout_redirect_uris": ["https://app.example/"],
        "grant_types": ["authorization_code"],
        "scope": "openid",
        "dpop_bound_access_tokens": true,
        "tls_client_certificate_bound_access_tokens": true,
        "authorization_details_types": ["payment"],
        "tls_client_auth_san_dns": "app.example",
        "require_pushed_authorization_requests": true,
        "require_signed_request_object": true,
        "request_uris": ["https://app.example/request"],
        "jwks": {"keys": []},
        "jwks_uri": "https://app.example/jwks",
        "id_token_signed_response_alg": "ES256",
        "userinfo_signed_response_alg": "PS256",
        "authorization_signed_response_alg": "RS256",
        "introspection_signed_response_alg": "EdDSA",
        "backchannel_logout_uri": "https://app.example/back",
        "backchannel_logout_session_required": true,
        "frontchannel_logout_uri": "https://app.example/front",
        "frontchannel_logout_session_required": true,
        "backchannel_token_delivery_mode": "ping",
        "backchannel_client_notification_endpoint": "https://app.example/ping",
        "policy_uri": "https://app.example/policy",
        "tos_uri": "https://app.example/terms",
        "default_max_age": 60,
        "default_acr_values": ["phr"],
    });
    let Value::Object(request) = request else {
        panic!("an object")
    };
    request
}

fn parse(request: &Map<String, Value>) -> ClientMetadata {
    let body = Value::Object(request.clone()).to_string();
    ClientMetadata::parse(body.as_bytes()).unwrap()
}

#[test]
fn registration_reads_and_returns_each_member() {
    let request = request();
    let parsed = parse(&request);
    let policy = RegistrationPolicy {
        redirect_hosts: Vec::new(),
        redirect_schemes: Vec::new(),
        scopes: ["openid"].into_iter().collect(),
        grant_types: vec![GrantType::AuthorizationCode],
        pkce: PkcePolicy::Auto,
    };
    let resolved = resolve(&parsed, &policy, &GivenScopes::default(), &[]).unwrap();
    let mut client = client();
    apply(&mut client, &parsed, resolved, &policy.scopes);
    let response = metadata(&client, &Map::new());
    assert_eq!(response["subject_type"], "public");
    for setting in all() {
        let members = setting.metadata_members();
        if let Always(name) | IfSet(name) = setting.metadata {
            assert!(request.contains_key(name), "{name} is missing in the test");
            assert_eq!(response.get(name), request.get(name), "{name}");
        }
        // A value of another type is rejected, so the member is read.
        for name in members {
            let wrong = [json!({}), json!(1.5)].into_iter().any(|value| {
                let body = json!({ *name: value }).to_string();
                ClientMetadata::parse(body.as_bytes()).is_err()
            });
            assert!(wrong, "{name} is not read");
        }
    }
    for (name, value) in &request {
        assert_eq!(response.get(name), Some(value), "{name}");
    }
}

#[test]
fn registration_members_are_in_table() {
    let renamed = [
        ("auth_method", "token_endpoint_auth_method"),
        ("name", "client_name"),
        ("certificate_subject", "tls_client_auth_subject_dn"),
        ("is_pairwise", "subject_type"),
    ];
    // Identification of the client, checks at registration, and stored members.
    let others = [
        "client_id",
        "client_secret",
        "response_types",
        "localized_names",
        "metadata",
    ];
    let known: BTreeSet<_> = all()
        .flat_map(|setting| setting.metadata_members().to_vec())
        .collect();
    let mut request = parse(&request());
    request.metadata.clear();
    for field in fields(&request) {
        let field = field.split('.').next().unwrap_or_default();
        let renamed = renamed.iter().find(|(name, _)| *name == field);
        let member = renamed.map_or(field, |(_, member)| member);
        assert!(known.contains(member) || others.contains(&field), "{field}");
    }
}

#[test]
fn change_of_stored_values_restores_client() {
    let client = sample::client();
    for setting in CHANGEABLE {
        let stored = (setting.value)(&client);
        let mut change = ClientChange::default();
        let is_restored = change.restore(setting.name, &stored);
        // The log has no keys, and no change removes their URL or the subject of a certificate.
        let is_kept = ["jwks_uri", "certificate_subject"].contains(&setting.name);
        let cannot = setting.name == "jwks" || (is_kept && stored.is_null());
        assert_eq!(is_restored, !cannot, "{}", setting.name);
        if cannot {
            continue;
        }
        let mut restored = client.clone();
        change.apply(&mut restored, client.updated_at);
        assert_eq!((setting.value)(&restored), stored, "{}", setting.name);
    }
}

#[test]
fn state_and_consent_are_restored() {
    let mut client = sample::client();
    client.consent.publisher = Some("Acme".to_owned());
    let mut change = ClientChange::default();
    assert!(change.restore("consent", &json!(client.consent)));
    assert!(change.restore("disabled_at", &json!(7)));
    let mut restored = sample::client();
    change.apply(&mut restored, 9);
    assert_eq!(restored.consent.publisher, client.consent.publisher);
    assert!(restored.disabled_at.is_some());
    let mut change = ClientChange::default();
    assert!(change.restore("disabled_at", &json!(null)));
    change.apply(&mut restored, 9);
    assert_eq!(restored.disabled_at, None);
}

#[test]
fn wrong_values_are_not_restored() {
    for (name, value) in [
        ("name", json!(7)),
        ("first_party", json!("yes")),
        ("grant_types", json!("code")),
        ("pkce", json!("sometimes")),
        ("pkce", json!(null)),
        ("assertion_audience", json!("elsewhere")),
        ("consent", json!("none")),
        ("jwks_sha256", json!("a")),
        ("kind", json!("public")),
    ] {
        let mut change = ClientChange::default();
        assert!(!change.restore(name, &value), "{name}: {value}");
    }
}
