//! A table with its foreign keys and indexes as one expression. Columns of an index are separated by `, `.

use sea_orm::sea_query::{
    ForeignKey, ForeignKeyAction, Index, IntoColumnDef, Table, TableCreateStatement,
};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};

use crate::migration::execute;

/// The order of bytes, in which PostgreSQL can search a prefix. SQLite has it anyway.
pub const BYTES: &str = " COLLATE \"C\"";

pub struct NewTable {
    name: &'static str,
    statement: TableCreateStatement,
    /// Statements; the flag is set if SQLite has the index too.
    indexes: Vec<(bool, String)>,
}

/// Starts the definition of a table.
pub fn table(name: &'static str) -> NewTable {
    NewTable {
        name,
        statement: Table::create().table(name).take(),
        indexes: Vec::new(),
    }
}

impl NewTable {
    pub fn col(mut self, column: impl IntoColumnDef) -> Self {
        self.statement.col(column);
        self
    }

    /// Makes the columns the primary key.
    pub fn key(mut self, columns: &[&'static str]) -> Self {
        let mut key = Index::create();
        for column in columns {
            key.col(*column);
        }
        self.statement.primary_key(&mut key);
        self
    }

    /// Deletes rows together with the row that the column refers to.
    pub fn belongs_to(
        self,
        column: &'static str,
        target: &'static str,
        target_column: &'static str,
    ) -> Self {
        self.refers_to(column, target, target_column, ForeignKeyAction::Cascade)
    }

    /// Adds a foreign key.
    pub fn refers_to(
        mut self,
        column: &'static str,
        target: &'static str,
        target_column: &'static str,
        on_delete: ForeignKeyAction,
    ) -> Self {
        let mut key = ForeignKey::create()
            .name(format!("fk_{}__{column}", self.name))
            .from(self.name, column)
            .to(target, target_column)
            .on_delete(on_delete)
            .take();
        self.statement.foreign_key(&mut key);
        self
    }

    /// Adds a unique index.
    pub fn unique(self, columns: &str) -> Self {
        self.unique_by(&columns.replace(", ", "__"), columns)
    }

    /// Adds a unique index over expressions; `name` is the last part of its name.
    pub fn unique_by(mut self, name: &str, expressions: &str) -> Self {
        let table = self.name;
        let statement =
            format!("CREATE UNIQUE INDEX uq_{table}__{name} ON {table} ({expressions})");
        self.indexes.push((true, statement));
        self
    }

    /// Adds an index for queries by these columns.
    pub fn index(self, columns: &str) -> Self {
        let definition = format!("({columns})");
        self.index_by(&columns.replace(", ", "__"), &definition)
    }

    /// Adds an index of the rows that fulfil a condition.
    pub fn index_where(self, columns: &str, condition: &str) -> Self {
        let definition = format!("({columns}) WHERE {condition}");
        self.index_by(&columns.replace(", ", "__"), &definition)
    }

    /// Adds an index with this definition; `name` is the last part of its name.
    pub fn index_by(self, name: &str, definition: &str) -> Self {
        let name = format!("ix_{}__{name}", self.name);
        self.index_named(true, &name, definition)
    }

    /// Adds an index for searches by prefix.
    pub fn search(self, column: &str) -> Self {
        self.search_index(true, column)
    }

    /// Adds an index for searches by prefix of a unique column, whose other index serves on SQLite.
    pub fn search_unique(self, column: &str) -> Self {
        self.search_index(false, column)
    }

    fn search_index(self, on_sqlite: bool, column: &str) -> Self {
        let name = format!("search_{}_{column}", self.name);
        self.index_named(on_sqlite, &name, &format!("({column}{BYTES})"))
    }

    /// Adds an index with this name and definition, on SQLite only if the flag is set.
    pub fn index_named(mut self, on_sqlite: bool, name: &str, definition: &str) -> Self {
        let statement = format!("CREATE INDEX {name} ON {} {definition}", self.name);
        self.indexes.push((on_sqlite, statement));
        self
    }

    async fn create(self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        tx.execute(&self.statement).await?;
        let is_postgres = tx.get_database_backend() == DbBackend::Postgres;
        for (on_sqlite, index) in self.indexes {
            if is_postgres {
                execute(tx, [index]).await?;
            } else if on_sqlite {
                execute(tx, [index.replace(BYTES, "")]).await?;
            }
        }
        Ok(())
    }
}

/// Creates the tables with their indexes, in this order.
pub async fn create<const N: usize>(
    tx: &DatabaseTransaction,
    tables: [NewTable; N],
) -> Result<(), DbErr> {
    for table in tables {
        table.create(tx).await?;
    }
    Ok(())
}
