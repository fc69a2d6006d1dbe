//! Migrations from every former schema to the current one: existing rows are preserved and readable.
//! Also tests the copy from before.

use std::path::Path;
use std::time::Duration;

use doorward_domain::model::{ClientAuth, ClientId, GrantId, PkcePolicy, SessionId, UserId};
use doorward_domain::secret::TokenHash;
use doorward_migrations::identity::MIGRATIONS;
use doorward_migrations::{Migration, Migrations};
use doorward_store::db::Snapshots;
use doorward_store::repo::{audit, clients, consents, grants, roles, sessions, users};
use doorward_store::{Db, OpenOptions, StoreError};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
};
use uuid::{Uuid, uuid};

use crate::harness::{Place, execute, on_both_databases};

const NOW: i64 = 1_800_000_000;
const USER: Uuid = uuid!("0190a000-0000-7000-8000-000000000001");
const SESSION: Uuid = uuid!("0190a000-0000-7000-8000-000000000002");
const GRANT: Uuid = uuid!("0190a000-0000-7000-8000-000000000003");
const EVENT: Uuid = uuid!("0190a000-0000-7000-8000-000000000004");
const OTHER: Uuid = uuid!("0190a000-0000-7000-8000-000000000005");

/// The number of migrations that create the tables of the rows below.
const FIRST: usize = 6;

fn all() -> usize {
    MIGRATIONS.list.len()
}

/// Creates a database with the first `steps` migrations.
async fn at(url: &str, steps: usize) -> DatabaseConnection {
    // Creates the file.
    let db = Db::open(url, OpenOptions::for_command()).await.unwrap();
    db.close().await.unwrap();
    let connection = doorward_store::db::connect(url).await.unwrap();
    MIGRATIONS.up(&connection, steps).await.unwrap();
    connection
}

/// Inserts rows into the tables of the first schema, without the columns that have a default.
async fn fill(connection: &DatabaseConnection) {
    let backend = connection.get_database_backend();
    let id = |id: Uuid| match backend {
        DbBackend::Postgres => format!("'{id}'"),
        _ => format!("X'{}'", id.simple()),
    };
    let hash = |text: &str| bytes(backend, TokenHash::digest(text).as_bytes());
    let (user, session, grant) = (id(USER), id(SESSION), id(GRANT));
    let later = NOW + 1_000_000;
    let proof = format!("{NOW}, 'aal1', '[\"pwd\"]'");
    let statements = [
        format!(
            "INSERT INTO users (id, username, username_key, email, email_key, email_verified, password_hash, \
             profile, is_staff, created_at, updated_at) VALUES ({user}, 'Alice', 'alice', 'Alice@example.org', \
             'alice@example.org', TRUE, '$argon2id$one', '{{}}', FALSE, {NOW}, {NOW})"
        ),
        // Confusable with the other name, because both lack a skeleton.
        format!(
            "INSERT INTO users (id, username, username_key, email, email_key, email_verified, profile, is_staff, \
             created_at, updated_at) VALUES ({}, 'a1ice', 'a1ice', 'a1@example.org', 'a1@example.org', FALSE, \
             '{{}}', FALSE, {NOW}, {NOW})",
            id(OTHER)
        ),
        format!(
            "INSERT INTO sessions (id, token_hash, user_id, created_at, last_seen_at, idle_expires_at, \
             expires_at, auth_time, acr, amr, remember, user_agent, ip) VALUES ({session}, {}, {user}, {NOW}, \
             {NOW}, {later}, {later}, {proof}, FALSE, 'curl', '192.0.2.1')",
            hash("cookie")
        ),
        format!(
            "INSERT INTO clients (id, name, kind, auth_method, redirect_uris, post_logout_redirect_uris, \
             grant_types, scopes, response_modes, first_party, created_at, updated_at) VALUES ('app', 'App', \
             'public', 'none', '[\"https://app.example/cb\"]', '[]', '[\"authorization_code\",\"refresh_token\"]', \
             'openid', '[]', FALSE, {NOW}, {NOW})"
        ),
        format!(
            "INSERT INTO grants (id, user_id, client_id, session_id, scope, resources, claims, auth_time, acr, \
             amr, created_at, expires_at) VALUES ({grant}, {user}, 'app', {session}, 'openid', '[]', '{{}}', \
             {proof}, {NOW}, {later})"
        ),
        format!(
            "INSERT INTO audit_events (id, at, kind, actor, subject, success, detail) VALUES ({}, {NOW}, \
             'login.succeeded', '{USER}', '{USER}', TRUE, '{{}}')",
            id(EVENT)
        ),
        "INSERT INTO roles (name, description, active) VALUES ('admin', 'All', TRUE)".to_owned(),
        "INSERT INTO permissions (codename, description, audience) VALUES ('users:read', 'See', 'doorward')"
            .to_owned(),
        "INSERT INTO role_permissions (role, permission) VALUES ('admin', 'users:read')".to_owned(),
        format!(
            "INSERT INTO role_assignments (id, subject_kind, subject_id, role, active, created_at) VALUES \
             ({user}, 'user', '{USER}', 'admin', TRUE, {NOW})"
        ),
    ];
    for statement in statements {
        connection
            .execute_unprepared(&statement)
            .await
            .unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
}

/// Formats bytes as a literal for a statement.
fn bytes(backend: DbBackend, bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let digits = digits.concat();
    match backend {
        DbBackend::Postgres => format!("'\\x{digits}'"),
        _ => format!("X'{digits}'"),
    }
}

/// Checks these rows as the current program reads them.
async fn verify(db: &Db) {
    let read = db.read();
    let user = UserId::from_uuid(USER);
    let found = users::find_by_id(read, user).await.unwrap().unwrap();
    assert_eq!(
        (found.username.as_str(), found.email_verified),
        ("Alice", true)
    );
    assert_eq!(found.password_hash.as_deref(), Some("$argon2id$one"));
    assert!(users::has_username(read, "a1ice", 0).await.unwrap());
    let (session, _) = sessions::find_active(read, &TokenHash::digest("cookie"), NOW + 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(session.id, SessionId::from_uuid(SESSION));
    let app = ClientId::parse("app").unwrap();
    let client = clients::find(read, &app).await.unwrap().unwrap();
    assert_eq!(client.redirect_uris, ["https://app.example/cb"]);
    // The defaults are the strict ones: PKCE, and a single authentication method.
    let pkce = (client.pkce, client.pkce_streak);
    assert_eq!(pkce, (PkcePolicy::Required, 0));
    assert!(matches!(client.auth_method, ClientAuth::Only(_)));
    let grant = grants::find(read, GrantId::from_uuid(GRANT)).await.unwrap();
    assert!(grant.unwrap().revoked_at.is_none());
    assert!(consents::find(read, user, &app).await.unwrap().is_none());
    let events = audit::list(read, None, 10).await.unwrap();
    assert_eq!(events.len(), 1);
    let role = roles::find(read, "admin").await.unwrap().unwrap();
    assert_eq!(role.permissions.len(), 1);
}

#[tokio::test]
async fn each_former_schema_is_upgraded_with_rows() {
    on_both_databases(async |place| {
        let connection = at(&place.url, FIRST).await;
        fill(&connection).await;
        // Upgrading from each former release reaches the same state.
        for former in FIRST..all() {
            connection.close_by_ref().await.unwrap();
            let url = fork(place, former).await;
            let connection = doorward_store::db::connect(&url).await.unwrap();
            let more = former - FIRST;
            MIGRATIONS.up(&connection, more).await.unwrap();
            connection.close().await.unwrap();
            let db = Db::open(&url, OpenOptions::for_command()).await.unwrap();
            let before = db.migration_status().await.unwrap();
            assert_eq!(before.applied.len(), former);
            let migrated = db.migrate_with_snapshot(None).await.unwrap();
            assert_eq!(migrated.new, before.pending);
            verify(&db).await;
            db.close().await.unwrap();
            discard(place, &url).await;
        }
    })
    .await;
}

/// Returns the migrations of a later release: one more, which changes a table that has rows.
fn later() -> Migrations {
    let note = Migration {
        name: "m9998_note",
        up: |tx| Box::pin(add_note(tx)),
    };
    Migrations {
        list: [MIGRATIONS.list, &[note]].concat().leak(),
        ..MIGRATIONS
    }
}

async fn add_note(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let add = "ALTER TABLE users ADD COLUMN note text NOT NULL DEFAULT ''";
    tx.execute_unprepared(add).await?;
    let fill = "UPDATE users SET note = 'by ' || username_key";
    tx.execute_unprepared(fill).await.map(drop)
}

#[tokio::test]
async fn later_migration_changes_tables_and_keeps_rows() {
    on_both_databases(async |place| {
        let connection = at(&place.url, all()).await;
        fill(&connection).await;
        later().up(&connection, 1).await.unwrap();
        let backend = connection.get_database_backend();
        let ask = Statement::from_string(backend, "SELECT note FROM users ORDER BY username_key");
        let rows = connection.query_all_raw(ask).await.unwrap();
        let notes = rows.iter().map(|row| row.try_get("", "note"));
        let notes: Vec<String> = notes.map(Result::unwrap).collect();
        assert_eq!(notes, ["by a1ice", "by alice"]);
        connection.close().await.unwrap();
        // Replicas of this release work on while the later one migrates; they do not start again.
        let db = Db::open(&place.url, OpenOptions::for_command())
            .await
            .unwrap();
        verify(&db).await;
        let error = db.check_schema().await.unwrap_err();
        assert!(
            matches!(error, StoreError::SchemaTooNew { .. }),
            "{error:?}"
        );
        db.close().await.unwrap();
    })
    .await;
}

/// A request that changed a grant and continues with its client, while the migration has locked the
/// clients and waits for the grants. SQLite has one writer, so that only one of both is under way.
#[tokio::test]
async fn migration_yields_to_request_in_progress() {
    on_both_databases(async |place| {
        if !place.url.starts_with("postgres") {
            return;
        }
        let requests = MIGRATIONS.names().position(|name| name == "m0010_requests");
        let connection = at(&place.url, FIRST).await;
        fill(&connection).await;
        let more = requests.unwrap() - FIRST;
        MIGRATIONS.up(&connection, more).await.unwrap();
        connection.close().await.unwrap();
        let (server, migrating) = (place.open().await, place.open().await);
        let tx = server.begin_write().await.unwrap();
        let extend = "UPDATE grants SET expires_at = expires_at + 1";
        tx.execute_unprepared(extend).await.unwrap();
        let migration = tokio::spawn(async move { migrating.migrate().await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let rename = "UPDATE clients SET name = 'Renamed'";
        tx.execute_unprepared(rename).await.unwrap();
        tx.commit().await.unwrap();
        let status = migration.await.unwrap().unwrap();
        assert!(status.pending.is_empty(), "{status:?}");
        verify(&server).await;
        server.close().await.unwrap();
    })
    .await;
}

/// Creates a copy of the database with the same content.
async fn fork(place: &Place, number: usize) -> String {
    if let Some(file) = place.url.strip_prefix("sqlite://") {
        let copy = format!("{file}-{number}");
        std::fs::copy(file, &copy).unwrap();
        return format!("sqlite://{copy}");
    }
    let (server, name) = place.url.rsplit_once('/').unwrap();
    let copy = format!("{name}_{number}");
    let create = format!("CREATE DATABASE {copy} TEMPLATE {name}");
    execute(&format!("{server}/postgres"), &create).await;
    format!("{server}/{copy}")
}

async fn discard(place: &Place, url: &str) {
    if url.starts_with("postgres") {
        let (server, _) = place.url.rsplit_once('/').unwrap();
        let (_, name) = url.rsplit_once('/').unwrap();
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        execute(&format!("{server}/postgres"), &drop).await;
    }
}

#[tokio::test]
async fn dry_run_lists_migrations_and_changes_nothing() {
    on_both_databases(async |place| {
        let connection = at(&place.url, FIRST).await;
        fill(&connection).await;
        connection.close().await.unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let scratch = scratch.path().join("copy.sqlite");
        let db = place.open().await;
        let before = db.migration_status().await.unwrap();
        assert_eq!(db.migrate_copy(&scratch).await.unwrap(), before.pending);
        assert_eq!(db.migration_status().await.unwrap(), before);
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn copy_from_before_is_kept_and_only_newest_are() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.sqlite");
    let url = format!("sqlite://{}", file.display());
    let kept = Snapshots {
        directory: directory.path().join("snapshots"),
        keep: 3,
    };
    // A new database has no content to copy.
    let db = Db::open(&url, OpenOptions::for_command()).await.unwrap();
    assert_eq!(
        db.migrate_with_snapshot(Some(&kept))
            .await
            .unwrap()
            .snapshot,
        None
    );
    db.close().await.unwrap();
    assert!(!kept.directory.exists());
    std::fs::remove_file(&file).unwrap();

    let mut created = Vec::new();
    for former in FIRST..FIRST + 4 {
        let _ = std::fs::remove_file(&file);
        let connection = at(&url, FIRST).await;
        fill(&connection).await;
        let more = former - FIRST;
        MIGRATIONS.up(&connection, more).await.unwrap();
        connection.close().await.unwrap();
        let db = Db::open(&url, OpenOptions::for_command()).await.unwrap();
        let migrated = db.migrate_with_snapshot(Some(&kept)).await.unwrap();
        created.push(migrated.snapshot.unwrap());
        db.close().await.unwrap();
    }
    let mut there: Vec<_> = std::fs::read_dir(&kept.directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    there.sort();
    created.remove(0);
    created.sort();
    assert_eq!(there, created);
    for copy in &created {
        private(copy);
        let copy = format!("sqlite://{}", copy.display());
        let db = Db::open(&copy, OpenOptions::for_command()).await.unwrap();
        assert_eq!(db.damage().await.unwrap(), None);
        // Migrates the copy in the same way.
        assert!(!db.migrate_with_snapshot(None).await.unwrap().new.is_empty());
        verify(&db).await;
        db.close().await.unwrap();
    }
}

fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{}", file.display());
}

#[tokio::test]
async fn migration_fails_without_snapshot() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.sqlite");
    let url = format!("sqlite://{}", file.display());
    at(&url, FIRST).await.close().await.unwrap();
    // A file occupies the path of the directory.
    let kept = Snapshots {
        directory: directory.path().join("snapshots"),
        keep: 3,
    };
    std::fs::write(&kept.directory, "").unwrap();
    let db = Db::open(&url, OpenOptions::for_command()).await.unwrap();
    let error = db.migrate_with_snapshot(Some(&kept)).await.unwrap_err();
    assert!(matches!(error, StoreError::Address(_)), "{error:?}");
    let said = error.to_string();
    assert!(said.contains("nothing was migrated"), "{said}");
    let status = db.migration_status().await.unwrap();
    assert_eq!(status.applied.len(), FIRST);
    let ask = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) AS n FROM users");
    let row = db.read().query_one_raw(ask).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0);
}
