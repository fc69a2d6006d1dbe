//! Lists of values in statements.
//!
//! A database accepts a limited number of values in a statement: SQLite 32,766, PostgreSQL 65,535.
//! A list that grows with the data therefore goes through this module, which divides it, or the
//! statement has a subquery instead. A debug build rejects statements with more than
//! [`MAX_VALUES`], so that small tests find a list that is not divided.

use std::future::ready;

use doorward_domain::model::AuditKind;
use futures_util::future::BoxFuture;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, Iterable, QueryFilter, Select, Value};

use crate::db::{Conn, MAX_VALUES, WriteTx};
use crate::entity::row::Record;
use crate::error::Result;

/// Maximum number of values in a part of a list. The rest is for the other values of the statement.
const PART: usize = MAX_VALUES / 2;

/// A part of a list that fits into a statement.
#[derive(Clone, Debug)]
pub(super) struct Part(Vec<Value>);

impl Part {
    /// Returns the condition that a column has one of the values.
    pub(super) fn contains(&self, column: impl Into<Expr>) -> Expr {
        column.into().is_in(self.0.iter().cloned())
    }
}

pub(super) fn parts<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Vec<Part> {
    let values: Vec<Value> = values.into_iter().map(Into::into).collect();
    let parts = values.chunks(PART);
    parts.map(|part| Part(part.to_vec())).collect()
}

/// Returns the rows of a query that have one of these values in a column.
pub(super) async fn rows_with<E: EntityTrait, V: Into<Value>>(
    conn: &Conn,
    query: Select<E>,
    column: E::Column,
    values: impl IntoIterator<Item = V>,
) -> Result<Vec<E::Model>> {
    let mut rows = Vec::new();
    for part in parts(values) {
        let some = query.clone().filter(part.contains(column.into_expr()));
        rows.extend(some.all(conn).await?);
    }
    Ok(rows)
}

/// Returns the condition that a column has one of the words, which the program contains.
pub(super) fn is_word(
    column: impl Into<Expr>,
    words: impl IntoIterator<Item = &'static str>,
) -> Expr {
    column.into().is_in(words)
}

/// Returns the condition that a column has one of the forms of a name, whose number has a limit
/// (`displayed_name::looks`).
pub(super) fn is_look(column: impl Into<Expr>, looks: Vec<String>) -> Expr {
    column.into().is_in(looks)
}

/// Returns the condition that a column has one of the kinds, of which there are few.
pub(super) fn is_kind(column: impl Into<Expr>, kinds: &[AuditKind]) -> Expr {
    let mut words: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    is_word(column, words)
}

/// Inserts rows, as many in a statement as it can have values. The rows are made before the future, so that
/// its type does not depend on the closures that make them.
pub(super) fn insert_rows<'a, A: ActiveModelTrait + Send + 'a>(
    tx: &'a WriteTx,
    rows: impl IntoIterator<Item = A>,
    on_conflict: Option<&'a OnConflict>,
) -> BoxFuture<'a, Result<()>> {
    let columns = <A::Entity as EntityTrait>::Column::iter().count();
    let at_once = Ord::max(MAX_VALUES / Ord::max(columns, 1), 1);
    let rows: Vec<A> = rows.into_iter().collect();
    Box::pin(async move {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<A> = rows.by_ref().take(at_once).collect();
            let mut insert = A::Entity::insert_many(some);
            if let Some(on_conflict) = on_conflict {
                insert = insert.on_conflict(on_conflict.clone());
            }
            insert.exec_without_returning(tx.conn()).await?;
        }
        Ok(())
    })
}

/// Inserts the rows of these models like [`insert_rows`].
pub(super) fn insert_models<'a, M: Record>(
    tx: &'a WriteTx,
    models: impl IntoIterator<Item = &'a M>,
    on_conflict: Option<&'a OnConflict>,
) -> BoxFuture<'a, Result<()>> {
    let rows: Result<Vec<M::Row>> = models.into_iter().map(M::Row::try_from).collect();
    match rows {
        Ok(rows) => insert_rows(tx, rows, on_conflict),
        Err(error) => Box::pin(ready(Err(error))),
    }
}

/// Inserts records, however many.
///
/// # Errors
/// Returns the same errors as [`insert`](super::query::insert).
pub async fn insert_all<M: Record>(tx: &WriteTx, records: &[M]) -> Result<()> {
    insert_models(tx, records, None).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_contain_all_values_in_order() {
        for length in [0, 1, PART - 1, PART, PART + 1, 3 * PART + 1] {
            let values: Vec<i64> = (0..).take(length).collect();
            let parts = parts(values.clone());
            assert_eq!(parts.len(), length.div_ceil(PART), "{length}");
            assert!(parts.iter().all(|part| part.0.len() <= PART), "{length}");
            let all: Vec<Value> = parts.into_iter().flat_map(|part| part.0).collect();
            let expected: Vec<Value> = values.into_iter().map(Value::from).collect();
            assert_eq!(all, expected, "{length}");
        }
    }
}
