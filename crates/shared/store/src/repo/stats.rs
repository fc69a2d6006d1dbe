//! Statistics. Each count is written in the transaction that writes or links what it counts, so that
//! nothing is counted twice, whatever fails and however many replicas there are.

use std::collections::{BTreeSet, HashSet};

use doorward_domain::boxed;
use doorward_domain::model::{AuditKind, AuditRecord, SignInAttempt, StatCount, StatKind};
use doorward_rules::stats::{self, Tally};
use uuid::Uuid;

use super::prelude::*;
use super::provider_use;
use crate::entity::clients;
use crate::entity::stats::{Column, Entity};

/// Seconds before the end of the days to add up in which there may be hours: longer than a server
/// is stopped. Older days are not read again.
const FOLDED: i64 = 30 * DAY;

const DAY: i64 = 24 * 60 * 60;

/// Approximate maximum number of rows of a client and an hour: one for each kind.
const ROWS_OF_HOUR: u64 = 10;

/// The statements that add an hour, from its first second to the next one, to its day, for the clients
/// between two IDs. The numbers of clients that no longer exist are deleted.
const FOLD: [&str; 3] = [
    "DELETE FROM stats WHERE (hour = $1 OR hour = $2) AND client_id >= $3 AND client_id <= $4 \
     AND client_id <> '' \
     AND NOT EXISTS (SELECT 1 FROM clients WHERE clients.id = stats.client_id)",
    "INSERT INTO stats (client_id, hour, kind, n) \
     SELECT client_id, CAST($1 AS bigint), kind, CAST(SUM(n) AS bigint) FROM stats \
     WHERE hour = $2 AND client_id >= $3 AND client_id <= $4 \
     GROUP BY client_id, kind \
     ON CONFLICT (client_id, hour, kind) DO UPDATE SET n = stats.n + excluded.n",
    "DELETE FROM stats WHERE hour = $2 AND client_id >= $3 AND client_id <= $4 AND $1 < $2",
];

/// Counts the events of a batch, before they are linked in the same transaction, and records the last
/// use of identity providers. The lock of the chain must be held, so that of two batches one sees the
/// other.
#[boxed]
pub async fn count_events(tx: &WriteTx, events: &[AuditRecord]) -> Result<()> {
    let mut tally = Tally::of_events(events);
    let first = stats::first_sign_ins(events);
    if !first.is_empty() {
        let repeated = repeated_sign_ins(tx, &first).await?;
        for event in first {
            if !repeated.contains(&event.id.as_uuid()) {
                tally.count(StatKind::ActiveUser, None, event.at);
            }
        }
    }
    provider_use::record(tx, &stats::provider_uses(events)).await?;
    add(tx, &tally).await
}

/// Counts the attempts that the same transaction inserts.
#[boxed]
pub async fn count_attempts(tx: &WriteTx, attempts: &[SignInAttempt]) -> Result<()> {
    add(tx, &Tally::of_attempts(attempts)).await
}

/// Returns the sign-ins among these whose user has signed in on the same day, by a linked event.
async fn repeated_sign_ins(tx: &WriteTx, events: &[&AuditRecord]) -> Result<HashSet<Uuid>> {
    let mut repeated = HashSet::new();
    for part in parts(events.iter().map(|event| event.id.as_uuid())) {
        for row in tx.query_all(&select_repeated(&part)).await? {
            repeated.insert(row.try_get::<Uuid>("", "id")?);
        }
    }
    Ok(repeated)
}

/// Selects the events with a former linked sign-in of the same user and day. The subquery ends at the
/// first one, however many there are.
fn select_repeated(events: &Part) -> SelectStatement {
    let former = Query::select()
        .expr(Expr::cust("1"))
        .from_as("audit_events", "former")
        .inner_join(
            "audit_seals",
            Expr::col(("audit_seals", "event_id")).equals(("former", "id")),
        )
        .and_where(Expr::col(("former", "subject")).equals(("event", "subject")))
        .and_where(Expr::col(("former", "kind")).eq(AuditKind::LoginSucceeded.as_str()))
        .and_where(Expr::cust(
            r#""former"."at" >= "event"."at" - "event"."at" % 86400"#,
        ))
        .and_where(Expr::cust(
            r#""former"."at" < "event"."at" - "event"."at" % 86400 + 86400"#,
        ))
        .limit(1)
        .take();
    Query::select()
        .column(("event", "id"))
        .from_as("audit_events", "event")
        .and_where(events.contains(Expr::col(("event", "id"))))
        .and_where(Expr::from(former).is_not_null())
        .take()
}

/// Adds counts. Those of unknown clients are left out, because anyone can name one.
#[boxed]
pub async fn add(tx: &WriteTx, tally: &Tally) -> Result<()> {
    let counts = tally.counts();
    let known = known_clients(tx, &counts).await?;
    let is_known = |count: &&StatCount| {
        let client = count.client.as_ref();
        client.is_none_or(|id| known.contains(id))
    };
    let rows = counts.iter().filter(is_known);
    let sum = Expr::col((Entity, Column::N)).add(Expr::col(("excluded", "n")));
    let mut increase = OnConflict::columns([Column::ClientId, Column::Hour, Column::Kind]);
    increase.value(Column::N, sum);
    insert_models(tx, rows, Some(&increase)).await
}

async fn known_clients(tx: &WriteTx, counts: &[StatCount]) -> Result<HashSet<String>> {
    let ids = counts.iter().filter_map(|count| count.client.as_deref());
    let mut known = HashSet::new();
    for part in parts(ids.collect::<BTreeSet<_>>()) {
        let some = clients::Entity::find()
            .filter(part.contains(Expr::col(clients::Column::Id)))
            .filter(is_kept("clients"));
        known.extend(some.load_column(clients::Column::Id, tx).await?);
    }
    Ok(known)
}

#[derive(Clone, Debug, Default)]
pub struct StatFilter {
    /// Client; `None` for the whole deployment.
    pub client: Option<String>,
    pub kind: Option<StatKind>,
    /// Earliest hour, inclusive.
    pub from: Option<UnixSeconds>,
    /// Latest hour, exclusive.
    pub to: Option<UnixSeconds>,
}

pub type Position = (UnixSeconds, StatKind);

impl StatFilter {
    fn select(&self, after: Option<Position>, limit: u64) -> Select<Entity> {
        let client = self.client.as_deref().unwrap_or_default();
        let mut condition = Condition::all()
            .add(Column::ClientId.eq(client))
            .add_option(self.kind.map(|kind| Column::Kind.eq(kind.as_str())))
            .add_option(self.from.map(|from| Column::Hour.gte(from)))
            .add_option(self.to.map(|to| Column::Hour.lt(to)));
        if let Some((hour, kind)) = after {
            let order = [Column::Hour, Column::Kind].map(Column::into_expr);
            condition = condition.add(is_after(order, hour, kind.as_str()));
        }
        Entity::find()
            .filter(condition)
            .order_by_asc(Column::Hour)
            .order_by_asc(Column::Kind)
            .limit(Ord::min(limit, PAGE_MAX))
    }
}

/// Returns up to `limit` counts of the filter after this position, ordered by hour and kind.
#[boxed]
pub async fn page(
    conn: &Conn,
    filter: &StatFilter,
    after: Option<Position>,
    limit: u64,
) -> Result<Vec<StatCount>> {
    filter.select(after, limit).load(conn).await
}

/// Adds the first hour of the oldest day with hours before `before`, which is the start of a day, to the
/// day: the rows of as many clients as have `limit` rows. Returns the number of deleted rows, or zero if
/// there are no such hours.
#[boxed]
pub async fn fold(tx: &WriteTx, before: UnixSeconds, limit: u64) -> Result<u64> {
    for day in (1..=FOLDED / DAY).rev().map(|number| before - number * DAY) {
        // The row of the whole day is at its first second.
        let first = Entity::find()
            .filter(Column::Hour.gt(day))
            .filter(Column::Hour.lt(day + DAY))
            .order_by_asc(Column::Hour)
            .one(tx.conn())
            .await?;
        if let Some(first) = first {
            return fold_hour(tx, day, first.hour, limit).await;
        }
    }
    Ok(0)
}

async fn fold_hour(tx: &WriteTx, day: UnixSeconds, hour: UnixSeconds, limit: u64) -> Result<u64> {
    let clients: Vec<String> = Entity::find()
        .distinct()
        .filter(Column::Hour.eq(hour))
        .order_by_asc(Column::ClientId)
        .limit(Ord::max(limit / ROWS_OF_HOUR, 1))
        .load_column(Column::ClientId, tx)
        .await?;
    let (Some(first), Some(last)) = (clients.first(), clients.last()) else {
        return Ok(0);
    };
    let mut deleted = 0;
    for sql in FOLD {
        let values = [
            day.into(),
            hour.into(),
            first.as_str().into(),
            last.as_str().into(),
        ];
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        let changed = tx.execute_raw(statement).await?.rows_affected();
        if sql.starts_with("DELETE") {
            deleted += changed;
        }
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, QueryTrait as _};

    use super::*;
    use crate::repo::query_plan::{explain, migrated};

    async fn plan(statement: Statement) -> Vec<String> {
        explain(&migrated().await, statement).await
    }

    #[tokio::test]
    async fn list_is_range_of_index_in_its_order() {
        let filters = [
            StatFilter::default(),
            StatFilter {
                client: Some("app".to_owned()),
                kind: Some(StatKind::SignIn),
                from: Some(5),
                to: Some(9),
            },
        ];
        for filter in filters {
            let select = filter.select(Some((7, StatKind::SignIn)), 50);
            let plan = plan(select.build(DbBackend::Sqlite)).await;
            assert_eq!(plan.len(), 1, "{filter:?}: {plan:#?}");
            let range = "(client_id=? AND hour>?";
            assert!(plan[0].contains(range), "{filter:?}: {plan:#?}");
        }
    }

    #[tokio::test]
    async fn former_sign_in_is_found_by_index() {
        let select = select_repeated(&parts([Uuid::nil()])[0]);
        let plan = plan(DbBackend::Sqlite.build(&select)).await;
        for part in ["(subject=? AND at>? AND at<?)", "(event_id=?)", "(id=?)"] {
            let has_part = plan.iter().any(|line| line.contains(part));
            assert!(has_part, "{part}: {plan:#?}");
        }
        assert!(
            !plan.iter().any(|line| line.starts_with("SCAN")),
            "{plan:#?}"
        );
    }
}
