//! Clients with their last use and their recent failures, in the same statement.

use doorward_domain::model::{Client, ClientId, SecretUses, StatKind};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult as _, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait as _, Select,
};

use super::prefix_search::PrefixSearch;
use super::query::PAGE_MAX;
use super::union_query::Figure;
use crate::db::Conn;
use crate::entity::clients::{Column, Entity, Model};
use crate::error::StoreError;

const LAST_USE: &str = "last_use";
const FAILURES: &str = "failures";

/// A client with its activity.
#[derive(Clone, PartialEq, Debug)]
pub struct ActiveClient {
    /// The client.
    pub client: Client,
    /// The last uses of its secrets.
    pub secret_uses: SecretUses,
    /// The start of the last hour in which a token was issued to it.
    pub last_use: Option<UnixSeconds>,
    /// The number of failed sign-ins and rejected requests since the given time.
    pub failures: i64,
}

/// Returns the client with this ID.
pub async fn find<C: Conn>(
    conn: &C,
    id: &ClientId,
    since: UnixSeconds,
) -> Result<Option<ActiveClient>, StoreError> {
    let rows = all(conn, Entity::find_by_id(id.as_str()), since).await?;
    Ok(rows.into_iter().next())
}

/// Returns up to `limit` clients after this ID, ordered by ID.
pub async fn list<C: Conn>(
    conn: &C,
    after: Option<&ClientId>,
    limit: u64,
    since: UnixSeconds,
) -> Result<Vec<ActiveClient>, StoreError> {
    let mut query = Entity::find()
        .order_by_asc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.as_str()));
    }
    all(conn, query, since).await
}

/// Returns up to `limit` clients whose ID or name has this folded prefix, with the keys by which they
/// were found, after this key and ID. Ordered by key and ID.
pub async fn search<C: Conn>(
    conn: &C,
    prefix: &str,
    after: Option<(&str, &ClientId)>,
    limit: u64,
    since: UnixSeconds,
) -> Result<Vec<(String, ActiveClient)>, StoreError> {
    let found = PrefixSearch {
        keys: &["id", "name_key"],
        prefix,
        filter: Condition::all(),
        after: after.map(|(key, id)| (key, Expr::value(id.as_str()))),
        limit,
    };
    found
        .rows_with::<Entity, C, _>(conn, figures(since), read)
        .await
}

async fn all<C: Conn>(
    conn: &C,
    query: Select<Entity>,
    since: UnixSeconds,
) -> Result<Vec<ActiveClient>, StoreError> {
    let mut query = query.into_query();
    for (name, value) in figures(since) {
        query.expr_as(value, Alias::new(name));
    }
    let rows = conn.query_all(&query).await?;
    rows.iter().map(read).collect()
}

/// Returns the columns of the activity, each a range of the index of the statistics.
fn figures(since: UnixSeconds) -> Vec<Figure> {
    let stats = |name: &'static str| Expr::col(("stats", name));
    let own = || stats("client_id").equals(("clients", "id"));
    let last_use = Query::select()
        .column(("stats", "hour"))
        .from("stats")
        .and_where(own())
        .and_where(stats("kind").eq(StatKind::TokenIssued.as_str()))
        .order_by(("stats", "hour"), Order::Desc)
        .limit(1)
        .take();
    let sum = Func::cast_as(Func::sum(stats("n")), "bigint");
    let failures = Query::select()
        .expr(Func::coalesce([Expr::from(sum), Expr::value(0_i64)]))
        .from("stats")
        .and_where(own())
        .and_where(stats("hour").gte(since))
        .and_where(stats("kind").is_in(StatKind::FAILURES.map(StatKind::as_str)))
        .take();
    vec![(LAST_USE, last_use.into()), (FAILURES, failures.into())]
}

fn read(row: &QueryResult) -> Result<ActiveClient, StoreError> {
    let client = Model::from_query_result(row, "")?;
    Ok(ActiveClient {
        secret_uses: SecretUses::from(&client),
        client: Client::try_from(client)?,
        last_use: row.try_get("", LAST_USE)?,
        failures: row.try_get("", FAILURES)?,
    })
}
