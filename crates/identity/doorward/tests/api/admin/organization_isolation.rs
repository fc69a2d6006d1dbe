//! Tests that an administrator who acts for one organization sees nothing of another.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    sign_in_names_organization,
    resources_of_foreign_organization_are_hidden,
    lists_and_creations_stay_inside,
    audit_log_stays_inside,
    owner_administers_own_organization,
    lost_membership_ends_ownership
);

async fn resources_of_foreign_organization_are_hidden(stack: &Stack) {
    let world = World::new(stack).await;
    // For an owner, and for an administrator who acts for the other organization.
    world
        .assign(SubjectKind::User, &world.id("alice"), "admin", Some("acme"))
        .await;
    let (bob, group) = (world.id("bob"), world.groups["zeta"]);
    let outside = world.groups[""];
    for who in ["mona@acme", "alice@acme"] {
        let name = json!({ "name": "x" });
        let owner = json!({ "owner": true });
        for (method, path, body) in [
            ("GET", "/api/admin/organizations/zeta".to_owned(), None),
            (
                "PATCH",
                "/api/admin/organizations/zeta".to_owned(),
                Some(&name),
            ),
            (
                "GET",
                "/api/admin/organizations/zeta/members".to_owned(),
                None,
            ),
            (
                "PUT",
                format!("/api/admin/organizations/zeta/members/{bob}"),
                Some(&owner),
            ),
            (
                "DELETE",
                format!("/api/admin/organizations/zeta/members/{bob}"),
                None,
            ),
            ("GET", format!("/api/admin/groups/{group}"), None),
            ("PATCH", format!("/api/admin/groups/{group}"), Some(&name)),
            ("DELETE", format!("/api/admin/groups/{group}"), None),
            ("GET", format!("/api/admin/groups/{group}/members"), None),
            (
                "PUT",
                format!("/api/admin/groups/{group}/members/{bob}"),
                None,
            ),
            ("GET", format!("/api/admin/groups/{outside}"), None),
            (
                "PUT",
                format!("/api/admin/groups/{outside}/members/{bob}"),
                None,
            ),
            ("GET", format!("/api/admin/users/{bob}"), None),
        ] {
            let page = world.change(who, method, &path, body).await;
            assert_eq!(page.status, 404, "{who} {method} {path}: {}", page.dump());
        }
    }
}

/// Checks that users of other organizations get no role here, and that nothing is created there.
async fn lists_and_creations_stay_inside(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = world.id("alice");
    world
        .assign(SubjectKind::User, &admin, "admin", Some("acme"))
        .await;
    let bob = world.id("bob");
    for who in ["mona@acme", "alice@acme"] {
        let give = json!({ "user": bob, "role": "developer", "organization": "acme" });
        let page = world
            .call(who, "POST", "/api/admin/role-assignments", Some(&give))
            .await;
        problem(&page, 404, "not-found");
        let there = json!({ "name": "x", "organization": "zeta" });
        problem(
            &world
                .call(who, "POST", "/api/admin/groups", Some(&there))
                .await,
            404,
            "not-found",
        );
        let lists = ["users", "groups", "organizations", "role-assignments"];
        for list in lists {
            let body = ok(
                &world
                    .call(who, "GET", &format!("/api/admin/{list}"), None)
                    .await,
                200,
            );
            let text = body.to_string();
            assert!(
                !text.contains("zeta") && !text.contains(&bob),
                "{list}: {text}"
            );
        }
    }
}

async fn audit_log_stays_inside(stack: &Stack) {
    let world = World::new(stack).await;
    world
        .assign(SubjectKind::User, &world.id("alice"), "admin", Some("acme"))
        .await;
    let mut groups = Vec::new();
    for who in ["mona@acme", "bob@zeta"] {
        let group = json!({ "name": "backend" });
        let created = world.call(who, "POST", "/api/admin/groups", Some(&group));
        groups.push(ok(&created.await, 201)["id"].clone());
    }
    for who in ["mona@acme", "alice@acme"] {
        let path = "/api/admin/audit?kind=group.changed";
        let found = ok(&world.call(who, "GET", path, None).await, 200);
        let items = found["items"].as_array().unwrap();
        let subjects: Vec<&Value> = items.iter().map(|item| &item["subject"]).collect();
        assert_eq!(subjects, [&groups[0]], "{who}");
        let path = "/api/admin/audit?organization=zeta";
        problem(&world.call(who, "GET", path, None).await, 404, "not-found");
    }
    let path = "/api/admin/audit?organization=zeta&kind=group.changed";
    let found = ok(&world.call("admin", "GET", path, None).await, 200);
    assert_eq!(found["items"][0]["subject"], groups[1], "{found}");
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
}

async fn owner_administers_own_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let call = async |method: &str, path: &str, body: Option<Value>| {
        world.change("mona@acme", method, path, body.as_ref()).await
    };
    let users = ok(&call("GET", "/api/admin/users", None).await, 200);
    let names: Vec<_> = users["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["username"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let renamed = call(
        "PATCH",
        "/api/admin/organizations/acme",
        Some(json!({ "name": "Acme Ltd" })),
    )
    .await;
    assert_eq!(ok(&renamed, 200)["name"], "Acme Ltd");
    let created = ok(
        &call(
            "POST",
            "/api/admin/groups",
            Some(json!({ "name": "backend" })),
        )
        .await,
        201,
    );
    assert_eq!(created["organization"], "acme");
    let group = format!("/api/admin/groups/{}", created["id"].as_str().unwrap());
    let below = json!({ "name": "core", "parent": created["id"] });
    let below = ok(&call("POST", "/api/admin/groups", Some(below)).await, 201);
    assert_eq!(below["path"], "/backend/core");
    let member = format!("{group}/members/{}", world.id("alice"));
    assert_eq!(call("PUT", &member, None).await.status, 204);
    let members = ok(&call("GET", &format!("{group}/members"), None).await, 200);
    let alice = json!([{ "user": world.id("alice"), "name": "alice" }]);
    assert_eq!(members["items"], alice);
    let led = call(
        "PATCH",
        &group,
        Some(json!({ "manager": world.id("alice") })),
    )
    .await;
    assert_eq!(ok(&led, 200)["manager"], world.id("alice"));
    let led = call(
        "PATCH",
        &group,
        Some(json!({ "manager": null, "name": "platform" })),
    )
    .await;
    let led = ok(&led, 200);
    assert_eq!(
        (led.get("manager"), &led["path"]),
        (None, &json!("/platform"))
    );
    problem(&call("DELETE", &group, None).await, 400, "invalid-input");
    assert!(
        world
            .has_event("group.changed", "mona", "member added")
            .await
    );
    // Removal from the organization removes the user from its groups.
    let leaving = format!(
        "/api/admin/organizations/acme/members/{}",
        world.id("alice")
    );
    assert_eq!(call("DELETE", &leaving, None).await.status, 204);
    let members = ok(&call("GET", &format!("{group}/members"), None).await, 200);
    assert_eq!(members["items"], json!([]));
}

async fn lost_membership_ends_ownership(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = json!({ "owner": true });
    let path = format!(
        "/api/admin/organizations/acme/members/{}",
        world.id("alice")
    );
    ok(
        &world.change("mona@acme", "PUT", &path, Some(&alice)).await,
        200,
    );
    ok(
        &world
            .call("alice@acme", "GET", "/api/admin/groups", None)
            .await,
        200,
    );
    assert_eq!(
        world
            .change("mona@acme", "DELETE", &path, None)
            .await
            .status,
        204
    );
    problem(
        &world
            .call("alice@acme", "GET", "/api/admin/groups", None)
            .await,
        401,
        "invalid-token",
    );
}

/// Checks that the body or `X-Tenant-ID` selects the organization, and that the token and its
/// successor contain it.
async fn sign_in_names_organization(stack: &Stack) {
    let world = World::new(stack).await;
    drop(world);
    let login = |body: Value, header: Option<&'static str>| {
        let request = crate::support::call(stack, "POST", "/api/auth/login");
        let request = match header {
            Some(slug) => request.header("x-tenant-id", slug),
            None => request,
        };
        request.json(&body)
    };
    let plain = json!({ "username": "alice", "password": doorward_testkit::PASSWORD });
    let mut named = plain.clone();
    named["organization"] = json!("acme");
    for (body, header, org) in [
        (&named, None, json!("acme")),
        (&plain, Some("acme"), json!("acme")),
        (&named, Some("acme"), json!("acme")),
        (&plain, None, Value::Null),
    ] {
        let tokens = crate::support::Tokens::of(&login(body.clone(), header).send().await);
        assert_eq!(crate::support::claims(&tokens.access)["org"], org);
        let next = crate::support::refresh(stack, &tokens.refresh).await;
        let next = crate::support::Tokens::of(&next);
        assert_eq!(crate::support::claims(&next.access)["org"], org);
    }
    // Two different organizations are invalid input; an organization without membership is denied.
    let differing = login(named, Some("zeta")).send().await;
    crate::support::problem(&differing, 400, "invalid-input");
    let outside = login(plain, Some("zeta")).send().await;
    crate::support::problem(&outside, 403, "permission-denied");
}
