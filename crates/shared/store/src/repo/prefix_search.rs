//! Search of rows by the prefix of one of several keys. Each key is a range of an index, in the order
//! of bytes. A row is found by the smallest of its keys that matches, so that no page repeats it. The
//! ranges are merged first, and others of its keys left out afterwards: if the address of each user
//! begins with the user name, no range is read to its end for a user that no other key has found.

use doorward_rules::search;
use sea_orm::sea_query::{CaseStatement, UnionType};

use super::prelude::*;

const FOUND: &str = "found";
/// Column with the key by which a row was found.
pub(super) const FOUND_KEY: &str = "found_key";
/// Column with the ID of a row.
pub(super) const FOUND_ID: &str = "found_id";

/// Name of the key with the name by which the console shows a user. No column, but an index has it.
pub(super) const SHOWN_NAME: &str = "shown_name";
const SHOWN_NAME_VALUE: &str =
    "COALESCE(\"users\".\"display_key\", \"users\".\"username_key\", \"users\".\"email_key\")";

/// Name of the key by which the newest rows come first: ten digits that fall as the time of creation
/// grows. No column, but an index has it.
pub(super) const NEWEST: &str = "newest";

pub(super) struct PrefixSearch<'a> {
    pub backend: DbBackend,
    pub table: &'static str,
    pub id_column: &'static str,
    pub keys: &'a [&'static str],
    /// The folded prefix ([`search::key`]).
    pub prefix: &'a str,
    /// The key and the ID of the last row before the page.
    pub after: Option<(&'a str, Expr)>,
    pub limit: u64,
}

impl PrefixSearch<'_> {
    /// Returns the keys and the IDs of the rows, and those of `others`, ordered by both. The ranges
    /// begin at `start` instead of [`Self::start`], if one is given.
    pub(super) fn select(
        &self,
        start: Option<&Expr>,
        others: Option<SelectStatement>,
    ) -> SelectStatement {
        let branches = (0..self.keys.len()).map(|at| self.branch(at, start));
        let mut branches = branches.chain(others);
        let mut all = branches.next().unwrap_or_default();
        for branch in branches {
            // A row with the same key in two columns is found once.
            all.union(UnionType::Distinct, branch);
        }
        let found = |name: &'static str| Expr::col((FOUND, name));
        Query::select()
            .expr_as(found(FOUND_KEY), FOUND_KEY)
            .expr_as(found(FOUND_ID), FOUND_ID)
            .from_subquery(all, FOUND)
            .order_by_expr(found(FOUND_KEY), Order::Asc)
            .order_by_expr(found(FOUND_ID), Order::Asc)
            .limit(self.limit)
            .take()
    }

    /// Returns the smallest key on the page.
    pub(super) fn start(&self) -> &str {
        let last = self.after.as_ref().map_or("", |(last, _)| *last);
        Ord::max(last, self.prefix)
    }

    /// Returns a key that is greater than those with the prefix.
    pub(super) fn end(&self) -> String {
        search::end(self.prefix)
    }

    /// Returns the rows on the page among those whose ID is the expression `id` in `ids`, with their
    /// keys.
    pub(super) fn among(&self, ids: (SelectStatement, &'static str), id: Expr) -> SelectStatement {
        let mut rows = Query::select();
        rows.expr_as(self.least(), FOUND_KEY)
            .expr_as(self.id(), FOUND_ID)
            .from_subquery(ids.0, ids.1)
            .inner_join(self.table, self.id().eq(id))
            .and_where(self.least().lt(self.end()));
        if let Some((last, last_id)) = &self.after {
            let position = Expr::tuple([Expr::value(*last), last_id.clone()]);
            rows.and_where(Expr::tuple([self.least(), self.id()]).gt(position));
        }
        rows
    }

    /// Returns the smallest key that matches, otherwise [`Self::end`].
    fn least(&self) -> Expr {
        let end = self.end();
        let mut keys = self.keys.iter().map(|name| -> Expr {
            let key = || self.key(name);
            let matches = key().gte(self.prefix).and(key().lt(end.as_str()));
            let case = CaseStatement::new().case(matches, key());
            case.finally(Expr::value(end.as_str())).into()
        });
        // With one argument, the function of SQLite is an aggregate.
        match (keys.next(), self.keys.len()) {
            (Some(only), 1) => only,
            (first, _) => Func::least(first.into_iter().chain(keys)).into(),
        }
    }

    /// Returns true for a row of `found` whose key is the smallest of its row that matches.
    pub(super) fn is_first(&self, found: &'static str) -> Expr {
        Expr::col((found, FOUND_KEY)).eq(self.least())
    }

    /// Returns the rows that are found by the key at this position, in the order of the index: also
    /// those that another key finds. The limit is in a statement below the union, because SQLite allows
    /// none in a part of it.
    fn branch(&self, at: usize, start: Option<&Expr>) -> SelectStatement {
        let own = || self.key(self.keys[at]);
        let end = self.end();
        let start = start.cloned().unwrap_or_else(|| Expr::value(self.start()));
        let mut rows = Query::select();
        rows.expr_as(own(), FOUND_KEY)
            .expr_as(self.id(), FOUND_ID)
            .from(self.table)
            .and_where(own().gte(start))
            .and_where(own().lt(end.as_str()))
            .order_by_expr(own(), Order::Asc)
            .order_by_expr(self.id(), Order::Asc)
            .limit(self.limit);
        if let Some((last, last_id)) = &self.after {
            rows.and_where(own().gt(*last).or(self.id().gt(last_id.clone())));
        }
        Query::select()
            .column(FOUND_KEY)
            .column(FOUND_ID)
            .from_subquery(rows, Alias::new(format!("by_{}", self.keys[at])))
            .take()
    }

    fn id(&self) -> Expr {
        Expr::col((self.table, self.id_column))
    }

    /// Returns a key as the index for searches contains it.
    fn key(&self, column: &'static str) -> Expr {
        let key = match column {
            SHOWN_NAME => SHOWN_NAME_VALUE.to_owned(),
            NEWEST => format!(
                "CAST(9999999999 - \"{}\".\"created_at\" AS text)",
                self.table
            ),
            column => format!("\"{}\".\"{column}\"", self.table),
        };
        match self.backend {
            DbBackend::Postgres => Expr::cust(key + " COLLATE \"C\""),
            _ => Expr::cust(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Statement;

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    const TABLES: [(&str, &str, &[&str]); 5] = [
        (
            "users",
            "id",
            &["username_key", "email_key", "display_key", "family_key"],
        ),
        ("clients", "id", &["id", "name_key"]),
        ("groups", "id", &["path"]),
        ("organizations", "slug", &["slug", "name_key"]),
        ("roles", "name", &["name"]),
    ];

    fn statement(
        backend: DbBackend,
        (table, id_column): (&'static str, &'static str),
        keys: &'static [&'static str],
    ) -> Statement {
        let search = PrefixSearch {
            backend,
            table,
            id_column,
            keys,
            prefix: "al",
            after: Some(("alice", Expr::value("some id"))),
            limit: 50,
        };
        backend.build(&search.select(None, None))
    }

    #[tokio::test]
    async fn each_key_is_range_of_index() {
        let db = migrated().await;
        for (table, id, keys) in TABLES {
            let plan = explain(&db, statement(DbBackend::Sqlite, (table, id), keys)).await;
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
        for (table, id, keys) in TABLES {
            let sql = statement(DbBackend::Postgres, (table, id), keys).sql;
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
