//! Search of rows by the prefix of one of several keys, in one statement. Each key is a range of an
//! index, in the order of bytes. A row is found by the smallest of its keys that matches, so that
//! no page repeats it.

use doorward_domain::rules::search;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    Condition, DbBackend, EntityName as _, EntityTrait, FromQueryResult as _, IdenStatic as _,
    Iterable as _, QueryResult,
};

use super::query::PAGE_MAX;
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
        let table = E::default().table_name();
        let columns = E::Column::iter().map(|column| column.as_str().to_owned());
        let select = self.select(conn.get_database_backend(), table, columns);
        let rows = conn.query_all(&select).await?;
        let read = |row: &QueryResult| -> Result<_, StoreError> {
            let key = row.try_get("", FOUND_KEY)?;
            Ok((key, E::Model::from_query_result(row, "")?))
        };
        rows.iter().map(read).collect()
    }

    fn select(
        &self,
        backend: DbBackend,
        table: &'static str,
        columns: impl Iterator<Item = String>,
    ) -> SelectStatement {
        let limit = self.limit.min(PAGE_MAX);
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
            .and_where(own().gte(from.max(self.prefix)))
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
fn compared(backend: DbBackend, table: &str, column: &str) -> Expr {
    Expr::cust(match backend {
        DbBackend::Postgres => format!("\"{table}\".\"{column}\" COLLATE \"C\""),
        _ => format!("\"{table}\".\"{column}\""),
    })
}
