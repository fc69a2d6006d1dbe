//! Tests that users with more permissions are protected, that owners stay limited to their
//! organization, and that the last administrator and owner remain.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{Client, ClientId, SubjectKind};
use doorward_protocol::token::GrantType;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::escalation::{assignment, denied};
use super::world::{World, ok, problem};

flows!(
    permission_is_checked_before_version,
    more_powerful_users_are_protected,
    address_is_changed_by_lasting_holder,
    members_and_owners_stay_inside,
    owner_assigns_only_own_roles_in_organization,
    service_account_has_same_limits,
    last_owner_and_administrator_remain,
    disabled_owner_does_not_count,
);

/// Creates a user with the role `admin` in one organization and a group with it in another; returns
/// their paths and that of the user's assignment.
async fn strong(world: &World<'_>) -> [String; 3] {
    let (mona, group) = (world.id("mona"), world.groups["zeta"].to_string());
    for (kind, id, org) in [
        (SubjectKind::User, &mona, "acme"),
        (SubjectKind::Group, &group, "zeta"),
    ] {
        world.assign(kind, id, "admin", Some(org)).await;
    }
    let roles = repo::roles::assignments(world.db.read(), SubjectKind::User, &mona).await;
    let given = roles.unwrap().into_iter().find(|item| item.role == "admin");
    let given = given.unwrap().id;
    [
        format!("/api/admin/users/{mona}"),
        format!("/api/admin/groups/{group}"),
        format!("/api/admin/role-assignments/{given}"),
    ]
}

/// Checks that the permission is checked before the version, so that a 412 reveals nothing to a
/// caller without it (RFC 9110 §13.2.1).
async fn permission_is_checked_before_version(stack: &Stack) {
    let world = World::new(stack).await;
    let [person, group, given] = strong(&world).await;
    let app = format!("/api/admin/clients/{}", stack.seed.trusted.id);
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let at = |path: &str, rest: &str| format!("{path}{rest}");
    let acme = "/api/admin/organizations/acme".to_owned();
    let web = format!("/api/admin/clients/{}", stack.seed.web.id);
    let rows: [(&str, &str, String, Option<Value>); 19] = [
        (
            "helper",
            "PATCH",
            person.clone(),
            Some(json!({ "email": "x@example.org" })),
        ),
        ("helper", "DELETE", person.clone(), None),
        ("helper", "POST", at(&person, "/password-reset"), None),
        ("helper", "DELETE", at(&person, "/second-factor"), None),
        ("helper", "PATCH", alice, Some(json!({ "is_staff": true }))),
        (
            "helper",
            "PATCH",
            "/api/admin/roles/admin".to_owned(),
            Some(json!({})),
        ),
        (
            "helper",
            "DELETE",
            "/api/admin/roles/manager".to_owned(),
            None,
        ),
        (
            "helper",
            "PATCH",
            "/api/admin/permissions/tasks:read".to_owned(),
            Some(json!({ "description": "x" })),
        ),
        (
            "helper",
            "DELETE",
            "/api/admin/permissions/tasks:read".to_owned(),
            None,
        ),
        ("helper", "PATCH", app.clone(), Some(json!({ "name": "x" }))),
        ("helper", "POST", at(&app, "/secret"), None),
        ("helper", "DELETE", app, None),
        ("helper", "PATCH", web, Some(json!({ "first_party": true }))),
        (
            "helper",
            "PATCH",
            given.clone(),
            Some(json!({ "active": false })),
        ),
        ("helper", "DELETE", given, None),
        ("helper", "DELETE", group, None),
        (
            "mona@acme",
            "PATCH",
            acme.clone(),
            Some(json!({ "active": false })),
        ),
        ("mona@acme", "DELETE", acme.clone(), None),
        ("alice@acme", "PATCH", acme, Some(json!({ "name": "x" }))),
    ];
    let stale = [("if-match", "\"stale\"")];
    for (who, method, path, body) in rows {
        let page = world.call_with(who, method, &path, body.as_ref(), &stale);
        problem(&page.await, 403, "permission-denied");
        let page = world.call_with("admin", method, &path, body.as_ref(), &stale);
        problem(&page.await, 412, "changed-meanwhile");
    }
}

async fn more_powerful_users_are_protected(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = format!("/api/admin/users/{}", world.id("admin"));
    for change in [
        json!({ "email": "eve@example.org" }),
        json!({ "username": "eve" }),
        json!({ "disabled": true }),
        json!({ "email_verified": false }),
    ] {
        denied(
            &world,
            "helper",
            ("PATCH", &admin, Some(change)),
            "more_powerful",
        )
        .await;
    }
    denied(
        &world,
        "helper",
        ("POST", &format!("{admin}/password-reset"), None),
        "more_powerful",
    )
    .await;
    denied(
        &world,
        "helper",
        ("DELETE", &format!("{admin}/second-factor"), None),
        "more_powerful",
    )
    .await;
    denied(&world, "helper", ("DELETE", &admin, None), "more_powerful").await;
    // A role in one organization protects the user globally.
    let mona = format!("/api/admin/users/{}", world.id("mona"));
    world
        .assign(SubjectKind::User, &world.id("mona"), "admin", Some("acme"))
        .await;
    denied(
        &world,
        "helper",
        ("PATCH", &mona, Some(json!({ "email": "eve@example.org" }))),
        "more_powerful",
    )
    .await;
    // Administrators change their own account on the account pages.
    let own = format!("/api/admin/users/{}", world.id("helper"));
    denied(
        &world,
        "helper",
        ("PATCH", &own, Some(json!({ "email": "x@example.org" }))),
        "not_to_oneself",
    )
    .await;
    denied(
        &world,
        "helper",
        ("POST", &format!("{own}/password-reset"), None),
        "not_to_oneself",
    )
    .await;
    // An administrator may change the user.
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let changed = world
        .change(
            "admin",
            "PATCH",
            &alice,
            Some(&json!({ "first_name": "Al" })),
        )
        .await;
    assert_eq!(ok(&changed, 200)["first_name"], "Al");
    let page = json!({ "profile_url": "https://social.example/@alice" });
    let changed = world.change("admin", "PATCH", &alice, Some(&page)).await;
    assert_eq!(ok(&changed, 200)["profile_url"], page["profile_url"]);
    let wrong = json!({ "profile_url": "javascript:alert(1)" });
    let changed = world.change("admin", "PATCH", &alice, Some(&wrong)).await;
    assert_eq!(changed.status, 400, "{}", changed.dump());
    assert!(world.has_event("user.changed", "admin", "changed").await);
}

async fn members_and_owners_stay_inside(stack: &Stack) {
    let world = World::new(stack).await;
    // A member is not an owner, and an owner has no permissions in another organization.
    let member = |slug: &str, name: &str| {
        format!("/api/admin/organizations/{slug}/members/{}", world.id(name))
    };
    let owner = || Some(json!({ "owner": true }));
    denied(
        &world,
        "alice@acme",
        ("PUT", &member("acme", "alice"), owner()),
        "needs_permission",
    )
    .await;
    denied(
        &world,
        "mona@acme",
        ("PUT", &member("acme", "mona"), owner()),
        "not_to_oneself",
    )
    .await;
    let elsewhere = member("zeta", "mona");
    problem(
        &world
            .change("mona@acme", "PUT", &elsewhere, owner().as_ref())
            .await,
        404,
        "not-found",
    );
    // A global administrator cannot make themselves an owner.
    denied(
        &world,
        "helper",
        ("PUT", &member("acme", "helper"), owner()),
        "not_to_oneself",
    )
    .await;
    denied(
        &world,
        "helper",
        ("PUT", &member("acme", "helper"), Some(json!({}))),
        "not_to_oneself",
    )
    .await;
}

/// Checks that an owner assigns only roles within the organization that the owner has there.
async fn owner_assigns_only_own_roles_in_organization(stack: &Stack) {
    let world = World::new(stack).await;
    let mut give = assignment(&world, "user", "alice", "admin");
    give["organization"] = json!("acme");
    let roles = "/api/admin/role-assignments";
    denied(
        &world,
        "mona@acme",
        ("POST", roles, Some(give.clone())),
        "more_than_held",
    )
    .await;
    give["role"] = json!("manager");
    let given = ok(
        &world.call("mona@acme", "POST", roles, Some(&give)).await,
        201,
    );
    assert_eq!(given["organization"], "acme");
    let everywhere = assignment(&world, "user", "alice", "manager");
    denied(
        &world,
        "mona@acme",
        ("POST", roles, Some(everywhere)),
        "needs_every_organization",
    )
    .await;
    // Global resources are not accessible to an owner.
    for (method, path, body) in [
        (
            "POST",
            "/api/admin/organizations",
            Some(json!({ "slug": "new", "name": "New" })),
        ),
        (
            "PATCH",
            "/api/admin/organizations/acme",
            Some(json!({ "active": false })),
        ),
        ("DELETE", "/api/admin/organizations/acme", None),
    ] {
        denied(
            &world,
            "mona@acme",
            (method, path, body),
            "needs_every_organization",
        )
        .await;
    }
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    denied(
        &world,
        "mona@acme",
        ("PATCH", &alice, Some(json!({ "email": "x@example.org" }))),
        "needs_permission",
    )
    .await;
}

async fn service_account_has_same_limits(stack: &Stack) {
    let world = World::new(stack).await;
    let service = &stack.seed.service;
    world
        .assign(SubjectKind::Client, &service.id, "helper", None)
        .await;
    let fields = [("grant_type", "client_credentials"), ("scope", "admin")];
    let page = stack.token(service, &fields).await;
    let token = ok(&page, 200)["access_token"].as_str().unwrap().to_owned();
    let call =
        async |path: &str, body: &Value| world.call_as(&token, "POST", path, Some(body)).await;
    let roles = "/api/admin/role-assignments";
    let own = assignment(&world, "client", &service.id, "helper");
    let received = problem(&call(roles, &own).await, 403, "permission-denied");
    assert_eq!(received["rule"], "not_to_oneself");
    let other = assignment(&world, "user", "alice", "admin");
    let received = problem(&call(roles, &other).await, 403, "permission-denied");
    assert_eq!(received["rule"], "more_than_held");
    // The service may assign a role that it has.
    let own = assignment(&world, "user", "alice", "helper");
    ok(&call(roles, &own).await, 201);
    // Without the client credentials grant, a client has no permissions itself; with it, it has.
    let id = ClientId::parse(&service.id).unwrap();
    let found = repo::clients::find(world.db.read(), &id).await.unwrap();
    let found: Client = found.unwrap();
    assert!(found.allows_grant(&GrantType::ClientCredentials));
}

async fn last_owner_and_administrator_remain(stack: &Stack) {
    let world = World::new(stack).await;
    let owner = format!("/api/admin/organizations/acme/members/{}", world.id("mona"));
    for who in ["mona@acme", "admin"] {
        problem(
            &world.change(who, "DELETE", &owner, None).await,
            409,
            "still-needed",
        );
        let member = json!({ "owner": false });
        problem(
            &world.change(who, "PUT", &owner, Some(&member)).await,
            409,
            "still-needed",
        );
    }
    let mona = format!("/api/admin/users/{}", world.id("mona"));
    problem(
        &world.change("admin", "DELETE", &mona, None).await,
        409,
        "still-needed",
    );
    // With a second owner, the first may be removed; if two remove each other, one remains.
    let second = format!(
        "/api/admin/organizations/acme/members/{}",
        world.id("alice")
    );
    ok(
        &world
            .change("mona@acme", "PUT", &second, Some(&json!({ "owner": true })))
            .await,
        200,
    );
    let (mona_token, alice_token) = (
        world.token("mona@acme").await,
        world.token("alice@acme").await,
    );
    assert_ne!(mona_token, alice_token);
    let both = futures_util::future::join_all((0..32).map(|number| {
        let (who, path) = if number % 2 == 0 {
            ("mona@acme", &second)
        } else {
            ("alice@acme", &owner)
        };
        world.call(who, "DELETE", path, None)
    }))
    .await;
    let removed = both.iter().filter(|page| page.status == 204).count();
    assert_eq!(
        removed,
        1,
        "{:?}",
        both.iter().map(|page| page.status).collect::<Vec<_>>()
    );
    let owners = repo::organizations::owners(world.db.read(), "acme")
        .await
        .unwrap();
    assert_eq!(owners.len(), 1);
    // The last administrator.
    let roles =
        repo::roles::assignments(world.db.read(), SubjectKind::User, &world.id("admin")).await;
    let roles = roles.unwrap();
    let path = format!("/api/admin/role-assignments/{}", roles[0].id);
    problem(
        &world.change("admin", "DELETE", &path, None).await,
        409,
        "still-needed",
    );
    problem(
        &world
            .change("admin", "DELETE", "/api/admin/roles/admin", None)
            .await,
        409,
        "still-needed",
    );
}

/// Checks that the only owner of an organization who can sign in cannot be removed.
async fn disabled_owner_does_not_count(stack: &Stack) {
    let world = World::new(stack).await;
    let off = json!({ "disabled": true });
    let bob = format!("/api/admin/users/{}", world.id("bob"));
    let owner = json!({ "owner": true });
    let carol = format!(
        "/api/admin/organizations/zeta/members/{}",
        world.id("carol")
    );
    let put = world.change("admin", "PUT", &carol, Some(&owner)).await;
    assert!(matches!(put.status, 200 | 201), "{}", put.dump());
    ok(&world.change("admin", "PATCH", &bob, Some(&off)).await, 200);
    let page = world.change("admin", "DELETE", &carol, None).await;
    problem(&page, 409, "still-needed");
}

/// Checks that no administrator takes over an account that keeps a role for longer than they have it: its mail
/// leads to a new password.
async fn address_is_changed_by_lasting_holder(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "reader", &["tasks:read"]).await;
    let mut given = world.given(SubjectKind::User, &world.id("helper"), "reader", None);
    given.expires_at = Some(stack.clock.now() + 86_400);
    let tx = world.db.begin_write().await.unwrap();
    repo::roles::assign(&tx, &given).await.unwrap();
    tx.commit().await.unwrap();
    let carol = format!("/api/admin/users/{}", world.id("carol"));
    let address = json!({ "email": "mine@example.org" });
    let request = ("PATCH", carol.as_str(), Some(address.clone()));
    denied(&world, "helper", request, "longer_than_held").await;
    let name = json!({ "first_name": "Carola" });
    ok(
        &world.change("helper", "PATCH", &carol, Some(&name)).await,
        200,
    );
    world
        .assign(SubjectKind::User, &world.id("helper"), "reader", None)
        .await;
    ok(
        &world
            .change("helper", "PATCH", &carol, Some(&address))
            .await,
        200,
    );
}
