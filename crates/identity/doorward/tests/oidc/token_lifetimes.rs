//! Tests of the lifetimes of tokens of a client and of a resource, within those of the deployment.

use doorward_domain::model::{Client, Resource};
use doorward_store::repo;
use doorward_testkit::{Stack, TestClient, flows, flows_with, jwt};
use serde_json::Value;

use crate::support::{EVERYTHING, sign_in, text, tokens};

flows!(
    lifetimes_of_client_apply_to_code_and_refresh,
    lifetime_of_resource_applies,
);
const SHORT: &[(&str, &str)] = &[
    ("DOORWARD__TOKENS__ACCESS_TTL_MAX", "400"),
    ("DOORWARD__TOKENS__ID_TTL_MAX", "500"),
];
flows_with!(SHORT; maximum_of_deployment_applies_to_stored_lifetimes);

/// Returns the lifetime of a token, in seconds.
fn lifetime(json: &Value, name: &str) -> i64 {
    let claims = jwt::claims(&text(json, name));
    let [iat, exp] = ["iat", "exp"].map(|claim| claims[claim].as_i64().unwrap());
    exp - iat
}

#[track_caller]
fn check(json: &Value, access: i64, id: i64) {
    assert_eq!(json["expires_in"], access);
    assert_eq!(lifetime(json, "access_token"), access);
    assert_eq!(lifetime(json, "id_token"), id);
}

/// Sets the lifetimes of the tokens of a client.
async fn set(stack: &Stack, client: &TestClient, access: Option<i64>, id: Option<i64>) {
    let change = |client: &mut Client| {
        (client.access_token_ttl, client.id_token_ttl) = (access, id);
    };
    stack.change_client(&client.id, change).await;
}

async fn lifetimes_of_client_apply_to_code_and_refresh(stack: &Stack) {
    let client = &stack.seed.trusted;
    set(stack, client, Some(1_200), Some(1_800)).await;
    let first = sign_in(stack, client, EVERYTHING).await;
    check(&first, 1_200, 1_800);
    let second = tokens(&stack.refresh(client, &text(&first, "refresh_token")).await);
    check(&second, 1_200, 1_800);
    // A client for itself.
    let service = &stack.seed.service;
    set(stack, service, Some(60), None).await;
    let fields = [
        ("grant_type", "client_credentials"),
        ("scope", "tasks:read"),
    ];
    let json = tokens(&stack.token(service, &fields).await);
    assert_eq!(json["expires_in"], 60);
    // Another client keeps those of the deployment.
    check(&sign_in(stack, &stack.seed.web, "openid").await, 300, 300);
}

async fn lifetime_of_resource_applies(stack: &Stack) {
    let db = stack.db().await;
    let found = repo::resources::find(db.read(), &stack.seed.audience).await;
    let resource = Resource {
        access_token_ttl: Some(600),
        ..found.unwrap().expect("the tasks API")
    };
    let tx = db.begin_write().await.unwrap();
    repo::resources::upsert(&tx, &resource).await.unwrap();
    tx.commit().await.unwrap();
    stack.clear_caches();
    let client = &stack.seed.trusted;
    check(&sign_in(stack, client, EVERYTHING).await, 600, 300);
    // Without that audience.
    check(&sign_in(stack, client, "openid").await, 300, 300);
    // The shorter one applies.
    set(stack, client, Some(120), None).await;
    check(&sign_in(stack, client, EVERYTHING).await, 120, 300);
    set(stack, client, Some(3_600), None).await;
    check(&sign_in(stack, client, EVERYTHING).await, 600, 300);
}

async fn maximum_of_deployment_applies_to_stored_lifetimes(stack: &Stack) {
    let client = &stack.seed.trusted;
    set(stack, client, Some(3_600), Some(3_600)).await;
    check(&sign_in(stack, client, EVERYTHING).await, 400, 500);
}
