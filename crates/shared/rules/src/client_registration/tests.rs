use doorward_protocol::registration::ClientMetadata;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use doorward_domain::model::sample::{TASKS, client, scope, scope_entry};

fn policy(hosts: &[&str]) -> RegistrationPolicy {
    RegistrationPolicy {
        redirect_hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        redirect_schemes: vec!["cursor".to_owned(), "org.listed".to_owned()],
        scopes: scope("openid email admin"),
        grant_types: vec![
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::DeviceCode,
        ],
        pkce: PkcePolicy::Auto,
    }
}

fn wish(members: Value) -> ClientMetadata {
    let mut whole = json!({ "redirect_uris": ["https://app.example/cb"] });
    if let (Some(whole), Value::Object(members)) = (whole.as_object_mut(), members) {
        whole.extend(members);
    }
    ClientMetadata::parse(whole.to_string().as_bytes()).unwrap()
}

fn settled(members: Value) -> Result<ResolvedRegistration, &'static str> {
    let mut request = wish(members);
    limit_redirects(&mut request, &policy(&[]))
        .and_then(|_| resolve(&request, &policy(&[]), &GivenScopes::default(), &[]))
        .map_err(|error| error.code.as_str())
}

const METADATA: &str = "invalid_client_metadata";
const REDIRECT: &str = "invalid_redirect_uri";

#[test]
fn section_2_defaults() {
    let created = settled(json!({})).unwrap();
    let expected = ResolvedRegistration {
        name: "https://app.example".to_owned(),
        kind: ClientKind::Confidential,
        auth_method: ClientAuthMethod::ClientSecretBasic,
        grant_types: vec![GrantType::AuthorizationCode],
        // The policy never allows the scope of administration, even if the operator lists it.
        scope: scope("openid email"),
        pkce: PkcePolicy::Auto,
    };
    assert_eq!(created, expected);
}

#[rstest]
#[case(json!({ "grant_types": ["client_credentials"], "redirect_uris": [] }), METADATA)]
#[case(json!({ "grant_types": ["implicit"] }), METADATA)]
#[case(json!({ "grant_types": ["password"] }), METADATA)]
#[case(json!({ "grant_types": ["refresh_token", "client_credentials"] }), METADATA)]
#[case(json!({ "response_types": ["token"] }), METADATA)]
#[case(json!({ "response_types": ["code", "id_token"] }), METADATA)]
#[case(json!({ "response_types": ["code id_token"] }), METADATA)]
#[case(json!({ "response_types": [] }), METADATA)]
#[case(json!({ "redirect_uris": [] }), REDIRECT)]
#[case(json!({ "redirect_uris": null }), REDIRECT)]
#[case(json!({ "redirect_uris": ["https://app.example/cb#f"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["https://app.example/*"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["http://app.example/cb"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["javascript:alert(1)"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["https://app.example/cb", "data:text/html,x"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["vbscript:x"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["file:///etc/passwd"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["blob:https://app.example/1"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["https://a@app.example/cb"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["myapp:/cb"] }), REDIRECT)]
#[case(json!({ "redirect_uris": ["https://app.example/a/../cb"] }), REDIRECT)]
#[case(json!({ "post_logout_redirect_uris": ["javascript:alert(1)"] }), METADATA)]
#[case(json!({ "post_logout_redirect_uris": ["data:,x"] }), METADATA)]
#[case(json!({ "scope": "admin" }), METADATA)]
#[case(json!({ "scope": "tasks:read no_such_scope" }), METADATA)]
#[case(json!({ "client_name": "x".repeat(101) }), METADATA)]
#[case(json!({ "client_name": "Two\nlines" }), METADATA)]
#[case(json!({ "client_name": "moc.\u{202e}elpmaxe" }), METADATA)]
#[case(json!({ "client_name": "zero\u{200b}width" }), METADATA)]
fn rfc_7591_2_1_disallowed_metadata_is_named(#[case] members: Value, #[case] code: &str) {
    assert_eq!(settled(members), Err(code));
}

#[rstest]
#[case(json!({ "redirect_uris": ["com.example.app:/cb"], "application_type": "native" }))]
#[case(json!({ "redirect_uris": ["http://127.0.0.1/cb"], "application_type": "native" }))]
#[case(json!({ "redirect_uris": ["http://[::1]:3000/cb"], "application_type": "native" }))]
// RFC 8252 §7.2: an app may claim an https URI. VS Code registers these four.
#[case(json!({ "application_type": "native", "redirect_uris": [
    "https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect",
    "http://127.0.0.1/", "http://127.0.0.1:33418/"
] }))]
#[case(json!({ "redirect_uris": ["http://localhost/cb"] }))]
#[case(json!({ "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"], "redirect_uris": [] }))]
#[case(json!({ "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"],
    "response_types": [], "redirect_uris": [] }))]
#[case(json!({ "response_types": ["code"], "scope": "email" }))]
#[case(json!({ "client_name": "Ünïcode \u{1f600} App" }))]
fn allowed_metadata_is_accepted(#[case] members: Value) {
    assert!(settled(members.clone()).is_ok(), "{members}");
}

#[test]
fn client_without_proof_is_public() {
    let created = settled(json!({ "token_endpoint_auth_method": "none" })).unwrap();
    assert_eq!(created.kind, ClientKind::Public);
}

#[rstest]
#[case(&[], "https://anywhere.example/cb", true)]
#[case(&["*"], "https://anywhere.example/cb", true)]
#[case(&["*"], "com.example.app:/cb", true)]
#[case(&["app.example"], "https://app.example/cb", true)]
#[case(&["app.example"], "https://app.example:8443/cb", true)]
#[case(&["app.example"], "https://www.app.example/cb", false)]
#[case(&["app.example"], "https://app.example.evil.example/cb", false)]
#[case(&["app.example"], "https://notapp.example/cb", false)]
#[case(&["app.example"], "http://127.0.0.1/cb", false)]
#[case(&["app.example"], "com.example.app:/cb", false)]
#[case(&["*.example.org"], "https://a.example.org/cb", true)]
#[case(&["*.example.org"], "https://b.a.example.org/cb", true)]
#[case(&["*.example.org"], "https://example.org/cb", false)]
#[case(&["*.example.org"], "https://evilexample.org/cb", false)]
#[case(&["127.0.0.1"], "http://127.0.0.1:5000/cb", true)]
#[case(&["127.0.0.1"], "http://localhost/cb", false)]
#[case(&["[::1]"], "http://[::1]/cb", true)]
#[case(&["localhost"], "http://localhost:3000/cb", true)]
#[case(&["com.example.app:"], "com.example.app:/cb", true)]
#[case(&["com.example.app:"], "com.example.apple:/cb", false)]
#[case(&["com.example.app:"], "com.example.app://app.example/cb", false)]
fn redirect_hosts_are_limited_by_policy(
    #[case] hosts: &[&str],
    #[case] uri: &str,
    #[case] is_allowed: bool,
) {
    let mut one = wish(json!({ "redirect_uris": [uri] }));
    let verdict = limit_redirects(&mut one, &policy(hosts));
    assert_eq!(verdict.is_ok(), is_allowed, "{verdict:?}");
    let mut after = wish(json!({ "redirect_uris": ["org.listed:/cb"] }));
    after.post_logout_redirect_uris = vec![uri.to_owned()];
    assert_eq!(
        limit_redirects(&mut after, &policy(hosts)).is_ok(),
        is_allowed
    );
}

/// Metadata that only the policy excludes is left out, and the rest is registered.
#[rstest]
#[case::cursor(json!({ "redirect_uris": [
    "vscode://x/callback", "cursor://x/callback", "http://localhost/callback"
] }), &["cursor://x/callback", "http://localhost/callback"])]
#[case::oidc_agent(json!({ "redirect_uris": [
    "edu.kit.data.oidc-agent:/redirect", "http://localhost:8080", "http://localhost:4242"
] }), &["http://localhost:8080", "http://localhost:4242"])]
#[case::listed_scheme_with_dot(json!({ "redirect_uris": ["org.listed:/cb"] }), &["org.listed:/cb"])]
#[case::other_host(json!({ "redirect_uris": [
    "https://elsewhere.example/cb", "http://localhost/cb"
] }), &["http://localhost/cb"])]
#[case::native(json!({ "application_type": "native", "redirect_uris": [
    "https://app.example/cb", "http://localhost/cb"
] }), &["https://app.example/cb", "http://localhost/cb"])]
fn rfc_7591_3_2_1_keeps_allowed_redirect_uris(#[case] members: Value, #[case] kept: &[&str]) {
    let policy = policy(&["localhost", "app.example"]);
    for name in ["redirect_uris", "post_logout_redirect_uris"] {
        let mut members = members.clone();
        if name != "redirect_uris" {
            if members.get("application_type").is_some() {
                continue;
            }
            members[name] = members["redirect_uris"].take();
            members["redirect_uris"] = json!(["http://localhost/cb"]);
        }
        let mut request = wish(members);
        let before = [&request.redirect_uris, &request.post_logout_redirect_uris].map(Clone::clone);
        let left_out = limit_redirects(&mut request, &policy).unwrap();
        // Each requested URI is registered or listed.
        let after = [&request.redirect_uris, &request.post_logout_redirect_uris];
        for (before, after) in before.iter().zip(after) {
            let lost = before.iter().filter(|uri| !after.contains(uri));
            for uri in lost {
                assert!(left_out.iter().any(|item| item.value == *uri), "{uri}");
            }
        }
        let found = match name {
            "redirect_uris" => &request.redirect_uris,
            _ => &request.post_logout_redirect_uris,
        };
        assert_eq!(found, kept, "{name}");
    }
}

/// If nothing is left, the error names the setting.
#[rstest]
#[case("vscode://x/callback", "client_registration.redirect_schemes")]
#[case(
    "edu.kit.data.oidc-agent:/redirect",
    "client_registration.redirect_schemes"
)]
#[case("https://elsewhere.example/cb", "client_registration.redirect_hosts")]
#[case("javascript:alert(1)", "not allowed")]
fn refused_redirect_uri_names_setting(#[case] uri: &str, #[case] expected: &str) {
    let policy = policy(&["localhost"]);
    let mut request = wish(json!({ "redirect_uris": [uri] }));
    let error = limit_redirects(&mut request, &policy).unwrap_err();
    assert_eq!(error.code.as_str(), REDIRECT);
    assert!(
        error.description.contains(expected),
        "{}",
        error.description
    );
    let mut request = wish(json!({
        "redirect_uris": ["http://localhost/cb"], "post_logout_redirect_uris": [uri]
    }));
    let error = limit_redirects(&mut request, &policy).unwrap_err();
    assert_eq!(error.code.as_str(), METADATA);
    assert!(
        error.description.contains(expected),
        "{}",
        error.description
    );
    // A scheme that runs code is an error beside others too.
    let mut request = wish(json!({ "redirect_uris": ["http://localhost/cb", uri] }));
    let limited = limit_redirects(&mut request, &policy);
    assert_eq!(limited.is_err(), uri.starts_with("javascript"));
}

#[rstest]
#[case("openid email tasks:read", "openid email")]
#[case("openid admin", "openid")]
#[case("openid no_such_scope groups", "openid")]
#[case("", "")]
fn rfc_7591_3_2_1_keeps_allowed_scopes(#[case] requested: &str, #[case] kept: &str) {
    let found = settled(json!({ "scope": requested })).unwrap();
    assert_eq!(found.scope, Scope::parse(kept).unwrap_or_default());
}

// An editor requests each of its grant types that the discovery document lists.
#[rstest]
#[case(&["authorization_code", "refresh_token", "client_credentials"], &["authorization_code", "refresh_token"])]
#[case(&["authorization_code", "urn:example:own"], &["authorization_code"])]
#[case(&["client_credentials", "authorization_code"], &["authorization_code"])]
fn rfc_7591_3_2_1_keeps_allowed_grant_types(#[case] requested: &[&str], #[case] kept: &[&str]) {
    let settled = settled(json!({ "grant_types": requested })).unwrap();
    let names: Vec<_> = settled
        .grant_types
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, kept);
}

#[test]
fn administrator_scopes_may_stay_except_administration() {
    let one = wish(json!({ "scope": "openid tasks:read" }));
    let granted = GivenScopes {
        delegated: scope("tasks:read admin"),
        ..GivenScopes::default()
    };
    assert_eq!(
        resolve(&one, &policy(&[]), &granted, &[]).unwrap().scope,
        scope("openid tasks:read")
    );
    let more = wish(json!({ "scope": "openid admin" }));
    assert_eq!(
        resolve(&more, &policy(&[]), &granted, &[]).unwrap().scope,
        scope("openid")
    );
}

#[test]
fn section_3_2_1_all_registered_metadata_is_returned() {
    let received = metadata(&client(), &Map::new());
    assert_eq!(received["response_types"], json!(["code"]));
    assert_eq!(
        received["token_endpoint_auth_method"],
        "client_secret_basic"
    );
    assert_eq!(received["client_name"], "Web App");
    assert_eq!(received["scope"], client().scopes.to_string());
    for secret in ["client_secret", "first_party", "secret_hash"] {
        assert!(!received.contains_key(secret), "{secret}");
    }
}

#[test]
fn registered_client_gets_no_permission_for_itself() {
    let mut policy = policy(&[]);
    policy.grant_types.push(GrantType::ClientCredentials);
    policy.scopes = scope("openid tasks:read");
    let of = |members: Value, delegated: &str, own: &str| {
        let granted = GivenScopes {
            delegated: scope(delegated),
            own: scope(own),
        };
        let mut whole = json!({ "grant_types": ["client_credentials"], "redirect_uris": [] });
        if let (Some(whole), Value::Object(members)) = (whole.as_object_mut(), members) {
            whole.extend(members);
        }
        let known = known_scopes();
        resolve(&wish(whole), &policy, &granted, &known).map(|created| created.scope)
    };
    assert_eq!(of(json!({}), "", "").unwrap(), scope("openid"));
    assert!(of(json!({ "scope": "tasks:read" }), "", "").is_err());
    // Scopes that users may delegate are not the client's own, even if an administrator granted
    // them.
    assert!(of(json!({ "scope": "tasks:read" }), "tasks:read", "").is_err());
    // Scopes that an administrator granted to the client itself are kept.
    let kept = of(json!({ "scope": "tasks:read" }), "", "tasks:read");
    assert_eq!(kept.unwrap(), scope("tasks:read"));
    // Requests for users are allowed, because users consent.
    let asks = resolve(
        &wish(json!({ "scope": "tasks:read" })),
        &policy,
        &GivenScopes::default(),
        &known_scopes(),
    );
    assert_eq!(asks.unwrap().scope, scope("tasks:read"));
}

/// Returns a registry in which scopes of every form belong to a resource, or to none.
fn known_scopes() -> Vec<ScopeEntry> {
    let own = [
        "openid",
        "plain",
        "plain:read",
        "plain.read",
        "https://a.example/plain",
    ];
    let resource = [
        "tasks",
        "tasks:read",
        "tasks.read",
        "https://a.example/tasks",
    ];
    let own = own.map(|name| scope_entry(name, None));
    let resource = resource.map(|name| scope_entry(name, Some(TASKS)));
    own.into_iter().chain(resource).collect()
}

#[test]
fn power_of_registered_client_follows_registry() {
    let known = known_scopes();
    for entry in &known {
        let name = entry.name.as_str();
        let mut policy = policy(&[]);
        policy.grant_types.push(GrantType::ClientCredentials);
        policy.scopes = scope(&format!("{name} later"));
        let of = |scope: Option<&str>, own: &str, known: &[ScopeEntry]| {
            let granted = GivenScopes {
                delegated: Scope::default(),
                own: Scope::parse(own).unwrap_or_default(),
            };
            let members = json!({
                "grant_types": ["client_credentials"], "redirect_uris": [], "scope": scope,
            });
            let mut members = members;
            if scope.is_none() {
                members.as_object_mut().unwrap().remove("scope");
            }
            resolve(&wish(members), &policy, &granted, known).map(|found| found.scope)
        };
        let is_free = entry.audience.is_none();
        assert_eq!(of(Some(name), "", &known).is_ok(), is_free, "{name}");
        let default = of(None, "", &known).unwrap();
        assert_eq!(default.contains(name), is_free, "{name}");
        assert!(of(Some(name), name, &known).is_ok(), "{name}");
        // A scope that is registered later might be power.
        assert!(of(Some(name), "", &[]).is_err(), "{name}");
        assert!(of(Some("later"), "", &known).is_err());
        assert!(!default.contains("later"), "{name}");
    }
}

#[test]
fn given_scopes_follow_stated_grants() {
    let mut one = client();
    one.scopes = scope("openid tasks:read");
    one.grant_types = vec![GrantType::AuthorizationCode];
    let delegated = GivenScopes::default().stated(&one, true, false);
    let expected = GivenScopes {
        delegated: scope("openid tasks:read"),
        own: Scope::default(),
    };
    assert_eq!(delegated, expected);
    // An absent grant list changes nothing; a present one makes the scopes the client's own.
    assert_eq!(delegated.clone().stated(&one, false, false), expected);
    one.grant_types.push(GrantType::ClientCredentials);
    let own = GivenScopes::default().stated(&one, false, true);
    assert_eq!(own.own, scope("openid tasks:read"));
    assert_eq!(own.delegated, Scope::default());
    one.grant_types.pop();
    assert_eq!(own.stated(&one, false, true), GivenScopes::default());
}
