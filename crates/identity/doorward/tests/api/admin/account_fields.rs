//! Tests of accounts without a user name, of the latest sign-in, and of codes of groups.

use doorward_domain::model::{SubjectKind, UserId};
use doorward_store::repo;
use doorward_testkit::{Page, Stack, flows, flows_with};
use serde_json::{Value, json};

use super::world::World;
use crate::support::{body, errors, problem, sign_in};

const OPTIONAL: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__USERNAME", "optional")];
const STAFF: &[(&str, &str)] = &[("DOORWARD__ACCOUNTS__STAFF_ROLES", "manager")];
const USERS: &str = "/api/admin/users";
const GROUPS: &str = "/api/admin/groups";

flows!(
    account_needs_user_name_by_default,
    names_of_new_account_are_limited,
    roles_of_new_account_are_limited,
    sign_in_changes_last_login_but_no_version,
    group_has_code,
);
flows_with!(OPTIONAL; account_is_created_without_user_name);
flows_with!(STAFF; configured_role_makes_staff);

async fn create(world: &World<'_>, account: Value) -> Page {
    world.call("admin", "POST", USERS, Some(&account)).await
}

async fn account_needs_user_name_by_default(stack: &Stack) {
    let world = World::new(stack).await;
    for account in [
        json!({ "email": "new@example.org" }),
        json!({ "email": "new@example.org", "username": "" }),
    ] {
        let rejected = problem(&create(&world, account).await, 400, "invalid-input");
        assert_eq!(errors(&rejected)[0].0, "username", "{rejected}");
    }
}

async fn names_of_new_account_are_limited(stack: &Stack) {
    let world = World::new(stack).await;
    for field in ["first_name", "last_name"] {
        let mut account = json!({ "email": "new@example.org", "username": "new" });
        account[field] = json!("x".repeat(101));
        let rejected = problem(&create(&world, account).await, 400, "invalid-input");
        assert_eq!(errors(&rejected)[0].0, field, "{rejected}");
    }
}

async fn roles_of_new_account_are_limited(stack: &Stack) {
    let world = World::new(stack).await;
    let many: Vec<_> = (0..101).map(|number| format!("role{number}")).collect();
    let account =
        |roles| json!({ "email": "new@example.org", "username": "fresh", "roles": roles });
    let rejected = problem(
        &create(&world, account(json!(many))).await,
        400,
        "invalid-input",
    );
    assert_eq!(errors(&rejected)[0].0, "roles", "{rejected}");
    // A role is assigned once, however often it is named.
    let created = body(
        &create(&world, account(json!(vec!["manager"; 101]))).await,
        201,
    );
    let user = UserId::parse(created["id"].as_str().unwrap()).unwrap();
    let user = user.to_string();
    let given = repo::roles::assignments(world.db.read(), SubjectKind::User, &user);
    assert_eq!(given.await.unwrap().len(), 1);
}

async fn account_is_created_without_user_name(stack: &Stack) {
    let world = World::new(stack).await;
    for email in ["one@example.org", "two@example.org"] {
        let created = body(&create(&world, json!({ "email": email })).await, 201);
        assert_eq!(created["username"], Value::Null, "{created}");
    }
    let created = json!({ "email": "three@example.org", "username": "root" });
    let created = body(&create(&world, created).await, 201);
    assert_eq!(created["username"], "root", "an administrator may");
    let path = format!("{USERS}/{}", created["id"].as_str().unwrap());
    let change = json!({ "username": "" });
    let changed = body(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    assert_eq!(changed["username"], Value::Null);
}

async fn sign_in_changes_last_login_but_no_version(stack: &Stack) {
    let world = World::new(stack).await;
    let path = format!("{USERS}/{}", world.id("alice"));
    let before = world.call("admin", "GET", &path, None).await;
    let tag = before.header("etag").unwrap().to_owned();
    let before = body(&before, 200);
    assert_eq!(before["last_login"], Value::Null);
    assert_eq!(before["date_joined"], before["created_at"]);
    sign_in(stack, "alice").await;
    let after = body(&world.call("admin", "GET", &path, None).await, 200);
    assert!(after["last_login"].is_string(), "{after}");
    assert_eq!(after["updated_at"], before["updated_at"]);
    let change = json!({ "first_name": "Alicia" });
    let fields = [("if-match", tag.as_str())];
    let changed = world
        .call_with("admin", "PATCH", &path, Some(&change), &fields)
        .await;
    assert_eq!(body(&changed, 200)["first_name"], "Alicia");
}

async fn configured_role_makes_staff(stack: &Stack) {
    let world = World::new(stack).await;
    for (name, is_staff) in [("mona", true), ("alice", false)] {
        let path = format!("{USERS}/{}", world.id(name));
        let shown = body(&world.call("admin", "GET", &path, None).await, 200);
        assert_eq!(shown["is_staff"], is_staff, "{name}");
    }
}

async fn group_has_code(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({ "name": "desk", "code": "D.1" });
    let created = body(&world.call("admin", "POST", GROUPS, Some(&new)).await, 201);
    assert_eq!(created["code"], "D.1");
    let double = json!({ "name": "other", "code": "d.1" });
    let page = world.call("admin", "POST", GROUPS, Some(&double)).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    // Another organization may use the same code.
    let elsewhere = json!({ "name": "desk", "code": "D.1", "organization": "acme" });
    body(
        &world.call("admin", "POST", GROUPS, Some(&elsewhere)).await,
        201,
    );
    let malformed = json!({ "name": "other", "code": "d/1" });
    let page = world.call("admin", "POST", GROUPS, Some(&malformed)).await;
    assert_eq!(errors(&problem(&page, 400, "invalid-input"))[0].0, "code");

    let path = format!("{GROUPS}/{}", created["id"].as_str().unwrap());
    let kept = json!({ "description": "Desk" });
    let changed = body(
        &world.change("admin", "PATCH", &path, Some(&kept)).await,
        200,
    );
    assert_eq!(changed["code"], "D.1");
    let removed = json!({ "code": null });
    let changed = body(
        &world.change("admin", "PATCH", &path, Some(&removed)).await,
        200,
    );
    assert!(changed.get("code").is_none(), "{changed}");
    let page = world.call("admin", "POST", GROUPS, Some(&double)).await;
    assert_eq!(page.status, 201, "{}", page.dump());
}
