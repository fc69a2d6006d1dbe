//! Tests that a key created for an organization works only in that organization.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{
    Assignment, AssignmentId, AuditKind, Member, Organization, SubjectKind, UserId,
};
use doorward_store::{WriteTx, repo};
use doorward_testkit::{Authorization, Page, Stack, UserAgent, flows};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{KEYS, TASKS, assert_inactive, audited, call, introspect, make, signed_in};

flows!(
    key_holds_roles_of_organization,
    key_opens_only_tasks_of_organization,
    key_ends_with_membership,
);

const PATH: &str = "/api/auth/api-keys";

async fn alice(stack: &Stack) -> UserId {
    let db = stack.db().await;
    let found = repo::users::find_by_identifier(db.read(), "alice").await;
    found.unwrap().unwrap().id
}

async fn give(stack: &Stack, tx: &WriteTx, org: &str) {
    let assignment = Assignment {
        id: AssignmentId::from_uuid(Uuid::new_v4()),
        subject_kind: SubjectKind::User,
        subject_id: alice(stack).await.to_string(),
        role: "developer".to_owned(),
        org: Some(org.to_owned()),
        assigned_by: None,
        expires_at: None,
        active: true,
        created_at: stack.clock.now(),
    };
    repo::roles::assign(tx, &assignment).await.unwrap();
}

/// Makes alice a member of acme and globex, and a developer in acme only.
async fn seed(stack: &Stack) {
    let (user_id, now) = (alice(stack).await, stack.clock.now());
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    for slug in ["acme", "globex"] {
        let organization = Organization {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            active: true,
            domain: None,
            created_at: now,
            updated_at: now,
        };
        let member = Member {
            user_id,
            is_owner: false,
            created_at: now,
            expires_at: None,
        };
        repo::organizations::insert(&tx, &organization)
            .await
            .unwrap();
        repo::organizations::put_member(&tx, slug, &member)
            .await
            .unwrap();
    }
    let id = user_id.to_string();
    repo::roles::unassign(&tx, SubjectKind::User, &id, "developer", None)
        .await
        .unwrap();
    give(stack, &tx, "acme").await;
    tx.commit().await.unwrap();
    db.close().await.unwrap();
}

/// Returns a token of alice for this organization; an empty string means none.
async fn token(stack: &Stack, org: &str, scope: &str) -> String {
    let client = &stack.seed.trusted;
    let request = Authorization::new(stack.issuer(), client)
        .with("scope", scope)
        .with("organization", org);
    let code = request.complete(&UserAgent::new(), "alice").await.code();
    let page = stack.exchange(client, &code).await;
    page.member("access_token").expect("an access token")
}

async fn create(stack: &Stack, org: &str) -> Page {
    let token = token(stack, org, "openid").await;
    let agent = UserAgent::new();
    let wish = json!({ "name": "CI", "scopes": ["tasks:read"] });
    let request = agent
        .http()
        .post(stack.at(PATH))
        .bearer_auth(token)
        .json(&wish);
    agent.send(request).await
}

#[track_caller]
fn made(page: &Page, org: Option<&str>) -> String {
    assert_eq!(page.status, 201, "{}", page.dump());
    assert_eq!(page.json()["organization"].as_str(), org);
    page.json()["key"].as_str().unwrap().to_owned()
}

/// Creates a task of alice in this organization and returns its path.
async fn task(stack: &Stack, org: &str) -> String {
    let token = token(stack, org, "openid tasks:read tasks:write").await;
    let agent = UserAgent::new();
    let request = agent.http().post(stack.at_tasks(TASKS)).bearer_auth(token);
    let page = agent.send(request.json(&json!({ "title": org }))).await;
    assert_eq!(page.status, 201, "{}", page.dump());
    format!("{TASKS}{}", page.json()["id"].as_str().unwrap())
}

async fn key_holds_roles_of_organization(stack: &Stack) {
    seed(stack).await;
    for org in ["", "globex"] {
        let page = create(stack, org).await;
        assert_eq!(page.status, 403, "{org}: {}", page.dump());
    }
    let key = made(&create(stack, "acme").await, Some("acme"));
    let received = introspect(stack, &key).await;
    for (name, value) in [
        ("active", json!(true)),
        ("org", json!("acme")),
        ("roles", json!(["developer"])),
        ("entitlements", json!(["tasks:read"])),
    ] {
        assert_eq!(received[name], value, "{name}: {received}");
    }
    let agent = signed_in(stack, "alice").await;
    let page = agent.get(stack.at(KEYS)).await;
    assert!(page.text().contains("In the name of"), "{}", page.dump());
    assert!(page.text().contains("acme"), "{}", page.dump());
    let lines = audited(stack, AuditKind::ApiKeyCreated).await;
    assert!(
        lines
            .iter()
            .any(|line| line.detail.get("org") == Some(&json!("acme")))
    );
}

async fn key_opens_only_tasks_of_organization(stack: &Stack) {
    seed(stack).await;
    let db = stack.db().await;
    let tx = db.begin_write().await.unwrap();
    give(stack, &tx, "globex").await;
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    let (here, there) = (task(stack, "acme").await, task(stack, "globex").await);
    let acme = made(&create(stack, "acme").await, Some("acme"));
    let globex = made(&create(stack, "globex").await, Some("globex"));
    for (key, own, other) in [(&acme, &here, &there), (&globex, &there, &here)] {
        let page = call(stack, own, key).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let page = call(stack, other, key).await;
        assert_eq!(page.status, 404, "{}", page.dump());
    }
    // The key's organization cannot be replaced by another one in the request.
    let agent = UserAgent::new();
    let request = agent.http().get(stack.at_tasks(&there));
    let request = request
        .header("x-api-key", &acme)
        .header("x-tenant-id", "globex");
    assert_ne!(agent.send(request).await.status, 200);
    // A key created on the account page belongs to no organization.
    let other = signed_in(stack, "bob").await;
    let plain = make(stack, &other, &["tasks:read"]).await;
    assert_eq!(introspect(stack, &plain).await.get("org"), None);
    assert_eq!(call(stack, &here, &plain).await.status, 404);
}

async fn key_ends_with_membership(stack: &Stack) {
    seed(stack).await;
    let key = made(&create(stack, "acme").await, Some("acme"));
    let user = alice(stack).await;
    let is_active = async || introspect(stack, &key).await["active"] == Value::Bool(true);
    assert!(is_active().await);
    let db = stack.db().await;
    let switch = async |active: bool| {
        let tx = db.begin_write().await.unwrap();
        let found = repo::organizations::find(&tx, "acme").await.unwrap();
        let changed = Organization {
            active,
            ..found.unwrap()
        };
        repo::organizations::update(&tx, &changed).await.unwrap();
        tx.commit().await.unwrap();
    };
    switch(false).await;
    assert!(!is_active().await);
    switch(true).await;
    assert!(is_active().await);
    let tx = db.begin_write().await.unwrap();
    repo::organizations::remove_member(&tx, "acme", user)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_inactive(&introspect(stack, &key).await);
    let refused = audited(stack, AuditKind::ApiKeyRefused).await;
    assert_eq!(refused[0].detail["reason"], "owner not in its organization");
    db.close().await.unwrap();
}
