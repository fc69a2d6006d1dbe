//! Numbers of what the change or the deletion of an object affects, before it is made.

use doorward_store::repo;
use doorward_store::repo::affected::{Object, RecordKind};

use super::operator::{AdminContext, MAX_COUNT, Result};

/// Counts the records that a change or the deletion of an object affects, each up to [`MAX_COUNT`].
/// The object was read by the operation for its kind, which checks that it is in reach.
pub async fn count(
    context: &AdminContext<'_>,
    object: Object<'_>,
) -> Result<Vec<(RecordKind, u64)>> {
    context.need(match object {
        Object::User(_) => "users:read",
        Object::Role(_) => "roles:read",
        Object::Group(_) => "groups:read",
        Object::Organization(_) => "organizations:read",
    })?;
    let (read, now) = (context.db.read(), context.now());
    Ok(repo::affected::count(read, object, MAX_COUNT, now).await?)
}
