//! Lists of values in statements.
//!
//! A database accepts a limited number of values in a statement: SQLite 32,766, PostgreSQL 65,535.
//! Every list goes through this module, so that none grows with the data.

use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, Value};
use uuid::Uuid;

const PART: usize = 50;

pub(crate) struct Part<'a>(&'a [Uuid]);

impl Part<'_> {
    pub(crate) fn contains(&self, column: impl ColumnTrait) -> Expr {
        column.is_in(self.0.iter().copied())
    }
}

pub(crate) fn parts(ids: &[Uuid]) -> impl Iterator<Item = Part<'_>> {
    ids.chunks(PART).map(Part)
}

/// Returns the condition that a column has one of the values that the program knows, however often a
/// request repeats them.
pub(crate) fn is_known<V: Into<Value> + PartialEq>(
    column: impl ColumnTrait,
    values: impl IntoIterator<Item = V>,
) -> Expr {
    let mut distinct: Vec<V> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    column.is_in(distinct)
}

/// Returns the condition that a column has one of the values of a rule, of which there are few.
pub(crate) fn is_in_rule(column: Expr, values: Vec<Value>) -> Expr {
    column.is_in(values)
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, EntityTrait as _, QueryFilter as _, QueryTrait as _};

    use super::*;
    use crate::tasks::model::{Column, Entity};

    #[test]
    fn parts_contain_all_ids_in_order() {
        for length in [0, 1, PART - 1, PART, PART + 1, 3 * PART + 1] {
            let ids: Vec<Uuid> = (0..).take(length).map(Uuid::from_u128).collect();
            let parts: Vec<_> = parts(&ids).collect();
            assert_eq!(parts.len(), length.div_ceil(PART), "{length}");
            assert!(parts.iter().all(|part| part.0.len() <= PART), "{length}");
            let all: Vec<Uuid> = parts.iter().flat_map(|part| part.0).copied().collect();
            assert_eq!(all, ids, "{length}");
        }
    }

    #[test]
    fn repeated_value_is_in_statement_once() {
        let condition = is_known(Column::Status, ["todo", "done"].repeat(10_000));
        let statement = Entity::find().filter(condition).build(DbBackend::Sqlite);
        assert_eq!(statement.values.map(|values| values.0.len()), Some(2));
    }
}
