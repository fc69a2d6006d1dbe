//! Tests that creations are executed once, that changes apply to the version that was read, and
//! that the audit log contains the actor.

use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    repeated_creation_returns_same_response,
    change_applies_to_read_version,
    each_change_requires_version,
    created_resources_are_read_changed_and_deleted,
    slugs_are_never_reused_and_secrets_are_returned_once,
    reserved_ids_are_rejected,
    id_of_path_takes_precedence_over_body,
    error_points_at_member_of_client,
    role_change_is_audited_with_previous_permissions,
);

async fn create(world: &World<'_>, path: &str, key: &str, body: &Value) -> doorward_testkit::Page {
    let fields = [("idempotency-key", key)];
    world
        .call_with("admin", "POST", path, Some(body), &fields)
        .await
}

async fn repeated_creation_returns_same_response(stack: &Stack) {
    let world = World::new(stack).await;
    let path = "/api/admin/clients";
    let body = json!({ "name": "Robot", "kind": "confidential" });
    let first = ok(&create(&world, path, "one", &body).await, 201);
    assert!(first["client_secret"].is_string(), "{first}");
    // The same response, including the secret that is returned once.
    let again = create(&world, path, "one", &body).await;
    assert_eq!(ok(&again, 201), first);
    assert!(again.header("location").is_some() && again.header("etag").is_some());
    let other = json!({ "name": "Other", "kind": "confidential" });
    problem(
        &create(&world, path, "one", &other).await,
        422,
        "key-reused",
    );
    // The same key of another caller is a different key.
    let fields = [("idempotency-key", "one")];
    let own = json!({ "name": "Robot of the helper", "kind": "confidential" });
    let theirs = world
        .call_with("helper", "POST", path, Some(&own), &fields)
        .await;
    assert_ne!(ok(&theirs, 201)["id"], first["id"]);
    // A rejected request does not use the key.
    let bad = json!({ "name": "", "kind": "confidential" });
    problem(
        &create(&world, path, "two", &bad).await,
        400,
        "invalid-input",
    );
    ok(&create(&world, path, "two", &body).await, 201);
    problem(
        &create(&world, path, &"x".repeat(256), &body).await,
        400,
        "invalid-input",
    );

    // Of 32 simultaneous requests, one creates; the others get its response or must wait.
    let body = json!({ "slug": "racing", "name": "Racing" });
    let path = "/api/admin/organizations";
    world.token("admin").await;
    let all = join_all((0..32).map(|_| create(&world, path, "race", &body))).await;
    for page in &all {
        match page.status {
            201 => assert_eq!(page.json()["slug"], "racing"),
            _ => drop(problem(page, 409, "in-progress")),
        }
    }
    assert!(all.iter().any(|page| page.status == 201));
    ok(&create(&world, path, "race", &body).await, 201);
    // The stored response cannot be read by others.
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let created = events.iter().filter(|event| {
        event.kind.as_str() == "organization.changed" && event.subject.as_deref() == Some("racing")
    });
    assert_eq!(created.count(), 1);
}

async fn change_applies_to_read_version(stack: &Stack) {
    let world = World::new(stack).await;
    let path = "/api/admin/organizations/acme";
    let name = |name: &str| json!({ "name": name });
    let unconditional = world.call("admin", "PATCH", path, Some(&name("A"))).await;
    problem(&unconditional, 428, "version-required");
    let read = world.call("admin", "GET", path, None).await;
    let tag = read.header("etag").unwrap().to_owned();
    let fields = [("if-match", tag.as_str())];
    let changed = world
        .call_with("admin", "PATCH", path, Some(&name("A")), &fields)
        .await;
    assert_eq!(ok(&changed, 200)["name"], "A");
    let stale = world
        .call_with("admin", "PATCH", path, Some(&name("B")), &fields)
        .await;
    problem(&stale, 412, "changed-meanwhile");
    let weak = format!("W/{}", changed.header("etag").unwrap());
    let fields = [("if-match", weak.as_str())];
    let weak = world
        .call_with("admin", "PATCH", path, Some(&name("B")), &fields)
        .await;
    problem(&weak, 412, "changed-meanwhile");
    // Of 32 changes of the same version, one succeeds.
    let tag = changed.header("etag").unwrap().to_owned();
    let fields = [("if-match", tag.as_str())];
    let calls = (0..32).map(|number| {
        let (world, fields) = (&world, &fields);
        async move {
            let body = name(&format!("Name {number}"));
            world
                .call_with("admin", "PATCH", path, Some(&body), fields)
                .await
                .status
        }
    });
    let all = join_all(calls).await;
    assert_eq!(
        all.iter().filter(|status| **status == 200).count(),
        1,
        "{all:?}"
    );
    assert_eq!(
        all.iter().filter(|status| **status == 412).count(),
        31,
        "{all:?}"
    );
}

async fn each_change_requires_version(stack: &Stack) {
    let world = World::new(stack).await;
    let all = repo::role_assignments::AssignmentFilter::default();
    let read = world.db.read();
    let roles = repo::role_assignments::page_with_holders(read, &all, None, 1, None).await;
    let given = format!(
        "/api/admin/role-assignments/{}",
        roles.unwrap()[0].assignment.id
    );
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let factor = format!("{alice}/second-factor");
    let app = format!("{alice}/factors/app");
    let link = format!("{alice}/linked-accounts/{}", world.id("alice"));
    let reset = format!("{alice}/password-reset");
    let secret = format!("/api/admin/clients/{}/secret", stack.seed.web.id);
    let former = format!("{secret}/former");
    let group = format!("/api/admin/groups/{}", world.groups[""]);
    for (method, path, body) in [
        ("DELETE", given.as_str(), None),
        ("PATCH", given.as_str(), Some(json!({ "active": true }))),
        ("DELETE", factor.as_str(), None),
        ("DELETE", app.as_str(), None),
        ("DELETE", link.as_str(), None),
        ("POST", reset.as_str(), None),
        ("PATCH", alice.as_str(), Some(json!({}))),
        ("DELETE", alice.as_str(), None),
        ("POST", secret.as_str(), None),
        ("DELETE", former.as_str(), None),
        ("PATCH", group.as_str(), Some(json!({}))),
        ("DELETE", group.as_str(), None),
        ("PATCH", "/api/admin/roles/helper", Some(json!({}))),
        ("DELETE", "/api/admin/roles/helper", None),
        ("PATCH", "/api/admin/profile-fields/x", Some(json!({}))),
        ("DELETE", "/api/admin/profile-fields/x", None),
        ("DELETE", "/api/admin/permissions/tasks:read", None),
        ("DELETE", "/api/admin/organizations/acme", None),
    ] {
        let page = world.call("admin", method, path, body.as_ref()).await;
        problem(&page, 428, "version-required");
    }
}

async fn created_resources_are_read_changed_and_deleted(stack: &Stack) {
    let world = World::new(stack).await;
    let bills = format!("{}/bills", stack.issuer());
    for (list, new, change) in [
        (
            "users",
            json!({ "username": "eve", "email": "eve@example.org" }),
            json!({ "last_name": "E" }),
        ),
        (
            "roles",
            json!({ "name": "clerk", "permissions": ["users:read"] }),
            json!({ "active": false }),
        ),
        (
            "permissions",
            json!({ "codename": "bills:pay", "audience": bills }),
            json!({ "description": "Pay" }),
        ),
        (
            "groups",
            json!({ "name": "engineering" }),
            json!({ "description": "They build" }),
        ),
        (
            "organizations",
            json!({ "slug": "newco", "name": "New" }),
            json!({ "active": false }),
        ),
        (
            "clients",
            json!({ "name": "Robot", "kind": "confidential" }),
            json!({ "disabled": true }),
        ),
    ] {
        let path = format!("/api/admin/{list}");
        let created = world.call("admin", "POST", &path, Some(&new)).await;
        ok(&created, 201);
        let location = created.header("location").unwrap().to_owned();
        let read = world.call("admin", "GET", &location, None).await;
        ok(&read, 200);
        assert_eq!(read.header("etag"), created.header("etag"), "{list}");
        let again = world.call("admin", "POST", &path, Some(&new)).await;
        if list != "clients" {
            problem(&again, 409, "already-exists");
        }
        let tag = read.header("etag").unwrap().to_owned();
        let fields = [("if-match", tag.as_str())];
        let changed = world
            .call_with("admin", "PATCH", &location, Some(&change), &fields)
            .await;
        let shown = ok(&changed, 200);
        for (name, value) in change.as_object().unwrap() {
            assert_eq!(&shown[name], value, "{list}");
        }
        let late = world
            .call_with("admin", "DELETE", &location, None, &fields)
            .await;
        problem(&late, 412, "changed-meanwhile");
        let removed = world.change("admin", "DELETE", &location, None).await;
        assert_eq!(removed.status, 204, "{}", removed.dump());
        problem(
            &world.call("admin", "GET", &location, None).await,
            404,
            "not-found",
        );
    }
}

async fn reserved_ids_are_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    for (list, field, body) in [
        (
            "organizations",
            "slug",
            json!({ "slug": "new", "name": "New" }),
        ),
        ("roles", "name", json!({ "name": "new" })),
        // Browsers remove these segments, so that no administrator could open or delete the object.
        ("roles", "name", json!({ "name": ".." })),
        (
            "clients",
            "id",
            json!({ "id": ".", "name": "Dot", "kind": "confidential" }),
        ),
        // Its page would be the list of registration tokens.
        (
            "clients",
            "id",
            json!({ "id": "tokens", "name": "Tokens", "kind": "confidential" }),
        ),
        (
            "clients",
            "id",
            json!({ "id": "new", "name": "New", "kind": "confidential" }),
        ),
    ] {
        let path = format!("/api/admin/{list}");
        let page = world.call("admin", "POST", &path, Some(&body)).await;
        let received = problem(&page, 400, "invalid-input");
        assert_eq!(received["errors"][0]["field"], field, "{received}");
        let detail = received["errors"][0]["detail"].to_string();
        assert!(detail.contains("reserved"), "{received}");
    }
}

async fn slugs_are_never_reused_and_secrets_are_returned_once(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({ "slug": "newco", "name": "New" });
    let path = "/api/admin/organizations";
    ok(&world.call("admin", "POST", path, Some(&new)).await, 201);
    let removed = world.change("admin", "DELETE", "/api/admin/organizations/newco", None);
    assert_eq!(removed.await.status, 204);
    let again = json!({ "slug": "newco", "name": "New" });
    let page = world
        .call("admin", "POST", "/api/admin/organizations", Some(&again))
        .await;
    problem(&page, 409, "already-exists");
    // The secret of a client is returned when it is created and when it is rotated.
    let robot = json!({ "name": "Robot", "kind": "confidential" });
    let created = world
        .call("admin", "POST", "/api/admin/clients", Some(&robot))
        .await;
    let location = created.header("location").unwrap().to_owned();
    let read = ok(&world.call("admin", "GET", &location, None).await, 200);
    assert_eq!(read.get("client_secret"), None);
    let secret = world
        .change("admin", "POST", &format!("{location}/secret"), None)
        .await;
    assert_ne!(
        ok(&secret, 200)["client_secret"],
        created.json()["client_secret"]
    );
}

const PAGE: &str = "https://app.example/cb";

/// Returns invalid members of a client: name, value, and the pointer of the error.
fn wrong_members() -> Vec<(&'static str, Value, &'static str)> {
    let addresses = [
        ("jwks_uri", "/jwks_uri"),
        ("backchannel_logout_uri", "/backchannel_logout_uri"),
        (
            "backchannel_client_notification_endpoint",
            "/backchannel_client_notification_endpoint",
        ),
        ("frontchannel_logout_uri", "/frontchannel_logout_uri"),
    ];
    let addresses = addresses.map(|(name, pointer)| (name, json!("ftp://x"), pointer));
    let mut wrong = vec![
        ("name", json!(""), "/name"),
        (
            "redirect_uris",
            json!([PAGE, "http://app.example/cb"]),
            "/redirect_uris/1",
        ),
        ("redirect_uris", json!([]), "/redirect_uris"),
        (
            "post_logout_redirect_uris",
            json!(["javascript:alert(1)"]),
            "/post_logout_redirect_uris/0",
        ),
        ("allowed_origins", json!([PAGE]), "/allowed_origins/0"),
        (
            "grant_types",
            json!(["authorization_code", "nonsense"]),
            "/grant_types/1",
        ),
        ("grant_types", json!([]), "/grant_types"),
        ("serves", json!(["https://nothing.example"]), "/serves/0"),
        (
            "sector_identifier",
            json!("https://a/b"),
            "/sector_identifier",
        ),
        (
            "exchange_audiences",
            json!(["https://x.example"]),
            "/exchange_audiences",
        ),
        ("scope", json!("nonsense"), "/scope"),
        ("auth_method", json!("none"), "/auth_method"),
        (
            "require_signed_request_object",
            json!(true),
            "/require_signed_request_object",
        ),
        (
            "authorization_signed_response_alg",
            json!("none"),
            "/authorization_signed_response_alg",
        ),
        (
            "consent",
            json!({ "optional_scope": "openid" }),
            "/consent/optional_scope",
        ),
        ("consent", json!({ "lifetime": 1 }), "/consent/lifetime"),
        (
            "consent",
            json!({ "publisher": "x".repeat(101) }),
            "/consent/publisher",
        ),
        (
            "consent",
            json!({ "policy_uri": "javascript:x" }),
            "/consent/policy_uri",
        ),
        (
            "consent",
            json!({ "tos_uri": "javascript:x" }),
            "/consent/tos_uri",
        ),
    ];
    wrong.extend(addresses);
    wrong
}

/// Checks that the error points at the member, and in a list at the value (RFC 6901).
async fn error_points_at_member_of_client(stack: &Stack) {
    let world = World::new(stack).await;
    for (member, value, pointer) in wrong_members() {
        let mut body = json!({ "name": "App", "kind": "confidential", "redirect_uris": [PAGE],
            "grant_types": ["authorization_code"] });
        body[member] = value;
        let response = world.call("admin", "POST", "/api/admin/clients", Some(&body));
        let received = problem(&response.await, 400, "invalid-input");
        assert_eq!(received["errors"][0]["pointer"], pointer, "{received}");
        let field = received["errors"][0]["field"].as_str().unwrap();
        assert!(!field.contains('-'), "{received}");
    }
}

/// Checks that the ID of the path is authorized and changed, however the path is encoded.
async fn id_of_path_takes_precedence_over_body(stack: &Stack) {
    let world = World::new(stack).await;
    for (path, field) in [
        ("/api/admin/organizations/acme", "slug"),
        ("/api/admin/roles/helper", "name"),
        ("/api/admin/clients/service", "id"),
    ] {
        let body = json!({ field: "another" });
        let received = problem(
            &world.change("admin", "PATCH", path, Some(&body)).await,
            400,
            "invalid-input",
        );
        assert_eq!(received["errors"][0]["field"], field);
    }
    let query = "/api/admin/organizations/acme?slug=zeta";
    world
        .change("admin", "PATCH", query, Some(&json!({ "name": "Changed" })))
        .await;
    let zeta = repo::organizations::find(world.db.read(), "zeta")
        .await
        .unwrap();
    assert_eq!(zeta.unwrap().name, "ZETA");
    for variant in [
        "/api//admin/clients",
        "/api/./admin/clients",
        "/api/x/../admin/clients",
        "/api/%61dmin/clients",
        "/api/admin%2fclients",
        "/api/admin/clients/",
        "/api/admin/clients;x=1",
        "/api/admin/clients%00",
        "//api/admin/clients",
        "/API/admin/clients",
    ] {
        for who in ["", "alice", "mona@acme"] {
            let page = world.call(who, "GET", variant, None).await;
            assert!(
                [400, 401, 403, 404, 308].contains(&page.status),
                "{variant} {who}: {}",
                page.dump()
            );
        }
    }
}

async fn role_change_is_audited_with_previous_permissions(stack: &Stack) {
    let world = World::new(stack).await;
    let change = json!({ "permissions": ["users:read"] });
    ok(
        &world
            .change("admin", "PATCH", "/api/admin/roles/helper", Some(&change))
            .await,
        200,
    );
    let events = repo::audit::list(world.db.read(), None, 1000)
        .await
        .unwrap();
    let event = events
        .iter()
        .find(|event| event.subject.as_deref() == Some("helper"))
        .unwrap();
    assert_eq!(event.actor.as_deref(), Some(world.id("admin").as_str()));
    assert_eq!(event.detail["after"], change);
    let before = event.detail["before"]["permissions"].as_array().unwrap();
    assert!(before.contains(&json!("users:write")), "{:?}", event.detail);
    assert!(event.ip.is_some() && event.request_id.is_some());
}
