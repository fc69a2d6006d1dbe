//! Tests that the client's current scopes limit the granted audience (RFC 8707 §2.2): at the code,
//! the device code, the `auth_req_id` and the refresh token.

use std::time::Duration;

use doorward_domain::model::{
    AskedClaims, Client, Group, GroupId, Permission, Resource, Role, ScopeEntry, SubjectKind,
};
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{Stack, TestClient, UserAgent, flows, jwt, seed};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::device;
use crate::support::{assert_oauth_error, code, sign_in, text, tokens};

flows!(
    rfc_8707_2_2_refresh_drops_lost_audience,
    rfc_8707_2_2_code_drops_lost_audience,
    rfc_8707_2_2_device_code_drops_lost_audience,
    refresh_without_any_audience_left_is_invalid_grant,
    resource_gets_claims_that_it_asks_for,
);

const BILLS: &str = "https://bills.example/api";
const BOTH: &str = "openid offline_access tasks:read bills:read";

/// Registers a second resource server, `bills`, for alice and this client.
async fn register_bills(stack: &Stack, client: &TestClient) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice").id.to_string();
    let tx = db.begin_write().await.unwrap();
    let resource = Resource::new(BILLS.to_owned(), "Bills".to_owned(), 0);
    repo::resources::upsert(&tx, &resource).await.unwrap();
    let scope = ScopeEntry {
        name: "bills:read".to_owned(),
        description: "See your bills".to_owned(),
        audience: Some(BILLS.to_owned()),
        created_at: 0,
    };
    repo::scopes::upsert(&tx, &scope).await.unwrap();
    let permission = Permission {
        codename: "bills:read".to_owned(),
        description: String::new(),
        audience: BILLS.to_owned(),
    };
    repo::roles::upsert_permission(&tx, &permission)
        .await
        .unwrap();
    let role = Role {
        name: "payer".to_owned(),
        description: String::new(),
        active: true,
        permissions: ["bills:read".to_owned()].into(),
    };
    repo::roles::upsert(&tx, &role).await.unwrap();
    seed::assign(&tx, SubjectKind::User, &alice, "payer", 0).await;
    tx.commit().await.unwrap();
    let allow = |item: &mut Client| {
        item.scopes.insert("bills:read");
        if item.id.as_str() == "device-app" {
            item.grant_types.push(GrantType::RefreshToken);
        }
    };
    stack.change_client(&client.id, allow).await;
}

/// Removes scopes from a client.
async fn take(stack: &Stack, client: &TestClient, names: &[&str]) {
    let change = |item: &mut Client| {
        for name in names {
            item.scopes.remove(name);
        }
    };
    stack.change_client(&client.id, change).await;
}

#[track_caller]
fn assert_both(stack: &Stack, json: &Value) {
    let claims = jwt::claims(&text(json, "access_token"));
    let audience = claims["aud"].as_array().expect("two");
    assert!(audience.contains(&json!(BILLS)) && audience.contains(&json!(stack.seed.audience)));
    assert_eq!(claims["roles"], json!(["developer", "payer"]));
}

/// Asserts that the token has no scope, role or audience of `bills`.
#[track_caller]
fn assert_tasks_alone(stack: &Stack, json: &Value) {
    let claims = jwt::claims(&text(json, "access_token"));
    assert_eq!(claims["aud"], stack.seed.audience.as_str());
    assert_eq!(claims["roles"], json!(["developer"]));
    assert!(!text(json, "scope").contains("bills"), "{json}");
    let entitlements = claims["entitlements"].as_array().expect("some");
    assert!(!entitlements.contains(&json!("bills:read")), "{claims}");
}

async fn rfc_8707_2_2_refresh_drops_lost_audience(stack: &Stack) {
    let client = &stack.seed.trusted;
    register_bills(stack, client).await;
    let first = sign_in(stack, client, BOTH).await;
    assert_both(stack, &first);
    take(stack, client, &["bills:read"]).await;
    // Requesting the audience is an error, and the refresh token stays valid.
    let token = text(&first, "refresh_token");
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token.as_str()),
        ("resource", BILLS),
    ];
    assert_oauth_error(&stack.token(client, &fields).await, 400, "invalid_target");
    assert_tasks_alone(stack, &tokens(&stack.refresh(client, &token).await));
}

async fn refresh_without_any_audience_left_is_invalid_grant(stack: &Stack) {
    let client = &stack.seed.trusted;
    register_bills(stack, client).await;
    let first = sign_in(stack, client, BOTH).await;
    let all = ["tasks:read", "tasks:write", "tasks:delete", "bills:read"];
    let more = ["tasks:read_all", "tasks:write_all", "tasks:delete_all"];
    take(stack, client, &[&all[..], &more].concat()).await;
    let token = text(&first, "refresh_token");
    assert_oauth_error(&stack.refresh(client, &token).await, 400, "invalid_grant");
    // Nothing was consumed: with the scope restored, it works.
    let back = |item: &mut Client| {
        item.scopes.insert("tasks:read");
    };
    stack.change_client(&client.id, back).await;
    assert_tasks_alone(stack, &tokens(&stack.refresh(client, &token).await));
}

async fn rfc_8707_2_2_code_drops_lost_audience(stack: &Stack) {
    let client = &stack.seed.trusted;
    register_bills(stack, client).await;
    let one = code(stack, client, BOTH).await;
    let other = code(stack, client, "openid bills:read").await;
    take(stack, client, &["bills:read"]).await;
    assert_tasks_alone(stack, &tokens(&stack.exchange(client, &one).await));
    let page = stack.exchange(client, &other).await;
    assert_oauth_error(&page, 400, "invalid_grant");
}

async fn rfc_8707_2_2_device_code_drops_lost_audience(stack: &Stack) {
    let client = &stack.seed.device;
    register_bills(stack, client).await;
    let agent = UserAgent::new();
    let one = device::allowed(stack, &agent, BOTH).await;
    let other = device::allowed(stack, &agent, "openid bills:read").await;
    take(stack, client, &["bills:read"]).await;
    assert_tasks_alone(stack, &tokens(&device::poll(stack, client, &one).await));
    let page = device::poll(stack, client, &other).await;
    assert_oauth_error(&page, 400, "invalid_grant");
}

/// Makes alice a member of a group.
async fn join_group(stack: &Stack) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().expect("alice").id;
    let group = Group {
        id: GroupId::from_uuid(Uuid::now_v7()),
        path: "/engineering".to_owned(),
        description: String::new(),
        code: None,
        org: None,
        parent: None,
        manager: None,
        created_at: 0,
        updated_at: 0,
    };
    let tx = db.begin_write().await.unwrap();
    repo::groups::insert(&tx, &group).await.unwrap();
    repo::groups::add_member(&tx, group.id, alice, 0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Checks that a token for a resource contains about the user only what the resource asks for, or what the
/// scope allows (decision 92).
async fn resource_gets_claims_that_it_asks_for(stack: &Stack) {
    let client = &stack.seed.trusted;
    register_bills(stack, client).await;
    let allow = |item: &mut Client| {
        item.scopes.insert("email");
    };
    stack.change_client(&client.id, allow).await;
    join_group(stack).await;
    let (here, all) = (json!(["payer"]), json!(["developer", "payer"]));
    for (asked, scope, expected, roles) in [
        ("", "openid bills:read", [false, false], &here),
        ("", "openid bills:read email", [false, true], &here),
        ("email_verified", "openid bills:read", [false, true], &here),
        ("groups", "openid bills:read", [true, false], &here),
        ("roles", "openid bills:read", [false, false], &all),
        (
            "groups roles email_verified",
            "openid bills:read",
            [true, true],
            &all,
        ),
    ] {
        let db = stack.db().await;
        let tx = db.begin_write().await.unwrap();
        let stored = repo::resources::find(&tx, BILLS).await.unwrap();
        let mut resource = stored.expect("a resource");
        resource.token_claims = AskedClaims::parse(asked).unwrap();
        repo::resources::upsert(&tx, &resource).await.unwrap();
        tx.commit().await.unwrap();
        db.close().await.unwrap();
        // The registry is at most a second old.
        tokio::time::sleep(Duration::from_millis(1100)).await;
        let token = text(&sign_in(stack, client, scope).await, "access_token");
        let claims = jwt::claims(&token);
        assert_eq!(claims["aud"], BILLS);
        let found = ["groups", "email_verified"].map(|name| claims.get(name).is_some());
        assert_eq!(found, expected, "{asked:?} {scope} {claims}");
        assert_eq!(&claims["roles"], roles, "{asked:?} {scope} {claims}");
    }
}
