//! Tests of `/api/admin/reports`.

use doorward_access::clock::Clock as _;
use doorward_domain::model::{AuditKind, StatKind};
use doorward_reports::month::Month;
use doorward_reports::use_cases;
use doorward_rules::stats::Tally;
use doorward_store::repo;
use doorward_testkit::{Stack, both_backends};
use serde_json::{Value, json};

use super::world::{World, ok, problem};

both_backends!(
    report_of_month_has_exact_numbers,
    stored_reports_are_listed_and_paged,
    sign_ins_are_listed_by_app,
);

const PATH: &str = "/api/admin/reports";

async fn get(world: &World<'_>, path: &str) -> Value {
    ok(&world.call("admin", "GET", path, None).await, 200)
}

fn month(stack: &Stack) -> Month {
    Month::of(stack.clock.now())
}

/// Checks the numbers of a month a year ago, which no other test changes.
async fn report_of_month_has_exact_numbers(stack: &Stack) {
    let world = World::new(stack).await;
    let mut past = month(stack);
    for _ in 0..12 {
        past = past.previous();
    }
    let admin = world.operator("admin", &[], &[]);
    let (alice, bob) = (world.id("alice"), world.id("bob"));
    let (first, last) = (past.start(), past.end() - 1);
    let tx = world.db.begin_write().await.unwrap();
    for (at, kind, subject, change) in [
        (first, AuditKind::LoginSucceeded, &alice, ""),
        (last, AuditKind::LoginSucceeded, &alice, ""),
        (last, AuditKind::LoginSucceeded, &bob, ""),
        (last + 1, AuditKind::LoginSucceeded, &world.id("mona"), ""),
        (first, AuditKind::UserChanged, &bob, "created"),
        (last, AuditKind::UserChanged, &bob, "disabled"),
        (last, AuditKind::RoleChanged, &bob, "revoked"),
    ] {
        let mut event = admin.event(kind, subject, change);
        event.at = at;
        repo::audit::insert(&tx, &event).await.unwrap();
    }
    tx.commit().await.unwrap();
    let report = get(&world, &format!("{PATH}/{past}")).await;
    for (name, expected) in [
        ("active_users", 2),
        ("new_users", 1),
        ("disabled_users", 1),
        ("deleted_users", 0),
        ("roles_assigned", 0),
        ("roles_revoked", 1),
    ] {
        assert_eq!(report[name], expected, "{name}: {report}");
    }
    // The sign-in methods were not counted then.
    assert_eq!(report.get("users"), None, "{report}");
    // A count from before the users of this test were added is replaced.
    let later = stack.clock.now() + 2 * 86_400;
    use_cases::store_due(&world.db, later).await.unwrap();
    let present = get(&world, &format!("{PATH}/{}", month(stack))).await;
    let users = present["users"].as_i64().unwrap();
    assert!(
        users > 3 && present["with_password"].as_i64() <= Some(users),
        "{present}"
    );
    for name in ["2026-13", "now", &month(stack).next().to_string()] {
        let page = world
            .call("admin", "GET", &format!("{PATH}/{name}"), None)
            .await;
        problem(&page, 404, "not-found");
    }
}

async fn stored_reports_are_listed_and_paged(stack: &Stack) {
    let world = World::new(stack).await;
    let now = stack.clock.now();
    use_cases::store_due(&world.db, now).await.unwrap();
    let months = [month(stack), month(stack).previous()].map(|month| month.to_string());
    let mut path = format!("{PATH}?limit=1");
    let mut found = Vec::new();
    while found.len() < 2 {
        let page = get(&world, &path).await;
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{page}");
        found.push(items[0]["month"].as_str().unwrap().to_owned());
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("{PATH}?limit=1&cursor={next}");
    }
    assert_eq!(found, months);
    for who in ["alice", "helper"] {
        let page = world.call(who, "GET", PATH, None).await;
        problem(&page, 403, "permission-denied");
    }
}

async fn sign_ins_are_listed_by_app(stack: &Stack) {
    let world = World::new(stack).await;
    let mut past = month(stack);
    for _ in 0..11 {
        past = past.previous();
    }
    let (web, service) = (&stack.seed.web.id, &stack.seed.service.id);
    let mut tally = Tally::default();
    for (client, kind, n) in [
        (web, StatKind::SignIn, 3),
        (web, StatKind::SignInFailed, 1),
        (service, StatKind::RequestRejected, 2),
    ] {
        for hour in 0..n {
            tally.count(kind, Some(client), past.start() + hour * 3_600 * 30);
        }
    }
    let tx = world.db.begin_write().await.unwrap();
    repo::stats::add(&tx, &tally).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("{PATH}/{past}/apps");
    let found = get(&world, &path).await;
    let items = found["items"].as_array().unwrap();
    let names = [
        "client_id",
        "sign_ins",
        "failed_sign_ins",
        "rejected_requests",
    ];
    let rows: Vec<Value> = items
        .iter()
        .map(|item| json!(names.map(|name| &item[name])))
        .collect();
    assert_eq!(rows, [json!([web, 3, 1, 0]), json!([service, 0, 0, 2])]);
    assert!(items[0]["name"].is_string(), "{found}");
    let page = get(&world, &format!("{path}?limit=1")).await;
    assert_eq!(page["items"], json!([items[0]]));
    let next = page["next_cursor"].as_str().unwrap();
    let page = get(&world, &format!("{path}?limit=1&cursor={next}")).await;
    assert_eq!(page["items"], json!([items[1]]));
}
