//! Clients with their last use and their recent failures, in the same statement.

use doorward_domain::boxed;
use doorward_domain::model::{SecretUses, StatKind};

use super::client_search::{self, ClientOrder, ClientSearch};
use super::filtered_list::ListPage;
use super::prelude::*;
use super::union_query::Figure;
use crate::entity::clients::{Entity, Model};

const LAST_USE: &str = "last_use";
const FAILURES: &str = "failures";

#[derive(Clone, PartialEq, Debug)]
pub struct ActiveClient {
    pub client: Client,
    pub secret_uses: SecretUses,
    /// The start of the last hour in which a token was issued to it.
    pub last_use: Option<UnixSeconds>,
    /// The number of failed sign-ins and rejected requests since the given time.
    pub failures: i64,
}

#[boxed]
pub async fn find(conn: &Conn, id: &ClientId, since: UnixSeconds) -> Result<Option<ActiveClient>> {
    let mut query = Entity::find_by_id(id.as_str()).into_query();
    for (name, value) in figures(since) {
        query.expr_as(value, Alias::new(name));
    }
    read_first(conn, &query, read).await
}

/// Returns a page of clients, as [`client_search::search`] does; without a text in this order.
#[boxed]
pub async fn search(
    conn: &Conn,
    search: &ClientSearch<'_>,
    order: ClientOrder,
    since: UnixSeconds,
) -> Result<ListPage<ActiveClient, ClientId>> {
    let id = |found: &ActiveClient| found.client.id.to_string();
    client_search::rows(conn, search, Some(order), &figures(since), read, id).await
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
        .and_where(is_word(
            stats("kind"),
            StatKind::FAILURES.map(StatKind::as_str),
        ))
        .take();
    vec![(LAST_USE, last_use.into()), (FAILURES, failures.into())]
}

fn read(row: &QueryResult) -> Result<ActiveClient> {
    let client = Model::from_query_result(row, "")?;
    Ok(ActiveClient {
        secret_uses: SecretUses::from(&client),
        client: Client::try_from(client)?,
        last_use: row.try_get("", LAST_USE)?,
        failures: row.try_get("", FAILURES)?,
    })
}
