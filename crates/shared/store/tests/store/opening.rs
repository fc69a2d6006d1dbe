//! Opening and migrating databases, and their failures.

use std::time::{Duration, Instant};

use doorward_store::db::WriteFailure;
use doorward_store::repo::{revoked_tokens, settings, users};
use doorward_store::{Conn, Db, OpenOptions, StoreError};
use sea_orm::{ConnectOptions, ConnectionTrait, DbBackend, Statement};
use tokio::task::JoinSet;

use crate::fixtures::user;
use crate::harness::{execute, on_both, on_both_databases};
use crate::write;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_replicas_migrate_once() {
    on_both_databases(async |place| {
        let before = place.open().await.migration_status().await.unwrap();
        assert!(before.applied.is_empty() && before.unknown.is_empty());
        assert!(!before.pending.is_empty());
        let mut starting = JoinSet::new();
        for _ in 0..6 {
            let replica = place.open().await;
            starting.spawn(async move {
                let status = replica.migrate().await.expect("the replica migrates");
                replica.close().await.unwrap();
                status
            });
        }
        for status in starting.join_all().await {
            assert_eq!(status.applied, before.pending);
            assert!(status.pending.is_empty());
        }
        let db = place.open().await;
        assert_eq!(
            db.migrate().await.unwrap().applied,
            before.pending,
            "nothing left to do"
        );
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn rejects_schema_of_newer_release() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        assert!(db.check_schema().await.is_ok());
        let tx = db.begin_write().await.unwrap();
        tx.execute_unprepared(
            "INSERT INTO doorward_identity_migrations (version, applied_at) \
             VALUES ('m9999_tomorrow', 1)",
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        for refusal in [
            db.migrate().await.unwrap_err(),
            db.check_schema().await.unwrap_err(),
        ] {
            assert!(matches!(&refusal, StoreError::SchemaTooNew { version }
                if version == "m9999_tomorrow"));
            assert!(
                refusal.to_string().contains("newer than this program"),
                "{refusal}"
            );
        }
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn rejects_schema_from_before_first_release() {
    on_both_databases(async |place| {
        let db = place.open().await;
        for statement in [
            "CREATE TABLE doorward_identity_migrations (version text PRIMARY KEY, applied_at bigint)",
            "CREATE TABLE users (id text)",
            "INSERT INTO doorward_identity_migrations VALUES ('m0001_users', 1), ('m0054_expired_sessions', 1)",
        ] {
            execute(&place.url, statement).await;
        }
        let scratch = tempfile::tempdir().unwrap();
        let before = db.migration_status().await.unwrap();
        assert_eq!(before.unknown, ["m0001_users", "m0054_expired_sessions"]);
        for error in [
            db.migrate().await.unwrap_err(),
            db.migrate_copy(&scratch.path().join("copy")).await.unwrap_err(),
            db.check_schema().await.unwrap_err(),
        ] {
            assert!(matches!(error, StoreError::SchemaUnreleased { .. }), "{error:?}");
            let text = error.to_string();
            for part in ["before release 0.1.0", "m0001_users", "create a new database"] {
                assert!(text.contains(part), "{text}");
            }
        }
        assert_eq!(db.migration_status().await.unwrap(), before);
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn corrupt_row_is_named() {
    on_both(async |db| {
        let alice = user("Alice");
        write!(db, users::insert, &alice);
        let tx = db.begin_write().await.unwrap();
        tx.execute_unprepared("UPDATE users SET profile = '{'")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let error = users::find_by_id(db.read(), alice.id).await.unwrap_err();
        let StoreError::Corrupt {
            table: "users",
            column: "profile",
            id,
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!(*id, alice.id.to_string());
    })
    .await;
}

#[tokio::test]
async fn sqlite_is_opened_safely() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new.sqlite");
    let url = format!("sqlite://{}", path.display());
    let db = Db::open(&url, OpenOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    db.ping().await.unwrap();
    assert!(!db.is_postgres());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let tx = db.begin_write().await.unwrap();
    for (pragma, expected) in [
        // Each commit is synced separately (`db/group_commit.rs`).
        ("synchronous", 1),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
    ] {
        assert_eq!(number(&tx, pragma).await, expected, "{pragma}");
    }
    assert_eq!(text(&tx, "journal_mode").await, "wal");
    assert_eq!(number(db.read(), "foreign_keys").await, 1);

    // During a write, a reader sees the last commit and cannot write.
    settings::put(&tx, "key", "value").await.unwrap();
    assert_eq!(settings::get(db.read(), "key").await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(
        settings::get(db.read(), "key").await.unwrap().as_deref(),
        Some("value")
    );
    let error = db
        .read()
        .execute_unprepared("DELETE FROM settings")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("readonly"), "{error}");
    db.close().await.unwrap();
}

async fn number(conn: &Conn, pragma: &str) -> i64 {
    pragma_row(conn, pragma).await.try_get_by_index(0).unwrap()
}

async fn text(conn: &Conn, pragma: &str) -> String {
    pragma_row(conn, pragma).await.try_get_by_index(0).unwrap()
}

async fn pragma_row(conn: &Conn, pragma: &str) -> sea_orm::QueryResult {
    let statement =
        sea_orm::Statement::from_string(conn.get_database_backend(), format!("PRAGMA {pragma}"));
    conn.query_one_raw(statement)
        .await
        .unwrap()
        .expect("the pragma has a value")
}

#[tokio::test]
async fn in_memory_database_keeps_rows() {
    let db = Db::open("sqlite::memory:", OpenOptions::default())
        .await
        .unwrap();
    db.migrate().await.unwrap();
    let alice = user("Alice");
    write!(db, users::insert, &alice);
    assert_eq!(
        users::find_by_id(db.read(), alice.id).await.unwrap(),
        Some(alice)
    );
}

#[tokio::test]
async fn full_disk_is_named_and_probed_at_bounded_rate() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/full.sqlite", directory.path().display());
    let db = Db::open(&url, OpenOptions::default()).await.unwrap();
    let run = async |sql: &str| {
        let tx = db.begin_write().await?;
        let done = tx.execute_unprepared(sql).await.map_err(StoreError::from);
        done?;
        tx.commit().await
    };
    run("CREATE TABLE filler (text TEXT)").await.unwrap();
    run("PRAGMA user_version = 7").await.unwrap();
    let before = db.visible_writes();
    for _ in 0..20 {
        assert_eq!(db.write_failure().await, None);
    }
    assert_eq!(
        db.visible_writes()
            .zip(before)
            .map(|(now, then)| now - then),
        Some(1)
    );
    run("PRAGMA max_page_count = 3").await.unwrap();
    let error = run("INSERT INTO filler VALUES (hex(zeroblob(100000)))").await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, StoreError::Full(_)) && error.is_unavailable(),
        "{error:?}"
    );
    assert!(error.to_string().contains("disk full"), "{error}");
    // The little that a probe writes still finds its place.
    run("PRAGMA user_version = 7").await.unwrap();
    db.expect_writable().await.unwrap();
    assert_eq!(db.write_failure().await, Some(WriteFailure::DiskFull));
}

#[tokio::test]
async fn second_writer_waits_and_then_is_unavailable() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite://{}",
        directory.path().join("busy.sqlite").display()
    );
    let options = OpenOptions {
        acquire_timeout: Duration::from_millis(200),
        ..OpenOptions::default()
    };
    let db = Db::open(&url, options).await.unwrap();
    db.migrate().await.unwrap();
    let first = db.begin_write().await.unwrap();
    let began = Instant::now();
    let error = db.begin_write().await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(2));
    drop(first);
    db.begin_write().await.unwrap().commit().await.unwrap();
    db.close().await.unwrap();
    let error = db.ping().await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
}

/// A request would wait for a slow statement; nothing waits for a command.
#[tokio::test]
async fn statement_of_command_may_take_longer() {
    on_both_databases(async |place| {
        if !place.url.starts_with("postgres") {
            return;
        }
        let limits = [
            (OpenOptions::default(), "5s"),
            (OpenOptions::for_command(), "1min"),
        ];
        for (options, limit) in limits {
            let db = Db::open(&place.url, options).await.unwrap();
            let query = "SHOW statement_timeout";
            let query = Statement::from_string(DbBackend::Postgres, query);
            let row = db.read().query_one_raw(query).await.unwrap().unwrap();
            assert_eq!(row.try_get_by_index::<String>(0).unwrap(), limit);
            db.close().await.unwrap();
        }
    })
    .await;
}

/// The maintenance of the driver's pools may block a thread forever (sqlx issue 3645).
#[tokio::test]
async fn pools_have_no_maintenance() {
    on_both_databases(async |place| {
        // Creates the SQLite file.
        place.open().await.close().await.unwrap();
        let pool = doorward_store::db::connect(&place.url).await.unwrap();
        let limits = if place.url.starts_with("postgres") {
            let options = pool.get_postgres_connection_pool().options();
            [options.get_idle_timeout(), options.get_max_lifetime()]
        } else {
            let options = pool.get_sqlite_connection_pool().options();
            [options.get_idle_timeout(), options.get_max_lifetime()]
        };
        assert_eq!(limits, [None, None], "{}", place.url);
        pool.close().await.unwrap();
    })
    .await;
}

/// Simulates a device failure during a commit: SQLite rolls the transaction back on its own, and
/// its driver does not notice.
#[tokio::test]
async fn transaction_works_after_rollback_by_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("undone.sqlite");
    let url = format!("sqlite://{}", file.display());
    let db = Db::open(&url, OpenOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    let mut beside = ConnectOptions::new(&url);
    beside.map_sqlx_sqlite_opts(|sqlite| sqlite.busy_timeout(Duration::ZERO));
    let beside = doorward_store::db::connect(beside).await.unwrap();
    let insert = "INSERT OR ROLLBACK INTO settings VALUES ('twice', '1')";
    for _ in 0..3 {
        let tx = db.begin_write().await.unwrap();
        tx.execute_unprepared(insert).await.unwrap();
        tx.execute_unprepared(insert).await.unwrap_err();
        drop(tx);
    }
    let tx = db.begin_write().await.unwrap();
    let busy = beside.execute_unprepared("BEGIN IMMEDIATE").await;
    assert!(busy.is_err(), "a write transaction that locks nothing");
    tx.execute_unprepared(insert).await.unwrap();
    tx.commit().await.unwrap();
    let seen = beside.execute_unprepared("UPDATE settings SET value = '2' WHERE value = '1'");
    assert_eq!(seen.await.unwrap().rows_affected(), 1, "committed");
    db.close().await.unwrap();
}

#[tokio::test]
async fn unusable_url_is_explained() {
    let open = async |url: &str| Db::open(url, OpenOptions::default()).await.unwrap_err();
    let error = open("mysql://localhost/x").await;
    assert!(error.to_string().contains("not mysql:"), "{error}");
    let error = open("sqlite:///no/such/folder/x.sqlite").await;
    assert!(matches!(error, StoreError::Address(_)), "{error:?}");
    assert!(
        error.to_string().contains("/no/such/folder/x.sqlite"),
        "{error}"
    );
    // No server listens on the discard port.
    let error = open("postgres://nobody:s3cret@127.0.0.1:9/x").await;
    assert!(error.is_unavailable(), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("s3cret"));
    // The driver would repeat the whole URL.
    for url in [
        "postgres://nobody:s3cret/x@127.0.0.1:9/x",
        "postgres://nobody:1/s3cret@127.0.0.1/x",
        "postgres://nobody:s3 cret:s3cret@:127/x",
    ] {
        let error = open(url).await;
        assert!(!format!("{error:?} {error}").contains("cret"), "{error:?}");
    }
}

#[tokio::test]
async fn cut_postgres_connection_is_unavailable_and_recovers() {
    on_both_databases(async |place| {
        if !place.url.starts_with("postgres") {
            return;
        }
        let db = place.open().await;
        db.migrate().await.unwrap();
        assert!(db.is_postgres());
        let tx = db.begin_write().await.unwrap();
        execute(
            &place.url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
        let error = settings::put(&tx, "key", "value").await.unwrap_err();
        assert!(error.is_unavailable(), "{error:?}");
        drop(tx);
        let mut answers = Vec::new();
        for _ in 0..20 {
            answers.push(settings::get(db.read(), "key").await);
        }
        assert!(answers.iter().all(|a| a.as_ref().is_ok_and(Option::is_none)
            || a.as_ref().is_err_and(StoreError::is_unavailable)));
        assert!(answers.last().is_some_and(Result::is_ok), "{answers:?}");
        write!(db, settings::put, "key", "value");
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn log_is_truncated_when_nothing_reads_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a.db");
    let url = format!("sqlite://{}", file.display());
    let db = Db::open(&url, OpenOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    let log = directory.path().join("a.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    db.truncate_log().await.unwrap();
    assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
    let tx = db.begin_write().await.unwrap();
    revoked_tokens::insert(&tx, "a", 7).await.unwrap();
    tx.commit().await.unwrap();
    assert!(revoked_tokens::exists(db.read(), "a").await.unwrap());
    db.close().await.unwrap();
}

#[tokio::test]
async fn relative_path_may_have_spaces() {
    // The path is relative to the directory of the tests.
    let directory = tempfile::tempdir_in(".").unwrap();
    let name = directory.path().file_name().unwrap().to_str().unwrap();
    let file = format!("{name}/my data.sqlite");
    let url = format!("sqlite://{file}");
    let db = Db::open(&url, OpenOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await.unwrap();
    assert!(std::path::Path::new(&file).exists());
}
