//! Sessions of PostgreSQL: settings of a server, a database or a role that statements do not bear, and
//! sessions that a state of the server has left behind.

use std::time::{Duration, Instant};

use doorward_store::repo::audit::AuditFilter;
use doorward_store::repo::{overview, roles, settings};
use doorward_store::{Db, OpenOptions, StoreError};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::fixtures::{NOW, Scene};
use crate::harness::{Place, execute, on_both_databases};
use crate::write;

/// Texts that a wrong setting changes or rejects.
const TEXT: &str = "back\\slash 'quote' łódź Straße 東京 😀";

/// A setting of the database, and the value in a session of Doorward; `None` if it does not matter.
const SETTINGS: [(&str, &str, Option<&str>); 17] = [
    ("standard_conforming_strings", "off", Some("on")),
    ("transform_null_equals", "on", Some("off")),
    ("jit", "on", Some("off")),
    ("jit_above_cost", "0", None),
    ("random_page_cost", "4", Some("1.1")),
    (
        "default_transaction_isolation",
        "serializable",
        Some("read committed"),
    ),
    ("lock_timeout", "1ms", Some("0")),
    ("idle_session_timeout", "50ms", Some("0")),
    ("idle_in_transaction_session_timeout", "5ms", Some("1min")),
    ("TimeZone", "Asia/Kathmandu", Some("UTC")),
    ("DateStyle", "German, DMY", Some("ISO, MDY")),
    ("IntervalStyle", "sql_standard", None),
    ("client_encoding", "LATIN1", Some("UTF8")),
    ("bytea_output", "escape", None),
    ("backslash_quote", "off", None),
    ("extra_float_digits", "-15", None),
    ("default_transaction_deferrable", "on", None),
];

fn name(place: &Place) -> &str {
    place.url.rsplit('/').next().unwrap()
}

/// Changes the database from another one, which the setting does not affect.
async fn alter(place: &Place, change: &str) {
    let name = name(place);
    let elsewhere = place.url.replace(name, "postgres");
    execute(&elsewhere, &format!("ALTER DATABASE {name} {change}")).await;
}

async fn show(db: &Db, setting: &str) -> String {
    let show = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
    let row = db.read().query_one_raw(show).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Writes and reads with pauses, as a quiet server does.
async fn use_database(db: &Db, scene: &Scene) -> Result<(), StoreError> {
    tokio::time::sleep(Duration::from_millis(100)).await;
    let tx = db.begin_write().await?;
    tokio::time::sleep(Duration::from_millis(20)).await;
    settings::put(&tx, "text", TEXT).await?;
    tx.commit().await?;
    let stored = settings::get(db.read(), "text").await?;
    assert_eq!(stored.as_deref(), Some(TEXT));
    let user = scene.user.id;
    roles::effective_in_each_scope(db.read(), user, NOW).await?;
    let events = AuditFilter {
        about: Some(user.to_string()),
        ..AuditFilter::default()
    };
    let address = Some("back\\slash@example.org");
    overview::find(db.read(), user, (&events, 3), address, &[], NOW).await?;
    Ok(())
}

#[tokio::test]
async fn settings_of_database_do_not_matter() {
    on_both_databases(async |place| {
        if !place.url.starts_with("postgres") {
            return;
        }
        let db = place.open().await;
        db.migrate().await.unwrap();
        let scene = Scene::store(&db).await;
        db.close().await.unwrap();
        for (setting, value, expected) in SETTINGS {
            alter(place, &format!("SET {setting} = '{value}'")).await;
            let db = place.open().await;
            if let Some(expected) = expected {
                assert_eq!(show(&db, setting).await, expected, "{setting}");
            }
            let used = use_database(&db, &scene).await;
            assert!(used.is_ok(), "{setting} = {value}: {used:?}");
            db.close().await.unwrap();
            alter(place, &format!("RESET {setting}")).await;
        }
    })
    .await;
}

#[tokio::test]
async fn unusable_database_is_rejected_with_reason() {
    on_both_databases(async |place| {
        if !place.url.starts_with("postgres") {
            return;
        }
        let open = async |url: &str| {
            let opened = Db::open(url, OpenOptions::for_command()).await;
            opened.expect_err("the database is unusable").to_string()
        };
        for (setting, value, word) in [
            ("search_path", "nowhere", "search_path"),
            (
                "session_replication_role",
                "replica",
                "session_replication_role",
            ),
        ] {
            alter(place, &format!("SET {setting} = '{value}'")).await;
            let error = open(&place.url).await;
            assert!(error.contains(word), "{error}");
            alter(place, &format!("RESET {setting}")).await;
        }
        for encoding in ["LATIN1", "SQL_ASCII"] {
            let latin = format!("{}_{}", name(place), encoding.to_ascii_lowercase());
            let create = format!(
                "CREATE DATABASE {latin} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' \
                 TEMPLATE template0"
            );
            execute(&place.url, &create).await;
            let error = open(&place.url.replace(name(place), &latin)).await;
            execute(&place.url, &format!("DROP DATABASE {latin} WITH (FORCE)")).await;
            assert!(error.contains(&format!("encoding {encoding}")), "{error}");
            assert!(error.contains("ENCODING 'UTF8'"), "{error}");
        }
    })
    .await;
}

/// A session that was opened while the database could only be read stays so.
#[tokio::test]
async fn writes_succeed_soon_after_read_only_time() {
    on_both_databases(async |place| {
        if !place.url.starts_with("postgres") {
            return;
        }
        let db = place.open().await;
        db.migrate().await.unwrap();
        db.close().await.unwrap();
        alter(place, "SET default_transaction_read_only = 'on'").await;
        let db = place.open().await;
        // Opens several sessions at once.
        for _ in 0..3 {
            let [one, two, three] = [(); 3].map(|()| async {
                let tx = db.begin_write().await.unwrap();
                let error = settings::put(&tx, "key", "value").await.unwrap_err();
                assert!(error.is_unavailable(), "{error:?}");
            });
            tokio::join!(one, two, three);
        }
        alter(place, "RESET default_transaction_read_only").await;
        let began = Instant::now();
        let (mut failed, mut row) = (0, 0);
        while row < 40 {
            let tx = db.begin_write().await.unwrap();
            if settings::put(&tx, "key", "value").await.is_ok() {
                tx.commit().await.unwrap();
                row += 1;
            } else {
                (failed, row) = (failed + 1, 0);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let waited = began.elapsed();
            assert!(waited < Duration::from_secs(5), "{failed} writes failed");
        }
        write!(db, settings::put, "key", "again");
        db.close().await.unwrap();
    })
    .await;
}
