//! Lists come in pages whose cursors nobody can read or make (SECURITY IN-5).

use doorward_testkit::{Stack, both_backends};

use super::world::{World, ok, problem};

both_backends!(
    pages_follow_each_other,
    limits_and_cursors_are_held_to,
    every_list_answers
);

async fn pages_follow_each_other(stack: &Stack) {
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
        // The cursor tells nothing to who reads it.
        assert!(!next.contains(&world.id("alice")), "{next}");
        path = next.strip_prefix(stack.issuer()).unwrap().to_owned();
    }
    seen.sort();
    assert_eq!(seen, ["admin", "alice", "bob", "carol", "helper", "mona"]);
}

async fn limits_and_cursors_are_held_to(stack: &Stack) {
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
        let told = problem(
            &world.call("admin", "GET", &path, None).await,
            400,
            "invalid-input",
        );
        assert_eq!(told["errors"][0]["field"], "limit", "{limit}: {told}");
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
    // Forged, made up, of another list, of another person, with another filter.
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
        let told = problem(
            &world.call(who, "GET", &path, None).await,
            400,
            "invalid-input",
        );
        assert_eq!(told["errors"][0]["field"], "cursor", "{path}: {told}");
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
