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

/// A table with its columns that are lists of scopes.
pub type Lists = (&'static str, &'static [&'static str]);

/// Tables that do not grow with the users.
const LISTS: [Lists; 3] = [
    ("clients", &["scopes"]),
    ("client_registrations", &["given_delegated", "given_own"]),
    ("device_requests", &["scope"]),
];
/// Tables that grow.
pub const GROWN: [Lists; 3] = [
    ("api_keys", &["scopes"]),
    ("consents", &["scope", "declined"]),
    ("grants", &["scope"]),
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
    for lists in LISTS {
        rewrite(tx, lists, (old, name), Pass::Remove, &Range::default()).await?;
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

/// The values of a statement, each with its place in the text.
#[derive(Default)]
struct Values(Vec<Value>);

impl Values {
    fn add(&mut self, value: impl Into<Value>) -> String {
        self.0.push(value.into());
        format!("${}", self.0.len())
    }

    fn bounds(&mut self, (after, last): &Range) -> String {
        let after = after
            .clone()
            .map(|id| format!(" AND id > {}", self.add(id)));
        let last = last
            .clone()
            .map(|id| format!(" AND id <= {}", self.add(id)));
        after.into_iter().chain(last).collect()
    }
}

/// Returns the condition of a list that a pass changes, and the changed list.
fn change(
    backend: DbBackend,
    column: &str,
    pass: Pass,
    (old, name): (&str, &str),
) -> (String, String) {
    let position = position(backend);
    let list = format!("(' ' || {column} || ' ')");
    let has = |value: &str| format!("{position}({list}, {value}) > 0");
    match pass {
        Pass::Add => (
            format!("{} AND NOT {}", has(old), has(name)),
            format!("replace({list}, {old}, {old} || substr({name}, 2))"),
        ),
        Pass::Remove => (
            has(old),
            format!(
                "CASE WHEN {} THEN replace({list}, {old}, ' ') ELSE replace({list}, {old}, {name}) END",
                has(name)
            ),
        ),
    }
}

/// Returns true if [`rewrite`] changes one of these rows: others need no transaction.
#[boxed]
pub async fn needs_rewrite(
    conn: &Conn,
    (table, columns): Lists,
    (old, name): (&str, &str),
    pass: Pass,
    range: &Range,
) -> Result<bool> {
    let (backend, mut values) = (conn.get_database_backend(), Values::default());
    let old = values.add(format!(" {old} "));
    let name = match pass {
        Pass::Add => values.add(format!(" {name} ")),
        // The condition does not contain it.
        Pass::Remove => String::new(),
    };
    let columns = columns.iter();
    let lists = columns.map(|column| change(backend, column, pass, (&old, &name)).0);
    let condition = lists.collect::<Vec<_>>().join(" OR ");
    let bounds = values.bounds(range);
    let sql = format!("SELECT 1 FROM {table} WHERE ({condition}){bounds} LIMIT 1");
    let query = Statement::from_sql_and_values(backend, sql, values.0);
    Ok(conn.query_one_raw(query).await?.is_some())
}

/// Writes the names of a scope into the lists of these rows.
#[boxed]
pub async fn rewrite(
    tx: &WriteTx,
    (table, columns): Lists,
    (old, name): (&str, &str),
    pass: Pass,
    range: &Range,
) -> Result<()> {
    for column in columns {
        let mut values = Values::default();
        let names = [old, name].map(|name| values.add(format!(" {name} ")));
        let backend = tx.get_database_backend();
        let (condition, changed) = change(backend, column, pass, (&names[0], &names[1]));
        let bounds = values.bounds(range);
        let sql =
            format!("UPDATE {table} SET {column} = trim({changed}) WHERE {condition}{bounds}");
        execute(tx, sql, values.0).await?;
    }
    Ok(())
}

#[boxed]
pub async fn delete(tx: &WriteTx, name: &str) -> Result<bool> {
    former_names::forget(tx, NameKind::Scope, name).await?;
    Entity::delete_by_id(name).change_one(tx).await
}
