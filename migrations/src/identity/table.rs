//! A table with its foreign keys and indexes as one expression.

use sea_orm_migration::prelude::*;

use super::columns::{belongs_to, index, unique};

/// A table to create.
pub struct NewTable {
    name: &'static str,
    statement: TableCreateStatement,
    unique: Vec<&'static [&'static str]>,
    indexes: Vec<&'static [&'static str]>,
    unique_by: Vec<(&'static str, &'static str)>,
}

/// Starts the definition of a table.
pub fn table(name: &'static str) -> NewTable {
    NewTable {
        name,
        statement: Table::create().table(name).take(),
        unique: Vec::new(),
        indexes: Vec::new(),
        unique_by: Vec::new(),
    }
}

impl NewTable {
    /// Adds a column.
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
        let key = belongs_to(self.name, column, target, target_column);
        self.foreign_key(key)
    }

    /// Adds a foreign key.
    pub fn foreign_key(mut self, mut key: ForeignKeyCreateStatement) -> Self {
        self.statement.foreign_key(&mut key);
        self
    }

    /// Adds a unique index.
    pub fn unique(mut self, columns: &'static [&'static str]) -> Self {
        self.unique.push(columns);
        self
    }

    /// Adds an index for queries by these columns.
    pub fn index(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push(columns);
        self
    }

    /// Adds a unique index over expressions; `name` is the last part of its name.
    pub fn unique_by(mut self, name: &'static str, expressions: &'static str) -> Self {
        self.unique_by.push((name, expressions));
        self
    }

    async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let name = self.name;
        manager.create_table(self.statement).await?;
        for columns in self.unique {
            unique(manager, name, columns).await?;
        }
        for columns in self.indexes {
            index(manager, name, columns).await?;
        }
        for (last, expressions) in self.unique_by {
            let index = format!("CREATE UNIQUE INDEX uq_{name}__{last} ON {name} ({expressions})");
            manager.get_connection().execute_unprepared(&index).await?;
        }
        Ok(())
    }
}

/// Creates the tables with their indexes, in this order.
pub async fn create<const N: usize>(
    manager: &SchemaManager<'_>,
    tables: [NewTable; N],
) -> Result<(), DbErr> {
    for table in tables {
        table.create(manager).await?;
    }
    Ok(())
}
