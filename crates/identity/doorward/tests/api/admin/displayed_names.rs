//! Names that administrators give: with a part of the permissions, and with the role `admin`.

use doorward_testkit::{Stack, flows};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

flows!(
    names_of_helper_and_administrator,
    reserved_names_of_users_are_given_by_administrators,
    urls_of_clients_of_helper_are_on_own_hosts
);

/// A name, and true if a helper and the role `admin` may give it.
const NAMES: &[(&str, bool, bool)] = &[
    ("Photo Book", true, true),
    ("写真帳", true, true),
    ("שלום", true, true),
    ("Doorward", false, true),
    ("D\u{43e}\u{43e}rward", false, false),
    ("Support Team", false, true),
    ("P\u{430}ypal", false, true),
    ("The trusted-app", false, true),
    ("a\u{202e}b", false, false),
    ("a\u{200b}b", false, false),
    ("a\u{e0041}b", false, false),
    ("\u{3164}", false, false),
    ("a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", false, false),
];

fn client(name: &str) -> Value {
    json!({
        "name": name, "kind": "public", "redirect_uris": ["https://app.example/cb"],
    })
}

async fn names_of_helper_and_administrator(stack: &Stack) {
    let world = World::new(stack).await;
    for (at, (name, by_helper, by_admin)) in NAMES.iter().enumerate() {
        for (who, may) in [("helper", by_helper), ("admin", by_admin)] {
            let organization = json!({ "slug": format!("{who}-{at}"), "name": name });
            let requests = [
                ("/api/admin/organizations", organization),
                ("/api/admin/clients", client(name)),
            ];
            for (path, body) in requests {
                // Only names of clients are compared with those of other clients.
                let is_free = path.ends_with("organizations") && name.contains("trusted");
                let page = world.call(who, "POST", path, Some(&body)).await;
                if *may || is_free {
                    ok(&page, 201);
                } else {
                    problem(&page, 400, "invalid-input");
                }
            }
        }
    }
    // Names that others read.
    let hidden = "a\u{202e}b";
    let alice = format!("/api/admin/users/{}", world.id("alice"));
    for (path, body) in [
        (alice.as_str(), json!({ "first_name": hidden })),
        (alice.as_str(), json!({ "last_name": hidden })),
        ("/api/admin/organizations/acme", json!({ "name": hidden })),
        ("/api/admin/roles/helper", json!({ "description": hidden })),
    ] {
        let page = world.change("admin", "PATCH", path, Some(&body)).await;
        problem(&page, 400, "invalid-input");
    }
}

async fn urls_of_clients_of_helper_are_on_own_hosts(stack: &Stack) {
    let world = World::new(stack).await;
    let path = "/api/admin/clients";
    for member in ["backchannel_logout_uri", "jwks_uri"] {
        let mut body = client(&format!("Photo Book {member}"));
        body[member] = json!("https://victim.example/x");
        let page = world.call("helper", "POST", path, Some(&body)).await;
        let found = problem(&page, 400, "invalid-input");
        assert!(found.to_string().contains("redirect URI"), "{found}");
        let created = ok(&world.call("admin", "POST", path, Some(&body)).await, 201);
        // The administrator chose the host: others may change the client.
        let own = format!("{path}/{}", created["id"].as_str().unwrap());
        let change = json!({ "name": format!("Albums {member}") });
        ok(
            &world.change("helper", "PATCH", &own, Some(&change)).await,
            200,
        );
        let change = json!({ member: "https://victim.example/y" });
        let page = world.change("helper", "PATCH", &own, Some(&change)).await;
        problem(&page, 400, "invalid-input");
    }
}

/// Checks that the names which users cannot choose are given by the role `admin` alone.
async fn reserved_names_of_users_are_given_by_administrators(stack: &Stack) {
    let world = World::new(stack).await;
    let users = "/api/admin/users";
    let carol = format!("{users}/{}", world.id("carol"));
    for (at, name) in ["support", "adm1n", "doorward_", "support-team", "root"]
        .into_iter()
        .enumerate()
    {
        let new = json!({ "username": name, "email": format!("new{at}@example.org") });
        let page = world.call("helper", "POST", users, Some(&new)).await;
        problem(&page, 400, "invalid-input");
        let renamed = json!({ "username": name });
        let page = world
            .change("helper", "PATCH", &carol, Some(&renamed))
            .await;
        problem(&page, 400, "invalid-input");
        ok(&world.call("admin", "POST", users, Some(&new)).await, 201);
    }
    let mixed = "P\u{430}ypal";
    for field in ["first_name", "last_name"] {
        let mut change = json!({});
        change[field] = json!(mixed);
        let page = world.change("helper", "PATCH", &carol, Some(&change)).await;
        problem(&page, 400, "invalid-input");
        ok(
            &world.change("admin", "PATCH", &carol, Some(&change)).await,
            200,
        );
        // A name that an administrator gave may stay.
        ok(
            &world.change("helper", "PATCH", &carol, Some(&change)).await,
            200,
        );
    }
    let renamed = json!({ "username": "support-desk" });
    ok(
        &world.change("admin", "PATCH", &carol, Some(&renamed)).await,
        200,
    );
    ok(
        &world
            .change("helper", "PATCH", &carol, Some(&renamed))
            .await,
        200,
    );
}
