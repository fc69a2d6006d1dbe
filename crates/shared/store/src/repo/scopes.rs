//! Registered scopes.

use doorward_domain::boxed;
use doorward_domain::model::ScopeEntry;
use doorward_domain::model::former_name::NameKind;

use super::former_names;
use super::prelude::*;
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

/// Columns with lists of scopes.
const LISTS: [(&str, &str); 8] = [
    ("clients", "scopes"),
    ("client_registrations", "given_delegated"),
    ("client_registrations", "given_own"),
    ("api_keys", "scopes"),
    ("consents", "scope"),
    ("consents", "declined"),
    ("device_requests", "scope"),
    ("grants", "scope"),
];

/// Gives a scope another name, also in clients, consents, grants, API keys and custom claims. Requests
/// may use the old name until this time, and tokens contain both.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if the new name is registered.
#[boxed]
pub async fn rename(
    tx: &WriteTx,
    scope: &ScopeEntry,
    name: &str,
    until: Option<UnixSeconds>,
) -> Result<()> {
    let renamed = ScopeEntry {
        name: name.to_owned(),
        ..scope.clone()
    };
    insert_models(tx, &[renamed], None).await?;
    let old = scope.name.as_str();
    let backend = tx.get_database_backend();
    let position = match backend {
        DbBackend::Postgres => "strpos",
        _ => "instr",
    };
    for (table, column) in LISTS {
        let sql = format!(
            "UPDATE {table} SET {column} = trim(replace(' ' || {column} || ' ', $1, $2)) \
             WHERE {position}(' ' || {column} || ' ', $1) > 0"
        );
        let values = [format!(" {old} ").into(), format!(" {name} ").into()];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        tx.execute_raw(statement).await?;
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

#[boxed]
pub async fn delete(tx: &WriteTx, name: &str) -> Result<bool> {
    former_names::forget(tx, NameKind::Scope, name).await?;
    Entity::delete_by_id(name).change_one(tx).await
}
