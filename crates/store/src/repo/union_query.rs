//! Several lists by one statement: a `UNION ALL` whose rows are each of one list, with null in the columns
//! of all others. A page that shows a little of much costs one way to the database by it.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement, UnionType};
use sea_orm::{EntityTrait, Iden, Iterable, QueryResult};

use crate::db::Conn;
use crate::error::StoreError;

/// The column that says of which list a row is.
const LIST: &str = "list";

/// A table whose rows come, in columns with a prefix.
pub(super) struct Table {
    name: &'static str,
    prefix: &'static str,
    columns: Vec<String>,
}

/// All columns of `E`.
pub(super) fn table<E: EntityTrait>(prefix: &'static str) -> Table {
    Table {
        name: E::default().table_name(),
        prefix,
        columns: E::Column::iter().map(|column| column.to_string()).collect(),
    }
}

/// What stands in a column of its own.
pub(super) type Figure = (&'static str, Expr);

/// The statement, as far as it is made.
pub(super) struct Lists {
    tables: Vec<Table>,
    figures: Vec<&'static str>,
    query: SelectStatement,
}

impl Lists {
    /// Begins with the one row of `first` and `figures`, which also says of which type each column is:
    /// PostgreSQL asks for that. No row of any table is in it.
    pub(super) fn begin(
        mut first: SelectStatement,
        tables: Vec<Table>,
        figures: &[Figure],
    ) -> Self {
        for table in &tables {
            // The first column is the key. Nothing equals null, and both databases see that without a
            // look at the rows.
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

    /// Adds the rows of `from`, which names these tables, with these of the figures.
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

    /// Every column, in the order that all lists have them in.
    fn filled(
        &self,
        list: &'static str,
        mut from: SelectStatement,
        tables: &[&str],
        figures: &[Figure],
    ) -> SelectStatement {
        let null = || Expr::cust("NULL");
        from.expr_as(Expr::cust(format!("'{list}'")), Alias::new(LIST));
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

    /// Runs it; each row with the list that it is of, which is empty for the first. Of the order nothing
    /// is promised.
    pub(super) async fn rows<C: Conn>(
        self,
        conn: &C,
    ) -> Result<Vec<(String, QueryResult)>, StoreError> {
        let rows = conn.query_all(&self.query).await?;
        let named = |row: QueryResult| Ok((row.try_get("", LIST)?, row));
        rows.into_iter().map(named).collect()
    }
}
