//! Tests of `/api/admin/bulk`.

use doorward_testkit::{Stack, both_backends};
use serde_json::{Value, json};

use super::world::{World, ok};

both_backends!(
    users_are_changed_by_ids_or_filter,
    repeated_key_starts_nothing,
    malformed_change_is_rejected,
    service_changes_users,
    domain_of_addresses_is_changed,
);

const BULK: &str = "/api/admin/bulk";

async fn start(world: &World<'_>, who: &str, body: &Value) -> Value {
    let page = world.call(who, "POST", BULK, Some(body)).await;
    ok(&page, 201)
}

async fn users_are_changed_by_ids_or_filter(stack: &Stack) {
    let mut world = World::new(stack).await;
    for number in 0..3 {
        world.create_user(&format!("walker{number}")).await;
    }
    let body = json!({ "action": "disable", "filter": { "q": "walker" } });
    let made = start(&world, "admin", &body).await;
    let expected = json!(["done", 3, 3, 0]);
    let found = json!([made["state"], made["total"], made["done"], made["failed"]]);
    assert_eq!(found, expected, "{made}");
    let path = format!("{BULK}/{}", made["id"].as_str().unwrap());
    let page = world.call("admin", "GET", &path, None).await;
    assert_eq!(ok(&page, 200), made);
    let stop = format!("{path}/stop");
    let page = world.call("admin", "POST", &stop, None).await;
    assert_eq!(page.status, 409, "it has ended");
    assert_eq!(
        world.call("helper", "GET", &path, None).await.status,
        403,
        "it is of another administrator"
    );
    for (state, count) in [("active", 0), ("disabled", 3)] {
        let filter = json!({ "q": "walker", "state": state });
        let body = json!({ "action": "enable", "filter": filter });
        let made = start(&world, "admin", &body).await;
        let expected = json!(["done", count, count]);
        let found = json!([made["state"], made["total"], made["done"]]);
        assert_eq!(found, expected, "{made}");
    }

    let ids: Vec<String> = ["helper", "admin", "carol"]
        .map(|name| world.id(name))
        .into();
    let body = json!({ "action": "end_sessions", "ids": ids });
    let made = start(&world, "helper", &body).await;
    assert_eq!(json!([made["done"], made["failed"]]), json!([1, 2]));
    let mut failures = made["failures"].as_array().unwrap().clone();
    failures.sort_by_key(|failure| failure["reason"].to_string());
    let expected = [
        json!({ "user": world.id("admin"), "reason": "more_powerful" }),
        json!({ "user": world.id("helper"), "reason": "not_to_oneself" }),
    ];
    assert_eq!(failures, expected);

    let ids = ["carol", "admin"].map(|name| world.id(name));
    let body = json!({ "action": "verify_email", "ids": ids });
    let made = start(&world, "admin", &body).await;
    assert_eq!(made["failures"][0]["reason"], "not_to_oneself", "{made}");
    assert_eq!(made["done"], 1, "{made}");
    let carol = format!("/api/admin/users/{}", ids[0]);
    let page = world.call("admin", "GET", &carol, None).await;
    assert_eq!(ok(&page, 200)["email_verified"], true);

    // Owners of an organization reach its members only.
    let ids = [world.id("alice"), world.id("bob")];
    let group = world.groups["acme"].to_string();
    let body = json!({ "action": "add_to_group", "ids": ids, "group": group });
    let made = start(&world, "mona@acme", &body).await;
    assert_eq!(made["failures"][0]["user"], world.id("bob"), "{made}");
    assert_eq!(made["failures"][0]["reason"], "not_found", "{made}");
    assert_eq!(made["done"], 1, "{made}");
    let body = json!({ "action": "add_to_group", "ids": ids, "group": world.groups["zeta"] });
    let page = world.call("mona@acme", "POST", BULK, Some(&body)).await;
    assert_eq!(page.status, 404, "{}", page.dump());
}

async fn repeated_key_starts_nothing(stack: &Stack) {
    let world = World::new(stack).await;
    let body = json!({ "action": "end_sessions", "ids": [world.id("carol")] });
    let fields = [("idempotency-key", "bulk-1")];
    let send = async || {
        let sent = world.call_with("admin", "POST", BULK, Some(&body), &fields);
        ok(&sent.await, 201)
    };
    let first = send().await;
    assert_eq!(send().await, first);
    let events = stack.audit_events().await;
    let started = events.iter().filter(|event| {
        let change = event.detail.get("change").and_then(Value::as_str);
        change == Some("bulk change started")
    });
    assert_eq!(started.count(), 1);
}

async fn malformed_change_is_rejected(stack: &Stack) {
    let world = World::new(stack).await;
    let carol = world.id("carol");
    let many: Vec<String> = (0..51).map(|_| uuid::Uuid::now_v7().to_string()).collect();
    for (body, field) in [
        (json!({ "action": "delete", "ids": [carol] }), "action"),
        (json!({ "action": "disable" }), "ids"),
        (json!({ "action": "disable", "ids": [] }), "ids"),
        (json!({ "action": "disable", "ids": ["unknown"] }), "ids"),
        (json!({ "action": "disable", "ids": many }), "ids"),
        (
            json!({ "action": "disable", "ids": [carol], "filter": {} }),
            "ids",
        ),
        (
            json!({ "action": "disable", "filter": { "absent": "1" } }),
            "filter",
        ),
        (
            json!({ "action": "disable", "filter": { "state": "lost" } }),
            "filter",
        ),
        (json!({ "action": "add_to_group", "ids": [carol] }), "group"),
        (
            json!({ "action": "change_email_domain", "ids": [carol] }),
            "from_domain",
        ),
        (
            json!({
                "action": "change_email_domain", "ids": [carol],
                "from_domain": "old.example", "to_domain": "OLD.example",
            }),
            "to_domain",
        ),
    ] {
        let page = world.call("admin", "POST", BULK, Some(&body)).await;
        let problem = ok(&page, 400);
        let errors = problem["errors"].to_string();
        assert!(errors.contains(&format!("\"{field}\"")), "{body}: {errors}");
    }
}

async fn service_changes_users(stack: &Stack) {
    use doorward_domain::model::SubjectKind;
    let world = World::new(stack).await;
    let service = &stack.seed.service;
    world
        .assign(SubjectKind::Client, &service.id, "helper", None)
        .await;
    stack.clear_caches();
    let fields = [("grant_type", "client_credentials"), ("scope", "admin")];
    let token = stack.token(service, &fields).await.json();
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let body = json!({ "action": "end_sessions", "ids": [world.id("carol")] });
    let page = world.call_as(&token, "POST", BULK, Some(&body)).await;
    let made = ok(&page, 201);
    assert_eq!(made["started_by"], service.id.as_str(), "{made}");
    assert_eq!(made["done"], 1, "{made}");
}

async fn domain_of_addresses_is_changed(stack: &Stack) {
    let mut world = World::new(stack).await;
    for (number, email, is_verified) in [
        (0, "Al.Ice@old.example", true),
        (1, "be@old.example", false),
        (2, "be@new.example", true),
        (3, "ce@sub.old.example", false),
    ] {
        let name = format!("walker{number}");
        world.create_user(&name).await;
        let path = format!("/api/admin/users/{}", world.id(&name));
        let change = json!({ "email": email, "email_verified": is_verified });
        let page = world.change("admin", "PATCH", &path, Some(&change)).await;
        ok(&page, 200);
    }
    let mut body = json!({
        "action": "change_email_domain", "filter": { "q": "walker" },
        "from_domain": "OLD.example", "to_domain": "new.example", "notify": false,
    });
    let page = world.call("helper", "POST", BULK, Some(&body)).await;
    assert_eq!(page.status, 403, "the users must get mail: {}", page.dump());
    let made = start(&world, "admin", &body).await;
    let found = ["done", "failed", "from_domain", "to_domain", "notify"];
    let expected = json!([3, 1, "old.example", "new.example", false]);
    assert_eq!(json!(found.map(|name| &made[name])), expected, "{made}");
    let failures = json!([{ "user": world.id("walker1"), "reason": "taken" }]);
    assert_eq!(made["failures"], failures);
    for (number, expected) in [
        (0, json!(["Al.Ice@new.example", true])),
        (1, json!(["be@old.example", false])),
        (2, json!(["be@new.example", true])),
        (3, json!(["ce@sub.old.example", false])),
    ] {
        let path = format!("/api/admin/users/{}", world.id(&format!("walker{number}")));
        let user = ok(&world.call("admin", "GET", &path, None).await, 200);
        assert_eq!(json!([user["email"], user["email_verified"]]), expected);
    }
    // Users with more power are protected, and the same operation undoes it.
    (body["from_domain"], body["to_domain"]) = (json!("new.example"), json!("old.example"));
    body["notify"] = json!(true);
    let made = start(&world, "helper", &body).await;
    assert_eq!(
        json!([made["done"], made["failed"]]),
        json!([3, 1]),
        "{made}"
    );
}
