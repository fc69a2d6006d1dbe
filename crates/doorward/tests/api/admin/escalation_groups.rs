//! Tests that administrators change neither the roles nor the department of a group that they are
//! in, and that only an administrator with the group's permissions removes them.

use doorward_domain::model::SubjectKind;
use doorward_store::repo;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::escalation::{assignment, denied};
use super::world::{World, ok, problem};

flows!(
    administrator_cannot_change_own_department,
    administrator_cannot_raise_own_group,
    group_removal_requires_permissions_of_group,
    last_administrator_by_group_remains,
);

async fn make(world: &World<'_>, body: Value) -> String {
    let created = world
        .call("admin", "POST", "/api/admin/groups", Some(&body))
        .await;
    ok(&created, 201)["id"].as_str().unwrap().to_owned()
}

/// Checks that administrators do not rename or move their own group, whose path policies compare.
async fn administrator_cannot_change_own_department(stack: &Stack) {
    let world = World::new(stack).await;
    let sales = world.groups[""];
    world.put_into(sales, "helper").await;
    let path = format!("/api/admin/groups/{sales}");
    let rename = || Some(json!({ "name": "engineering" }));
    denied(
        &world,
        "helper",
        ("PATCH", &path, rename()),
        "not_to_oneself",
    )
    .await;
    // Nor may they move it below another group or to the root.
    let top = make(&world, json!({ "name": "company" })).await;
    let under = json!({ "parent": top });
    ok(
        &world.change("admin", "PATCH", &path, Some(&under)).await,
        200,
    );
    let top = format!("/api/admin/groups/{top}");
    denied(
        &world,
        "helper",
        ("PATCH", &top, rename()),
        "not_to_oneself",
    )
    .await;
    let out = Some(json!({ "parent": null }));
    denied(&world, "helper", ("PATCH", &path, out), "not_to_oneself").await;
    let named = world
        .change("admin", "PATCH", &top, rename().as_ref())
        .await;
    assert_eq!(ok(&named, 200)["path"], "/engineering");
}

async fn administrator_cannot_raise_own_group(stack: &Stack) {
    let world = World::new(stack).await;
    let sales = world.groups[""];
    world.put_into(sales, "helper").await;
    // A role that the administrators have, assigned to their own group or to its parent.
    let roles = "/api/admin/role-assignments";
    let own = assignment(&world, "group", &sales.to_string(), "helper");
    denied(
        &world,
        "helper",
        ("POST", roles, Some(own)),
        "not_to_oneself",
    )
    .await;
    let other = make(&world, json!({ "name": "company" })).await;
    let given = assignment(&world, "group", &other, "helper");
    ok(
        &world.call("helper", "POST", roles, Some(&given)).await,
        201,
    );
    let path = format!("/api/admin/groups/{sales}");
    let under = Some(json!({ "parent": other }));
    denied(&world, "helper", ("PATCH", &path, under), "not_to_oneself").await;
    // Nor may they make themselves the manager.
    for path in [path, format!("/api/admin/groups/{other}")] {
        let lead = Some(json!({ "manager": world.id("helper") }));
        denied(&world, "helper", ("PATCH", &path, lead), "not_to_oneself").await;
    }
    let new = json!({ "name": "mine", "manager": world.id("helper") });
    let request = ("POST", "/api/admin/groups", Some(new));
    denied(&world, "helper", request, "not_to_oneself").await;
}

async fn group_removal_requires_permissions_of_group(stack: &Stack) {
    let world = World::new(stack).await;
    let sales = world.groups[""];
    world.put_into(sales, "alice").await;
    world
        .assign(SubjectKind::Group, &sales.to_string(), "manager", None)
        .await;
    let group = format!("/api/admin/groups/{sales}");
    denied(&world, "helper", ("DELETE", &group, None), "more_than_held").await;
    let alice = format!("{group}/members/{}", world.id("alice"));
    denied(&world, "helper", ("DELETE", &alice, None), "more_than_held").await;
    // Nor may they move the group away from the parent that gives the role.
    let below = make(
        &world,
        json!({ "name": "below", "parent": sales.to_string() }),
    )
    .await;
    let below = format!("/api/admin/groups/{below}");
    let out = Some(json!({ "parent": null }));
    denied(&world, "helper", ("PATCH", &below, out), "more_than_held").await;
    // Nor may they rename it, which frees its path for another group, alone or with the group above.
    let top = make(&world, json!({ "name": "company" })).await;
    let top = format!("/api/admin/groups/{top}");
    let rename = || Some(json!({ "name": "former" }));
    denied(
        &world,
        "helper",
        ("PATCH", &group, rename()),
        "more_than_held",
    )
    .await;
    let under = json!({ "parent": top.rsplit('/').next() });
    ok(
        &world.change("admin", "PATCH", &group, Some(&under)).await,
        200,
    );
    denied(
        &world,
        "helper",
        ("PATCH", &top, rename()),
        "more_than_held",
    )
    .await;
    for path in [below, group] {
        let removed = world.change("admin", "DELETE", &path, None).await;
        assert_eq!(removed.status, 204, "{}", removed.dump());
    }
}

async fn last_administrator_by_group_remains(stack: &Stack) {
    let world = World::new(stack).await;
    let sales = world.groups[""];
    let below = make(
        &world,
        json!({ "name": "below", "parent": sales.to_string() }),
    )
    .await;
    let below_id = doorward_domain::model::GroupId::parse(&below).unwrap();
    world.put_into(below_id, "alice").await;
    world
        .assign(SubjectKind::Group, &sales.to_string(), "admin", None)
        .await;
    let tx = world.db.begin_write().await.unwrap();
    let admin = world.id("admin");
    repo::roles::unassign(&tx, SubjectKind::User, &admin, "admin", None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    // alice is the only administrator, through the parent of her group.
    let (below, group) = (
        format!("/api/admin/groups/{below}"),
        format!("/api/admin/groups/{sales}"),
    );
    let member = format!("{below}/members/{}", world.id("alice"));
    let roles =
        repo::roles::assignments(world.db.read(), SubjectKind::Group, &sales.to_string()).await;
    let given = format!("/api/admin/role-assignments/{}", roles.unwrap()[0].id);
    for path in [&below, &member, &given] {
        let page = world.change("alice", "DELETE", path, None).await;
        problem(&page, 409, "still-needed");
    }
    // Other members may leave, because an administrator remains.
    let carol = format!("/api/admin/users/{}", world.id("carol"));
    let off = json!({ "disabled": true });
    ok(
        &world.change("alice", "PATCH", &carol, Some(&off)).await,
        200,
    );
    // With a second administrator in the parent group, the first may leave.
    world.put_into(sales, "bob").await;
    let left = world.change("bob", "DELETE", &member, None).await;
    assert_eq!(left.status, 204, "{}", left.dump());
    problem(
        &world.change("bob", "DELETE", &group, None).await,
        400,
        "invalid-input",
    );
}
