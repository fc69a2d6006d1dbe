//! Helpers shared by the queries.

use doorward_domain::mutant::{self, Safeguard};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{
    Alias, Asterisk, Expr, ExprTrait as _, IntoCondition, JoinType, Order, Query, SelectStatement,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait as _, DbBackend, DeleteMany, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait as _, Select,
    UpdateMany, ValidatedDeleteOne,
};

use crate::db::{Conn, WriteTx};
use crate::entity::row::select_all;
use crate::entity::users;
use crate::error::StoreError;

/// Maximum number of rows in one list.
pub const PAGE_MAX: u64 = 1000;

/// Returns true for the rows of a table, or of its alias in the statement, that are not being deleted
/// ([`deletions`](super::deletions)).
pub(super) fn is_kept(table: &'static str) -> Expr {
    Expr::col((table, "deleted_at")).is_null()
}

/// Converts rows to models. Returns the first error.
pub(super) fn models<R, M: TryFrom<R, Error = StoreError>>(
    rows: Vec<R>,
) -> Result<Vec<M>, StoreError> {
    rows.into_iter().map(M::try_from).collect()
}

/// Returns the condition, or an empty one if this build runs without the safeguard (decision 66).
pub(super) fn guarded(guard: Safeguard, condition: impl IntoCondition) -> Condition {
    if mutant::is_disabled(guard) {
        Condition::all()
    } else {
        condition.into_condition()
    }
}

/// Statements that change rows.
pub(super) trait ChangeRows: Sized {
    /// Runs the statement. Returns the number of changed rows.
    async fn change(self, tx: &WriteTx) -> Result<u64, StoreError>;

    /// Runs the statement. Returns true if it changed one row.
    async fn change_one(self, tx: &WriteTx) -> Result<bool, StoreError> {
        Ok(self.change(tx).await? == 1)
    }
}

macro_rules! change_rows {
    ($($statement:ident),+) => {$(
        impl<E: EntityTrait> ChangeRows for $statement<E> {
            async fn change(self, tx: &WriteTx) -> Result<u64, StoreError> {
                Ok(self.exec(tx.conn()).await?.rows_affected)
            }
        }
    )+};
}

change_rows!(UpdateMany, DeleteMany, ValidatedDeleteOne);

/// Deletes up to `limit` rows whose time in `column` is before `before`, the oldest first. Returns
/// their number.
pub(super) async fn purge_older<E: EntityTrait>(
    tx: &WriteTx,
    column: E::Column,
    before: UnixSeconds,
    limit: u64,
) -> Result<u64, StoreError> {
    let older = Condition::all().add(column.lt(before));
    purge_some::<E>(tx, older, column, limit).await
}

/// Deletes up to `limit` rows that meet the condition, in the order of `column`. Returns their number.
///
/// The rows are found by their place in the table: it exists for every primary key. A row that another
/// transaction changes meanwhile has a new place on PostgreSQL, and is deleted the next time.
pub(super) async fn purge_some<E: EntityTrait>(
    tx: &WriteTx,
    condition: Condition,
    column: E::Column,
    limit: u64,
) -> Result<u64, StoreError> {
    let place = match tx.get_database_backend() {
        DbBackend::Postgres => "ctid",
        _ => "rowid",
    };
    let some = Query::select()
        .expr(Expr::cust(place))
        .from(E::default())
        .cond_where(condition.clone())
        .order_by_expr(Expr::col(column.as_column_ref()), Order::Asc)
        .limit(limit)
        .take();
    let among = match tx.get_database_backend() {
        // A list from a subquery is read by place; `IN` would read the whole table.
        DbBackend::Postgres => Expr::cust_with_exprs("ctid = ANY(ARRAY($1))", [Expr::from(some)]),
        _ => Expr::cust(place).in_subquery(some),
    };
    E::delete_many()
        .filter(condition)
        .filter(among)
        .change(tx)
        .await
}

/// Counts the rows, at most `limit`; the database reads no more of them. `key` is a column of every
/// row.
pub(super) async fn count_up_to<E: EntityTrait>(
    conn: &Conn,
    rows: Select<E>,
    key: E::Column,
    limit: u64,
) -> Result<u64, StoreError> {
    let rows = rows.select_only().column(key).limit(limit).into_query();
    let count = Query::select()
        .expr_as(Expr::col(Asterisk).count(), Alias::new("found"))
        .from_subquery(rows, "counted")
        .take();
    let Some(row) = conn.query_one(&count).await? else {
        return Ok(0);
    };
    let found: i64 = row.try_get("", "found")?;
    Ok(u64::try_from(found).unwrap_or_default())
}

/// Returns up to `limit` times in `column` after `since`, newest first.
pub(super) async fn times_after<E: EntityTrait>(
    conn: &Conn,
    rows: Select<E>,
    column: E::Column,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>, StoreError> {
    let times = rows
        .filter(column.gt(since))
        .order_by_desc(column)
        .limit(limit)
        .select_only()
        .column(column)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(times)
}

/// Returns the model of the columns selected with this prefix.
pub(super) fn joined<R, M>(row: &QueryResult, prefix: &str) -> Result<M, StoreError>
where
    R: FromQueryResult,
    M: TryFrom<R, Error = StoreError>,
{
    M::try_from(R::from_query_result(row, prefix)?)
}

/// Returns the model of an outer join, or `None` if it found no row.
pub(super) fn joined_optional<R, M>(
    row: &QueryResult,
    prefix: &str,
) -> Result<Option<M>, StoreError>
where
    R: FromQueryResult,
    M: TryFrom<R, Error = StoreError>,
{
    Option::<R>::from_query_result(row, prefix)?
        .map(M::try_from)
        .transpose()
}

/// Adds the user with this ID to the rows, if there is one: only a member of the organization `within`,
/// if one is given. The columns have the prefix `alias`.
pub(super) fn join_user(
    query: &mut SelectStatement,
    alias: &'static str,
    id: Expr,
    within: Option<&str>,
) {
    let mut found = Expr::col((alias, "id")).eq(id).and(is_kept(alias));
    if let Some(org) = within {
        let member = |name: &'static str| Expr::col(("organization_members", name));
        let membership = Query::select()
            .expr(Expr::cust("1"))
            .from("organization_members")
            .and_where(member("org").eq(org))
            .and_where(member("user_id").equals((alias, "id")))
            .take();
        found = found.and(Expr::exists(membership));
    }
    query.join_as(JoinType::LeftJoin, "users", alias, found);
    select_all::<users::Entity>(query, alias, alias);
}

/// Returns the ID in a column that contains the text of a UUID, or another text.
pub(super) fn uuid_in(backend: DbBackend, column: &str) -> Expr {
    let uuid = if backend == DbBackend::Postgres {
        let form = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
        format!("CASE WHEN {column} ~ '{form}' THEN CAST({column} AS uuid) END")
    } else {
        // SQLite stores the 16 bytes.
        format!("unhex({column}, '-')")
    };
    Expr::cust(uuid)
}
