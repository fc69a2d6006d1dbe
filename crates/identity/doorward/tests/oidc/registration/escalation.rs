//! Tests that no sequence of updates gives what a single registration does not give (RFC 7591, RFC
//! 7592).

use doorward_access::clock::Clock as _;
use doorward_admin::clients;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{ClientChange, ClientId, Resource, ScopeEntry};
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{Page, Stack, flows_with};
use reqwest::Method;
use serde_json::{Value, json};

use super::management::{call, own};
use super::{client, initial_token, refused_members, register, web_client};
use crate::support::{assert_oauth_error, text};

/// A policy that allows scopes with permissions, and the client credentials grant.
const BOTH: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
    (
        "DOORWARD__CLIENT_REGISTRATION__SCOPES",
        "openid,email,offline_access,tasks:read,tasks:write",
    ),
    (
        "DOORWARD__CLIENT_REGISTRATION__GRANT_TYPES",
        "authorization_code,refresh_token,client_credentials",
    ),
    (
        "DOORWARD__CLIENT_REGISTRATION__REDIRECT_HOSTS",
        "app.example,*.apps.example",
    ),
    (
        "DOORWARD__AUTHORIZATION__DETAILS_TYPES",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/oidc/rich_authorization/types.toml"
        ),
    ),
];
flows_with!(
    BOTH;
    put_rejects_same_entitlements_as_post,
    put_keeps_scopes_given_by_administrator,
    put_rejects_same_metadata_as_post,
    put_sequences_reach_only_states_of_post,
);

/// A policy that allows scopes whose names have no form of a permission.
const FORMS: &[(&str, &str)] = &[
    ("DOORWARD__CLIENT_REGISTRATION__MODE", "token"),
    (
        "DOORWARD__CLIENT_REGISTRATION__SCOPES",
        "openid,bills,bills:read,bills.read,https://a.example/bills,plain,plain:read,plain.read,https://a.example/plain,later",
    ),
    (
        "DOORWARD__CLIENT_REGISTRATION__GRANT_TYPES",
        "authorization_code,client_credentials",
    ),
    (
        "DOORWARD__AUTHORIZATION__DETAILS_TYPES",
        concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/oidc/rich_authorization/types.toml"
        ),
    ),
];
flows_with!(
    FORMS;
    registry_decides_what_registration_gives,
);

const TASKS: &str = "tasks:read tasks:write";

/// Returns the members of a request for these grants and this scope.
fn members(grants: &[&str], scope: Option<&str>) -> Value {
    let mut members = json!({ "grant_types": grants, "redirect_uris": [] });
    if grants.contains(&"authorization_code") {
        members["redirect_uris"] = json!(["https://app.example/callback"]);
    }
    if let Some(scope) = scope {
        members["scope"] = json!(scope);
    }
    members
}

/// Registers with a new initial access token.
async fn post(stack: &Stack, body: &Value) -> Page {
    let token = initial_token(stack, 1).await;
    register(stack, Some(&token), body).await
}

async fn made(stack: &Stack, body: &Value) -> Value {
    let page = post(stack, body).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    page.json()
}

/// Replaces a registration; adds the required `client_id`.
async fn put(stack: &Stack, answer: &Value, body: &Value) -> Page {
    let mut body = body.clone();
    body["client_id"] = answer["client_id"].clone();
    call(stack, Method::PUT, answer, Some(&own(answer)), Some(&body)).await
}

async fn replaced(stack: &Stack, answer: &Value, body: &Value) -> Value {
    let page = put(stack, answer, body).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let mut received = page.json();
    if received.get("client_secret").is_none() {
        received["client_secret"] = answer["client_secret"].clone();
    }
    received
}

/// Returns the scope of the client's own token.
async fn own_scope(stack: &Stack, answer: &Value) -> Value {
    stack.clear_caches();
    let mut received = answer.clone();
    received["redirect_uris"] = json!([""]);
    let fields = [("grant_type", "client_credentials")];
    let page = stack.token(&client(&received), &fields).await;
    assert_eq!(page.status, 200, "{}", page.dump());
    page.json()["scope"].clone()
}

const CODE: &[&str] = &["authorization_code"];
const CLIENT_CREDENTIALS: &[&str] = &["client_credentials"];
const EACH: &[&str] = &["authorization_code", "client_credentials"];

async fn put_rejects_same_entitlements_as_post(stack: &Stack) {
    let asks = made(stack, &members(CODE, Some(TASKS))).await;
    for grants in [CLIENT_CREDENTIALS, EACH] {
        for scope in [TASKS, "tasks:read"] {
            let page = put(stack, &asks, &members(grants, Some(scope))).await;
            assert_oauth_error(&page, 400, "invalid_client_metadata");
            let page = post(stack, &members(grants, Some(scope))).await;
            assert_oauth_error(&page, 400, "invalid_client_metadata");
        }
    }
    // Removing the scopes for a time, or omitting them, does not help either.
    let alone = replaced(stack, &asks, &members(CLIENT_CREDENTIALS, None)).await;
    assert!(!text(&alone, "scope").contains(':'), "{alone}");
    let granted = own_scope(stack, &alone).await;
    assert!(!granted.to_string().contains(':'), "{granted}");
    let page = put(stack, &alone, &members(CLIENT_CREDENTIALS, Some(TASKS))).await;
    assert_oauth_error(&page, 400, "invalid_client_metadata");
    let asks = replaced(stack, &alone, &members(CODE, Some(TASKS))).await;
    let page = put(stack, &asks, &members(EACH, Some(TASKS))).await;
    assert_oauth_error(&page, 400, "invalid_client_metadata");
}

/// Changes a registration as an administrator.
async fn change(stack: &Stack, answer: &Value, change: ClientChange) {
    let db = stack.db().await;
    let context = AdminContext::command_line(&db, &stack.clock);
    let id = ClientId::parse(&text(answer, "client_id")).unwrap();
    clients::update(&context, &id, change).await.unwrap();
    db.close().await.unwrap();
    stack.clear_caches();
}

async fn put_keeps_scopes_given_by_administrator(stack: &Stack) {
    // A scope granted by the administrator beyond the policy, for users only: it does not count for
    // the client itself.
    let asks = made(stack, &members(CODE, Some("openid"))).await;
    let beyond = ClientChange {
        scopes: Some(["openid", "tasks:read_all"].into_iter().collect()),
        ..ClientChange::default()
    };
    change(stack, &asks, beyond).await;
    let body = members(CODE, Some("openid tasks:read_all"));
    let asks = replaced(stack, &asks, &body).await;
    for grants in [CLIENT_CREDENTIALS, EACH] {
        let body = members(grants, Some("tasks:read_all"));
        assert_oauth_error(
            &put(stack, &asks, &body).await,
            400,
            "invalid_client_metadata",
        );
    }
    // A scope granted to a client with the client credentials grant: it stays, and nothing else is
    // added.
    let alone = made(stack, &members(CLIENT_CREDENTIALS, None)).await;
    let given = ClientChange {
        scopes: Some(["tasks:read"].into_iter().collect()),
        ..ClientChange::default()
    };
    change(stack, &alone, given).await;
    let alone = replaced(
        stack,
        &alone,
        &members(CLIENT_CREDENTIALS, Some("tasks:read")),
    )
    .await;
    assert_eq!(own_scope(stack, &alone).await, "tasks:read");
    let body = members(CLIENT_CREDENTIALS, Some(TASKS));
    let alone = replaced(stack, &alone, &body).await;
    assert_eq!(alone["scope"], "tasks:read");
    assert_eq!(own_scope(stack, &alone).await, "tasks:read");
    // What the administrator removes cannot be restored, by the scope or by the grant.
    let existing = ClientChange {
        grant_types: Some(vec![GrantType::AuthorizationCode]),
        redirect_uris: Some(vec!["https://app.example/callback".to_owned()]),
        ..ClientChange::default()
    };
    change(stack, &alone, existing).await;
    let page = put(
        stack,
        &alone,
        &members(CLIENT_CREDENTIALS, Some("tasks:read")),
    )
    .await;
    assert_oauth_error(&page, 400, "invalid_client_metadata");
}

/// Returns the members of a client that is pinged there.
fn ping(endpoint: &str) -> Value {
    json!({
        "backchannel_token_delivery_mode": "ping",
        "backchannel_client_notification_endpoint": endpoint,
    })
}

/// Returns the checks of registration: invalid members, with the error.
fn guards() -> Vec<(Value, &'static str)> {
    let shared = refused_members().into_iter();
    // This policy allows the grant, which needs no redirect URI.
    let shared = shared.filter(|(name, ..)| *name != "grant_types");
    let mut all: Vec<_> = shared
        .map(|(name, value, code)| {
            let mut members = serde_json::Map::new();
            members.insert(name.to_owned(), value);
            (Value::Object(members), code)
        })
        .collect();
    all.extend(wrong_members());
    all
}

const METADATA: &str = "invalid_client_metadata";
const REDIRECT: &str = "invalid_redirect_uri";

/// Returns members that are invalid in a registration, in addition to those invalid for every
/// client.
fn wrong_members() -> Vec<(Value, &'static str)> {
    vec![
        (
            json!({ "redirect_uris": ["https://evil.example/cb"] }),
            REDIRECT,
        ),
        (
            json!({ "redirect_uris": ["https://apps.example/cb"] }),
            REDIRECT,
        ),
        (
            json!({ "redirect_uris": ["com.example.app:/cb"] }),
            REDIRECT,
        ),
        (json!({ "redirect_uris": [] }), REDIRECT),
        (
            json!({ "post_logout_redirect_uris": ["https://evil.example/"] }),
            METADATA,
        ),
        (json!({ "grant_types": ["password"] }), METADATA),
        (json!({ "grant_types": [] }), METADATA),
        (
            json!({ "grant_types": ["urn:ietf:params:oauth:grant-type:device_code"] }),
            METADATA,
        ),
        (
            json!({ "grant_types": ["urn:ietf:params:oauth:grant-type:token-exchange"] }),
            METADATA,
        ),
        (json!({ "response_types": [] }), METADATA),
        (json!({ "scope": "tasks:read_all" }), METADATA),
        (members(CLIENT_CREDENTIALS, Some("tasks:read")), METADATA),
        (members(EACH, Some("tasks:read")), METADATA),
        (
            json!({ "grant_types": EACH, "token_endpoint_auth_method": "none" }),
            METADATA,
        ),
        (
            json!({ "token_endpoint_auth_method": "tls_client_auth",
                "tls_client_auth_subject_dn": "CN=app" }),
            METADATA,
        ),
        (
            json!({ "tls_client_certificate_bound_access_tokens": true }),
            METADATA,
        ),
        (
            json!({ "authorization_details_types": ["payment"] }),
            METADATA,
        ),
        (
            json!({ "authorization_details_types": ["unknown"] }),
            METADATA,
        ),
        (json!({ "client_name": "x".repeat(101) }), METADATA),
        (json!({ "client_name": "moc.\u{202e}elpmaxe" }), METADATA),
        (
            json!({ "jwks": { "keys": [] }, "jwks_uri": "https://app.example/jwks" }),
            METADATA,
        ),
        (json!({ "jwks_uri": "http://10.0.0.1/jwks" }), METADATA),
        (
            json!({ "backchannel_logout_uri": "http://10.0.0.1/out" }),
            METADATA,
        ),
        (
            json!({ "frontchannel_logout_uri": "https://evil.example/out" }),
            METADATA,
        ),
        (
            json!({ "backchannel_token_delivery_mode": "push" }),
            METADATA,
        ),
        (ping("https://evil.example/ping"), METADATA),
        (ping("http://10.0.0.1/ping"), METADATA),
    ]
}

async fn put_rejects_same_metadata_as_post(stack: &Stack) {
    let registered = made(stack, &web_client()).await;
    let mut wrong = Vec::new();
    for (members, code) in guards() {
        let mut body = web_client();
        for (name, value) in members.as_object().unwrap() {
            body[name] = value.clone();
        }
        for (how, page) in [
            ("POST", post(stack, &body).await),
            ("PUT", put(stack, &registered, &body).await),
        ] {
            if page.status != 400 || page.json()["error"] != code {
                wrong.push(format!("{how} {members}: {}", page.dump()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // None of the rejected requests consumed the registration access token.
    replaced(stack, &registered, &web_client()).await;
}

/// Checks each update in each state: the response equals that of a new registration with the same
/// request.
async fn put_sequences_reach_only_states_of_post(stack: &Stack) {
    let mut wishes = Vec::new();
    for grants in [CODE, CLIENT_CREDENTIALS, EACH] {
        for scope in [None, Some("openid"), Some("tasks:read"), Some(TASKS)] {
            wishes.push(members(grants, scope));
        }
    }
    let mut detailed = members(CODE, Some(TASKS));
    detailed["authorization_details_types"] = json!(["folders"]);
    wishes.push(detailed);
    let mut alone = members(CLIENT_CREDENTIALS, None);
    alone["authorization_details_types"] = json!(["folders"]);
    wishes.push(alone);
    let telling = |page: &Page| {
        let received = page.json();
        let parts = ["grant_types", "scope", "authorization_details_types"];
        let parts = parts.map(|name| received[name].clone());
        (
            matches!(page.status, 200 | 201),
            parts,
            received["error"].clone(),
        )
    };
    let mut expected = Vec::new();
    for body in &wishes {
        expected.push(telling(&post(stack, body).await));
    }
    let mut answer = made(stack, &wishes[0]).await;
    // This order covers every ordered pair of requests.
    for (first, from) in wishes.iter().enumerate() {
        if !expected[first].0 {
            continue;
        }
        for (second, to) in wishes.iter().enumerate() {
            answer = replaced(stack, &answer, from).await;
            let page = put(stack, &answer, to).await;
            assert_eq!(telling(&page), expected[second], "{from} then {to}");
            if page.status == 200 {
                answer = page.json();
            }
        }
    }
}

/// Checks scopes of each form with and without a resource, and types of authorization details without a
/// user, by POST and PUT.
async fn registry_decides_what_registration_gives(stack: &Stack) {
    const BILLS: &str = "https://bills.example/api";
    let power = [
        "bills",
        "bills:read",
        "bills.read",
        "https://a.example/bills",
    ];
    let plain = [
        "plain",
        "plain:read",
        "plain.read",
        "https://a.example/plain",
    ];
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    let now = stack.clock.now();
    let resource = Resource::new(BILLS.to_owned(), "Bills".to_owned(), now);
    repo::resources::upsert(&tx, &resource).await.unwrap();
    let power_entries = power.map(|name| (name, Some(BILLS.to_owned())));
    for (name, audience) in power_entries
        .into_iter()
        .chain(plain.map(|name| (name, None)))
    {
        let scope = ScopeEntry {
            name: name.to_owned(),
            description: "Does something".to_owned(),
            audience,
            created_at: now,
        };
        repo::scopes::upsert(&tx, &scope).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.clear_caches();
    let asks = made(stack, &members(CODE, Some("openid"))).await;
    let mut own = made(stack, &members(CLIENT_CREDENTIALS, Some("openid"))).await;
    // A scope that is not registered yet might be power later.
    for name in power.into_iter().chain(["later"]) {
        for grants in [CLIENT_CREDENTIALS, EACH] {
            let body = members(grants, Some(name));
            assert_oauth_error(&post(stack, &body).await, 400, "invalid_client_metadata");
            for client in [&asks, &own] {
                let page = put(stack, client, &body).await;
                assert_oauth_error(&page, 400, "invalid_client_metadata");
            }
        }
    }
    for name in plain {
        own = replaced(stack, &own, &members(CLIENT_CREDENTIALS, Some(name))).await;
        made(stack, &members(EACH, Some(name))).await;
    }
    let default = made(stack, &members(CLIENT_CREDENTIALS, None)).await;
    for name in text(&default, "scope").split(' ') {
        assert!(name == "openid" || plain.contains(&name), "{default}");
    }
    // With users, all of them are allowed, because users consent.
    made(stack, &members(CODE, Some(&power.join(" ")))).await;
    let with_type = |grants: &[&str]| {
        let mut body = members(grants, Some("openid"));
        body["authorization_details_types"] = json!(["folders"]);
        body
    };
    let typed = made(stack, &with_type(CODE)).await;
    for grants in [CLIENT_CREDENTIALS, EACH] {
        let page = post(stack, &with_type(grants)).await;
        assert_oauth_error(&page, 400, "invalid_client_metadata");
        for client in [&typed, &own] {
            let page = put(stack, client, &with_type(grants)).await;
            assert_oauth_error(&page, 400, "invalid_client_metadata");
        }
    }
}
