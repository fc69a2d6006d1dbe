//! Registered scopes.

use doorward_domain::boxed;
use doorward_domain::model::ScopeEntry;
use doorward_domain::model::former_name::NameKind;
use sea_orm::Value;
use uuid::Uuid;

use super::former_names;
use super::prelude::*;
use super::query::{execute, position};
use crate::entity::custom_claims;
use crate::entity::scopes::{Column, Entity};

/// Returns every registered scope, ordered by name.
#[boxed]
pub async fn list_all(conn: &Conn) -> Result<Vec<ScopeEntry>> {
    Entity::find().order_by_asc(Column::Name).load(conn).await
}

/// Inserts a scope, or updates description and audience of the one with this name.
#[boxed]
pub async fn upsert(tx: &WriteTx, entry: &ScopeEntry) -> Result<()> {
    upsert_all(tx, std::slice::from_ref(entry)).await
}

/// Inserts scopes like [`upsert`].
#[boxed]
pub async fn upsert_all(tx: &WriteTx, entries: &[ScopeEntry]) -> Result<()> {
    let mut replace = OnConflict::column(Column::Name);
    replace.update_columns([Column::Description, Column::Audience]);
    insert_models(tx, entries, Some(&replace)).await
}

/// Columns with lists of scopes in tables that do not grow with the users.
const LISTS: [(&str, &str); 4] = [
    ("clients", "scopes"),
    ("client_registrations", "given_delegated"),
    ("client_registrations", "given_own"),
    ("device_requests", "scope"),
];
/// Columns with lists of scopes in tables that grow.
pub const GROWN: [(&str, &str); 4] = [
    ("api_keys", "scopes"),
    ("consents", "scope"),
    ("consents", "declined"),
    ("grants", "scope"),
];
/// Number of rows that a portion reads.
const PORTION: u64 = 1_000;

/// A change of the lists with the old name of a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pass {
    /// Adds the new name.
    Add,
    /// Leaves the new name only.
    Remove,
}

/// Registers the new name of a scope beside the old one.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if the new name is registered.
#[boxed]
pub async fn reserve(tx: &WriteTx, scope: &ScopeEntry, name: &str) -> Result<()> {
    let renamed = ScopeEntry {
        name: name.to_owned(),
        ..scope.clone()
    };
    insert_models(tx, &[renamed], None).await
}

/// Gives a scope its [reserved](reserve) name, also in clients and custom claims. Requests may use the old
/// name until this time, and tokens contain both. [`rewrite`] changes the tables that grow, before and after
/// this.
#[boxed]
pub async fn rename(tx: &WriteTx, old: &str, name: &str, until: Option<UnixSeconds>) -> Result<()> {
    for place in LISTS {
        rewrite(tx, place, (old, name), Pass::Remove, Range::default()).await?;
    }
    custom_claims::Entity::update_many()
        .value(custom_claims::Column::Scope, name)
        .filter(custom_claims::Column::Scope.eq(old))
        .run(tx)
        .await?;
    former_names::follow(tx, NameKind::Scope, (old, name), until).await?;
    Entity::delete_by_id(old).change_one(tx).await?;
    Ok(())
}

/// The rows of a table after the first key up to the last one; without them, all.
pub type Range = (Option<Value>, Option<Value>);

/// Returns the last key of the portion after this one; `None` for the last portion of the table.
#[boxed]
pub async fn end_of_portion(
    conn: &Conn,
    table: &str,
    after: Option<Value>,
) -> Result<Option<Value>> {
    let condition = after.as_ref().map_or("", |_| "WHERE id > $1 ");
    let offset = PORTION - 1;
    let sql = format!("SELECT id FROM {table} {condition}ORDER BY id LIMIT 1 OFFSET {offset}");
    let query = Statement::from_sql_and_values(conn.get_database_backend(), sql, after);
    let Some(row) = conn.query_one_raw(query).await? else {
        return Ok(None);
    };
    // The ID of an API key is a text.
    let key = match row.try_get::<Uuid>("", "id") {
        Ok(id) => Value::from(id),
        Err(_) => Value::from(row.try_get::<String>("", "id")?),
    };
    Ok(Some(key))
}

/// Writes the names of a scope into the lists of these rows.
#[boxed]
pub async fn rewrite(
    tx: &WriteTx,
    (table, column): (&str, &str),
    (old, name): (&str, &str),
    pass: Pass,
    (after, last): Range,
) -> Result<()> {
    let position = position(tx.get_database_backend());
    let list = format!("(' ' || {column} || ' ')");
    let has = |value: &str| format!("{position}({list}, {value}) > 0");
    let (condition, changed) = match pass {
        Pass::Add => (
            format!("{} AND NOT {}", has("$1"), has("$2")),
            format!("replace({list}, $1, $1 || substr($2, 2))"),
        ),
        Pass::Remove => (
            has("$1"),
            format!(
                "CASE WHEN {} THEN replace({list}, $1, ' ') ELSE replace({list}, $1, $2) END",
                has("$2")
            ),
        ),
    };
    let bounds = match (&after, &last) {
        (None, None) => "",
        (None, Some(_)) => " AND id <= $3",
        (Some(_), None) => " AND id > $3",
        (Some(_), Some(_)) => " AND id > $3 AND id <= $4",
    };
    let names = [format!(" {old} ").into(), format!(" {name} ").into()];
    let values: Vec<Value> = names.into_iter().chain(after).chain(last).collect();
    let sql = format!("UPDATE {table} SET {column} = trim({changed}) WHERE {condition}{bounds}");
    execute(tx, sql, values).await.map(drop)
}

#[boxed]
pub async fn delete(tx: &WriteTx, name: &str) -> Result<bool> {
    former_names::forget(tx, NameKind::Scope, name).await?;
    Entity::delete_by_id(name).change_one(tx).await
}
