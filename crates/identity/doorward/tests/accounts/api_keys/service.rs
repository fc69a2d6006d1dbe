//! Tests of key introspection by a resource server, and of the end of a key's validity.

use std::collections::BTreeSet;

use doorward_domain::credentials::api_key::ApiKeyToken;
use doorward_domain::model::{AskedClaims, AuditKind, Resource, Role, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, UserAgent, flows};

use super::{TASKS, assert_inactive, audited, call, introspect, introspect_from, make, signed_in};

flows!(
    resource_server_introspects_user_and_permissions,
    resource_that_asks_for_roles_reads_them_of_key,
    foreign_clients_see_inactive_key,
    changed_or_truncated_key_is_rejected,
    key_ends_with_user,
    lost_role_weakens_key,
    reset_password_ends_every_key,
    key_creates_tasks_as_user,
);

async fn resource_server_introspects_user_and_permissions(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    let answer = introspect(stack, &key).await;
    let shown = ApiKeyToken::parse(&key).unwrap().id().prefix();
    for (name, value) in [
        ("active", true.into()),
        ("token_type", "api_key".into()),
        ("client_id", shown.as_str().into()),
        ("jti", shown.as_str().into()),
        ("username", "alice".into()),
        ("scope", "tasks:read".into()),
        ("entitlements", serde_json::json!(["tasks:read"])),
        ("roles", serde_json::json!(["developer"])),
        ("aud", serde_json::json!([stack.seed.audience])),
        ("iss", stack.issuer().into()),
        ("email_verified", true.into()),
    ] {
        assert_eq!(answer[name], value, "{name}: {answer}");
    }
    let ttl = answer["exp"].as_i64().unwrap() - answer["iat"].as_i64().unwrap();
    assert!((89 * 86_400..=91 * 86_400).contains(&ttl), "90 days: {ttl}");
    assert!(answer.get("auth_time").is_none() && answer.get("acr").is_none());
}

/// Checks that a resource gets the roles and groups of a key that it asks for (`--token-claim`), as for an
/// access token.
async fn resource_that_asks_for_roles_reads_them_of_key(stack: &Stack) {
    let clerk = Role {
        name: "clerk".to_owned(),
        description: String::new(),
        active: true,
        // Not of the tasks API.
        permissions: BTreeSet::from(["users:read".to_owned()]),
    };
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    repo::roles::upsert(&tx, &clerk).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    stack.give_role("alice", "clerk").await;
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    for (asked, roles) in [
        (AskedClaims::default(), &["developer"][..]),
        (AskedClaims::ALL, &["clerk", "developer"]),
    ] {
        let db = stack.db().await;
        let tasks = repo::resources::find(db.read(), &stack.seed.audience).await;
        let tasks = Resource {
            token_claims: asked,
            ..tasks.unwrap().unwrap()
        };
        let tx = db.begin_write().await.unwrap();
        repo::resources::upsert(&tx, &tasks).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await.unwrap();
        stack.clear_caches();
        let answer = introspect(stack, &key).await;
        assert_eq!(answer["roles"], serde_json::json!(roles), "{answer}");
        assert_eq!(answer["entitlements"], serde_json::json!(["tasks:read"]));
    }
}

/// Checks that only the resource server of the audience may introspect a key.
async fn foreign_clients_see_inactive_key(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    let seed = &stack.seed;
    for client in [&seed.trusted, &seed.web, &seed.service, &seed.tasks_web] {
        let fields = [("token", &*key), ("client_address", "127.0.0.1")];
        let page = stack.as_client("/oauth2/introspect", client, &fields).await;
        assert_inactive(&page.json());
    }
    let fields = [("token", &*key)];
    let page = stack
        .as_client("/oauth2/introspect", &seed.native, &fields)
        .await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let fields = [("token", &*key), ("client_address", "here")];
    let page = stack
        .as_client("/oauth2/introspect", &seed.tasks_api, &fields)
        .await;
    assert_eq!(page.status, 400, "{}", page.dump());
    // A key is not accepted as a bearer token, neither by the tasks API nor by the identity server.
    for address in [stack.at_tasks(TASKS), stack.at("/oauth2/userinfo")] {
        let request = agent.http().get(address).bearer_auth(&key);
        assert_eq!(agent.send(request).await.status, 401);
    }
}

/// Checks that a key with any changed byte, or any part of it, is rejected.
async fn changed_or_truncated_key_is_rejected(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    for place in 0..key.len() {
        let mut changed = key.clone().into_bytes();
        changed[place] = if changed[place] == b'x' { b'y' } else { b'x' };
        let changed = String::from_utf8(changed).unwrap();
        assert_inactive(&introspect(stack, &changed).await);
        if place > 0 {
            assert_inactive(&introspect(stack, &key[..place]).await);
        }
    }
    assert_inactive(&introspect(stack, &format!("{key}0")).await);
    // A well-formed key that was never issued is inactive.
    let made_up = ApiKeyToken::generate(&mut rand::rng());
    assert_inactive(&introspect(stack, made_up.expose()).await);
    assert_eq!(introspect(stack, &key).await["active"], true);
}

async fn key_ends_with_user(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    assert_eq!(call(stack, TASKS, &key).await.status, 200);
    stack.disable_user("alice").await;
    assert_inactive(&introspect(stack, &key).await);
    let refused = audited(stack, AuditKind::ApiKeyRefused).await;
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].detail["reason"], "owner disabled");
    stack.clock.advance(30);
    assert_eq!(call(stack, TASKS, &key).await.status, 401);
}

async fn lost_role_weakens_key(stack: &Stack) {
    let agent = signed_in(stack, "mona").await;
    let key = make(stack, &agent, &["tasks:read", "tasks:read_all"]).await;
    let answer = introspect(stack, &key).await;
    assert_eq!(answer["scope"], "tasks:read tasks:read_all");
    let db = stack.db().await;
    let user = repo::users::find_by_identifier(db.read(), "mona").await;
    let user = user.unwrap().unwrap().id.to_string();
    let tx = db.begin_write().await.unwrap();
    repo::roles::unassign(&tx, SubjectKind::User, &user, "manager", None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let answer = introspect(stack, &key).await;
    assert_eq!(answer["active"], true);
    assert_eq!(answer["scope"], "");
    assert!(answer.get("entitlements").is_none(), "{answer}");
    let page = call(stack, TASKS, &key).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    assert_eq!(page.json()["reasons"][0]["permission"], "tasks:read");
}

/// Checks that a password reset ends all keys: an attacker may have created one.
async fn reset_password_ends_every_key(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read"]).await;
    let link = crate::password_reset::link(stack, "alice@example.org").await;
    let visitor = UserAgent::new();
    let page = visitor.get(&link).await;
    let page = visitor.follow(page, "").await;
    let form = page
        .form("#new-password")
        .with("password", crate::support::NEW_PASSWORD)
        .with("password_confirm", crate::support::NEW_PASSWORD);
    visitor.submit(&form).await;
    assert_inactive(&introspect(stack, &key).await);
}

async fn key_creates_tasks_as_user(stack: &Stack) {
    let agent = signed_in(stack, "alice").await;
    let key = make(stack, &agent, &["tasks:read", "tasks:write"]).await;
    let request = agent
        .http()
        .post(stack.at_tasks("/api/v1/tasks/"))
        .header("x-api-key", &key)
        .header("content-type", "application/json")
        .body(r#"{"title": "by key"}"#);
    let page = agent.send(request).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    let location = page.header("location").unwrap().to_owned();
    assert!(location.starts_with("/api/v1/tasks/"), "{location}");
    assert_eq!(call(stack, &location, &key).await.status, 200);
    // The user has this permission, but the key lacks its scope.
    let request = agent.http().delete(stack.at_tasks(&location));
    let page = agent.send(request.header("x-api-key", &key)).await;
    assert_eq!(page.status, 403, "{}", page.dump());
    // Without a client address, a key that has no network restriction is active.
    assert_eq!(introspect_from(stack, &key, None).await["active"], true);
}
