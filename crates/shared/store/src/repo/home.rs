//! All records for the home page of the console, in one statement.

use std::cmp::Reverse;

use doorward_domain::boxed;
use doorward_domain::keys::KeyRecord;
use doorward_domain::model::{
    ADMIN_ROLE, AuditEvent, JobKind, MonthlyReport, Organization, StatCount,
};
use doorward_rules::audit_stream::AuditStream;

use super::audit::{self, AuditFilter};
use super::invitations;
use super::prelude::*;
use super::union_query::{Figure, Lists, push, table};
use crate::entity::{
    audit_events, audit_seals, audit_streams, clients, jobs, monthly_reports, organizations,
    role_assignments, signing_keys, stats,
};

const FAILED_JOBS: &str = "failed_jobs";
const ADMINISTRATORS: &str = "administrators";
/// Objects that end within the time of [`HomeQuery::ending_until`].
const ENDING: [&str; 4] = [
    "ending_assignments",
    "ending_invitations",
    "ending_api_keys",
    "ending_registration_tokens",
];
const WAITING_MAILS: &str = "waiting_mails";
const LAST_LINK: &str = "last_link";
/// Kinds of jobs that send a message.
const MAILS: [JobKind; 2] = [JobKind::Mail, JobKind::Notification];
const REPORTS: u64 = 2;

const COUNTS: [&str; 3] = ["members", "invitations", "groups"];

/// The requested records; those that the administrator may not read are left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct HomeQuery<'a> {
    /// First hour of the statistics of the whole deployment.
    pub stats_since: Option<UnixSeconds>,
    /// First second of the days that are added up.
    pub days_since: Option<UnixSeconds>,
    /// True to read the reports of the last months, the streams, and the number of waiting messages.
    pub state: bool,
    /// Time up to which objects end that are counted.
    pub ending_until: Option<UnixSeconds>,
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
    /// Statistics of the whole deployment by day.
    pub days: Vec<StatCount>,
    /// The reports of the last two months, the newest first.
    pub reports: Vec<MonthlyReport>,
    pub streams: Vec<AuditStream>,
    /// The position of the last link of the audit chain.
    pub last_link: i64,
    /// The number of messages that are due and not sent, at most 1,001 of each kind.
    pub waiting_mails: u64,
    /// The numbers of role assignments, invitations, API keys and registration tokens that end soon, each
    /// at most 1,001.
    pub ending: [u64; ENDING.len()],
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
    let Home {
        keys,
        changes,
        reports,
        ..
    } = &mut found;
    reports.sort_by_key(|report| Reverse(report.month));
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
            table::<monthly_reports::Entity>("r_"),
            table::<audit_streams::Entity>("s_"),
        ],
        &figures(query),
    );
    if let Some(since) = query.days_since {
        lists.add_rows("days", days_of_deployment(since), "stats");
    }
    if query.state {
        let reports = monthly_reports::Entity::find()
            .order_by_desc(monthly_reports::Column::Month)
            .limit(REPORTS);
        lists.add_rows("reports", reports.into_query(), "monthly_reports");
        let streams = audit_streams::Entity::find().into_query();
        lists.add_rows("streams", streams, "audit_streams");
    }
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

/// Adds the hours of each day up, with the columns of the table.
fn days_of_deployment(since: UnixSeconds) -> SelectStatement {
    // Without values: PostgreSQL takes an expression with others for another one.
    let day = || Expr::cust("\"hour\" - \"hour\" % 86400");
    let sum = Func::cast_as(Func::sum(Expr::col(stats::Column::N)), "bigint");
    Query::select()
        .column(stats::Column::ClientId)
        .expr_as(day(), stats::Column::Hour)
        .column(stats::Column::Kind)
        .expr_as(sum, stats::Column::N)
        .from(stats::Entity)
        .and_where(stats::Column::ClientId.eq(""))
        .and_where(stats::Column::Hour.gte(since))
        .group_by_col(stats::Column::ClientId)
        .add_group_by([day()])
        .group_by_col(stats::Column::Kind)
        .take()
}

/// Returns the numbers of the first row; those that are not requested are zero.
fn figures(query: HomeQuery<'_>) -> Vec<Figure> {
    let mut figures = vec![
        (FAILED_JOBS, count_some(failed_jobs())),
        (ADMINISTRATORS, count_some(administrators(query.now))),
    ];
    let (waiting, last) = if query.state {
        let [mails, others] = MAILS.map(|kind| count_some(waiting(kind, query.now)));
        let last = Query::select()
            .column(audit_seals::Column::Seq)
            .from(audit_seals::Entity)
            .order_by(audit_seals::Column::Seq, Order::Desc)
            .limit(1)
            .take();
        (mails.add(others), Expr::from(last))
    } else {
        (zero(), Expr::cust("CAST(NULL AS bigint)"))
    };
    figures.extend([(WAITING_MAILS, waiting), (LAST_LINK, last)]);
    let ending = query.ending_until.map(|until| ending(query.now, until));
    let ending = ending.unwrap_or_else(|| ENDING.map(|_| zero()));
    figures.extend(ENDING.into_iter().zip(ending));
    figures
}

fn zero() -> Expr {
    Expr::cust("CAST(0 AS bigint)")
}

/// Counts the objects that end between two times.
fn ending(now: UnixSeconds, until: UnixSeconds) -> [Expr; ENDING.len()] {
    let of = |table: &'static str| {
        let end = || Expr::col((table, "expires_at"));
        select_one(table)
            .and_where(end().gt(now))
            .and_where(end().lte(until))
            .take()
    };
    let open = |table: &'static str, column: &'static str| {
        let is_open = Expr::col((table, column)).is_null();
        of(table).and_where(is_open).take()
    };
    [
        of("role_assignments"),
        open("invitations", "ended_at"),
        open("api_keys", "revoked_at"),
        of("registration_tokens"),
    ]
    .map(count_some)
}

/// Selects the jobs of a kind that are due.
fn waiting(kind: JobKind, now: UnixSeconds) -> SelectStatement {
    select_one(jobs::Entity)
        .and_where(jobs::Column::Kind.eq(kind.as_str()))
        .and_where(jobs::Column::DoneAt.is_null())
        .and_where(jobs::Column::FailedAt.is_null())
        .and_where(jobs::Column::RunAt.lte(now))
        .take()
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
            "days" => push::<stats::Model, _>(&mut self.days, row, "t_")?,
            "reports" => push::<monthly_reports::Model, _>(&mut self.reports, row, "r_")?,
            "streams" => push::<audit_streams::Model, _>(&mut self.streams, row, "s_")?,
            _ => {
                self.waiting_mails = read_count(row, WAITING_MAILS)?;
                let last: Option<i64> = row.try_get("", LAST_LINK)?;
                self.last_link = last.unwrap_or_default();
                for (count, name) in self.ending.iter_mut().zip(ENDING) {
                    *count = read_count(row, name)?;
                }
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
            days_since: Some(3),
            state: true,
            ending_until: Some(9),
            clients: Some(100),
            keys: true,
            changes: Some((&filter, 10)),
            now: 7,
        };
        let lists = lists(DbBackend::Sqlite, query);
        let plan = explain(&db, lists.statement(DbBackend::Sqlite)).await;
        for range in [
            "(client_id=? AND hour>?)",
            "(role=?",
            "(failed_at>?)",
            "(kind=? AND run_at<?)",
            "role_assignments__expires_at__id (expires_at>? AND expires_at<?)",
            "invitations__expires_at (expires_at>? AND expires_at<?)",
            "api_keys__expires_at__id (expires_at>? AND expires_at<?)",
            "registration_tokens__expires_at (expires_at>? AND expires_at<?)",
        ] {
            let has_range = plan.iter().any(|line| line.contains(range));
            assert!(has_range, "{range}: {plan:#?}");
        }
        // The others are limited in the order of an index, or small. The days are read from a subquery with the name
        // of its table.
        for table in ["jobs", "role_assignments", "invitations", "api_keys"] {
            let scan = format!("SCAN {table}");
            let is_scan = |line: &String| line.starts_with(&scan);
            assert!(!plan.iter().any(is_scan), "{scan}: {plan:#?}");
        }
    }
}
