//! Tests that owners of an organization add no users by themselves, and see none outside it. The tests of delegation in
//! `admin` have the other rules of ownership.

use doorward_domain::model::SubjectKind;
use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(owner_cannot_add_users_as_members);

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
