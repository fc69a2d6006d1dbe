//! All records for the home page of the console, in one statement.

use std::cmp::Reverse;

use doorward_domain::boxed;
use doorward_domain::keys::KeyRecord;
use doorward_domain::model::{ADMIN_ROLE, AuditEvent, Organization, StatCount};

use super::audit::{self, AuditFilter};
use super::invitations;
use super::prelude::*;
use super::union_query::{Lists, push, table};
use crate::entity::{
    audit_events, clients, jobs, organizations, role_assignments, signing_keys, stats,
};

const FAILED_JOBS: &str = "failed_jobs";
const ADMINISTRATORS: &str = "administrators";
const COUNTS: [&str; 3] = ["members", "invitations", "groups"];

/// The requested records; those that the administrator may not read are left out.
#[derive(Clone, Copy, Debug)]
pub struct HomeQuery<'a> {
    /// First hour of the statistics of the whole deployment.
    pub stats_since: Option<UnixSeconds>,
    /// Maximum number of clients.
    pub clients: Option<u64>,
    pub keys: bool,
    /// Events, and their maximum number.
    pub changes: Option<(&'a AuditFilter, u64)>,
    pub now: UnixSeconds,
}

#[derive(Clone, Debug, Default)]
pub struct Home {
    /// Statistics of the whole deployment.
    pub stats: Vec<StatCount>,
    /// The first clients by ID.
    pub clients: Vec<Client>,
    /// All signing keys, the oldest first.
    pub keys: Vec<KeyRecord>,
    /// The newest events, the newest first.
    pub changes: Vec<AuditEvent>,
    /// The number of failed jobs, at most 1,001.
    pub failed_jobs: u64,
    /// The number of users and groups with the role `admin`, at most 1,001.
    pub administrators: u64,
}

/// Returns an organization, and the numbers of its members, open invitations and groups, each at most
/// 1,001, in one statement.
#[boxed]
pub async fn find_organization(
    conn: &Conn,
    slug: &str,
    now: UnixSeconds,
) -> Result<Option<(Organization, [u64; 3])>> {
    let of = |table: &'static str| {
        let own = Expr::col((table, "org")).eq(slug);
        select_one(table).and_where(own).take()
    };
    let mut query = organizations::Entity::find_by_id(slug)
        .filter(is_kept("organizations"))
        .into_query();
    let open = of("invitations").cond_where(invitations::open(now)).take();
    let groups = of("groups").and_where(is_kept("groups")).take();
    let counted = [of("organization_members"), open, groups];
    for (name, rows) in COUNTS.into_iter().zip(counted) {
        query.expr_as(count_some(rows), name);
    }
    let read = |row: &QueryResult| {
        let [members, invitations, groups] = COUNTS.map(|name| read_count(row, name));
        let organization = joined::<organizations::Model, _>(row, "")?;
        Ok((organization, [members?, invitations?, groups?]))
    };
    read_first(conn, &query, read).await
}

#[boxed]
pub async fn find<'a>(conn: &'a Conn, query: HomeQuery<'a>) -> Result<Home> {
    let mut found = Home::default();
    for (list, row) in lists(conn.get_database_backend(), query).rows(conn).await? {
        found.take(&list, &row)?;
    }
    let Home { keys, changes, .. } = &mut found;
    keys.sort_by(|a, b| (a.created_at, &a.kid).cmp(&(b.created_at, &b.kid)));
    changes.sort_by_key(|event| Reverse((event.at, event.id)));
    let most = query.changes.map_or(0, |(_, limit)| limit);
    changes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

fn lists(backend: DbBackend, query: HomeQuery<'_>) -> Lists {
    let one = Query::select().expr_as(Expr::cust("1"), "one").take();
    let mut lists = Lists::begin(
        Query::select().from_subquery(one, "ones").take(),
        vec![
            table::<stats::Entity>("t_"),
            table::<clients::Entity>("c_"),
            table::<signing_keys::Entity>("k_"),
            table::<audit_events::Entity>("a_"),
        ],
        &[
            (FAILED_JOBS, count_some(failed_jobs())),
            (ADMINISTRATORS, count_some(administrators(query.now))),
        ],
    );
    if let Some(since) = query.stats_since {
        lists.add_rows("stats", stats_of_deployment(since), "stats");
    }
    if let Some(limit) = query.clients {
        let some = clients::Entity::find().filter(is_kept("clients"));
        let some = some.order_by_asc(clients::Column::Id).limit(limit);
        lists.add_rows("clients", some.into_query(), "clients");
    }
    if query.keys {
        let keys = signing_keys::Entity::find().into_query();
        lists.add_rows("keys", keys, "signing_keys");
    }
    if let Some((filter, limit)) = query.changes {
        for newest in audit::newest_parts(backend, filter, None, limit) {
            lists.add_rows("changes", newest.into_query(), "audit_events");
        }
    }
    lists
}

fn stats_of_deployment(since: UnixSeconds) -> SelectStatement {
    let own = stats::Entity::find().filter(stats::Column::ClientId.eq(""));
    own.filter(stats::Column::Hour.gte(since)).into_query()
}

fn failed_jobs() -> SelectStatement {
    select_one(jobs::Entity)
        .and_where(jobs::Column::FailedAt.is_not_null())
        .take()
}

fn administrators(now: UnixSeconds) -> SelectStatement {
    use role_assignments::{Column, Entity};

    let is_endless = Column::ExpiresAt.is_null();
    select_one(Entity)
        .and_where(Column::Role.eq(ADMIN_ROLE))
        .and_where(Column::SubjectKind.ne(SubjectKind::Client.as_str()))
        .and_where(Column::Org.is_null())
        .and_where(Column::Active.eq(true))
        .and_where(is_endless.or(Column::ExpiresAt.gt(now)))
        .take()
}

impl Home {
    fn take(&mut self, list: &str, row: &QueryResult) -> Result<()> {
        match list {
            "stats" => push::<stats::Model, _>(&mut self.stats, row, "t_")?,
            "clients" => push::<clients::Model, _>(&mut self.clients, row, "c_")?,
            "keys" => push::<signing_keys::Model, _>(&mut self.keys, row, "k_")?,
            "changes" => push::<audit_events::Model, _>(&mut self.changes, row, "a_")?,
            _ => {
                self.failed_jobs = read_count(row, FAILED_JOBS)?;
                self.administrators = read_count(row, ADMINISTRATORS)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::query_plan::{explain, migrated};
    use doorward_domain::model::AuditKind;

    #[tokio::test]
    async fn each_part_is_range_of_index() {
        let db = migrated().await;
        let filter = AuditFilter {
            kinds: vec![AuditKind::UserChanged, AuditKind::ClientChanged],
            ..AuditFilter::default()
        };
        let query = HomeQuery {
            stats_since: Some(5),
            clients: Some(100),
            keys: true,
            changes: Some((&filter, 10)),
            now: 7,
        };
        let lists = lists(DbBackend::Sqlite, query);
        let plan = explain(&db, lists.statement(DbBackend::Sqlite)).await;
        for range in ["(client_id=? AND hour>?)", "(role=?", "(failed_at>?)"] {
            let has_range = plan.iter().any(|line| line.contains(range));
            assert!(has_range, "{range}: {plan:#?}");
        }
        // The others are limited in the order of an index, or small.
        for table in ["stats", "jobs", "role_assignments"] {
            let scan = format!("SCAN {table}");
            assert!(!plan.contains(&scan), "{scan}: {plan:#?}");
        }
    }
}
