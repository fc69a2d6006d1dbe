//! Several lists in one statement: a `UNION ALL` in which each row belongs to one list and has null
//! in the columns of all others. A page with several short lists needs only one query.

use sea_orm::Iden;
use sea_orm::sea_query::UnionType;

use super::prelude::*;
use crate::entity::row::JoinedRow;

/// Column with the name of a row's list.
const LIST: &str = "list";

/// A table whose columns are selected with a prefix.
pub(super) struct Table {
    name: &'static str,
    prefix: &'static str,
    columns: Vec<String>,
}

pub(super) fn table<E: EntityTrait>(prefix: &'static str) -> Table {
    Table {
        name: E::default().table_name(),
        prefix,
        columns: E::Column::iter().map(|column| column.to_string()).collect(),
    }
}

/// A single value in a separate column.
pub(super) type Figure = (&'static str, Expr);

pub(super) struct Lists {
    tables: Vec<Table>,
    figures: Vec<&'static str>,
    query: SelectStatement,
}

impl Lists {
    /// Starts with the single row of `first` and `figures`. It also sets the type of each column,
    /// as PostgreSQL requires. It contains no row of any table.
    pub(super) fn begin(
        mut first: SelectStatement,
        tables: Vec<Table>,
        figures: &[Figure],
    ) -> Self {
        for table in &tables {
            // The first column is the key. Nothing equals null, and both databases infer that
            // without reading rows.
            if let Some(key) = table.columns.first() {
                let key = Expr::col((table.name, Alias::new(key)));
                first.left_join(table.name, key.eq(Expr::cust("NULL")));
            }
        }
        let mut lists = Self {
            tables,
            figures: figures.iter().map(|(name, _)| *name).collect(),
            query: SelectStatement::new(),
        };
        let all: Vec<&str> = lists.tables.iter().map(|table| table.name).collect();
        lists.query = lists.filled("", first, &all, figures);
        lists
    }

    /// Adds the rows of `from`, which names these tables, with some of the figures.
    pub(super) fn add(
        &mut self,
        list: &'static str,
        from: SelectStatement,
        tables: &[&str],
        figures: &[Figure],
    ) {
        let rows = self.filled(list, from, tables, figures);
        self.query.union(UnionType::All, rows);
    }

    /// Adds these rows of a table. They are in a statement below the union, because SQLite allows no
    /// limit in a part of it.
    pub(super) fn add_rows(
        &mut self,
        list: &'static str,
        rows: SelectStatement,
        table: &'static str,
    ) {
        let from = SelectStatement::new().from_subquery(rows, table).take();
        self.add(list, from, &[table], &[]);
    }

    /// Selects every column in the common order of all lists.
    fn filled(
        &self,
        list: &'static str,
        mut from: SelectStatement,
        tables: &[&str],
        figures: &[Figure],
    ) -> SelectStatement {
        let null = || Expr::cust("NULL");
        from.expr_as(Expr::cust(format!("'{list}'")), LIST);
        for table in &self.tables {
            let is_here = tables.contains(&table.name);
            for column in &table.columns {
                let value = if is_here {
                    Expr::col((table.name, Alias::new(column)))
                } else {
                    null()
                };
                from.expr_as(value, Alias::new(format!("{}{column}", table.prefix)));
            }
        }
        for name in &self.figures {
            let given = figures.iter().find(|(figure, _)| figure == name);
            let value = given.map_or_else(null, |(_, value)| value.clone());
            from.expr_as(value, Alias::new(*name));
        }
        from
    }

    #[cfg(test)]
    pub(super) fn statement(&self, backend: sea_orm::DbBackend) -> sea_orm::Statement {
        backend.build(&self.query)
    }

    /// Runs the statement. Returns each row with its list, which is empty for the first. The order
    /// is undefined.
    pub(super) async fn rows(self, conn: &Conn) -> Result<Vec<(String, QueryResult)>> {
        let rows = conn.query_all(&self.query).await?;
        let named = |row: QueryResult| Ok((row.try_get("", LIST)?, row));
        rows.into_iter().map(named).collect()
    }
}

/// Adds the model of the columns with this prefix to its list.
pub(super) fn push<R, M>(list: &mut Vec<M>, row: &QueryResult, prefix: &str) -> Result<()>
where
    R: JoinedRow,
    M: TryFrom<R, Error = StoreError>,
{
    list.push(joined::<R, M>(row, prefix)?);
    Ok(())
}
