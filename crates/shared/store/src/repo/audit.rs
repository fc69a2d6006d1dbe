//! The audit log: events are written in the transaction of their change and never modified. The
//! database itself rejects modifications; [`audit_chain`](super::audit_chain) detects those made by
//! circumventing it.

use std::cmp::Reverse;
use std::slice;

use doorward_domain::boxed;
use doorward_domain::model::id::AuditId;
use doorward_domain::model::{AuditEvent, AuditKind, AuditRecord};
use doorward_rules::activity;
use sea_orm::ActiveValue::NotSet;
use sea_orm::sea_query::UnionType;
use uuid::Uuid;

use super::access_changes::{AccessChange, announce};
use super::prelude::*;
use crate::entity::audit_events::{Column, Entity, Model};
use crate::entity::{audit_waiting, users};

/// Inserts an event, which then waits for its link in the chain.
#[boxed]
pub async fn insert(tx: &WriteTx, event: &AuditEvent) -> Result<()> {
    insert_all(tx, slice::from_ref(event)).await
}

/// Inserts events like [`insert`].
#[boxed]
pub async fn insert_all(tx: &WriteTx, events: &[AuditEvent]) -> Result<()> {
    insert_models(tx, events, None).await?;
    let waiting = events.iter().map(|event| audit_waiting::ActiveModel {
        number: NotSet,
        event_id: Set(event.id.as_uuid()),
    });
    insert_rows(tx, waiting, None).await?;
    announce(tx, AccessChange::Recorded(events)).await
}

/// The columns that order the lists.
const TIME_ORDER: [Column; 2] = [Column::At, Column::Id];

/// A filter for events; the default selects all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Event kinds; empty for every kind.
    pub kinds: Vec<AuditKind>,
    /// User, client or API key that is actor or subject.
    pub about: Option<String>,
    pub actor: Option<String>,
    pub subject: Option<String>,
    /// Client that was involved, or that is the subject.
    pub client: Option<String>,
    pub ip: Option<String>,
    /// Slug of the organization that the events concern.
    pub organization: Option<String>,
    /// Earliest time, inclusive.
    pub since: Option<UnixSeconds>,
    /// Latest time, exclusive.
    pub until: Option<UnixSeconds>,
}

/// Returns the organization of an event, as its index contains it: changes of an organization name it as
/// their subject, others in their details, and denials in those of the attempt.
fn organization(backend: DbBackend) -> Expr {
    Expr::cust(match backend {
        DbBackend::Postgres => {
            r#"(CASE WHEN kind = 'organization.changed' THEN subject
             ELSE substring(detail from '"org":"([^"\\]+)"') END)"#
        }
        _ => {
            r"(CASE WHEN kind = 'organization.changed' THEN subject
             WHEN json_valid(detail) THEN
             COALESCE(json_extract(detail, '$.org'), json_extract(detail, '$.inputs.org')) END)"
        }
    })
}

impl AuditFilter {
    fn condition(&self, backend: DbBackend) -> Condition {
        let either = |value: &String, columns: [Column; 2]| {
            let same = columns.map(|column| column.eq(value));
            same.into_iter().fold(Condition::any(), Condition::add)
        };
        let about = self.about.as_ref();
        let client = self.client.as_ref();
        let actor = self.actor.as_ref().map(|actor| Column::Actor.eq(actor));
        let subject = self.subject.as_ref();
        let ip = self.ip.as_deref().map(str::to_ascii_lowercase);
        let slug = self.organization.as_deref();
        Condition::all()
            .add_option(self.kind())
            .add_option(about.map(|about| either(about, [Column::Subject, Column::Actor])))
            .add_option(actor)
            .add_option(subject.map(|subject| Column::Subject.eq(subject)))
            .add_option(client.map(|client| either(client, [Column::ClientId, Column::Subject])))
            .add_option(ip.map(|ip| folded(Column::Ip).eq(ip)))
            .add_option(slug.map(|slug| organization(backend).eq(slug)))
            .add_option(self.since.map(|since| Column::At.gte(since)))
            .add_option(self.until.map(|until| Column::At.lt(until)))
    }

    /// Returns true if at most kinds and a period are required.
    fn has_no_value(&self) -> bool {
        let values = [
            &self.about,
            &self.actor,
            &self.subject,
            &self.client,
            &self.ip,
            &self.organization,
        ];
        values.iter().all(|value| value.is_none())
    }

    /// Returns the condition for the kinds. Only a single kind without another value is read from
    /// the index of kinds: every other value has fewer events.
    fn kind(&self) -> Option<Expr> {
        match self.kinds[..] {
            [] => None,
            [kind] if self.has_no_value() => Some(folded(Column::Kind).eq(kind.as_str())),
            _ => Some(is_kind(Expr::col((Entity, Column::Kind)), &self.kinds)),
        }
    }
}

/// Returns a column as its index contains it, in lower case, in which its values are. SQLite has no
/// statistics: other queries, such as those of a sign-in, must not select an index of many events.
fn folded(column: Column) -> Expr {
    Func::lower(Expr::col((Entity, column))).into()
}

/// Returns the condition for the events before this one in the order of the lists.
fn earlier(before: AuditId) -> Condition {
    let id = before.as_uuid();
    let time = Query::select()
        .column("at")
        .from("audit_events")
        .and_where(Column::Id.eq(id))
        .take();
    is_before(TIME_ORDER.map(Column::into_expr), time, id)
}

/// Returns up to `limit` events before this one, newest first.
#[boxed]
pub async fn list(conn: &Conn, before: Option<AuditId>, limit: u64) -> Result<Vec<AuditEvent>> {
    newest(conn, &AuditFilter::default(), before, limit).await
}

/// Returns up to `limit` events of the filter before this one, newest first.
#[boxed]
pub async fn newest(
    conn: &Conn,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>> {
    models(newest_rows(conn, filter, before, limit).await?)
}

/// Returns up to `limit` stored records of the filter before this one, newest first.
#[boxed]
pub async fn newest_records(
    conn: &Conn,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>> {
    let rows = newest_rows(conn, filter, before, limit).await?;
    Ok(rows.into_iter().map(AuditRecord::from).collect())
}

async fn newest_rows(
    conn: &Conn,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<Model>> {
    let parts = newest_parts(conn.get_database_backend(), filter, before, limit);
    let read = |row: &QueryResult| Ok(Model::from_query_result(row, "")?);
    let rows = read_all(conn, &combine(parts), read).await?;
    Ok(newest_first(rows, |row| (row.at, row.id), limit))
}

/// An event with its place in the chain, and with the users that it names.
#[derive(Clone, PartialEq, Debug)]
pub struct ChainedEvent {
    pub event: AuditEvent,
    /// Position of the link in the chain, if it has one.
    pub seq: Option<i64>,
    /// True if it waits for its link.
    pub is_waiting: bool,
    /// The actor and the subject, if they are users.
    pub users: Vec<User>,
}

/// The columns that may contain the ID of a user, with the prefixes of the user's columns.
const USERS: [(&str, &str); 2] = [("a_", "audit_events.actor"), ("s_", "audit_events.subject")];

/// Returns up to `limit` events of the filter before this one, newest first, in one statement.
#[boxed]
pub async fn newest_in_chain(
    conn: &Conn,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<ChainedEvent>> {
    let backend = conn.get_database_backend();
    let events = combine(newest_parts(backend, filter, before, limit));
    let rows = in_chain(conn, events).await?;
    let key = |row: &ChainedEvent| (row.event.at, row.event.id.as_uuid());
    Ok(newest_first(rows, key, limit))
}

/// Returns an event, in one statement: it may get its link at any time.
#[boxed]
pub async fn find_in_chain(conn: &Conn, id: AuditId) -> Result<Option<ChainedEvent>> {
    let event = Entity::find_by_id(id.as_uuid()).into_query();
    Ok(in_chain(conn, event).await?.pop())
}

async fn in_chain(conn: &Conn, events: SelectStatement) -> Result<Vec<ChainedEvent>> {
    let seal = |name: &'static str| Expr::col(("audit_seals", name));
    let waiting = |name: &'static str| Expr::col(("audit_waiting", name));
    let id = ("audit_events", "id");
    let mut query = Query::select();
    query
        .columns(Column::iter().map(|column| (Entity, column)))
        .expr_as(seal("seq"), "seq")
        .expr_as(waiting("number"), "waiting")
        .from_subquery(events, "audit_events")
        .left_join("audit_seals", seal("event_id").equals(id))
        .left_join("audit_waiting", waiting("event_id").equals(id));
    for (prefix, column) in USERS {
        let user = uuid_in(conn.get_database_backend(), column);
        join_user(&mut query, prefix, user, None);
    }
    read_all(conn, &query, read_in_chain).await
}

fn read_in_chain(row: &QueryResult) -> Result<ChainedEvent> {
    let user = |(prefix, _)| joined_optional::<users::Model, User>(row, prefix).transpose();
    let waiting: Option<i64> = row.try_get("", "waiting")?;
    Ok(ChainedEvent {
        event: joined::<Model, _>(row, "")?,
        seq: row.try_get("", "seq")?,
        is_waiting: waiting.is_some(),
        users: USERS
            .into_iter()
            .filter_map(user)
            .collect::<Result<_, _>>()?,
    })
}

/// Returns the newest `limit` rows in the order of their time and id, each once.
fn newest_first<T>(mut rows: Vec<T>, key: impl Fn(&T) -> (i64, Uuid), limit: u64) -> Vec<T> {
    rows.sort_by_key(|row| Reverse(key(row)));
    rows.dedup_by_key(|row| key(row));
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    rows
}

/// Selects the rows of all parts. SQLite allows no limit in a part of a union, so each is a
/// statement below it.
fn combine(parts: Vec<Select<Entity>>) -> SelectStatement {
    let mut parts = parts.into_iter().map(|part| {
        Query::select()
            .column(Asterisk)
            .from_subquery(part.into_query(), "audit_events")
            .take()
    });
    let mut all = parts.next().unwrap_or_default();
    for part in parts {
        all.union(UnionType::All, part);
    }
    all
}

/// Returns the queries whose rows together contain the newest of the filter, each by one index: those
/// of a value that either of two columns may have are two, and several kinds have one each. A query
/// for both columns would sort every event of the value.
pub(super) fn newest_parts(
    backend: DbBackend,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Vec<Select<Entity>> {
    let rest = AuditFilter {
        about: None,
        client: None,
        kinds: Vec::new(),
        ..filter.clone()
    };
    let mut parts = if filter.kinds.len() > 1 && filter.has_no_value() {
        // Each kind is a range of the index of kinds. Rare ones are far apart in the order of time.
        let one = |kind: &AuditKind| AuditFilter {
            kinds: vec![*kind],
            ..rest.clone()
        };
        let kinds = filter.kinds.iter();
        kinds
            .map(|kind| newest_of(backend, &one(kind), limit))
            .collect()
    } else {
        // The form of this condition depends on the other values.
        let kind = Condition::all().add_option(filter.kind());
        vec![newest_of(backend, &rest, limit).filter(kind)]
    };
    for (value, columns) in [
        (&filter.about, [Column::Subject, Column::Actor]),
        (&filter.client, [Column::ClientId, Column::Subject]),
    ] {
        let Some(value) = value else { continue };
        let split = |part: Select<Entity>| {
            columns.map(|column| part.clone().filter(column.eq(value.as_str())))
        };
        parts = parts.into_iter().flat_map(split).collect();
    }
    let Some(before) = before else { return parts };
    let bounded = parts.into_iter().map(|part| part.filter(earlier(before)));
    bounded.collect()
}

fn newest_of(backend: DbBackend, filter: &AuditFilter, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(filter.condition(backend))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
}

/// Maximum number of events of a user that are examined for the check-up, so that the page stays fast
/// for a user with many.
const EXAMINED: u64 = 1_000;

/// Returns the oldest events that the user has not reviewed in the check-up, oldest first.
#[boxed]
pub async fn unreviewed(conn: &Conn, user: UserId, now: UnixSeconds) -> Result<Vec<AuditEvent>> {
    let read = |row: &QueryResult| joined::<Model, _>(row, "");
    read_all(conn, &select_unreviewed(user, now), read).await
}

/// Selects the oldest events that the user has not reviewed, among the newest [`EXAMINED`] of the user,
/// by the index of the subject.
pub(super) fn select_unreviewed(user: UserId, now: UnixSeconds) -> SelectStatement {
    let reviewed = Query::select()
        .column("reviewed_event_id")
        .from("users")
        .and_where(Expr::col(("users", "id")).eq(user.as_uuid()))
        .take();
    let last = Func::coalesce([reviewed.into(), Expr::value(Uuid::nil())]);
    let of_kind = |kind: AuditKind| Column::Kind.eq(kind.as_str());
    let from_new_device = format!("\"{}\":true", activity::NEW_DEVICE);
    let of_email = format!("\"{}\":", activity::EMAIL);
    let kinds = Condition::any()
        .add(is_kind(
            Expr::col((Entity, Column::Kind)),
            &activity::REVIEWED,
        ))
        .add(of_kind(AuditKind::LoginSucceeded).and(Column::Detail.contains(from_new_device)))
        .add(of_kind(AuditKind::UserChanged).and(Column::Detail.contains(of_email)));
    let recent = Entity::find()
        .filter(Column::Subject.eq(user.to_string()))
        .filter(Column::At.gte(activity::reviewed_since(now)))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Id)
        .limit(EXAMINED);
    Query::select()
        .columns(Column::iter().map(|column| (Entity, column)))
        .from_subquery(recent.into_query(), "audit_events")
        .and_where(Column::Success.eq(true))
        .cond_where(kinds)
        .and_where(Expr::col((Entity, Column::Id)).gt(last))
        .order_by((Entity, Column::At), Order::Asc)
        .order_by((Entity, Column::Id), Order::Asc)
        .limit(activity::MAX_REVIEWED)
        .take()
}

/// Returns up to `limit` stored records of the filter, oldest first, after the event with this time and
/// ID, which may be deleted in the meantime.
#[boxed]
pub async fn oldest(
    conn: &Conn,
    filter: &AuditFilter,
    after: Option<(UnixSeconds, AuditId)>,
    limit: u64,
) -> Result<Vec<AuditRecord>> {
    let backend = conn.get_database_backend();
    let rows = select_oldest(backend, filter, after, limit)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(AuditRecord::from).collect())
}

/// Selects these records in the order of time, as the indexes contain them.
fn select_oldest(
    backend: DbBackend,
    filter: &AuditFilter,
    after: Option<(UnixSeconds, AuditId)>,
    limit: u64,
) -> Select<Entity> {
    let order = TIME_ORDER.map(Column::into_expr);
    let later = after.map(|(at, id)| is_after(order, at, id.as_uuid()));
    Entity::find()
        .filter(filter.condition(backend).add_option(later))
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .limit(Ord::min(limit, PAGE_MAX))
}

/// The device of a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    pub user_agent: Option<&'a str>,
    pub ip: Option<std::net::IpAddr>,
    /// Earliest time, inclusive.
    pub since: UnixSeconds,
}

/// Returns true if the user has signed in before: from such a device, or from any if `like` is
/// `None`.
#[boxed]
pub async fn has_signed_in(conn: &Conn, user: &str, like: Option<&SignIn<'_>>) -> Result<bool> {
    let mut query = Entity::find()
        .filter(Column::Subject.eq(user))
        .filter(Column::Kind.eq(AuditKind::LoginSucceeded.as_str()))
        .limit(1);
    if let Some(like) = like {
        // `None` is equal to null.
        query = query
            .filter(Column::At.gte(like.since))
            .filter(Column::UserAgent.eq(like.user_agent))
            .filter(Column::Ip.eq(like.ip.map(|ip| ip.to_string())));
    }
    Ok(query.one(conn).await?.is_some())
}

#[boxed]
pub async fn find(conn: &Conn, id: AuditId) -> Result<Option<AuditEvent>> {
    Entity::find_by_id(id.as_uuid()).load_one(conn).await
}

#[cfg(test)]
mod tests;
