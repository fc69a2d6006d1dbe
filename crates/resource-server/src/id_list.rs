//! Lists of IDs in statements: a database accepts a limited number of values in one.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr};
use uuid::Uuid;

/// Maximum number of IDs in one statement.
const PORTION: usize = 50;

/// Returns all rows that `find` finds for the portions of a list, each with the condition that the column
/// has one of its IDs.
pub(crate) async fn in_portions<T>(
    column: impl ColumnTrait,
    ids: &[Uuid],
    find: impl AsyncFn(Expr) -> Result<Vec<T>, DbErr>,
) -> Result<Vec<T>, DbErr> {
    let mut rows = Vec::new();
    for portion in ids.chunks(PORTION) {
        rows.extend(find(column.is_in(portion.iter().copied())).await?);
    }
    Ok(rows)
}
