//! Tests of `/api/admin/system`, `/api/admin/jobs` and `/api/admin/lockouts`.

use doorward_access::clock::Clock as _;
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends, flows};
use serde_json::json;

use super::world::{World, ok};
use crate::console::objects::{failed_job, lock_out};
use crate::console::support::{browser, open};

both_backends!(overdue_step_of_cleanup_is_named,);
flows!(
    state_and_configuration_are_read,
    jobs_are_listed_and_retried,
    lockout_is_listed_and_ended,
);

async fn state_and_configuration_are_read(stack: &Stack) {
    let world = World::new(stack).await;
    let get = async |path: &str| {
        let page = world.call("admin", "GET", path, None).await;
        ok(&page, 200)
    };
    let state = get("/api/admin/system").await;
    assert_eq!(state["version"], env!("CARGO_PKG_VERSION"), "{state}");
    assert_eq!(state["writable"], true, "{state}");
    assert_eq!(state["migrations_missing"], json!([]), "{state}");
    assert_eq!(state["mail"], "stored", "{state}");
    let page = get("/api/admin/system/configuration?limit=200").await;
    let settings = page["items"].as_array().unwrap();
    let found = settings.iter().find(|item| item["key"] == "secret_key");
    let expected = json!({
        "key": "secret_key", "secret": true, "set": true,
        "source": "environment DOORWARD_SECRET_KEY",
    });
    assert_eq!(found, Some(&expected));
    let key = stack.config().secret_key.as_ref().unwrap();
    assert!(!page.to_string().contains(key.expose()));

    let path = "/api/admin/system/test-mail";
    let page = world.call("admin", "POST", path, None).await;
    assert_eq!(page.status, 202, "{}", page.dump());
    let change = "test mail sent";
    assert!(world.has_event("system.changed", "admin", change).await);
    for (to, status) in [("someone", 400), (" new.relay@example.net ", 202)] {
        let body = json!({ "to": to });
        let page = world.call("admin", "POST", path, Some(&body)).await;
        assert_eq!(page.status, status, "{}", page.dump());
    }
    let mails = stack.mails("new.relay@example.net").await;
    assert_eq!(mails[0].subject, "Test mail", "{mails:?}");
    let events = stack.audit_events().await;
    let sent = events.iter().rev().find_map(|event| event.detail.get("to"));
    assert_eq!(sent, Some(&json!("n…@example.net")));
}

async fn overdue_step_of_cleanup_is_named(stack: &Stack) {
    let world = World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let overdue = async || {
        let page = world.call("admin", "GET", "/api/admin/system", None).await;
        ok(&page, 200)["cleanup_overdue"].clone()
    };
    let problems = async || {
        let page = open(stack, &admin, "/admin/system").await;
        let states = page.texts_of("tbody .pill").into_iter();
        (
            states.filter(|state| state.trim() == "Problem").count(),
            page,
        )
    };
    assert_eq!(overdue().await, json!([]));
    let (before, _) = problems().await;
    let now = stack.clock.now();
    let tx = world.db.begin_write().await.unwrap();
    for (name, age) in [("retired step", 3_601), ("recent step", 3_599)] {
        repo::cleanup_steps::record(&tx, &[(name, true)], now - age)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(overdue().await, json!(["retired step"]));
    let (after, page) = problems().await;
    assert_eq!(after, before + 1, "{}", page.dump());
    assert!(page.text().contains("retired step"), "{}", page.dump());
}

async fn jobs_are_listed_and_retried(stack: &Stack) {
    let world = World::new(stack).await;
    let id = failed_job(&world).await.to_string();
    let page = world.call("admin", "GET", "/api/admin/jobs?failed=true", None);
    let found = ok(&page.await, 200);
    assert_eq!(found["items"][0]["id"], id, "{found}");
    assert_eq!(found["items"][0]["state"], "failed", "{found}");
    assert_eq!(found["items"][0]["last_error"], "550 no such mailbox");
    let page = world.call("admin", "GET", "/api/admin/jobs?failed=lost", None);
    let wrong = ok(&page.await, 400);
    assert!(wrong["errors"].to_string().contains("failed"), "{wrong}");
    let path = format!("/api/admin/jobs/{id}/retry");
    let page = world.call("admin", "POST", &path, None).await;
    assert_eq!(page.status, 202, "{}", page.dump());
    assert!(
        world
            .has_event("system.changed", "admin", "job retried")
            .await
    );
    let path = "/api/admin/jobs/retry";
    let page = world.call("admin", "POST", path, None).await;
    assert_eq!(page.status, 409, "{}", page.dump());
    failed_job(&world).await;
    // A job that was created in this second is not retried.
    stack.clock.advance(1);
    let page = world.call("admin", "POST", path, None).await;
    // The worker may have failed the first one again.
    let retried = ok(&page, 200)["retried"].as_u64();
    assert!(matches!(retried, Some(1 | 2)), "{retried:?}");
}

async fn lockout_is_listed_and_ended(stack: &Stack) {
    let world = World::new(stack).await;
    lock_out(&world, Some("carol")).await;
    let page = world
        .call("admin", "GET", "/api/admin/lockouts", None)
        .await;
    let found = ok(&page, 200);
    assert_eq!(found["items"][0]["user"], world.id("carol"), "{found}");
    assert_eq!(found["items"][0]["failures"], 8, "{found}");
    let path = format!("/api/admin/lockouts/{}", world.id("carol"));
    for status in [204, 404] {
        let page = world.call("admin", "DELETE", &path, None).await;
        assert_eq!(page.status, status, "{}", page.dump());
    }
    assert!(world.has_event("user.changed", "admin", "unlocked").await);
}
