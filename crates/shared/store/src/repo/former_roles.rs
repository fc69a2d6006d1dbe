//! The way of a renamed role to its new name: assignments and lists that wait for it.

use super::prelude::*;
use super::query::{execute, position};

/// The present name of the role of an assignment `a` that waits for it, or the role itself.
pub(in crate::repo) const PRESENT_ROLE: &str = "COALESCE((SELECT f.name FROM deletions d \
     JOIN former_names f ON f.kind = 'role' AND f.former = d.id \
     WHERE d.kind = 'former_role' AND d.id = a.role), a.role)";
/// The condition of a former name that no row waits for.
pub(in crate::repo) const IS_LEFT: &str = "(former_names.kind <> 'role' OR NOT EXISTS (SELECT 1 FROM deletions d \
     WHERE d.kind = 'former_role' AND d.id = former_names.former))";
/// The present name of a role, of a former name $1.
const PRESENT: &str = "(SELECT name FROM former_names WHERE kind = 'role' AND former = $1)";

/// Gives these assignments of a former role to the one with the present name. One that its subject has there
/// already is deleted. Returns the number of both.
pub(super) async fn move_assignments(tx: &WriteTx, former: &str, rows: &str) -> Result<u64> {
    let table = "role_assignments";
    let twin = format!(
        "EXISTS (SELECT 1 FROM {table} twin WHERE twin.role = {PRESENT} \
         AND twin.subject_kind = {table}.subject_kind AND twin.subject_id = {table}.subject_id \
         AND COALESCE(twin.org, '') = COALESCE({table}.org, ''))"
    );
    let twins = format!("DELETE FROM {table} WHERE {rows} AND {twin}");
    let others = format!("UPDATE {table} SET role = {PRESENT} WHERE {rows} AND NOT {twin}");
    let deleted = execute(tx, twins, [former.into()]).await?;
    Ok(deleted + execute(tx, others, [former.into()]).await?)
}

/// Returns the condition of a column with a JSON list that names the role $1.
pub(super) fn listed(backend: DbBackend, column: &str) -> String {
    let position = position(backend);
    format!("{position}({column}, '\"' || CAST($1 AS text) || '\"') > 0")
}

/// Writes the present name of a role into these lists with the former one. Returns their number.
pub(super) async fn rename_listed(
    tx: &WriteTx,
    (table, column): (&str, &str),
    former: &str,
    rows: &str,
) -> Result<u64> {
    let sql = format!(
        "UPDATE {table} SET {column} = replace({column}, '\"' || CAST($1 AS text) || '\"', \
         '\"' || {PRESENT} || '\"') WHERE {rows}"
    );
    execute(tx, sql, [former.into()]).await
}

/// Lets what waits for the name of a role be deleted with it.
pub(super) async fn abandon(tx: &WriteTx, role: &str) -> Result<()> {
    let sql = "UPDATE deletions SET kind = 'role' WHERE kind = 'former_role' \
         AND id IN (SELECT former FROM former_names WHERE kind = 'role' AND name = $1)";
    execute(tx, sql.to_owned(), [role.into()]).await.map(drop)
}
