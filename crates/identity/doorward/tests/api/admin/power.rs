//! Tests that the registries decide what is power, never the form of a name; and that a rule holds for
//! every form of a change.

use std::sync::atomic::{AtomicU32, Ordering};

use doorward_access::clock::Clock as _;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::scopes::{self, ScopeChange};
use doorward_domain::model::{AuditKind, Permission, Resource, ScopeEntry};
use doorward_store::repo;
use doorward_testkit::{Stack, flows, flows_with, jwt};
use serde_json::{Value, json};

use super::escalation::denied;
use super::world::{World, ok};
use crate::console::support::{browser, confirm};

/// Types of authorization details with and without a user.
const TYPES: &[(&str, &str)] = &[(
    "DOORWARD__AUTHORIZATION__DETAILS_TYPES",
    concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/oidc/rich_authorization/types.toml"
    ),
)];
flows_with!(
    TYPES;
    power_follows_registry,
    types_without_user_are_power,
);
flows!(scope_of_client_does_not_become_power);

const BILLS: &str = "https://bills.example/api";
const CLIENTS: &str = "/api/admin/clients";
/// Names of scopes of a resource.
const POWER: [&str; 4] = [
    "bills",
    "bills:read",
    "bills.read",
    "https://bills.example/read",
];
/// Names of scopes of no resource.
const PLAIN: [&str; 4] = [
    "plain",
    "plain:read",
    "plain.read",
    "https://bills.example/plain",
];

/// Registers a resource, a scope of each form, and the permission `bills:read`.
async fn register(world: &World<'_>) {
    let now = world.stack.clock.now();
    let tx = world.db.begin_write().await.unwrap();
    let resource = Resource::new(BILLS.to_owned(), "Bills".to_owned(), now);
    repo::resources::upsert(&tx, &resource).await.unwrap();
    let power = POWER.map(|name| (name, Some(BILLS)));
    let plain = PLAIN.map(|name| (name, None));
    for (name, audience) in power.into_iter().chain(plain) {
        let scope = ScopeEntry {
            name: name.to_owned(),
            description: "Does something".to_owned(),
            audience: audience.map(str::to_owned),
            created_at: now,
        };
        repo::scopes::upsert(&tx, &scope).await.unwrap();
    }
    let permission = Permission {
        codename: "bills:read".to_owned(),
        description: "Read bills".to_owned(),
        audience: BILLS.to_owned(),
    };
    repo::roles::upsert_permission(&tx, &permission)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.stack.clear_caches();
}

/// Returns a name that no other client has.
fn unique(name: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{name} {}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn machine(scope: &str) -> Value {
    json!({
        "name": unique("Robot"), "kind": "confidential", "grant_types": ["client_credentials"],
        "scope": scope,
    })
}

async fn created(world: &World<'_>, who: &str, body: &Value) -> String {
    let page = world.call(who, "POST", CLIENTS, Some(body)).await;
    let made = ok(&page, 201);
    format!("{CLIENTS}/{}", made["id"].as_str().unwrap())
}

/// Checks that a helper can neither obtain nor control a client with this power.
async fn is_out_of_reach(world: &World<'_>, power: &Value) {
    let with = |body: Value| {
        let (Value::Object(mut body), Some(power)) = (body, power.as_object()) else {
            panic!("two objects");
        };
        body.extend(power.clone());
        Value::Object(body)
    };
    let new = || {
        let mut new = machine("");
        new.as_object_mut().unwrap().remove("scope");
        new
    };
    let request = ("POST", CLIENTS, Some(with(new())));
    denied(world, "helper", request, "more_than_held").await;
    // Neither with the power first nor with the grant type first.
    let own = created(world, "helper", &new()).await;
    let request = ("PATCH", own.as_str(), Some(power.clone()));
    denied(world, "helper", request, "more_than_held").await;
    let web = json!({
        "name": unique("Web"), "kind": "confidential", "redirect_uris": ["https://a.example/cb"],
        "grant_types": ["authorization_code"],
    });
    let own = created(world, "helper", &with(web)).await;
    let grants = json!({ "grant_types": ["authorization_code", "client_credentials"] });
    let request = ("PATCH", own.as_str(), Some(grants));
    denied(world, "helper", request, "more_than_held").await;
    // Nor is the client of an administrator.
    let app = created(world, "admin", &with(new())).await;
    let secret = format!("{app}/secret");
    for (method, path, body) in [
        ("POST", secret.as_str(), None),
        ("PATCH", app.as_str(), Some(json!({ "name": "Mine" }))),
        ("PATCH", app.as_str(), Some(json!({ "disabled": true }))),
        ("DELETE", app.as_str(), None),
    ] {
        denied(world, "helper", (method, path, body), "more_than_held").await;
    }
    let off = json!({ "disabled": true });
    ok(&world.change("admin", "PATCH", &app, Some(&off)).await, 200);
    let on = json!({ "disabled": false });
    let request = ("PATCH", app.as_str(), Some(on.clone()));
    denied(world, "helper", request, "more_than_held").await;
    let event = world
        .stack
        .audited(AuditKind::ClientChanged)
        .await
        .into_iter()
        // Events of the same second are unordered.
        .find(|event| {
            let of_app = event.subject.as_deref().is_some_and(|id| app.ends_with(id));
            of_app && event.detail.get("change") == Some(&json!("disabled"))
        })
        .expect("the event of the change");
    let undo = format!("/api/admin/audit/{}/undo", event.id);
    let request = ("POST", undo.as_str(), None);
    denied(world, "helper", request, "more_than_held").await;
    ok(&world.change("admin", "PATCH", &app, Some(&on)).await, 200);
    let agent = browser(world.stack, "helper").await;
    let path = app.replace("/api/admin/clients", "/admin/apps");
    let page = confirm(world.stack, &agent, &format!("{path}/new-secret"), None).await;
    assert_ne!(page.status, 303, "{}", page.dump());
    let page = world.change("admin", "POST", &secret, None).await;
    assert!((200..300).contains(&page.status), "{}", page.dump());
}

async fn power_follows_registry(stack: &Stack) {
    let world = World::new(stack).await;
    register(&world).await;
    world.let_hold("helper", "auditor", &["audit:read"]).await;
    for name in POWER {
        is_out_of_reach(&world, &json!({ "scope": name })).await;
    }
    for name in PLAIN {
        let app = created(&world, "helper", &machine(name)).await;
        let secret = format!("{app}/secret");
        let page = world.change("helper", "POST", &secret, None).await;
        assert!((200..300).contains(&page.status), "{}", page.dump());
        let body = json!({ "name": unique("Mine") });
        ok(
            &world.change("helper", "PATCH", &app, Some(&body)).await,
            200,
        );
        let page = world.change("helper", "DELETE", &app, None).await;
        assert_eq!(page.status, 204, "{}", page.dump());
    }
    // A holder of the permission at this resource may give the scope, and only that one.
    world
        .let_hold("helper", "accountant", &["bills:read"])
        .await;
    created(&world, "helper", &machine("bills:read")).await;
    let request = ("POST", CLIENTS, Some(machine("bills.read")));
    denied(&world, "helper", request, "more_than_held").await;
    // The registry also decides which scopes are entitlements of the client.
    let page = world
        .call("admin", "POST", CLIENTS, Some(&machine("bills plain:read")))
        .await;
    let made = ok(&page, 201);
    stack.clear_caches();
    let client = doorward_testkit::TestClient {
        id: made["id"].as_str().unwrap().to_owned(),
        secret: made["client_secret"].as_str().map(str::to_owned),
        redirect_uri: String::new(),
        ..stack.seed.service.clone()
    };
    let page = stack
        .token(&client, &[("grant_type", "client_credentials")])
        .await;
    assert_eq!(page.status, 200, "{}", page.dump());
    let claims = jwt::claims(page.json()["access_token"].as_str().unwrap());
    assert_eq!(claims["entitlements"], json!(["bills"]));
    assert_eq!(claims["scope"], "bills plain:read");
}

async fn types_without_user_are_power(stack: &Stack) {
    let world = World::new(stack).await;
    register(&world).await;
    world.let_hold("helper", "auditor", &["audit:read"]).await;
    let power = json!({ "authorization_details_types": ["folders"] });
    is_out_of_reach(&world, &power).await;
    // A user must consent to the other type.
    let mut body = machine("");
    body.as_object_mut().unwrap().remove("scope");
    body["authorization_details_types"] = json!(["payment"]);
    created(&world, "helper", &body).await;
}

/// Checks that a scope which a client got without a right does not become one later.
async fn scope_of_client_does_not_become_power(stack: &Stack) {
    let world = World::new(stack).await;
    register(&world).await;
    let app = created(&world, "helper", &machine("plain")).await;
    let operator = AdminContext::command_line(&world.db, &stack.clock);
    let change = || ScopeChange {
        audience: Some(Some(BILLS.to_owned())),
        ..ScopeChange::default()
    };
    let moved = scopes::update(&operator, "plain", change()).await;
    let Err(AdminError::Invalid { problem, .. }) = moved else {
        panic!("{moved:?}");
    };
    assert!(
        problem.contains(app.rsplit('/').next().unwrap()),
        "{problem}"
    );
    let page = world.change("helper", "DELETE", &app, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    assert!(scopes::update(&operator, "plain", change()).await.is_ok());
}
