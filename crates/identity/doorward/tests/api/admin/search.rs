//! Tests of the parameter `q` of lists: search by prefix, page by page.

use doorward_testkit::{Stack, both_backends};
use serde_json::{Value, json};

use super::world::{World, ok};

both_backends!(
    users_are_searched_by_prefix,
    search_is_paged_by_cursor,
    clients_are_searched_within_name_and_id,
    owner_finds_only_members,
);

/// Returns a member of all items on a page.
async fn items(world: &World<'_>, who: &str, path: &str, member: &str) -> Vec<String> {
    let found = ok(&world.call(who, "GET", path, None).await, 200);
    let items = found["items"].as_array().unwrap().iter();
    let text = |item: &Value| item[member].as_str().unwrap().to_owned();
    items.map(text).collect()
}

async fn users_are_searched_by_prefix(stack: &Stack) {
    let world = World::new(stack).await;
    for (text, expected) in [
        ("car", vec!["carol"]),
        ("CAROL@EXAMPLE", vec!["carol"]),
        ("nobody", vec![]),
        ("%25", vec![]),
    ] {
        let path = format!("/api/admin/users?q={text}");
        assert_eq!(items(&world, "admin", &path, "username").await, expected);
    }
    // Without a text, every user is listed.
    let all = items(&world, "admin", "/api/admin/users?q=", "username").await;
    assert!(all.len() >= 6, "{all:?}");
    // A new name is found.
    let path = format!("/api/admin/users/{}", world.id("carol"));
    let body = json!({ "first_name": "Quinn" });
    ok(
        &world.change("admin", "PATCH", &path, Some(&body)).await,
        200,
    );
    let path = "/api/admin/users?q=quin";
    assert_eq!(items(&world, "admin", path, "username").await, ["carol"]);
    // So is a family name, alone and after the given name, in any case.
    let path = format!("/api/admin/users/{}", world.id("carol"));
    let body = json!({ "last_name": "Ödegård Smith" });
    ok(
        &world.change("admin", "PATCH", &path, Some(&body)).await,
        200,
    );
    for text in ["%C3%96DEG", "%C3%B6degard%20", "quinn%20%C3%B6", "smith"] {
        let path = format!("/api/admin/users?q={text}");
        let expected = matches!(text, "%C3%96DEG" | "quinn%20%C3%B6");
        let found = items(&world, "admin", &path, "username").await;
        assert_eq!(found.len(), usize::from(expected), "{text}: {found:?}");
    }
}

async fn search_is_paged_by_cursor(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..5 {
        world.create_user(&format!("walker{number}")).await;
    }
    let (mut path, mut seen) = ("/api/admin/users?limit=2&q=walker".to_owned(), Vec::new());
    for _ in 0..5 {
        let page = ok(&world.call("admin", "GET", &path, None).await, 200);
        let items = page["items"].as_array().unwrap().iter();
        seen.extend(items.map(|item| item["username"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/api/admin/users?limit=2&q=walker&cursor={cursor}");
        // The cursor belongs to this search.
        let other = path.replace("q=walker", "q=walk");
        let page = world.call("admin", "GET", &other, None).await;
        assert_eq!(page.status, 400, "{}", page.dump());
    }
    let expected: Vec<_> = (0..5).map(|number| format!("walker{number}")).collect();
    assert_eq!(seen, expected);
}

async fn clients_are_searched_within_name_and_id(stack: &Stack) {
    let world = World::new(stack).await;
    let new = json!({ "id": "quokka", "name": "Zebra", "kind": "public",
                      "redirect_uris": ["https://app.example/cb"] });
    let list = "/api/admin/clients";
    ok(&world.call("admin", "POST", list, Some(&new)).await, 201);
    for text in ["quo", "zEb", "okka", "BRA"] {
        let path = format!("{list}?q={text}");
        assert_eq!(
            items(&world, "admin", &path, "id").await,
            ["quokka"],
            "{text}"
        );
    }
    let path = format!("{list}?q=kakuq");
    assert!(items(&world, "admin", &path, "id").await.is_empty());
}

async fn owner_finds_only_members(stack: &Stack) {
    let world = World::new(stack).await;
    let path = "/api/admin/users?q=mona";
    assert_eq!(items(&world, "mona@acme", path, "username").await, ["mona"]);
    let path = "/api/admin/users?q=bob";
    assert!(
        items(&world, "mona@acme", path, "username")
            .await
            .is_empty()
    );
}
