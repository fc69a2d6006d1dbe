//! Tests of the `typ` of access tokens: `at+jwt` (RFC 9068 §2.1), or `JWT` for a resource with this
//! setting.

use doorward_domain::model::AccessTokenType;
use doorward_store::repo;
use doorward_testkit::{Stack, flows, jwt};
use serde_json::Value;

use crate::support::{is_active, sign_in, text, tokens, userinfo};
use crate::token_exchange;

flows!(
    rfc_9068_2_1_typ_follows_resource_setting,
    id_token_is_no_access_token_of_plain_resource,
    rfc_9068_2_1_exchanged_token_has_typ_of_resource,
);

async fn set(stack: &Stack, resource: &str, token_type: AccessTokenType) {
    let db = stack.db().await;
    let found = repo::resources::find(db.read(), resource).await;
    let mut resource = found.unwrap().expect("a resource");
    resource.token_type = token_type;
    let tx = db.begin_write().await.unwrap();
    repo::resources::upsert(&tx, &resource).await.unwrap();
    tx.commit().await.unwrap();
    stack.clear_caches();
}

fn typ(json: &Value) -> Value {
    jwt::header(&text(json, "access_token"))["typ"].clone()
}

async fn rfc_9068_2_1_typ_follows_resource_setting(stack: &Stack) {
    let (client, tasks) = (&stack.seed.trusted, stack.seed.audience.clone());
    let scope = "openid offline_access tasks:read";
    let usual = sign_in(stack, client, scope).await;
    assert_eq!(typ(&usual), "at+jwt");
    set(stack, &tasks, AccessTokenType::Jwt).await;
    let plain = sign_in(stack, client, scope).await;
    assert_eq!(typ(&plain), "JWT");
    let again = tokens(&stack.refresh(client, &text(&plain, "refresh_token")).await);
    assert_eq!(typ(&again), "JWT");
    // This server accepts both.
    for json in [&usual, &plain] {
        let token = text(json, "access_token");
        assert_eq!(userinfo(stack, &token).await.status, 200);
        assert!(is_active(stack, client, &token).await);
    }
    // A token for this server only keeps its type.
    assert_eq!(typ(&sign_in(stack, client, "openid").await), "at+jwt");
    // After the setting is reverted, the other type is rejected.
    set(stack, &tasks, AccessTokenType::AtJwt).await;
    assert_eq!(typ(&sign_in(stack, client, scope).await), "at+jwt");
    let token = text(&plain, "access_token");
    assert_eq!(userinfo(stack, &token).await.status, 401);
    assert!(!is_active(stack, client, &token).await);
}

async fn id_token_is_no_access_token_of_plain_resource(stack: &Stack) {
    let (client, tasks) = (&stack.seed.trusted, stack.seed.audience.clone());
    set(stack, &tasks, AccessTokenType::Jwt).await;
    let json = sign_in(stack, client, "openid tasks:read").await;
    let id_token = text(&json, "id_token");
    assert_eq!(jwt::header(&id_token)["typ"], "JWT");
    assert_eq!(userinfo(stack, &id_token).await.status, 401);
    assert!(!is_active(stack, client, &id_token).await);
}

async fn rfc_9068_2_1_exchanged_token_has_typ_of_resource(stack: &Stack) {
    token_exchange::open(stack).await;
    let token = token_exchange::subject(stack).await;
    let tasks = stack.seed.audience.clone();
    set(stack, &tasks, AccessTokenType::Jwt).await;
    let more = [("audience", tasks.as_str()), ("scope", "tasks:read")];
    let json = token_exchange::exchanged(stack, &token, &more).await;
    assert_eq!(typ(&json), "JWT");
    // A token of that type is exchanged like any other.
    let again = sign_in(stack, &stack.seed.trusted, token_exchange::SCOPE).await;
    let token = text(&again, "access_token");
    assert_eq!(typ(&again), "JWT");
    token_exchange::exchanged(stack, &token, &more).await;
}
