//! Tests of `migrate`: its output, its snapshot, and the databases it leaves unchanged.

use doorward_migrations::identity::MIGRATIONS;

use super::program::Place;

/// Creates an instance whose database has only some of the migrations.
async fn old() -> Place {
    let place = Place::configured();
    let file = place.path("identity.sqlite");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let connection = doorward_store::db::connect(url).await.unwrap();
    MIGRATIONS.up(&connection, 5).await.unwrap();
    connection.close().await.unwrap();
    place
}

fn count(list: &serde_json::Value) -> usize {
    list.as_array().unwrap().len()
}

#[tokio::test]
async fn upgrade_dry_run_then_migrates_and_keeps_snapshot() {
    let place = old().await;
    let tried = place.json(&["migrate", "--dry-run", "--json"]);
    let all = MIGRATIONS.list.len();
    assert_eq!(
        (count(&tried["applied"]), count(&tried["new"])),
        (5, all - 5)
    );
    assert_eq!(tried["new"], tried["pending"]);
    let done = place.run(&["migrate", "up", "--dry-run"]).succeeded();
    assert!(
        done.stderr.contains("on a copy, which is deleted"),
        "{}",
        done.stderr
    );
    assert!(!place.path("snapshots").exists());
    let hidden = std::fs::read_dir(place.path(".")).unwrap();
    let hidden = hidden.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with('.')
    });
    assert_eq!(hidden.count(), 0, "the snapshot is missing");

    let status = place.run(&["migrate", "status", "--json"]);
    assert_eq!(
        (status.code, count(&status.json()["pending"])),
        (1, all - 5)
    );
    let created = place.json(&["migrate", "--json"]);
    assert_eq!(count(&created["new"]), all - 5);
    let copy = place.path(created["snapshot"].as_str().unwrap());
    assert!(copy.exists(), "{}", copy.display());
    let again = place.json(&["migrate", "--json"]);
    assert_eq!(
        (count(&again["new"]), again["snapshot"].is_null()),
        (0, true)
    );
    let table = place.run(&["migrate", "status"]).succeeded().stdout;
    let names: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(names.len(), all);
    assert!(names.is_sorted(), "{table}");
    let done = place.run(&["migrate", "--dry-run"]).succeeded();
    assert!(
        done.stderr.contains("Nothing is missing"),
        "{}",
        done.stderr
    );
}

#[tokio::test]
async fn snapshot_is_optional_and_created_by_each_command() {
    let place = old().await;
    let none = [("DOORWARD__DATABASE__SNAPSHOTS", "0")];
    place.run_with(&["migrate"], &none).succeeded();
    assert!(!place.path("snapshots").exists());
    let place = old().await;
    place.run(&["user", "list"]).succeeded();
    assert_eq!(
        std::fs::read_dir(place.path("snapshots")).unwrap().count(),
        1
    );
}

#[tokio::test]
async fn newer_schema_is_rejected_by_every_verb() {
    let place = Place::configured();
    place.run(&["migrate"]).succeeded();
    let url = format!("sqlite://{}", place.path("identity.sqlite").display());
    let newer =
        "INSERT INTO doorward_identity_migrations (version, applied_at) VALUES ('m9999_later', 0)";
    doorward_testkit::rows::execute(&url, newer).await;
    for verb in [
        &["migrate"][..],
        &["migrate", "--dry-run"],
        &["user", "list"],
        &["serve"],
    ] {
        let done = place.run(verb);
        assert_eq!(done.code, 1, "{done:?}");
        for values in ["newer than this program", "m9999_later", "restore a backup"] {
            assert!(done.stderr.contains(values), "{verb:?}: {}", done.stderr);
        }
    }
    let status = place.json(&["migrate", "status", "--json"]);
    assert_eq!(status["unknown"], serde_json::json!(["m9999_later"]));
}

#[tokio::test]
async fn schema_from_before_first_release_is_rejected() {
    let place = Place::configured();
    let file = place.path("identity.sqlite");
    std::fs::write(&file, "").unwrap();
    let url = format!("sqlite://{}", file.display());
    for statement in [
        "CREATE TABLE doorward_identity_migrations (version text PRIMARY KEY, applied_at bigint)",
        "INSERT INTO doorward_identity_migrations VALUES ('m0001_people', 1)",
    ] {
        doorward_testkit::rows::execute(&url, statement).await;
    }
    for verb in [
        &["migrate"][..],
        &["migrate", "--dry-run"],
        &["user", "list"],
        &["serve"],
    ] {
        let done = place.run(verb);
        assert_eq!(done.code, 1, "{done:?}");
        for part in [
            "before release 0.1.0",
            "m0001_people",
            "create a new database",
        ] {
            assert!(done.stderr.contains(part), "{verb:?}: {}", done.stderr);
        }
    }
    // A backup of it can be created, but not restored.
    place.run(&["backup", "backup"]).succeeded();
    place
        .run(&["restore", "--yes", "backup"])
        .failed(1, "before release 0.1.0");
    let status = place.run(&["migrate", "status", "--json"]);
    let unknown = serde_json::json!(["m0001_people"]);
    assert_eq!((status.code, &status.json()["unknown"]), (1, &unknown));
    assert!(status.stderr.contains("before release 0.1.0"), "{status:?}");
}

#[test]
fn rejects_contradictory_migrate_options() {
    let place = Place::configured();
    place
        .run(&["migrate", "status", "--dry-run"])
        .failed(2, "leave --dry-run out");
    place
        .run(&["migrate", "--dry-run"])
        .failed(1, "there is no identity.sqlite");
    assert!(!place.path("identity.sqlite").exists());
}
