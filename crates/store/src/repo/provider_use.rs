//! Identity providers with their last use and the number of their linked accounts, in the same
//! statement.

use std::collections::BTreeMap;

use doorward_domain::model::{Provider, ProviderId};
use doorward_domain::time::UnixSeconds;
use sea_orm::sea_query::{Alias, Asterisk, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait as _, EntityTrait, FromQueryResult as _, QueryFilter,
    QueryOrder, QueryResult, QueryTrait as _, Select,
};

use super::query::ChangeRows as _;
use crate::db::{Conn, WriteTx};
use crate::entity::providers::{Column, Entity, Model};
use crate::error::StoreError;

const LINKED: &str = "linked";

/// Seconds after a recorded use in which another one is not recorded.
const INTERVAL: UnixSeconds = 60 * 60;

/// An identity provider with its use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsedProvider {
    pub provider: Provider,
    /// The time of the last successful authentication there, at most an hour too early.
    pub last_used_at: Option<UnixSeconds>,
    /// The number of accounts that are linked with its issuer, up to the given limit.
    pub linked: u64,
}

/// Returns the provider with this name, and counts up to `limit` linked accounts.
pub async fn find(
    conn: &Conn,
    id: &ProviderId,
    limit: u64,
) -> Result<Option<UsedProvider>, StoreError> {
    let query = select(Entity::find_by_id(id.as_str()), limit);
    conn.query_one(&query).await?.as_ref().map(read).transpose()
}

/// Returns all providers, ordered by name, and counts up to `limit` linked accounts of each. There are
/// few providers.
pub async fn list(conn: &Conn, limit: u64) -> Result<Vec<UsedProvider>, StoreError> {
    let query = select(Entity::find().order_by_asc(Column::Id), limit);
    let rows = conn.query_all(&query).await?;
    rows.iter().map(read).collect()
}

fn select(providers: Select<Entity>, limit: u64) -> SelectStatement {
    let linked = |name: &'static str| Expr::col(("linked_accounts", name));
    let some = Query::select()
        .expr(linked("id"))
        .from("linked_accounts")
        .and_where(linked("issuer").equals(("providers", "issuer")))
        .limit(limit)
        .take();
    let number = Query::select()
        .expr(Expr::col(Asterisk).count())
        .from_subquery(some, "counted")
        .take();
    let mut query = providers.into_query();
    query.expr_as(Expr::from(number), Alias::new(LINKED));
    query
}

fn read(row: &QueryResult) -> Result<UsedProvider, StoreError> {
    let provider = Model::from_query_result(row, "")?;
    let linked: i64 = row.try_get("", LINKED)?;
    Ok(UsedProvider {
        last_used_at: provider.last_used_at,
        linked: u64::try_from(linked).unwrap_or_default(),
        provider: Provider::try_from(provider)?,
    })
}

/// Records uses, of each provider at most one an hour. Those of unknown providers are left out.
pub(super) async fn record(
    tx: &WriteTx,
    uses: &BTreeMap<ProviderId, UnixSeconds>,
) -> Result<(), StoreError> {
    for (id, at) in uses {
        let is_due = Condition::any()
            .add(Column::LastUsedAt.is_null())
            .add(Column::LastUsedAt.lte(at - INTERVAL));
        Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::value(*at))
            .filter(Column::Id.eq(id.as_str()))
            .filter(is_due)
            .change(tx)
            .await?;
    }
    Ok(())
}
