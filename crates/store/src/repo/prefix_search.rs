//! Search of rows by the prefix of one of several keys, in one statement. Each key is a range of an
//! index, in the order of bytes. A row is found by the smallest of its keys that matches, so that
//! no page repeats it.

use doorward_domain::rules::search;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    Condition, DbBackend, EntityTrait, FromQueryResult as _, IdenStatic as _, Iterable as _,
    QueryResult,
};

use super::query::PAGE_MAX;
use super::union_query::Figure;
use crate::db::Conn;
use crate::error::StoreError;

const FOUND: &str = "found";
const FOUND_KEY: &str = "found_key";
const FOUND_ID: &str = "found_id";

/// A page of a search.
pub(super) struct PrefixSearch<'a> {
    /// The searched columns.
    pub keys: &'a [&'static str],
    /// The folded prefix ([`search::key`]).
    pub prefix: &'a str,
    /// Further conditions.
    pub filter: Condition,
    /// The key and the ID of the last row before the page.
    pub after: Option<(&'a str, Expr)>,
    /// Maximum number of rows.
    pub limit: u64,
}

impl PrefixSearch<'_> {
    /// Returns the rows with the keys by which they were found, ordered by key and ID.
    pub(super) async fn rows<E: EntityTrait, C: Conn>(
        &self,
        conn: &C,
    ) -> Result<Vec<(String, E::Model)>, StoreError> {
        let read = |row: &QueryResult| -> Result<E::Model, StoreError> {
            Ok(E::Model::from_query_result(row, "")?)
        };
        self.rows_with::<E, C, _>(conn, Vec::new(), read).await
    }

    /// Returns the same with further columns, as `read` reads them.
    pub(super) async fn rows_with<E: EntityTrait, C: Conn, T>(
        &self,
        conn: &C,
        figures: Vec<Figure>,
        read: impl Fn(&QueryResult) -> Result<T, StoreError>,
    ) -> Result<Vec<(String, T)>, StoreError> {
        let table = E::default().table_name();
        let columns = E::Column::iter().map(|column| column.as_str().to_owned());
        let mut select = self.select(conn.get_database_backend(), table, columns);
        for (name, value) in figures {
            select.expr_as(value, Alias::new(name));
        }
        let rows = conn.query_all(&select).await?;
        let read = |row: &QueryResult| -> Result<_, StoreError> {
            let key = row.try_get("", FOUND_KEY)?;
            Ok((key, read(row)?))
        };
        rows.iter().map(read).collect()
    }

    fn select(
        &self,
        backend: DbBackend,
        table: &'static str,
        columns: impl Iterator<Item = String>,
    ) -> SelectStatement {
        let limit = Ord::min(self.limit, PAGE_MAX);
        let found = |name| Expr::col((Alias::new(FOUND), Alias::new(name)));
        let mut branches = (0..self.keys.len()).map(|at| self.branch(backend, table, at, limit));
        let mut all = branches.next().unwrap_or_default();
        for branch in branches {
            all.union(UnionType::All, branch);
        }
        let mut select = Query::select();
        select
            .expr_as(found(FOUND_KEY), Alias::new(FOUND_KEY))
            .from_subquery(all, Alias::new(FOUND))
            .inner_join(table, id(table).eq(found(FOUND_ID)))
            .order_by_expr(found(FOUND_KEY), Order::Asc)
            .order_by_expr(found(FOUND_ID), Order::Asc)
            .limit(limit);
        for column in columns {
            select.column((table, Alias::new(column)));
        }
        select
    }

    /// Returns the rows that are found by the key at this position. The limit is in a statement
    /// below the union, because SQLite allows none in a part of it.
    fn branch(
        &self,
        backend: DbBackend,
        table: &'static str,
        at: usize,
        limit: u64,
    ) -> SelectStatement {
        let key = |name: &str| compared(backend, table, name);
        let own = || key(self.keys[at]);
        let end = search::end(self.prefix);
        let from = self.after.as_ref().map_or(self.prefix, |(last, _)| *last);
        let mut rows = Query::select();
        rows.expr_as(own(), Alias::new(FOUND_KEY))
            .expr_as(id(table), Alias::new(FOUND_ID))
            .from(table)
            .and_where(own().gte(Ord::max(from, self.prefix)))
            .and_where(own().lt(end.as_str()))
            .cond_where(self.filter.clone())
            .order_by_expr(own(), Order::Asc)
            .order_by_expr(id(table), Order::Asc)
            .limit(limit);
        if let Some((last, last_id)) = &self.after {
            rows.and_where(own().gt(*last).or(id(table).gt(last_id.clone())));
        }
        for (place, name) in self
            .keys
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != at)
        {
            let is_later = if place < at {
                key(name).gt(own())
            } else {
                key(name).gte(own())
            };
            rows.cond_where(
                Condition::any()
                    .add(key(name).is_null())
                    .add(key(name).lt(self.prefix))
                    .add(key(name).gte(end.as_str()))
                    .add(is_later),
            );
        }
        Query::select()
            .column(Alias::new(FOUND_KEY))
            .column(Alias::new(FOUND_ID))
            .from_subquery(rows, Alias::new(format!("by_{}", self.keys[at])))
            .take()
    }
}

fn id(table: &'static str) -> Expr {
    Expr::col((table, Alias::new("id")))
}

/// Returns a column as the index for searches contains it.
fn compared(backend: DbBackend, table: &'static str, column: &str) -> Expr {
    match backend {
        DbBackend::Postgres => Expr::cust(format!("\"{table}\".\"{column}\" COLLATE \"C\"")),
        _ => Expr::col((table, Alias::new(column))),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, Statement};

    use super::*;
    use crate::{Db, OpenOptions};

    const TABLES: [(&str, &[&str]); 2] = [
        ("users", &["username_key", "email_key", "display_key"]),
        ("clients", &["id", "name_key"]),
    ];

    fn statement(
        backend: DbBackend,
        table: &'static str,
        keys: &'static [&'static str],
    ) -> Statement {
        let search = PrefixSearch {
            keys,
            prefix: "al",
            filter: Condition::all(),
            after: Some(("alice", Expr::value("some id"))),
            limit: 50,
        };
        let columns = ["id".to_owned()].into_iter();
        backend.build(&search.select(backend, table, columns))
    }

    #[tokio::test]
    async fn each_key_is_range_of_index() {
        let db = Db::open("sqlite::memory:", OpenOptions::default()).await;
        let db = db.unwrap();
        db.migrate().await.unwrap();
        for (table, keys) in TABLES {
            let mut explain = statement(DbBackend::Sqlite, table, keys);
            explain.sql = format!("EXPLAIN QUERY PLAN {}", explain.sql);
            let rows = db.read().query_all_raw(explain).await.unwrap();
            let plan = rows.iter().map(|row| row.try_get_by_index::<String>(3));
            let plan: Vec<_> = plan.map(Result::unwrap).collect();
            for key in keys {
                let range = format!("({key}>? AND {key}<?)");
                let has_range = plan.iter().any(|line| line.contains(&range));
                assert!(has_range, "{table}.{key}: {plan:#?}");
            }
            let scan = format!("SCAN {table}");
            assert!(!plan.contains(&scan), "{plan:#?}");
        }
    }

    /// The indexes of PostgreSQL contain the same expressions.
    #[test]
    fn postgres_compares_bytes() {
        for (table, keys) in TABLES {
            let sql = statement(DbBackend::Postgres, table, keys).sql;
            let sql = sql.replace(['(', ')'], "");
            for key in keys {
                for operator in [">=", "<"] {
                    let range = format!("\"{table}\".\"{key}\" COLLATE \"C\" {operator} ");
                    assert!(sql.contains(&range), "{sql}");
                }
            }
        }
    }
}
