//! Schemas of newer releases that this one can use, and the plan of an upgrade.

use std::collections::BTreeSet;

use doorward_migrations::identity::{MIGRATIONS, describe};
use doorward_store::{Db, OpenOptions, StoreError};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::harness::{execute, on_both_databases};

const NEWER: &str = "m9999_later";

/// Returns the texts in the column `found`.
async fn texts(connection: &impl ConnectionTrait, sql: &str) -> Vec<String> {
    let ask = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(ask).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", "found").unwrap())
        .collect()
}

#[tokio::test]
async fn newer_schema_is_used_if_it_requires_only_known_migrations() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        let insert = format!(
            "INSERT INTO doorward_identity_migrations (version, applied_at) VALUES ('{NEWER}', 1)"
        );
        execute(&place.url, &insert).await;
        for (requires, is_usable) in [
            ("NULL", false),
            ("''", true),
            ("'m0001_accounts'", true),
            ("'m9999_later'", false),
            ("'m9998_other'", false),
        ] {
            let update = format!(
                "UPDATE doorward_identity_migrations SET requires = {requires} WHERE version = '{NEWER}'"
            );
            execute(&place.url, &update).await;
            let status = db.migration_status().await.unwrap();
            assert_eq!(status.unknown, [NEWER]);
            assert_eq!(status.blocking.is_empty(), is_usable, "{requires}");
            let migrated = db.migrate_with_snapshot(None).await;
            let checked = db.check_schema().await;
            if is_usable {
                assert!(migrated.unwrap().new.is_empty(), "{requires}");
                assert!(checked.is_ok(), "{requires}");
                assert!(db.upgrade_plan().await.unwrap().steps.is_empty());
            } else {
                for error in [migrated.unwrap_err(), checked.unwrap_err()] {
                    let is_newer = matches!(error, StoreError::SchemaTooNew { .. });
                    assert!(is_newer, "{requires}: {error:?}");
                }
            }
        }
        // An older migration is never added to a newer schema.
        for statement in [
            "UPDATE doorward_identity_migrations SET requires = ''",
            "DELETE FROM doorward_identity_migrations WHERE version = 'm0013_registry_versions'",
        ] {
            execute(&place.url, statement).await;
        }
        let error = db.migrate().await.unwrap_err();
        assert!(matches!(error, StoreError::SchemaTooNew { .. }), "{error:?}");
        db.close().await.unwrap();
    })
    .await;
}

/// Applies the first migrations without the program.
async fn apply(url: &str, steps: usize) -> DatabaseConnection {
    // Creates the file.
    let db = Db::open(url, OpenOptions::for_command()).await.unwrap();
    db.close().await.unwrap();
    let connection = doorward_store::db::connect(url).await.unwrap();
    MIGRATIONS.up(&connection, steps).await.unwrap();
    connection
}

#[tokio::test]
async fn plan_lists_pending_migrations_and_changes_nothing() {
    on_both_databases(async |place| {
        apply(&place.url, 17).await.close().await.unwrap();
        let seal = "INSERT INTO audit_seals (seq, day, hash) VALUES (1, 0, ";
        let hash = if place.url.starts_with("postgres") {
            "'\\x00')"
        } else {
            "X'00')"
        };
        execute(&place.url, &format!("{seal}{hash}")).await;
        let db = place.open().await;
        let before = db.migration_status().await.unwrap();
        let plan = db.upgrade_plan().await.unwrap();
        assert_eq!(plan.status, before);
        let names: Vec<_> = plan.steps.iter().map(|step| step.name.clone()).collect();
        assert_eq!(names, before.pending);
        let first = &plan.steps[0];
        assert_eq!((first.name.as_str(), first.change()), ("m0018_audit_addresses", "adds"));
        if !db.is_postgres() {
            assert_eq!(first.rows, 1);
        }
        assert!(plan.bytes > 100_000, "{}", plan.bytes);
        // The former release of this database records nothing.
        assert_eq!(plan.rollback_obstacles().len(), 1);
        assert_eq!(db.migration_status().await.unwrap(), before);

        db.migrate().await.unwrap();
        let recorded = "SELECT version || '=' || requires AS found FROM doorward_identity_migrations \
                        ORDER BY version";
        let expected: Vec<_> = MIGRATIONS
            .names()
            .map(|name| {
                let described = describe(name).unwrap();
                format!("{}={}", described.name, described.requires())
            })
            .collect();
        assert_eq!(texts(db.read(), recorded).await, expected);
        assert!(db.upgrade_plan().await.unwrap().steps.is_empty());
        db.close().await.unwrap();
    })
    .await;
}

/// Returns the indexes of these tables.
async fn indexes(connection: &DatabaseConnection, tables: &BTreeSet<String>) -> BTreeSet<String> {
    let ask = "SELECT tbl_name || ' ' || name AS found FROM sqlite_master WHERE type = 'index'";
    let found = texts(connection, ask).await;
    let of_tables = |index: &String| {
        let table = index.split(' ').next();
        table.is_some_and(|table| tables.contains(table))
    };
    found.into_iter().filter(of_tables).collect()
}

/// Checks that the estimate of a migration includes each table with rows that gets an index.
#[tokio::test]
async fn description_names_tables_with_new_indexes() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.sqlite");
    let connection = apply(&format!("sqlite://{}", file.display()), 1).await;
    let tables = "SELECT name AS found FROM sqlite_master WHERE type = 'table'";
    for name in MIGRATIONS.names().skip(1) {
        let there: BTreeSet<_> = texts(&connection, tables).await.into_iter().collect();
        let before = indexes(&connection, &there).await;
        MIGRATIONS.up(&connection, 1).await.unwrap();
        let after = indexes(&connection, &there).await;
        let described = describe(name).unwrap();
        for index in after.difference(&before) {
            let (table, _) = index.split_once(' ').unwrap();
            let is_named = described.work.iter().any(|work| work.table() == table);
            assert!(is_named, "{name}: add the index of {table} to its work");
        }
    }
    connection.close().await.unwrap();
}
