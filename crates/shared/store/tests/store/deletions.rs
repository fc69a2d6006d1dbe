//! Deletions of objects with many rows: gone at once, and their rows in batches.

use std::collections::BTreeSet;

use doorward_domain::model::{ClientId, GroupId, OrgScope, Role, UserId};
use doorward_store::repo::deletions::{self, Progress};
use doorward_store::repo::{clients, groups, organizations, profile_fields, roles, users};
use doorward_store::{Db, StoreError};
use sea_orm::ConnectionTrait as _;
use uuid::Uuid;

use crate::fixtures::{NOW, client, client_id, user};
use crate::harness::{Place, execute, on_both_databases};
use crate::write;

/// Number of rows of each object: more than two batches.
pub const MANY: u32 = 1_200;
/// Number of groups of the organization, in a tree.
const GROUPS: u32 = 5_000;
/// Maximum number of rows that one transaction deletes, with those of foreign keys.
const BATCH: i64 = 1_000;

const ALICE: u128 = 100_001;
const GROUP: u128 = 100_002;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    User,
    Client,
    Role,
    Group,
    Organization,
    ProfileField,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::User,
        Self::Client,
        Self::Role,
        Self::Group,
        Self::Organization,
        Self::ProfileField,
    ];

    /// Returns the tables and conditions of its rows.
    fn rows(self) -> Vec<(&'static str, String)> {
        let alice = "user_id = (SELECT id FROM users WHERE username = 'Alice' \
                     OR email_key LIKE 'deleted %')";
        match self {
            Self::User => vec![("sessions", alice.to_owned()), ("grants", alice.to_owned())],
            Self::Client => vec![("grants", "client_id = 'photos'".to_owned())],
            Self::Role => vec![("role_assignments", "role = 'helper'".to_owned())],
            Self::Group => vec![("group_members", "1 = 1".to_owned())],
            Self::Organization => vec![
                ("organization_members", "org = 'acme'".to_owned()),
                ("groups", "org = 'acme'".to_owned()),
            ],
            Self::ProfileField => vec![("profile_values", "field = 'company'".to_owned())],
        }
    }
}

pub fn alice() -> UserId {
    UserId::from_uuid(Uuid::from_u128(ALICE))
}

/// Returns SQL for a UUID and for bytes with the number of the expression.
pub fn numbers(is_postgres: bool, expression: &str) -> (String, String) {
    if is_postgres {
        let hex = |digits| format!("lpad(to_hex({expression}), {digits}, '0')");
        let uuid = format!("CAST({} AS uuid)", hex(32));
        (uuid, format!("decode({}, 'hex')", hex(64)))
    } else {
        let bytes = |digits| format!("unhex(printf('%0{digits}x', {expression}))");
        (bytes(32), bytes(64))
    }
}

/// Inserts the rows of a table for each number `n` up to `count`.
pub async fn insert(place: &Place, table: &str, columns: &str, values: &str, count: u32) {
    let series = format!(
        "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
    );
    let is_postgres = place.url.starts_with("postgres");
    let mut values = values.to_owned();
    for (name, expression) in [("n", "n"), ("parent", "n / 10")] {
        let (uuid, bytes) = numbers(is_postgres, expression);
        values = values.replace(&format!("{{{name}}}"), &uuid);
        values = values.replace(&format!("{{{name} bytes}}"), &bytes);
    }
    for (name, number) in [("alice", ALICE), ("group", GROUP)] {
        let (uuid, _) = numbers(is_postgres, &number.to_string());
        values = values.replace(&format!("{{{name}}}"), &uuid);
    }
    let sql = format!("INSERT INTO {table} ({columns}) {series} SELECT {values} FROM s");
    execute(&place.url, &sql).await;
}

#[expect(clippy::too_many_lines, reason = "a row of each kind")]
pub async fn fill(place: &Place, db: &Db) {
    let mut person = user("Alice");
    person.id = alice();
    write!(db, users::insert, &person);
    write!(db, clients::insert, &client("photos"));
    write!(db, clients::insert, &client("other"));
    let role = Role {
        name: "helper".to_owned(),
        description: String::new(),
        active: true,
        permissions: BTreeSet::new(),
    };
    write!(db, roles::upsert, &role);
    insert(
        place,
        "users",
        "id, email, email_key, email_verified, profile, is_staff, created_at, updated_at, \
         password_change_required",
        "{n}, n || '@x.org', n || '@x.org', TRUE, '{}', FALSE, 1, 1, FALSE",
        MANY,
    )
    .await;
    insert(
        place,
        "sessions",
        "id, token_hash, user_id, created_at, last_seen_at, idle_expires_at, expires_at, auth_time, \
         acr, amr, remember, user_agent, ip",
        "{n}, {n bytes}, {alice}, 1, 1, 1, 1, 1, 'aal1', '[]', FALSE, '', ''",
        MANY,
    )
    .await;
    let columns = "id, user_id, client_id, session_id, scope, resources, claims, auth_time, acr, amr, \
                   created_at, expires_at";
    let rest = "{n}, 'openid', '[]', '{}', 1, 'aal1', '[]', 1, 9999999999";
    let of_client = format!("{{n}}, {{n}}, 'photos', {rest}");
    insert(place, "grants", columns, &of_client, MANY).await;
    // Other IDs than those of the client's grants.
    let (id, _) = numbers(place.url.starts_with("postgres"), "n + 1000000");
    let of_alice = format!("{id}, {{alice}}, 'other', {rest}");
    insert(place, "grants", columns, &of_alice, MANY).await;
    insert(
        place,
        "role_assignments",
        "id, subject_kind, subject_id, role, active, created_at",
        "{n}, 'user', 'user ' || n, 'helper', TRUE, 1",
        MANY,
    )
    .await;
    insert(
        place,
        "organizations",
        "slug, name, active, created_at, updated_at",
        "'acme', 'Acme', TRUE, 1, 1",
        1,
    )
    .await;
    insert(
        place,
        "organization_members",
        "org, user_id, is_owner, created_at",
        "'acme', {n}, FALSE, 1",
        MANY,
    )
    .await;
    insert(
        place,
        "groups",
        "id, path, description, org, parent_id, created_at, updated_at",
        "{n}, 'g' || n, '', 'acme', CASE WHEN n > 9 THEN {parent} END, 1, 1",
        GROUPS,
    )
    .await;
    insert(
        place,
        "groups",
        "id, path, description, created_at, updated_at",
        "{group}, '/staff', '', 1, 1",
        1,
    )
    .await;
    insert(
        place,
        "group_members",
        "group_id, user_id, created_at",
        "{group}, {n}, 1",
        MANY,
    )
    .await;
    insert(
        place,
        "profile_fields",
        "name, label, kind, editable_by, visible_to, created_at, updated_at",
        "'company', 'Company', '{\"type\":\"number\"}', 'user', 'directory', 1, 1",
        1,
    )
    .await;
    insert(
        place,
        "profile_values",
        "user_id, field, value",
        "{n}, 'company', '1'",
        MANY,
    )
    .await;
}

async fn delete(db: &Db, kind: Kind) -> bool {
    match kind {
        Kind::User => write!(db, users::delete, alice(), NOW),
        Kind::Client => write!(db, clients::delete, &client_id("photos"), NOW),
        Kind::Role => write!(db, roles::delete, "helper", NOW),
        Kind::Group => write!(
            db,
            groups::delete,
            GroupId::from_uuid(Uuid::from_u128(GROUP)),
            NOW
        ),
        Kind::Organization => write!(db, organizations::delete, "acme", NOW),
        Kind::ProfileField => write!(db, profile_fields::delete, "company", NOW),
    }
}

/// Returns true if any function of the store still finds the object.
async fn is_found(db: &Db, kind: Kind) -> bool {
    let read = db.read();
    let everybody = |count: u64| count > u64::from(MANY);
    match kind {
        Kind::User => {
            let by_name = users::find_by_identifier(read, "alice").await.unwrap();
            let by_email = users::find_by_identifier(read, "alice@example.org")
                .await
                .unwrap();
            by_name.is_some()
                || by_email.is_some()
                || users::find_by_id(read, alice()).await.unwrap().is_some()
                || everybody(users::count(read).await.unwrap())
        }
        Kind::Client => {
            let id: ClientId = client_id("photos");
            let all = clients::list_all(read).await.unwrap();
            clients::find(read, &id).await.unwrap().is_some()
                || !clients::find_all(read, &[&id]).await.unwrap().is_empty()
                || all.iter().any(|client| client.id == id)
        }
        Kind::Role => {
            let all = roles::list(read).await.unwrap();
            roles::find(read, "helper").await.unwrap().is_some() || !all.is_empty()
        }
        Kind::Group => {
            let id = GroupId::from_uuid(Uuid::from_u128(GROUP));
            let member = UserId::from_uuid(Uuid::from_u128(u128::from(MANY)));
            let by_path = groups::find_by_path(read, None, "/staff").await.unwrap();
            let held = roles::effective_for_user_in(read, member, OrgScope::Global, NOW).await;
            groups::find(read, id).await.unwrap().is_some()
                || by_path.is_some()
                || !groups::of_user(read, member).await.unwrap().is_empty()
                || !held.unwrap().groups.is_empty()
        }
        Kind::Organization => {
            let member = UserId::from_uuid(Uuid::from_u128(u128::from(MANY)));
            organizations::find(read, "acme").await.unwrap().is_some()
                || !organizations::of_user(read, member)
                    .await
                    .unwrap()
                    .is_empty()
                || organizations::membership(read, "acme", member)
                    .await
                    .unwrap()
                    .is_some()
                || !groups::list(read, Some("acme"), None, 9)
                    .await
                    .unwrap()
                    .is_empty()
        }
        Kind::ProfileField => {
            let all = profile_fields::list_all(read).await.unwrap();
            profile_fields::find(read, "company")
                .await
                .unwrap()
                .is_some()
                || !all.is_empty()
        }
    }
}

async fn count(db: &Db, kind: Kind) -> i64 {
    let mut total = 0;
    for (table, condition) in kind.rows() {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {condition}");
        let backend = db.read().get_database_backend();
        let statement = sea_orm::Statement::from_string(backend, sql);
        let row = db.read().query_one_raw(statement).await.unwrap().unwrap();
        total += row.try_get_by_index::<i64>(0).unwrap();
    }
    total
}

/// Deletes a batch. Fails if PostgreSQL reads a table from its start for it: past all rows that
/// former batches have deleted.
async fn advance(db: &Db, kind: Kind) -> Option<Progress> {
    let tx = db.begin_write().await.unwrap();
    let progress = deletions::advance(&tx).await.unwrap();
    if db.is_postgres() {
        let sql = "SELECT relname::text FROM pg_stat_xact_user_tables \
                   WHERE seq_scan > 0";
        let statement = sea_orm::Statement::from_string(tx.get_database_backend(), sql);
        let rows = tx.query_all_raw(statement).await.unwrap();
        let tables = rows.iter().map(|row| row.try_get_by_index::<String>(0));
        let mut tables: Vec<_> = tables.map(Result::unwrap).collect();
        tables.retain(|table| kind.rows().iter().any(|(of, _)| of == table));
        assert!(
            tables.is_empty(),
            "{kind:?}: read from the start: {tables:?}"
        );
    }
    tx.commit().await.unwrap();
    progress
}

#[tokio::test]
async fn object_with_many_rows_is_gone_at_once() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        fill(place, &db).await;
        execute(&place.url, "ANALYZE").await;
        for kind in Kind::ALL {
            let mut left = count(&db, kind).await;
            assert!(left >= i64::from(MANY), "{kind:?}: {left}");
            assert!(is_found(&db, kind).await, "{kind:?}");
            assert!(delete(&db, kind).await, "{kind:?}");
            assert!(!is_found(&db, kind).await, "{kind:?}");
            assert!(!delete(&db, kind).await, "{kind:?}");
            let after = count(&db, kind).await;
            assert!(
                after > 0 && left - after <= BATCH,
                "{kind:?}: {left} to {after}"
            );
            left = after;
            // As another process that continues.
            let other = place.open().await;
            let mut batches = 0;
            while let Some(progress) = advance(&other, kind).await {
                // Not by the connection of the batches: PostgreSQL counts its reads for some time.
                let after = count(&db, kind).await;
                assert!(left - after <= BATCH, "{kind:?}: {left} to {after}");
                left = after;
                batches += 1;
                if progress == Progress::Done {
                    break;
                }
            }
            assert!(batches > 1, "{kind:?}");
            assert_eq!(count(&other, kind).await, 0, "{kind:?}");
            assert!(!deletions::is_any_pending(other.read()).await.unwrap());
            other.close().await.unwrap();
        }
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn unknown_kind_blocks_no_other() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        fill(place, &db).await;
        let of_newer_version =
            "INSERT INTO deletions (kind, id, started_at) VALUES ('article', 'first', 0)";
        execute(&place.url, of_newer_version).await;
        assert!(delete(&db, Kind::Role).await);
        while write!(db, deletions::advance).is_some() {}
        assert_eq!(count(&db, Kind::Role).await, 0);
        db.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn name_is_free_after_last_row() {
    on_both_databases(async |place| {
        let db = place.open().await;
        db.migrate().await.unwrap();
        fill(place, &db).await;
        let role = roles::find(db.read(), "helper").await.unwrap().unwrap();
        for kind in [Kind::User, Kind::Client, Kind::Role] {
            assert!(delete(&db, kind).await);
        }
        // The assignments of a role with this name would hold for the new one.
        let tx = db.begin_write().await.unwrap();
        let taken = roles::upsert(&tx, &role).await.unwrap_err();
        assert!(matches!(taken, StoreError::Conflict { .. }), "{taken:?}");
        tx.rollback().await.unwrap();
        let tx = db.begin_write().await.unwrap();
        let taken = clients::insert(&tx, &client("photos")).await.unwrap_err();
        assert!(matches!(taken, StoreError::Conflict { .. }), "{taken:?}");
        tx.rollback().await.unwrap();
        // Rows of users refer to their ID, which is never reused.
        write!(db, users::insert, &user("Alice"));
        while write!(db, deletions::advance).is_some() {}
        write!(db, roles::upsert, &role);
        write!(db, clients::insert, &client("photos"));
        assert_eq!(count(&db, Kind::Role).await, 0);
        assert_eq!(count(&db, Kind::Client).await, 0);
        db.close().await.unwrap();
    })
    .await;
}
