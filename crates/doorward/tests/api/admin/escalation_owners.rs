//! Tests that an organization's owner is protected by the permissions of ownership, that only an
//! administrator with these grants ownership, and that owners add no users by themselves.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AssignmentId, SubjectKind};
use doorward_store::repo;
use doorward_testkit::{Stack, flows, seed};
use serde_json::{Value, json};
use uuid::Uuid;

use super::escalation::{assignment, denied};
use super::world::{World, ok, problem};

flows!(
    owner_is_as_powerful_as_ownership,
    ownership_requires_permissions_of_owner,
    only_owners_name_owners_inside,
    owner_cannot_add_users_as_members,
    marker_role_is_assigned_only_by_holder,
    user_with_marker_role_needs_equal_administrator,
    member_removal_requires_permissions_of_member,
);

async fn owner_is_as_powerful_as_ownership(stack: &Stack) {
    let world = World::new(stack).await;
    let clerk = ["users:read", "users:write", "sessions:write"];
    world.let_hold("carol", "clerk", &clerk).await;
    // mona has no role: she owns acme.
    let mona = format!("/api/admin/users/{}", world.id("mona"));
    let tx = world.db.begin_write().await.unwrap();
    seed::unassign_all(&tx, SubjectKind::User, &world.id("mona")).await;
    seed::unassign_all(&tx, SubjectKind::User, &world.id("alice")).await;
    tx.commit().await.unwrap();
    let factor = format!("{mona}/second-factor");
    for (method, path, body) in [
        ("PATCH", &mona, Some(json!({ "email": "eve@example.org" }))),
        ("PATCH", &mona, Some(json!({ "disabled": true }))),
        ("DELETE", &factor, None),
        ("DELETE", &mona, None),
    ] {
        denied(&world, "carol", (method, path, body), "more_powerful").await;
    }
    // alice is a member without ownership.
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let name = json!({ "first_name": "Al" });
    ok(
        &world.change("carol", "PATCH", &alice, Some(&name)).await,
        200,
    );
}

async fn ownership_requires_permissions_of_owner(stack: &Stack) {
    let world = World::new(stack).await;
    let registrar = ["organizations:read", "organizations:write"];
    world.let_hold("carol", "registrar", &registrar).await;
    let (list, carol, alice) = (
        "/api/admin/organizations",
        world.id("carol"),
        world.id("alice"),
    );
    let new = |owner: &str| Some(json!({ "slug": "fresh", "name": "Fresh", "owner": owner }));
    denied(
        &world,
        "carol",
        ("POST", list, new(&carol)),
        "not_to_oneself",
    )
    .await;
    denied(
        &world,
        "carol",
        ("POST", list, new(&alice)),
        "more_than_held",
    )
    .await;
    denied(
        &world,
        "helper",
        ("POST", list, new(&world.id("helper"))),
        "not_to_oneself",
    )
    .await;
    let member = format!("{list}/acme/members/{alice}");
    let owner = || Some(json!({ "owner": true }));
    denied(&world, "carol", ("PUT", &member, owner()), "more_than_held").await;
    // Nor may carol remove the ownership.
    let mona = format!("{list}/acme/members/{}", world.id("mona"));
    ok(
        &world
            .change("helper", "PUT", &member, owner().as_ref())
            .await,
        200,
    );
    for (method, body) in [("PUT", Some(json!({ "owner": false }))), ("DELETE", None)] {
        denied(&world, "carol", (method, &mona, body), "more_than_held").await;
    }
    // An administrator with the permissions of ownership may grant it to another user.
    ok(
        &world
            .call("helper", "POST", list, new(&alice).as_ref())
            .await,
        201,
    );
}

async fn only_owners_name_owners_inside(stack: &Stack) {
    let world = World::new(stack).await;
    world
        .assign(SubjectKind::User, &world.id("alice"), "admin", Some("acme"))
        .await;
    let mona = format!("/api/admin/organizations/acme/members/{}", world.id("mona"));
    for (method, body) in [
        ("PUT", Some(json!({ "owner": true }))),
        ("PUT", Some(json!({ "owner": false }))),
        ("DELETE", None),
    ] {
        denied(&world, "alice@acme", (method, &mona, body), "owners_only").await;
    }
}

/// Checks that an owner cannot add a user: membership would reveal name and e-mail address.
async fn owner_cannot_add_users_as_members(stack: &Stack) {
    let world = World::new(stack).await;
    world
        .assign(SubjectKind::User, &world.id("alice"), "admin", Some("acme"))
        .await;
    let carol = world.id("carol");
    let member = format!("/api/admin/organizations/acme/members/{carol}");
    let unknown = "/api/admin/organizations/acme/members/0190f6a0-0000-7000-8000-000000000000";
    for who in ["mona@acme", "alice@acme"] {
        for body in [json!({}), json!({ "owner": true })] {
            // The response is that for an unknown ID, so that it does not reveal whether the user
            // exists.
            for path in [member.as_str(), unknown] {
                let page = world.change(who, "PUT", path, Some(&body)).await;
                problem(&page, 404, "not-found");
            }
        }
        let read = format!("/api/admin/users/{carol}");
        problem(&world.call(who, "GET", &read, None).await, 404, "not-found");
        for list in ["users", "organizations/acme/members"] {
            let path = format!("/api/admin/{list}");
            let body = ok(&world.call(who, "GET", &path, None).await, 200);
            assert!(!body.to_string().contains(&carol), "{who} {list}: {body}");
        }
    }
    // A member can be made an owner.
    let alice = format!(
        "/api/admin/organizations/acme/members/{}",
        world.id("alice")
    );
    let owner: Value = json!({ "owner": true });
    ok(
        &world.change("mona@acme", "PUT", &alice, Some(&owner)).await,
        200,
    );
    // An administrator who may read all users may add them.
    let registrar = ["organizations:read", "organizations:write", "users:read"];
    world.let_hold("bob", "registrar", &registrar).await;
    ok(
        &world.change("bob", "PUT", &member, Some(&json!({}))).await,
        200,
    );
}

/// Checks that a user with a role without permissions is changed only by an administrator with this
/// role, also if the role is inactive.
async fn user_with_marker_role_needs_equal_administrator(stack: &Stack) {
    let world = World::new(stack).await;
    let clerk = [
        "users:read",
        "users:write",
        "roles:assign",
        "sessions:write",
    ];
    world.let_hold("carol", "clerk", &clerk).await;
    world.let_hold("bob", "24x7_access", &[]).await;
    let roles = "/api/admin/role-assignments";
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    let tx = world.db.begin_write().await.unwrap();
    seed::unassign_all(&tx, SubjectKind::User, &world.id("alice")).await;
    tx.commit().await.unwrap();
    let give = Some(assignment(&world, "user", "alice", "24x7_access"));
    denied(&world, "carol", ("POST", roles, give), "more_than_held").await;
    let mut given = world.given(SubjectKind::User, &world.id("alice"), "24x7_access", None);
    let mine = json!({ "email": "carol@example.org", "email_verified": true });
    let sales = world.groups[""];
    for how in ["live", "inactive", "ends", "organization", "group"] {
        let tx = world.db.begin_write().await.unwrap();
        seed::unassign_all(&tx, SubjectKind::User, &world.id("alice")).await;
        given.active = how != "inactive";
        given.expires_at = (how == "ends").then(|| stack.clock.now() + 60);
        given.org = (how == "organization").then(|| "acme".to_owned());
        if how == "group" {
            given.subject_kind = SubjectKind::Group;
            given.subject_id = sales.to_string();
            repo::groups::add_member(&tx, sales, world.people["alice"], 0)
                .await
                .unwrap();
        }
        given.id = AssignmentId::from_uuid(Uuid::now_v7());
        repo::roles::assign(&tx, &given).await.unwrap();
        tx.commit().await.unwrap();
        let at = |rest: &str| format!("{alice}{rest}");
        for (method, path, body) in [
            ("PATCH", at(""), Some(mine.clone())),
            ("PATCH", at(""), Some(json!({ "disabled": true }))),
            ("POST", at("/password-reset"), None),
            ("POST", at("/passkey-link"), None),
            ("DELETE", at("/second-factor"), None),
            ("DELETE", at(""), None),
        ] {
            denied(&world, "carol", (method, &path, body), "more_powerful").await;
        }
    }
    // An administrator with the same role may change the user, and so may a global administrator.
    world.let_hold("carol", "24x7_access", &[]).await;
    let name = json!({ "first_name": "Al" });
    for who in ["carol", "admin"] {
        ok(&world.change(who, "PATCH", &alice, Some(&name)).await, 200);
    }
}

/// Checks that a member with roles in the organization, also through groups, is removed only by an
/// administrator who could assign these roles.
async fn member_removal_requires_permissions_of_member(stack: &Stack) {
    let world = World::new(stack).await;
    let alice = world.id("alice");
    let member = format!("/api/admin/organizations/acme/members/{alice}");
    world.let_hold("bob", "24x7_access", &[]).await;
    world
        .assign(SubjectKind::User, &alice, "24x7_access", Some("acme"))
        .await;
    let remove = || ("DELETE", member.as_str(), None);
    denied(&world, "mona@acme", remove(), "more_than_held").await;
    let tx = world.db.begin_write().await.unwrap();
    let kind = SubjectKind::User;
    repo::roles::unassign(&tx, kind, &alice, "24x7_access", Some("acme"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let group = world.groups["acme"];
    world.put_into(group, "alice").await;
    let id = group.to_string();
    world
        .assign(SubjectKind::Group, &id, "24x7_access", Some("acme"))
        .await;
    denied(&world, "mona@acme", remove(), "more_than_held").await;
    // Roles in other organizations do not matter; an administrator with the same roles may remove
    // the member.
    world
        .assign(
            SubjectKind::User,
            &world.id("mona"),
            "24x7_access",
            Some("acme"),
        )
        .await;
    world.assign(SubjectKind::User, &alice, "admin", None).await;
    let removed = world.change("mona@acme", "DELETE", &member, None).await;
    assert_eq!(removed.status, 204, "{}", removed.dump());
}

/// Checks that a role without permissions is assigned only by an administrator who has it: services
/// may trust the role by its name.
async fn marker_role_is_assigned_only_by_holder(stack: &Stack) {
    let world = World::new(stack).await;
    world.let_hold("carol", "24x7_access", &[]).await;
    let roles = "/api/admin/role-assignments";
    let give = || Some(assignment(&world, "user", "alice", "24x7_access"));
    denied(&world, "helper", ("POST", roles, give()), "more_than_held").await;
    let mark = "/api/admin/roles/24x7_access";
    for (method, body) in [
        ("PATCH", Some(json!({ "active": false }))),
        ("DELETE", None),
    ] {
        denied(&world, "helper", (method, mark, body), "more_than_held").await;
    }
    // Nor may a new role be created under a name that a policy may know, and then assigned.
    let new = json!({ "name": "on_call", "permissions": [] });
    ok(
        &world
            .call("helper", "POST", "/api/admin/roles", Some(&new))
            .await,
        201,
    );
    let own = assignment(&world, "user", "alice", "on_call");
    denied(
        &world,
        "helper",
        ("POST", roles, Some(own)),
        "more_than_held",
    )
    .await;
    // A global administrator may assign it, and so may an administrator with the role.
    ok(
        &world.call("admin", "POST", roles, give().as_ref()).await,
        201,
    );
    world
        .let_hold("carol", "giver", &["roles:read", "roles:assign"])
        .await;
    let bob = assignment(&world, "user", "bob", "24x7_access");
    ok(&world.call("carol", "POST", roles, Some(&bob)).await, 201);
}
