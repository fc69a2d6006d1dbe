//! Identity providers with their last use and the number of their linked accounts, in the same
//! statement.

use std::collections::BTreeMap;

use doorward_domain::boxed;
use doorward_domain::model::{Provider, ProviderId};

use super::prelude::*;
use crate::entity::providers::{Column, Entity, Model};

const LINKED: &str = "linked";

/// Seconds after a recorded use in which another one is not recorded.
const INTERVAL: UnixSeconds = 60 * 60;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UsedProvider {
    pub provider: Provider,
    /// The time of the last successful authentication there, at most an hour too early.
    pub last_used_at: Option<UnixSeconds>,
    /// The number of accounts that are linked with its issuer, up to the given limit.
    pub linked: u64,
}

/// Returns the provider with this name, and counts up to `limit` linked accounts.
#[boxed]
pub async fn find(conn: &Conn, id: &ProviderId, limit: u64) -> Result<Option<UsedProvider>> {
    let query = select(Entity::find_by_id(id.as_str()), limit);
    read_first(conn, &query, read).await
}

/// Returns all providers, ordered by name, and counts up to `limit` linked accounts of each. There are
/// few providers.
#[boxed]
pub async fn list(conn: &Conn, limit: u64) -> Result<Vec<UsedProvider>> {
    let query = select(Entity::find().order_by_asc(Column::Id), limit);
    read_all(conn, &query, read).await
}

fn select(providers: Select<Entity>, limit: u64) -> SelectStatement {
    let linked = |name: &'static str| Expr::col(("linked_accounts", name));
    let some = Query::select()
        .expr(linked("id"))
        .from("linked_accounts")
        .and_where(linked("issuer").equals(("providers", "issuer")))
        .limit(limit)
        .take();
    let mut query = providers.into_query();
    query.expr_as(select_count(some), LINKED);
    query
}

fn read(row: &QueryResult) -> Result<UsedProvider> {
    let provider = Model::from_query_result(row, "")?;
    Ok(UsedProvider {
        last_used_at: provider.last_used_at,
        linked: read_count(row, LINKED)?,
        provider: Provider::try_from(provider)?,
    })
}

/// Records uses, of each provider at most one an hour. Those of unknown providers are left out.
pub(super) async fn record(tx: &WriteTx, uses: &BTreeMap<ProviderId, UnixSeconds>) -> Result<()> {
    for (id, at) in uses {
        let is_due = Condition::any()
            .add(Column::LastUsedAt.is_null())
            .add(Column::LastUsedAt.lte(at - INTERVAL));
        Entity::update_many()
            .value(Column::LastUsedAt, *at)
            .filter(Column::Id.eq(id.as_str()))
            .filter(is_due)
            .change(tx)
            .await?;
    }
    Ok(())
}
