//! Statements with many columns, whose text is built once: building one costs more than the database
//! needs to run it.

use std::sync::OnceLock;

use sea_orm::{StatementBuilder, Value};

use super::prelude::*;

/// The text of a statement on each database.
pub(super) struct StatementText([OnceLock<String>; 2]);

impl StatementText {
    pub const fn new() -> Self {
        Self([const { OnceLock::new() }; 2])
    }

    /// Returns the statement with these values, which are in the order of the text. In debug builds,
    /// compares it with `build`, which is otherwise called once.
    pub fn statement<S: StatementBuilder>(
        &self,
        backend: DbBackend,
        values: Vec<Value>,
        build: impl Fn() -> S,
    ) -> Statement {
        let text = &self.0[usize::from(backend == DbBackend::Postgres)];
        let text = text.get_or_init(|| backend.build(&build()).sql);
        let statement = Statement::from_sql_and_values(backend, text, values);
        debug_assert_eq!(statement, backend.build(&build()));
        statement
    }
}
