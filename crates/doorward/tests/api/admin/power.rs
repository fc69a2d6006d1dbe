//! Tests that the registries decide what is power, never the form of a name; that a rule holds for
//! every form of a change; and that a delegation ends with what the caller has.

use std::sync::atomic::{AtomicU32, Ordering};

use doorward_access::clock::Clock as _;
use doorward_admin::operator::{AdminContext, AdminError};
use doorward_admin::scopes::{self, ScopeChange};
use doorward_domain::model::{AuditKind, Permission, Resource, Role, ScopeEntry, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, flows, flows_with, jwt};
use serde_json::{Value, json};

use super::escalation::{assignment, denied};
use super::world::{HELPER, World, ok, problem};
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
flows!(
    scope_of_client_does_not_become_power,
    role_admin_keeps_every_permission,
    delegation_ends_with_own_role,
    lasting_power_needs_lasting_role,
);

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
        audience: Some(BILLS.to_owned()),
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

/// Checks every form of a change of the role `admin`.
async fn role_admin_keeps_every_permission(stack: &Stack) {
    let world = World::new(stack).await;
    let path = "/api/admin/roles/admin";
    let all = repo::roles::list_permissions(world.db.read())
        .await
        .unwrap();
    let all: Vec<&str> = all.iter().map(|item| item.codename.as_str()).collect();
    world.let_hold("carol", "everything", &all).await;
    for body in [
        json!({ "permissions": ["users:read"] }),
        json!({ "permissions": [] }),
        json!({ "permissions": all }),
        json!({ "description": "Mine" }),
        json!({ "active": false }),
        json!({ "active": true }),
    ] {
        denied(
            &world,
            "carol",
            ("PATCH", path, Some(body)),
            "more_than_held",
        )
        .await;
    }
    denied(&world, "carol", ("DELETE", path, None), "more_than_held").await;
    for body in [
        json!({ "permissions": ["users:read"] }),
        json!({ "permissions": [] }),
        json!({ "permissions": ["users:read"], "description": "Fewer" }),
        json!({ "active": false }),
    ] {
        let page = world.change("admin", "PATCH", path, Some(&body)).await;
        problem(&page, 409, "still-needed");
    }
    let body = json!({ "permissions": all, "description": "Does everything" });
    ok(
        &world.change("admin", "PATCH", path, Some(&body)).await,
        200,
    );
    // Deleting a permission changes the role as well.
    let new = json!({ "codename": "bills:read", "description": "Read", "audience": BILLS });
    let page = world
        .call("admin", "POST", "/api/admin/permissions", Some(&new))
        .await;
    ok(&page, 201);
    world.let_hold("carol", "accountant", &["bills:read"]).await;
    let request = ("DELETE", "/api/admin/permissions/bills:read", None);
    denied(&world, "carol", request, "more_than_held").await;
}

/// Returns a time as text.
fn text(at: i64) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp(at).unwrap();
    at.format(&time::format_description::well_known::Rfc3339)
        .unwrap()
}

/// Assigns a role until a time, in the database.
async fn hold_until(world: &World<'_>, kind: SubjectKind, id: &str, role: &str, end: i64) {
    let tx = world.db.begin_write().await.unwrap();
    let mut given = world.given(kind, id, role, None);
    given.expires_at = Some(end);
    repo::roles::assign(&tx, &given).await.unwrap();
    tx.commit().await.unwrap();
}

async fn store_role(world: &World<'_>, name: &str, permissions: &[&str]) {
    let role = Role {
        name: name.to_owned(),
        description: String::new(),
        active: true,
        permissions: permissions.iter().map(|&name| name.to_owned()).collect(),
    };
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::upsert(&tx, &role).await.unwrap();
    tx.commit().await.unwrap();
}

#[expect(clippy::too_many_lines, reason = "one table")]
async fn delegation_ends_with_own_role(stack: &Stack) {
    let mut world = World::new(stack).await;
    for name in ["dave", "erin", "frank"] {
        world.create_user(name).await;
    }
    let end = stack.clock.now() + 86_400;
    store_role(&world, "lead", &["tasks:read"]).await;
    // The helper holds the role directly, dave holds it through a group.
    hold_until(&world, SubjectKind::User, &world.id("helper"), "lead", end).await;
    let group = world.groups[""];
    hold_until(&world, SubjectKind::Group, &group.to_string(), "lead", end).await;
    world
        .assign(SubjectKind::User, &world.id("dave"), "helper", None)
        .await;
    world.put_into(group, "dave").await;
    let roles = "/api/admin/role-assignments";
    for who in ["helper", "dave"] {
        let give = |holder: &str, expires: Option<i64>| {
            let mut body = assignment(&world, "user", holder, "lead");
            if let Some(at) = expires {
                body["expires_at"] = json!(text(at));
            }
            body
        };
        for end in [None, Some(end + 1), Some(end + 86_400)] {
            let request = ("POST", roles, Some(give("erin", end)));
            denied(&world, who, request, "longer_than_held").await;
        }
        // Nothing is given until an administrator activates it.
        let mut prepared = give("erin", None);
        prepared["active"] = json!(false);
        let page = world.call(who, "POST", roles, Some(&prepared)).await;
        let path = format!("{roles}/{}", ok(&page, 201)["id"].as_str().unwrap());
        let on = json!({ "active": true });
        let request = ("PATCH", path.as_str(), Some(on));
        denied(&world, who, request, "longer_than_held").await;
        let until = |at: i64| json!({ "active": true, "expires_at": text(at) });
        ok(
            &world.change(who, "PATCH", &path, Some(&until(end))).await,
            200,
        );
        ok(
            &world
                .change(who, "PATCH", &path, Some(&until(end - 60)))
                .await,
            200,
        );
        for body in [until(end + 1), json!({ "expires_at": null })] {
            let request = ("PATCH", path.as_str(), Some(body));
            denied(&world, who, request, "longer_than_held").await;
        }
        // An end that is later than the caller's own may be moved forward.
        let longer = until(end + 86_400);
        ok(
            &world.change("admin", "PATCH", &path, Some(&longer)).await,
            200,
        );
        ok(
            &world
                .change(who, "PATCH", &path, Some(&until(end + 60)))
                .await,
            200,
        );
        let page = world.change(who, "DELETE", &path, None).await;
        assert_eq!(page.status, 204, "{}", page.dump());
    }
    // A membership gives the roles of the group for as long as the group has them.
    let members = |group: &str, who: &str| format!("/api/admin/groups/{group}/members/{who}");
    let frank = members(&group.to_string(), &world.id("frank"));
    let page = world.change("helper", "PUT", &frank, None).await;
    assert!((200..300).contains(&page.status), "{}", page.dump());
    world
        .assign(SubjectKind::Group, &group.to_string(), "lead", None)
        .await;
    let request = (
        "PUT",
        frank.replace(&world.id("frank"), &world.id("erin")),
        None,
    );
    let request = (request.0, request.1.as_str(), request.2);
    denied(&world, "helper", request, "longer_than_held").await;
    // An administrator is not limited.
    hold_until(&world, SubjectKind::User, &world.id("erin"), "admin", end).await;
    let body = assignment(&world, "user", "frank", "lead");
    ok(&world.call("erin", "POST", roles, Some(&body)).await, 201);
}

/// Checks what has no end: accounts, roles, clients and ownership.
async fn lasting_power_needs_lasting_role(stack: &Stack) {
    let mut world = World::new(stack).await;
    register(&world).await;
    world.create_user("dave").await;
    let end = stack.clock.now() + 86_400;
    store_role(&world, "accountant", &["bills:read"]).await;
    store_role(&world, "assistant", HELPER).await;
    let [helper, dave] = ["helper", "dave"].map(|who| world.id(who));
    hold_until(&world, SubjectKind::User, &helper, "accountant", end).await;
    hold_until(&world, SubjectKind::User, &dave, "assistant", end).await;
    let longer = "longer_than_held";
    let user = json!({
        "username": "gina", "email": "gina@example.org", "roles": ["accountant"],
    });
    denied(
        &world,
        "helper",
        ("POST", "/api/admin/users", Some(user)),
        longer,
    )
    .await;
    let wider = [HELPER, &["bills:read"]].concat();
    let role = json!({ "permissions": wider });
    let request = ("PATCH", "/api/admin/roles/helper", Some(role));
    denied(&world, "helper", request, longer).await;
    let role = json!({ "name": "clerk", "permissions": ["bills:read"] });
    let request = ("POST", "/api/admin/roles", Some(role));
    denied(&world, "helper", request, longer).await;
    denied(
        &world,
        "helper",
        ("POST", CLIENTS, Some(machine("bills:read"))),
        longer,
    )
    .await;
    let app = created(&world, "admin", &machine("bills:read")).await;
    let secret = format!("{app}/secret");
    denied(&world, "helper", ("POST", &secret, None), longer).await;
    let name = json!({ "name": "Mine" });
    denied(&world, "helper", ("PATCH", &app, Some(name)), longer).await;
    // What takes something away has no end to compare.
    let off = json!({ "disabled": true });
    ok(
        &world.change("helper", "PATCH", &app, Some(&off)).await,
        200,
    );
    let on = json!({ "disabled": false });
    denied(&world, "helper", ("PATCH", &app, Some(on)), longer).await;
    let page = world.change("helper", "DELETE", &app, None).await;
    assert_eq!(page.status, 204, "{}", page.dump());
    let alice = format!(
        "/api/admin/organizations/acme/members/{}",
        world.id("alice")
    );
    let owner = Some(json!({ "owner": true }));
    denied(&world, "dave", ("PUT", &alice, owner.clone()), longer).await;
    let new = json!({ "slug": "newco", "name": "Newco", "owner": world.id("alice") });
    denied(
        &world,
        "dave",
        ("POST", "/api/admin/organizations", Some(new)),
        longer,
    )
    .await;
    ok(
        &world.change("helper", "PUT", &alice, owner.as_ref()).await,
        200,
    );
}
