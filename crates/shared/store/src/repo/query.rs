//! Helpers shared by the queries.

use doorward_domain::model::User;
use doorward_domain::mutant::{self, Safeguard};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{
    Asterisk, Expr, ExprTrait as _, IntoCondition, IntoTableRef, JoinType, OnConflict, Order,
    Query, SelectStatement,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait as _, DbBackend, DbErr, DeleteMany,
    EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait as _, Select,
    Statement, TryGetable, UpdateMany, ValidatedDeleteOne, Value,
};

use crate::db::{Conn, WriteTx};
use crate::entity::row::{JoinedRow, Record, select_all};
use crate::entity::users;
use crate::error::{Result, StoreError};

/// Maximum number of rows in one list.
pub const PAGE_MAX: u64 = 1000;

/// Returns true for the rows of a table, or of its alias in the statement, that are not being deleted
/// ([`deletions`](super::deletions)).
pub(super) fn is_kept(table: &'static str) -> Expr {
    Expr::col((table, "deleted_at")).is_null()
}

/// Returns true for the active organization that the column `org` of a table names.
pub(super) fn is_active_organization(table: &'static str) -> Expr {
    let organization = |name: &'static str| Expr::col(("organizations", name));
    organization("slug")
        .equals((table, "org"))
        .and(organization("active").eq(true))
        .and(is_kept("organizations"))
}

/// The condition of an active organization with the alias `o`, for a statement in text.
macro_rules! active_organization {
    () => {
        "o.active AND o.deleted_at IS NULL"
    };
}
pub(super) use active_organization;

/// Selects 1 for each row of a table, for `EXISTS`.
pub(super) fn select_one(table: impl IntoTableRef) -> SelectStatement {
    Query::select().expr(Expr::cust("1")).from(table).take()
}

/// Selects the number of rows of another query.
pub(super) fn select_count(rows: SelectStatement) -> SelectStatement {
    Query::select()
        .expr(Expr::col(Asterisk).count())
        .from_subquery(rows, "counted")
        .take()
}

/// Returns the number of rows, at most 1,001: the database reads no more of them.
pub(super) fn count_some(mut rows: SelectStatement) -> Expr {
    select_count(rows.limit(1_001).take()).into()
}

pub(super) fn read_count(row: &QueryResult, column: &str) -> Result<u64> {
    let number: i64 = row.try_get("", column)?;
    Ok(u64::try_from(number).unwrap_or_default())
}

/// Returns true for the user of a row, unless the user is being deleted.
pub(super) fn is_owner(table: &'static str) -> Expr {
    Expr::col(("users", "id"))
        .equals((table, "user_id"))
        .and(is_kept("users"))
}

/// Selects the rows of `E` with their users, whose columns have the prefix `u_`.
pub(super) fn select_with_users<E: EntityTrait>(prefix: &str) -> SelectStatement {
    let table = E::default().table_name();
    let mut query = Query::select();
    select_all::<E>(&mut query, table, prefix);
    select_all::<users::Entity>(&mut query, "users", "u_");
    query.from(table).inner_join("users", is_owner(table));
    query
}

/// Returns the models of [`select_with_users`].
pub(super) async fn load_with_users<R, M>(
    conn: &Conn,
    query: &SelectStatement,
    prefix: &str,
) -> Result<Vec<(M, User)>>
where
    R: JoinedRow,
    M: TryFrom<R, Error = StoreError>,
{
    let read = |row: &QueryResult| {
        let user = joined::<users::Model, _>(row, "u_")?;
        Ok((joined::<R, M>(row, prefix)?, user))
    };
    read_all(conn, query, read).await
}

/// Converts rows to models. Returns the first error.
pub(super) fn models<R, M: TryFrom<R, Error = StoreError>>(rows: Vec<R>) -> Result<Vec<M>> {
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

/// Queries whose rows become domain models.
pub(super) trait LoadRows<E: EntityTrait>: Sized {
    /// Returns the models of all rows.
    async fn load<M: TryFrom<E::Model, Error = StoreError>>(self, conn: &Conn) -> Result<Vec<M>>;

    /// Returns the model of the first row.
    async fn load_one<M: TryFrom<E::Model, Error = StoreError>>(
        self,
        conn: &Conn,
    ) -> Result<Option<M>>;

    /// Returns the values of one column.
    async fn load_column<T: TryGetable>(self, column: E::Column, conn: &Conn) -> Result<Vec<T>>;

    /// Selects up to `limit` rows after this key, in the order of the key.
    fn page_after(self, key: E::Column, after: Option<impl Into<Value>>, limit: u64) -> Self;
}

impl<E: EntityTrait> LoadRows<E> for Select<E> {
    async fn load<M: TryFrom<E::Model, Error = StoreError>>(self, conn: &Conn) -> Result<Vec<M>> {
        models(self.all(conn).await?)
    }

    async fn load_one<M: TryFrom<E::Model, Error = StoreError>>(
        self,
        conn: &Conn,
    ) -> Result<Option<M>> {
        self.one(conn).await?.map(M::try_from).transpose()
    }

    async fn load_column<T: TryGetable>(self, column: E::Column, conn: &Conn) -> Result<Vec<T>> {
        let values = self.select_only().column(column).into_tuple();
        Ok(values.all(conn).await?)
    }

    fn page_after(self, key: E::Column, after: Option<impl Into<Value>>, limit: u64) -> Self {
        self.order_by_asc(key)
            .limit(Ord::min(limit, PAGE_MAX))
            .apply_if(after, |query, after| query.filter(key.gt(after)))
    }
}

/// Tables whose rows are found and deleted by a condition.
pub(super) trait ByCondition: EntityTrait {
    /// Returns the model of the first row.
    async fn load_by<M: TryFrom<Self::Model, Error = StoreError>>(
        conn: &Conn,
        condition: impl IntoCondition,
    ) -> Result<Option<M>> {
        Self::find().filter(condition).load_one(conn).await
    }

    /// Returns true if there is a row.
    async fn has(conn: &Conn, condition: impl IntoCondition) -> Result<bool> {
        let query = select_one(Self::default())
            .cond_where(condition)
            .limit(1)
            .take();
        Ok(conn.query_one(&query).await?.is_some())
    }

    /// Deletes the rows. Returns their number.
    async fn delete_by(tx: &WriteTx, condition: impl IntoCondition) -> Result<u64> {
        Self::delete_many().filter(condition).change(tx).await
    }

    /// Deletes the row. Returns false if there is none.
    async fn delete_one_by(tx: &WriteTx, condition: impl IntoCondition) -> Result<bool> {
        Self::delete_many().filter(condition).change_one(tx).await
    }
}

impl<E: EntityTrait> ByCondition for E {}

pub(super) async fn read_all<T>(
    conn: &Conn,
    query: &SelectStatement,
    read: impl FnMut(&QueryResult) -> Result<T>,
) -> Result<Vec<T>> {
    conn.query_all(query).await?.iter().map(read).collect()
}

pub(super) async fn read_first<T>(
    conn: &Conn,
    query: &SelectStatement,
    read: impl FnOnce(&QueryResult) -> Result<T>,
) -> Result<Option<T>> {
    conn.query_one(query).await?.as_ref().map(read).transpose()
}

/// Returns the condition for the rows after a position, in the ascending order of two columns.
pub(super) fn is_after(
    [first, second]: [Expr; 2],
    at: impl Into<Expr>,
    last: impl Into<Expr>,
) -> Condition {
    let at = at.into();
    let later = first.clone().gt(at.clone()).or(second.gt(last));
    // This comparison bounds the scan of the index.
    Condition::all().add(first.gte(at)).add(later)
}

/// Returns the condition for the rows before a position, in the descending order of two columns.
pub(super) fn is_before(
    [first, second]: [Expr; 2],
    at: impl Into<Expr>,
    last: impl Into<Expr>,
) -> Condition {
    let at = at.into();
    let earlier = first.clone().lt(at.clone()).or(second.lt(last));
    // This comparison bounds the scan of the index.
    Condition::all().add(first.lte(at)).add(earlier)
}

/// Inserts a record.
///
/// # Errors
/// Returns [`StoreError::Conflict`] if another one has a value that must be unique, and
/// [`StoreError::MissingReference`] if it refers to a record that does not exist.
pub async fn insert<M: Record>(tx: &WriteTx, record: &M) -> Result<()> {
    insert_row(tx, M::Row::try_from(record)?).await
}

pub(super) async fn insert_row<A: ActiveModelTrait>(tx: &WriteTx, row: A) -> Result<()> {
    A::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Inserts a row. Returns false if another one has the same values in these columns.
pub(super) async fn insert_new<A: ActiveModelTrait>(
    tx: &WriteTx,
    row: A,
    unique: impl IntoIterator<Item = <A::Entity as EntityTrait>::Column>,
) -> Result<bool> {
    let inserted = A::Entity::insert(row)
        .on_conflict(OnConflict::columns(unique).do_nothing().to_owned())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(inserted == 1)
}

/// Inserts a row, or updates the columns `changed` of the one with the same values in `unique`.
pub(super) async fn upsert_row<A: ActiveModelTrait>(
    tx: &WriteTx,
    row: A,
    unique: impl IntoIterator<Item = <A::Entity as EntityTrait>::Column>,
    changed: impl IntoIterator<Item = <A::Entity as EntityTrait>::Column>,
) -> Result<()> {
    let mut replace = OnConflict::columns(unique);
    replace.update_columns(changed);
    A::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Updates that set columns to values.
pub(super) trait SetColumns<E: EntityTrait>: Sized {
    fn value(self, column: E::Column, value: impl Into<Value>) -> Self;

    /// Runs the update. Returns the model of the first changed row.
    async fn change_first<M: TryFrom<E::Model, Error = StoreError>>(
        self,
        tx: &WriteTx,
    ) -> Result<Option<M>>;
}

impl<E: EntityTrait> SetColumns<E> for UpdateMany<E> {
    fn value(self, column: E::Column, value: impl Into<Value>) -> Self {
        self.col_expr(column, Expr::value(value))
    }

    async fn change_first<M: TryFrom<E::Model, Error = StoreError>>(
        self,
        tx: &WriteTx,
    ) -> Result<Option<M>> {
        let rows = self.exec_with_returning(tx.conn()).await?;
        rows.into_iter().next().map(M::try_from).transpose()
    }
}

pub(super) trait ChangeRows: Sized {
    /// Runs the statement. Returns the number of changed rows.
    async fn change(self, tx: &WriteTx) -> Result<u64>;

    /// Runs the statement. Returns true if it changed one row.
    async fn change_one(self, tx: &WriteTx) -> Result<bool> {
        Ok(self.change(tx).await? == 1)
    }

    /// Runs the statement, whatever the number of rows.
    async fn run(self, tx: &WriteTx) -> Result<()> {
        self.change(tx).await.map(drop)
    }
}

macro_rules! change_rows {
    ($($statement:ident),+) => {$(
        impl<E: EntityTrait> ChangeRows for $statement<E> {
            async fn change(self, tx: &WriteTx) -> Result<u64> {
                Ok(self.exec(tx.conn()).await?.rows_affected)
            }
        }
    )+};
}

change_rows!(UpdateMany, DeleteMany, ValidatedDeleteOne);

/// Returns the function that finds a text in another one.
pub(super) const fn position(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "strpos",
        _ => "instr",
    }
}

/// Runs a statement with values. Returns the number of changed rows.
pub(super) async fn execute(
    tx: &WriteTx,
    sql: String,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// Writes the function that deletes the rows with an old time in a column.
macro_rules! purge_by {
    ($column:ident) => {
        /// Deletes up to `limit` rows from before `before`, the oldest first. Returns their number.
        pub async fn purge(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
            purge_older::<Entity>(tx, Column::$column, before, limit).await
        }
    };
}
pub(super) use purge_by;

/// Deletes up to `limit` rows whose time in `column` is before `before`, the oldest first. Returns
/// their number.
pub(super) async fn purge_older<E: EntityTrait>(
    tx: &WriteTx,
    column: E::Column,
    before: UnixSeconds,
    limit: u64,
) -> Result<u64> {
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
) -> Result<u64> {
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
) -> Result<u64> {
    let rows = rows.select_only().column(key).limit(limit).into_query();
    load_count(conn, rows).await
}

pub(super) async fn load_count(conn: &Conn, rows: SelectStatement) -> Result<u64> {
    let query = Query::select().expr_as(select_count(rows), "found").take();
    let count = read_first(conn, &query, |row| read_count(row, "found")).await?;
    Ok(count.unwrap_or_default())
}

/// Returns up to `limit` times in `column` after `since`, newest first.
pub(super) async fn times_after<E: EntityTrait>(
    conn: &Conn,
    rows: Select<E>,
    column: E::Column,
    since: UnixSeconds,
    limit: u64,
) -> Result<Vec<UnixSeconds>> {
    rows.filter(column.gt(since))
        .order_by_desc(column)
        .limit(limit)
        .load_column(column, conn)
        .await
}

/// Returns the model of the columns selected with this prefix.
pub(super) fn joined<R, M>(row: &QueryResult, prefix: &str) -> Result<M>
where
    R: JoinedRow,
    M: TryFrom<R, Error = StoreError>,
{
    let found = R::from_join(row, prefix)?;
    let missing = || DbErr::Custom("a joined row has no key".to_owned());
    M::try_from(found.ok_or_else(missing)?)
}

/// Returns the model of an outer join, or `None` if it found no row.
pub(super) fn joined_optional<R, M>(row: &QueryResult, prefix: &str) -> Result<Option<M>>
where
    R: JoinedRow,
    M: TryFrom<R, Error = StoreError>,
{
    let found = R::from_join(row, prefix)?;
    found.map(M::try_from).transpose()
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
        let membership = select_one("organization_members")
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
