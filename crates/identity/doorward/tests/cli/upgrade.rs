//! Tests of `upgrade --check`: the plan for an older database, what hinders an upgrade, and a newer schema.

use doorward_migrations::identity::MIGRATIONS;
use serde_json::{Value, json};

use super::program::Place;

const CHECK: [&str; 2] = ["upgrade", "--check"];
const CHECK_JSON: [&str; 3] = ["upgrade", "--check", "--json"];

/// Creates an instance whose database has only the first migrations.
async fn old(steps: usize) -> Place {
    let place = Place::configured();
    let file = place.path("identity.sqlite");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let connection = doorward_store::db::connect(url).await.unwrap();
    MIGRATIONS.up(&connection, steps).await.unwrap();
    connection.close().await.unwrap();
    place
}

async fn execute(place: &Place, statement: &str) {
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    doorward_testkit::rows::execute(&url, statement).await;
}

fn count(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

#[tokio::test]
async fn check_describes_pending_migrations_and_changes_nothing() {
    let place = old(13).await;
    let pending = MIGRATIONS.list.len() - 13;
    let plan = place.json(&CHECK_JSON);
    assert_eq!(count(&plan["migrations"]), pending, "{plan}");
    for step in plan["migrations"].as_array().unwrap() {
        assert!(step["effect"].as_str().unwrap().ends_with('.'), "{step}");
        assert_eq!(step["change"], "adds", "{step}");
    }
    assert_eq!(plan["hindrances"], json!([]));
    assert_eq!(plan["former_release_works_on"], true);
    assert_eq!(plan["rollback_without_restore"], false);
    assert!(plan["snapshot"]["bytes"].as_u64().unwrap() > 100_000);

    let shown = place.run(&CHECK).succeeded().stdout;
    for part in [
        "m0018_audit_addresses",
        "less than a second",
        "works on beside this one",
        "by a restore",
    ] {
        assert!(shown.contains(part), "no {part:?}: {shown}");
    }
    assert!(!place.path("snapshots").exists());
    let status = place.run(&["migrate", "status", "--json"]).json();
    assert_eq!(count(&status["pending"]), pending);

    place.run(&["migrate"]).succeeded();
    let done = place.run(&CHECK).succeeded();
    assert!(done.stderr.contains("Nothing is missing."), "{done:?}");
    assert_eq!(done.stdout, "");
}

#[tokio::test]
async fn copy_is_planned_only_if_it_is_made() {
    let place = old(13).await;
    let none = [("DOORWARD__DATABASE__SNAPSHOTS", "0")];
    let plan = place.run_with(&CHECK_JSON, &none).succeeded().json();
    assert!(plan["snapshot"].is_null(), "{plan}");
    let shown = place.run_with(&CHECK, &none).succeeded().stdout;
    assert!(shown.contains("make a backup first"), "{shown}");
}

#[tokio::test]
async fn hindrances_have_exit_code_8() {
    let place = old(13).await;
    let unknown = [("DOORWARD__DATABASE__SNAPSHOT", "0")];
    let done = place.run_with(&CHECK_JSON, &unknown);
    assert_eq!(done.code, 8, "{done:?}");
    assert_eq!(count(&done.json()["configuration"]), 1, "{done:?}");
    assert!(
        done.stderr.contains("the configuration has 1 error"),
        "{done:?}"
    );

    place.run(&["migrate"]).succeeded();
    let newer =
        "INSERT INTO doorward_identity_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    execute(&place, newer).await;
    place.run(&CHECK).failed(8, "newer than this program");
    let plan = place.run(&CHECK_JSON);
    assert_eq!(plan.code, 8);
    assert_eq!(count(&plan.json()["hindrances"]), 1, "{plan:?}");
}

#[tokio::test]
async fn usable_newer_schema_is_used_but_not_moved() {
    let place = Place::configured();
    place.run(&["user", "list"]).succeeded();
    let newer = "INSERT INTO doorward_identity_migrations (version, applied_at, requires) \
                 VALUES ('m9999_later', 0, '')";
    execute(&place, newer).await;
    for command in [
        &["user", "list"][..],
        &["migrate"],
        &["migrate", "--dry-run"],
    ] {
        place.run(command).succeeded();
    }
    let done = place.run(&CHECK).succeeded();
    assert!(
        done.stderr.contains("1 migration of a newer release"),
        "{done:?}"
    );
    let plan = place.json(&CHECK_JSON);
    assert_eq!(plan["newer"], json!(["m9999_later"]));
    assert!(plan["snapshot"].is_null(), "{plan}");
    let to = "postgres://localhost/doorward";
    let moved = place.run(&["move", "--to", to]);
    assert_eq!(moved.code, 1, "{moved:?}");
    assert!(
        moved.stderr.contains("move it with that release"),
        "{moved:?}"
    );
}

#[test]
fn upgrade_without_check_names_migrate() {
    let place = Place::configured();
    place.run(&["upgrade"]).failed(2, "doorward migrate up");
    place.run(&CHECK).failed(1, "there is no identity.sqlite");
    assert!(!place.path("identity.sqlite").exists());
}
