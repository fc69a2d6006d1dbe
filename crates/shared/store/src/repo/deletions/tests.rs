//! Tests that no deletion depends on a foreign key over many rows, or reads a whole table.

use uuid::Uuid;

use super::*;
use crate::Db;
use crate::repo::query_plan::{explain, migrated};

/// References of few rows to the row of an object, which a foreign key deletes with it.
const BOUNDED: [(&str, &str, &str); 14] = [
    ("totp_factors", "user_id", "an authenticator app"),
    ("recovery_codes", "user_id", "ten codes"),
    ("support_codes", "user_id", "a code"),
    ("factor_exceptions", "user_id", "an exception"),
    ("brands", "client_id", "a brand"),
    ("own_texts", "client_id", "at most 500 texts"),
    ("client_logos", "client_id", "a logo"),
    ("client_registrations", "client_id", "a registration"),
    ("client_origins", "client_id", "as many as the client lists"),
    ("site_hosts", "site_id", "at most 50 hosts"),
    ("custom_claims", "client_id", "an administrator adds each"),
    (
        "role_permissions",
        "role",
        "as many as there are permissions",
    ),
    (
        "groups",
        "parent_id",
        "a group with subgroups is not deleted",
    ),
    ("invitations", "org", "the row of an organization is kept"),
];

async fn rows(db: &Db, sql: &str) -> Vec<[String; 3]> {
    let statement = Statement::from_string(DbBackend::Sqlite, sql);
    let rows = db.read().query_all_raw(statement).await.unwrap();
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index::<String>(at).unwrap();
    let rows = rows.iter();
    rows.map(|row| [text(row, 0), text(row, 1), text(row, 2)])
        .collect()
}

/// Returns the table, the column and the referred table of every foreign key.
async fn references(db: &Db) -> Vec<[String; 3]> {
    let sql = "SELECT m.name, f.\"from\", f.\"table\" FROM sqlite_master m \
               JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
    rows(db, sql).await
}

fn all() -> [Deletion<'static>; 8] {
    let client = Box::leak(Box::new(ClientId::parse("photos").unwrap()));
    [
        Deletion::User(UserId::from_uuid(Uuid::nil())),
        Deletion::Client(client),
        Deletion::Role("helper"),
        Deletion::FormerRole("helper"),
        Deletion::Group(GroupId::from_uuid(Uuid::nil())),
        Deletion::Organization("acme"),
        Deletion::ProfileField("company"),
        Deletion::ScimSource(ScimSourceId::from_uuid(Uuid::nil())),
    ]
}

/// Returns the table and the condition of a step.
fn step(rows: &Rows) -> (&'static str, &'static str) {
    match rows {
        Rows::Delete(table, condition)
        | Rows::DeleteByText(table, condition)
        | Rows::Update(table, _, condition) => (table, condition),
        Rows::Sessions => ("sessions", "user_id = $1"),
        Rows::Assignments => ("role_assignments", "role = $1"),
        Rows::Listed(table, column) => (table, column),
    }
}

#[tokio::test]
async fn each_reference_is_deleted_in_batches_or_bounded() {
    let db = migrated().await;
    let mut missing = Vec::new();
    for [table, column, parent] in references(&db).await {
        let of_parent = all().into_iter().filter(|one| one.kind().table == parent);
        let steps = of_parent.flat_map(|one| one.kind().rows);
        let mut steps = steps.map(step);
        let condition = format!("{column} = $1");
        let has_step = steps.any(|(of, text)| of == table && text.starts_with(&condition));
        let bounded = BOUNDED.iter();
        let is_bounded = bounded
            .map(|(of, by, _)| (*of, *by))
            .any(|one| one == (&table, &column));
        let is_deleted = all().iter().any(|one| one.kind().table == parent);
        if is_deleted && !has_step && !is_bounded {
            missing.push(format!("{table}.{column} refers to {parent}"));
        }
    }
    assert!(missing.is_empty(), "no step deletes {missing:#?}");
}

#[tokio::test]
async fn each_reference_has_index() {
    let db = migrated().await;
    let indexes = rows(
        &db,
        "SELECT m.name, i.name, COALESCE(c.name, '') FROM sqlite_master m JOIN pragma_index_list(m.name) i \
         JOIN pragma_index_info(i.name) c WHERE m.type = 'table' AND c.seqno = 0 AND NOT i.partial",
    )
    .await;
    let mut missing = Vec::new();
    for [table, column, parent] in references(&db).await {
        let has_index = indexes
            .iter()
            .any(|[of, _, by]| (of, by) == (&table, &column));
        if !has_index {
            missing.push(format!("{table}.{column} refers to {parent}"));
        }
    }
    assert!(
        missing.is_empty(),
        "each deleted row reads all of {missing:#?}"
    );
}

#[tokio::test]
async fn each_step_is_range_of_index() {
    let db = migrated().await;
    for deletion in all() {
        let rows = deletion.kind().rows.iter();
        // A list of names has no index; a batch reads the column of each linked account.
        let rows = rows.filter(|rows| !matches!(rows, Rows::Listed(..)));
        for (table, condition) in rows.map(step) {
            let group = role_column::text_of(DbBackend::Sqlite, "groups.id");
            let rows = condition.replace("{group}", &group);
            let rows = first_rows(DbBackend::Sqlite, table, &rows, 5);
            let sql = format!("DELETE FROM {table} WHERE {rows}");
            let delete = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [deletion.key()]);
            let plan = explain(&db, delete).await;
            let is_scan = plan.iter().any(|line| line.starts_with("SCAN"));
            assert!(!is_scan, "{deletion:?}: {table}: {plan:#?}");
        }
    }
}
