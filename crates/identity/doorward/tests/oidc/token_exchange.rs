//! Tests of token exchange (RFC 8693): a service exchanges a received token for a narrower one that
//! names the service as the actor.

use doorward_access::jwt::claims::AccessTokenClaims;
use doorward_domain::model::{AuditKind, Client, Resource, ScopeEntry};
use doorward_domain::secret::ReferenceToken;
use doorward_protocol::token::{ACCESS_TOKEN_TYPE, GrantType};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, TestClient, flows, jwt};
use serde_json::{Value, json};

use crate::support::{assert_oauth_error, sign_in, text, tokens, userinfo};

flows!(
    section_2_2_1_exchange_narrows_token_and_names_actor,
    section_2_1_parameters_are_required_and_consistent,
    section_2_2_2_bad_subject_token_is_invalid_request,
    section_2_2_2_disallowed_target_is_invalid_target,
    rfc_6749_5_2_scope_is_narrowed_only,
    rfc_6749_5_2_only_client_with_grant_exchanges,
);

mod actors;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub const SCOPE: &str = "openid offline_access tasks:read tasks:write";

/// Returns the resource server of the tasks API, which may exchange tokens for it.
pub fn gateway(stack: &Stack) -> &TestClient {
    &stack.seed.tasks_api
}

pub async fn open(stack: &Stack) {
    let audience = stack.seed.audience.clone();
    let allow = |client: &mut Client| {
        client.grant_types.push(GrantType::TokenExchange);
        client.exchange.audiences = vec![audience];
    };
    stack.change_client(&gateway(stack).id, allow).await;
}

/// Returns alice's access token of a first-party client.
pub async fn subject(stack: &Stack) -> String {
    text(
        &sign_in(stack, &stack.seed.trusted, SCOPE).await,
        "access_token",
    )
}

pub async fn ask(stack: &Stack, client: &TestClient, token: &str, more: &[(&str, &str)]) -> Page {
    let fields = [
        ("grant_type", GRANT),
        ("subject_token", token),
        ("subject_token_type", ACCESS_TOKEN_TYPE),
    ];
    stack.token(client, &[&fields[..], more].concat()).await
}

pub async fn exchanged(stack: &Stack, token: &str, more: &[(&str, &str)]) -> Value {
    tokens(&ask(stack, gateway(stack), token, more).await)
}

pub fn claims(json: &Value) -> Value {
    jwt::claims(&text(json, "access_token"))
}

/// Stores a reference token with changed claims, as no grant creates it.
pub async fn kept(stack: &Stack, token: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = jwt::claims(token);
    change(&mut claims);
    let claims: AccessTokenClaims = serde_json::from_value(claims).unwrap();
    let token = ReferenceToken::generate(&mut rand::rng());
    let tx = stack.db().await.begin_write().await.unwrap();
    repo::reference_tokens::insert(&tx, &token.hash(), &claims, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    token.to_text()
}

async fn section_2_2_1_exchange_narrows_token_and_names_actor(stack: &Stack) {
    open(stack).await;
    let token = subject(stack).await;
    let before = jwt::claims(&token);
    stack.clock.advance(100);
    let more = [
        ("audience", stack.seed.audience.as_str()),
        ("scope", "tasks:read"),
    ];
    let json = exchanged(stack, &token, &more).await;
    assert_eq!(json["issued_token_type"], ACCESS_TOKEN_TYPE);
    assert_eq!(json["token_type"], "Bearer");
    assert_eq!(json["scope"], "tasks:read");
    for absent in ["refresh_token", "id_token"] {
        assert!(json.get(absent).is_none(), "{json}");
    }
    let after = claims(&json);
    let service = gateway(stack).id.as_str();
    for same in [
        "iss",
        "sub",
        "sid",
        "acr",
        "amr",
        "auth_time",
        "aud",
        "roles",
    ] {
        assert_eq!(after[same], before[same], "{same}");
    }
    // The new token does not outlive the exchanged one.
    assert_eq!(after["exp"], before["exp"]);
    assert_eq!(json["expires_in"], 200);
    assert_eq!(after["client_id"], service);
    assert_eq!(after["act"], json!({ "sub": service }));
    assert_eq!(after["scope"], "tasks:read");
    assert_ne!(after["jti"], before["jti"]);
    // The resource server accepts it, and introspection names the actor.
    let access = text(&json, "access_token");
    let page = stack
        .as_client("/oauth2/introspect", gateway(stack), &[("token", &access)])
        .await;
    assert_eq!(page.json()["act"], json!({ "sub": service }));
    assert_eq!(page.json()["active"], true);
    let page = userinfo(stack, &access).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    let [event] = &stack.audited(AuditKind::TokenExchanged).await[..] else {
        panic!("one exchange");
    };
    assert_eq!(event.client_id.as_deref(), Some(service));
    assert_eq!(event.actor.as_deref(), Some(service));
    assert_eq!(event.subject.as_deref(), before["sub"].as_str());
    assert_eq!(event.detail["actors"], json!([service]));
    assert_eq!(event.detail["issued_to"], stack.seed.trusted.id.as_str());
    let written = format!("{event:?}");
    assert!(!written.contains(&token) && !written.contains(&access));
}

async fn section_2_1_parameters_are_required_and_consistent(stack: &Stack) {
    open(stack).await;
    let token = subject(stack).await;
    let client = gateway(stack);
    let id_token = "urn:ietf:params:oauth:token-type:id_token";
    for fields in [
        vec![("subject_token", token.as_str())],
        vec![("subject_token_type", ACCESS_TOKEN_TYPE)],
        vec![("subject_token", &token), ("subject_token_type", id_token)],
        vec![
            ("subject_token", &token),
            ("subject_token_type", "access_token"),
        ],
    ] {
        let fields = [&[("grant_type", GRANT)], &fields[..]].concat();
        let page = stack.token(client, &fields).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
    for more in [
        vec![("requested_token_type", id_token)],
        vec![(
            "requested_token_type",
            "urn:ietf:params:oauth:token-type:refresh_token",
        )],
        vec![("actor_token", token.as_str())],
        vec![("actor_token_type", ACCESS_TOKEN_TYPE)],
        vec![("actor_token", &token), ("actor_token_type", id_token)],
        vec![("subject_token", &token)],
        vec![("scope", "tasks:read"), ("scope", "tasks:read")],
    ] {
        let page = ask(stack, client, &token, &more).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
    // Other grants still reject repeated parameters.
    let fields = [
        ("grant_type", "client_credentials"),
        ("audience", "a"),
        ("audience", "b"),
    ];
    let page = stack.token(&stack.seed.service, &fields).await;
    assert_oauth_error(&page, 400, "invalid_request");
    let more = [("requested_token_type", ACCESS_TOKEN_TYPE)];
    tokens(&ask(stack, client, &token, &more).await);
}

async fn section_2_2_2_bad_subject_token_is_invalid_request(stack: &Stack) {
    open(stack).await;
    let client = gateway(stack);
    let json = sign_in(stack, &stack.seed.trusted, SCOPE).await;
    let token = text(&json, "access_token");
    let (head, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", head.split_once('.').unwrap().1);
    let elsewhere = kept(stack, &token, |claims| {
        claims["iss"] = json!("https://other.example");
    });
    let elsewhere = elsewhere.await;
    // A token for another audience: the identity server itself.
    let foreign = text(
        &sign_in(stack, &stack.seed.trusted, "openid").await,
        "access_token",
    );
    for bad in [
        "x",
        "a.b.c",
        &forged,
        &unsigned,
        &elsewhere,
        &foreign,
        &text(&json, "refresh_token"),
        &text(&json, "id_token"),
    ] {
        assert_oauth_error(&ask(stack, client, bad, &[]).await, 400, "invalid_request");
        // As an actor token, it is rejected as well, and never ignored.
        let actor = [
            ("actor_token", bad),
            ("actor_token_type", ACCESS_TOKEN_TYPE),
        ];
        let page = ask(stack, client, &token, &actor).await;
        assert_oauth_error(&page, 400, "invalid_request");
    }
    // The actor token must belong to the client.
    let actor = [
        ("actor_token", token.as_str()),
        ("actor_token_type", ACCESS_TOKEN_TYPE),
    ];
    let page = ask(stack, client, &token, &actor).await;
    assert_oauth_error(&page, 400, "invalid_request");
    // A revoked token and an expired one.
    let other = subject(stack).await;
    let trusted = &stack.seed.trusted;
    let fields = [("token", other.as_str())];
    assert_eq!(
        stack
            .as_client("/oauth2/revoke", trusted, &fields)
            .await
            .status,
        200
    );
    assert_oauth_error(
        &ask(stack, client, &other, &[]).await,
        400,
        "invalid_request",
    );
    tokens(&ask(stack, client, &token, &[]).await);
    stack.clock.advance(300);
    assert_oauth_error(
        &ask(stack, client, &token, &[]).await,
        400,
        "invalid_request",
    );
    assert_eq!(stack.audited(AuditKind::TokenExchanged).await.len(), 1);
}

/// Registers a second resource server, `reports`, with its scope.
async fn register_reports(stack: &Stack) -> String {
    let reports = "https://reports.example/api".to_owned();
    let tx = stack.db().await.begin_write().await.unwrap();
    let resource = Resource::new(reports.clone(), "Reports".to_owned(), 0);
    repo::resources::upsert(&tx, &resource).await.unwrap();
    let scope = ScopeEntry {
        name: "reports:read".to_owned(),
        description: "Read reports".to_owned(),
        audience: Some(reports.clone()),
        created_at: 0,
    };
    repo::scopes::upsert(&tx, &scope).await.unwrap();
    tx.commit().await.unwrap();
    for client in [&stack.seed.trusted, gateway(stack)] {
        let allow = |client: &mut Client| {
            client.scopes.insert("reports:read");
        };
        stack.change_client(&client.id, allow).await;
    }
    reports
}

async fn section_2_2_2_disallowed_target_is_invalid_target(stack: &Stack) {
    open(stack).await;
    let client = gateway(stack);
    let reports = register_reports(stack).await;
    let tasks = stack.seed.audience.clone();
    let scope = "openid tasks:read reports:read";
    let both = text(
        &sign_in(stack, &stack.seed.trusted, scope).await,
        "access_token",
    );
    assert_eq!(jwt::claims(&both)["aud"], json!([tasks, reports]));
    let narrow = subject(stack).await;
    for (token, more) in [
        (&both, vec![("audience", "https://unknown.example")]),
        (&both, vec![("resource", "https://unknown.example")]),
        (&both, vec![("resource", "relative")]),
        (&both, vec![("resource", stack.issuer())]),
        // The client is not allowed to get tokens for this audience.
        (&both, vec![("audience", reports.as_str())]),
        // Of several audiences, each must be allowed (§2.1).
        (&both, vec![("audience", &tasks), ("audience", &reports)]),
        (&both, vec![("audience", &tasks), ("resource", &reports)]),
    ] {
        let page = ask(stack, client, token, &more).await;
        assert_oauth_error(&page, 400, "invalid_target");
    }
    // Without an audience, the token gets those that the client may use.
    let json = exchanged(stack, &both, &[]).await;
    assert_eq!(claims(&json)["aud"], tasks.as_str());
    assert_eq!(json["scope"], "tasks:read");
    let list = vec![tasks.clone(), reports.clone()];
    stack
        .change_client(&client.id, |client| client.exchange.audiences = list)
        .await;
    let more = [("audience", tasks.as_str()), ("resource", &reports)];
    let json = exchanged(stack, &both, &more).await;
    assert_eq!(claims(&json)["aud"], json!([tasks, reports]));
    // A token for one resource server cannot be exchanged for another one.
    let page = ask(stack, client, &narrow, &[("audience", &reports)]).await;
    assert_oauth_error(&page, 400, "invalid_target");
}

async fn rfc_6749_5_2_scope_is_narrowed_only(stack: &Stack) {
    open(stack).await;
    let client = gateway(stack);
    let token = subject(stack).await;
    for scope in [
        "tasks:delete",
        "tasks:read tasks:delete",
        "no_such_scope",
        "profile",
        "a \"b",
    ] {
        let page = ask(stack, client, &token, &[("scope", scope)]).await;
        assert_oauth_error(&page, 400, "invalid_scope");
    }
    // Scopes of the identity server itself, and `offline_access`, are dropped.
    let json = exchanged(stack, &token, &[]).await;
    assert_eq!(json["scope"], "tasks:read tasks:write");
    let page = ask(stack, client, &token, &[("scope", "openid")]).await;
    assert_oauth_error(&page, 400, "invalid_scope");
    let narrow = |client: &mut Client| {
        client.scopes.remove("tasks:write");
    };
    stack.change_client(&client.id, narrow).await;
    assert_eq!(exchanged(stack, &token, &[]).await["scope"], "tasks:read");
    let page = ask(stack, client, &token, &[("scope", "tasks:write")]).await;
    assert_oauth_error(&page, 400, "invalid_scope");
}

async fn rfc_6749_5_2_only_client_with_grant_exchanges(stack: &Stack) {
    let token = subject(stack).await;
    for client in [gateway(stack), &stack.seed.trusted, &stack.seed.native] {
        let page = ask(stack, client, &token, &[]).await;
        assert_oauth_error(&page, 400, "unauthorized_client");
    }
    open(stack).await;
    // A public client is rejected even if its registration has the grant.
    let allow = |client: &mut Client| client.grant_types.push(GrantType::TokenExchange);
    stack.change_client(&stack.seed.native.id, allow).await;
    let page = ask(stack, &stack.seed.native, &token, &[]).await;
    assert_oauth_error(&page, 400, "unauthorized_client");
    let mut careless = gateway(stack).clone();
    careless.secret = Some("wrong".to_owned());
    assert_oauth_error(
        &ask(stack, &careless, &token, &[]).await,
        401,
        "invalid_client",
    );
    tokens(&ask(stack, gateway(stack), &token, &[]).await);
}
