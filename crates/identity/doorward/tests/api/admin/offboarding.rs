//! Tests of the departure of a user by the API: a successor takes over, with the same use case as the
//! command line.

use doorward_testkit::{Page, Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(successor_takes_over, departure_is_checked);

const MONA: &str = "mona@example.org";

async fn read(world: &World<'_>, path: &str) -> Page {
    world.call("admin", "GET", path, None).await
}

fn kinds(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|item| item["kind"].as_str().unwrap()).collect()
}

async fn successor_takes_over(stack: &Stack) {
    let world = World::new(stack).await;
    let user = format!("/api/admin/users/{}", world.id("mona"));
    let offboard = format!("{user}/offboard");
    let new = json!({ "name": "team", "organization": "acme", "manager": world.id("mona") });
    let group = world.call("admin", "POST", "/api/admin/groups", Some(&new));
    let group = ok(&group.await, 201);
    world.token("mona@acme").await;
    stack.wait_for_jobs().await;
    let mails = stack.mails(MONA).await.len();
    let mut body = json!({ "successor": world.id("carol"), "dry_run": true, "notify": false });
    let plan = world.change("admin", "POST", &offboard, Some(&body)).await;
    let plan = ok(&plan, 200);
    assert_eq!(kinds(&plan["moved"]), ["organization", "group"], "{plan}");
    assert_eq!(plan["moved"][1]["id"], group["id"], "{plan}");
    assert_eq!(
        json!([plan["dry_run"], plan["was_active"]]),
        json!([true, true])
    );
    let page = read(&world, &user).await;
    assert_eq!(page.json()["disabled"], false);
    let tag = page.header("etag").unwrap().to_owned();

    body["dry_run"] = json!(false);
    let stale = [("if-match", "\"stale\"")];
    let page = world.call_with("admin", "POST", &offboard, Some(&body), &stale);
    problem(&page.await, 412, "changed-meanwhile");
    // The version is that of the account, although others change with it.
    let seen = [("if-match", tag.as_str())];
    let done = world.call_with("admin", "POST", &offboard, Some(&body), &seen);
    let done = ok(&done.await, 200);
    assert_eq!(kinds(&done["moved"]), kinds(&plan["moved"]), "{done}");
    let results = json!([plan["moved"][0]["result"], done["moved"][0]["result"]]);
    assert_eq!(results, json!(["moves", "moved"]));
    let role = json!([{
        "kind": "role", "name": "manager", "result": "manual",
        "to_do": "doorward role assign --user carol --role manager",
    }]);
    assert_eq!(done["left"], role, "{done}");
    assert_eq!(
        done["ended"]["sessions"], plan["ended"]["sessions"],
        "{done}"
    );
    assert!(done["ended"]["sessions"].as_u64() > Some(0), "{done}");
    assert_eq!(done["successor"], world.id("carol"));
    assert_eq!(read(&world, &user).await.json()["disabled"], true);
    let group = format!("/api/admin/groups/{}", group["id"].as_str().unwrap());
    let group = read(&world, &group).await.json();
    assert_eq!(group["manager"], world.id("carol"));
    assert!(world.has_event("user.changed", "admin", "changed").await);
    let moved = world.has_event("organization.changed", "admin", "member set");
    assert!(moved.await);
    stack.wait_for_jobs().await;
    assert_eq!(stack.mails(MONA).await.len(), mails);

    let again = world.change("admin", "POST", &offboard, Some(&body)).await;
    let again = ok(&again, 200);
    assert_eq!(
        json!([again["was_active"], again["moved"]]),
        json!([false, []])
    );
    assert_eq!(again["left"], role, "{again}");
}

async fn departure_is_checked(stack: &Stack) {
    let world = World::new(stack).await;
    let mona = format!("/api/admin/users/{}/offboard", world.id("mona"));
    let admin = format!("/api/admin/users/{}/offboard", world.id("admin"));
    let nothing = json!({});
    let page = world.call("admin", "POST", &mona, Some(&nothing)).await;
    problem(&page, 428, "version-required");
    let group = world.groups["acme"].to_string();
    for wrong in [world.id("mona"), "mona".to_owned(), group] {
        let body = json!({ "successor": wrong });
        let page = world.change("admin", "POST", &mona, Some(&body)).await;
        let received = problem(&page, 400, "invalid-input");
        assert_eq!(received["errors"][0]["field"], "successor", "{received}");
    }
    // Administrators do not take over themselves, and do not leave by their own decision.
    let oneself = json!({ "successor": world.id("admin") });
    for (path, body) in [(&mona, &oneself), (&admin, &nothing)] {
        let page = world.change("admin", "POST", path, Some(body)).await;
        let received = problem(&page, 403, "permission-denied");
        assert_eq!(received["rule"], "not_to_oneself", "{received}");
    }
    let page = world.change("helper", "POST", &mona, Some(&nothing)).await;
    let received = problem(&page, 403, "permission-denied");
    assert_eq!(received["missing"], json!(["admin"]), "{received}");

    let alone = world.change("admin", "POST", &mona, Some(&nothing)).await;
    let alone = ok(&alone, 200);
    let left = json!([{
        "kind": "organization", "name": "acme", "result": "no_successor",
        "to_do": "doorward org add-member --owner --user USER acme",
    }]);
    assert_eq!(alone["left"], left, "{alone}");
}
