//! Tests of paginated lists whose cursors cannot be read or forged.

use std::collections::BTreeSet;

use doorward_domain::model::Role;
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends};
use serde_json::{Value, json};

use super::world::{World, ok, problem};
use crate::support::{call, post_as, sign_in};

both_backends!(
    pages_follow_by_cursor,
    limits_and_cursors_are_validated,
    every_list_answers,
    each_list_is_paged_completely,
    audit_events_have_address_and_user_agent,
    audit_events_are_filtered,
);

async fn pages_follow_by_cursor(stack: &Stack) {
    let world = World::new(stack).await;
    let mut path = "/api/admin/users?limit=2".to_owned();
    let mut seen = Vec::new();
    for _ in 0..9 {
        let page = world.call("admin", "GET", &path, None).await;
        let body = ok(&page, 200);
        for user in body["items"].as_array().unwrap() {
            seen.push(user["username"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = body["next_cursor"].as_str() else {
            assert_eq!(page.header("link"), None);
            break;
        };
        let link = page.header("link").unwrap();
        let next = link.strip_prefix('<').unwrap();
        let next = next.strip_suffix(">; rel=\"next\"").unwrap();
        assert!(next.contains(cursor), "{next}");
        // The cursor does not contain an ID in clear text.
        assert!(!next.contains(&world.id("alice")), "{next}");
        path = next.strip_prefix(stack.issuer()).unwrap().to_owned();
    }
    seen.sort();
    assert_eq!(seen, ["admin", "alice", "bob", "carol", "helper", "mona"]);
}

async fn limits_and_cursors_are_validated(stack: &Stack) {
    let world = World::new(stack).await;
    for limit in [
        "0",
        "-1",
        "201",
        "9223372036854775808",
        "1e1",
        "+1",
        "",
        "x",
    ] {
        if limit.is_empty() {
            continue;
        }
        let path = format!("/api/admin/users?limit={limit}");
        let received = problem(
            &world.call("admin", "GET", &path, None).await,
            400,
            "invalid-input",
        );
        assert_eq!(
            received["errors"][0]["field"], "limit",
            "{limit}: {received}"
        );
    }
    ok(
        &world
            .call("admin", "GET", "/api/admin/users?limit=200", None)
            .await,
        200,
    );
    let first = ok(
        &world
            .call("admin", "GET", "/api/admin/users?limit=1", None)
            .await,
        200,
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let forged = format!("{}A", &cursor[..cursor.len() - 1]);
    let forged = if forged == cursor {
        format!("{}B", &cursor[..cursor.len() - 1])
    } else {
        forged
    };
    // Cursors that are forged, made up, of another list, of another user, with another filter.
    for (who, path) in [
        ("admin", format!("/api/admin/users?cursor={forged}")),
        ("admin", "/api/admin/users?cursor=AAAA".to_owned()),
        ("admin", "/api/admin/users?cursor=%27%20OR%201=1".to_owned()),
        ("admin", format!("/api/admin/groups?cursor={cursor}")),
        ("helper", format!("/api/admin/users?cursor={cursor}")),
        (
            "admin",
            format!("/api/admin/groups?organization=acme&cursor={cursor}"),
        ),
    ] {
        let received = problem(
            &world.call(who, "GET", &path, None).await,
            400,
            "invalid-input",
        );
        assert_eq!(
            received["errors"][0]["field"], "cursor",
            "{path}: {received}"
        );
    }
    let unknown = world
        .call("admin", "GET", "/api/admin/users?page=2", None)
        .await;
    problem(&unknown, 400, "invalid-input");
}

async fn every_list_answers(stack: &Stack) {
    let world = World::new(stack).await;
    let sessions = format!("sessions?user={}", world.id("admin"));
    for list in [
        "users",
        "roles",
        "permissions",
        "role-assignments",
        "groups",
        "organizations",
        "clients",
        "keys",
        "audit",
        &sessions,
        "organizations/acme/members",
    ] {
        let page = world
            .call("admin", "GET", &format!("/api/admin/{list}"), None)
            .await;
        let body = ok(&page, 200);
        let items = body["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{list}");
        assert!(!body.to_string().contains("secret_hash"), "{list}: {body}");
    }
}

async fn audit_events_have_address_and_user_agent(stack: &Stack) {
    let world = World::new(stack).await;
    let agent = "Probe/1.0 (audit)";
    let wrong = json!({ "username": "alice", "password": "not-the-password" });
    let request = call(stack, "POST", "/api/auth/login").json(&wrong);
    let page = request.header("user-agent", agent).send().await;
    assert_eq!(page.status, 401, "{}", page.dump());
    let page = world.call("admin", "GET", "/api/admin/audit", None).await;
    let body = ok(&page, 200);
    let mut events = body["items"].as_array().unwrap().iter();
    let event = events.find(|event| event["kind"] == "login.failed");
    let event = event.expect("the failed sign-in");
    assert_eq!(event["user_agent"], agent, "{event}");
    assert!(event["ip"].is_string(), "{event}");
}

async fn audit_events_are_filtered(stack: &Stack) {
    let world = World::new(stack).await;
    let id = &stack.seed.web.id;
    let change = json!({ "name": "Renamed" });
    let path = format!("/api/admin/clients/{id}");
    ok(
        &world.change("admin", "PATCH", &path, Some(&change)).await,
        200,
    );
    let admin = world.id("admin");
    let later = "2999-01-01T00:00:00Z";
    for (query, count) in [
        (format!("actor=admin&subject={id}"), 1),
        (format!("actor={admin}&client_id={id}"), 1),
        (format!("actor=admin&client_id={id}&until={later}"), 1),
        (format!("actor=admin&client_id={id}&since={later}"), 0),
        (format!("actor=alice&client_id={id}"), 0),
        (format!("about=admin&kind=client.changed&subject={id}"), 1),
        ("kind=client.changed&ip=192.0.2.77".to_owned(), 0),
    ] {
        let path = format!("/api/admin/audit?{query}");
        let found = ok(&world.call("admin", "GET", &path, None).await, 200);
        let items = found["items"].as_array().unwrap();
        assert_eq!(items.len(), count, "{query}: {found}");
        let is_change = |item: &Value| item["kind"] == "client.changed";
        assert!(items.iter().all(is_change), "{query}: {found}");
    }
    for query in ["kind=lost", "since=yesterday", "until=now"] {
        let path = format!("/api/admin/audit?{query}");
        let page = world.call("admin", "GET", &path, None).await;
        let received = problem(&page, 400, "invalid-input");
        let name = query.split('=').next().unwrap();
        assert_eq!(received["errors"][0]["field"], name, "{received}");
    }
}

/// Checks that pages of two contain each item of the list exactly once.
async fn each_list_is_paged_completely(stack: &Stack) {
    let world = World::new(stack).await;
    world.token_with("admin", "openid").await;
    let tokens = sign_in(stack, "admin").await;
    for name in ["a", "b", "c"] {
        let wish = json!({ "name": name, "scopes": ["tasks:read"] });
        let created = post_as(stack, &tokens.access, "/api/auth/api-keys", wish).await;
        ok(&created, 201);
        let new = json!({ "slug": format!("new-{name}"), "name": "New" });
        let path = "/api/admin/organizations";
        ok(&world.call("admin", "POST", path, Some(&new)).await, 201);
    }
    let group = world.groups[""];
    for name in ["alice", "bob", "carol", "mona", "helper"] {
        world.put_into(group, name).await;
        let member = format!("/api/admin/organizations/acme/members/{}", world.id(name));
        let owner = json!({ "owner": name == "mona" });
        let put = world.call("admin", "PUT", &member, Some(&owner)).await;
        ok(&put, 200);
    }
    let admin = world.id("admin");
    for list in [
        "users".to_owned(),
        "roles".to_owned(),
        "permissions".to_owned(),
        "role-assignments".to_owned(),
        "groups".to_owned(),
        "organizations".to_owned(),
        "clients".to_owned(),
        "audit".to_owned(),
        format!("sessions?user={admin}"),
        format!("api-keys?user={admin}"),
        "organizations/acme/members".to_owned(),
        format!("groups/{group}/members"),
    ] {
        let path = format!("/api/admin/{list}");
        let joined = if list.contains('?') { '&' } else { '?' };
        let whole = ok(
            &world
                .call("admin", "GET", &format!("{path}{joined}limit=200"), None)
                .await,
            200,
        );
        assert_eq!(whole.get("next_cursor"), None, "{list}");
        let whole = whole["items"].as_array().unwrap().clone();
        assert!(whole.len() > 2, "{list}: {whole:?}");
        let seen = walk(&world, format!("{path}{joined}limit=2")).await;
        assert_eq!(seen, whole, "{list}");
    }
    // More items than the maximum page size.
    let tx = world.db.begin_write().await.unwrap();
    for number in 0..205 {
        let role = Role {
            name: format!("many-{number:03}"),
            description: String::new(),
            active: true,
            permissions: BTreeSet::from(["users:read".to_owned()]),
        };
        repo::roles::upsert(&tx, &role).await.unwrap();
    }
    tx.commit().await.unwrap();
    let roles = walk(&world, "/api/admin/roles?limit=200".to_owned()).await;
    let many = |item: &&Value| item["name"].as_str().unwrap().starts_with("many-");
    let many: Vec<_> = roles.iter().filter(many).collect();
    assert_eq!(many.len(), 205);
    assert!(
        many.iter()
            .all(|item| item["permissions"] == json!(["users:read"]))
    );
    // There is one signing key of each algorithm.
    let keys = walk(&world, "/api/admin/keys?limit=1".to_owned()).await;
    assert_eq!(keys.len(), 4);
}

/// Returns all items of a list, page by page.
async fn walk(world: &World<'_>, mut path: String) -> Vec<Value> {
    let mut seen = Vec::new();
    for _ in 0..200 {
        let page = world.call("admin", "GET", &path, None).await;
        let body = ok(&page, 200);
        seen.extend(body["items"].as_array().unwrap().iter().cloned());
        let Some(link) = page.header("link") else {
            assert_eq!(body.get("next_cursor"), None, "{path}");
            return seen;
        };
        let next = link.strip_prefix('<').unwrap();
        let next = next.strip_suffix(">; rel=\"next\"").unwrap();
        next.strip_prefix(world.stack.issuer())
            .unwrap()
            .clone_into(&mut path);
    }
    panic!("{path} has too many pages");
}
