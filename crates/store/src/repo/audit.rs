//! The audit log: events are written in the transaction of their change and never modified. The
//! database itself rejects modifications; [`audit_chain`](super::audit_chain) detects those made by
//! circumventing it.

use doorward_domain::model::id::AuditId;
use doorward_domain::model::{AuditEvent, AuditKind, AuditRecord};
use doorward_domain::time::UnixSeconds;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

use super::query::{PAGE_MAX, models};
use crate::db::{Conn, WriteTx};
use crate::entity::audit_events::{ActiveModel, Column, Entity, Model};
use crate::entity::audit_waiting;
use crate::error::StoreError;

/// Inserts an event, which then waits for its link in the chain.
pub async fn insert(tx: &WriteTx, event: &AuditEvent) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::try_from(event)?)
        .exec_without_returning(tx)
        .await?;
    let waiting = audit_waiting::ActiveModel {
        number: NotSet,
        event_id: Set(event.id.as_uuid()),
    };
    audit_waiting::Entity::insert(waiting)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// A filter for events; the default selects all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Event kinds; empty for every kind.
    pub kinds: Vec<AuditKind>,
    /// User, client or API key that is actor or subject.
    pub about: Option<String>,
    /// Earliest time, inclusive.
    pub since: Option<UnixSeconds>,
    /// Latest time, exclusive.
    pub until: Option<UnixSeconds>,
}

impl AuditFilter {
    fn select(&self) -> Select<Entity> {
        let mut query = Entity::find();
        if !self.kinds.is_empty() {
            let values = self.kinds.iter().map(|kind| kind.as_str());
            query = query.filter(Column::Kind.is_in(values));
        }
        if let Some(about) = &self.about {
            let either = Condition::any()
                .add(Column::Subject.eq(about))
                .add(Column::Actor.eq(about));
            query = query.filter(either);
        }
        if let Some(since) = self.since {
            query = query.filter(Column::At.gte(since));
        }
        if let Some(until) = self.until {
            query = query.filter(Column::At.lt(until));
        }
        query
    }
}

/// Returns up to `limit` events before this one, newest first.
pub async fn list<C: Conn>(
    conn: &C,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>, StoreError> {
    newest(conn, &AuditFilter::default(), before, limit).await
}

/// Returns up to `limit` events of the filter before this one, newest first.
pub async fn newest<C: Conn>(
    conn: &C,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditEvent>, StoreError> {
    models(newest_rows(conn, filter, before, limit).await?)
}

/// Returns up to `limit` stored records of the filter, newest first.
pub async fn newest_records<C: Conn>(
    conn: &C,
    filter: &AuditFilter,
    limit: u64,
) -> Result<Vec<AuditRecord>, StoreError> {
    let rows = newest_rows(conn, filter, None, limit).await?;
    Ok(rows.into_iter().map(AuditRecord::from).collect())
}

async fn newest_rows<C: Conn>(
    conn: &C,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    let mut query = newest_of(filter, limit);
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before.as_uuid()));
    }
    Ok(query.all(conn).await?)
}

/// Selects the newest `limit` events of the filter.
pub(super) fn newest_of(filter: &AuditFilter, limit: u64) -> Select<Entity> {
    filter
        .select()
        .order_by_desc(Column::Id)
        .limit(limit.min(PAGE_MAX))
}

/// Returns up to `limit` stored records of the filter after this one, oldest first.
pub async fn oldest<C: Conn>(
    conn: &C,
    filter: &AuditFilter,
    after: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>, StoreError> {
    let mut query = filter
        .select()
        .order_by_asc(Column::Id)
        .limit(limit.min(PAGE_MAX));
    if let Some(after) = after {
        query = query.filter(Column::Id.gt(after.as_uuid()));
    }
    let rows = query.all(conn).await?;
    Ok(rows.into_iter().map(AuditRecord::from).collect())
}

/// The device of a sign-in.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// User agent.
    pub user_agent: Option<&'a str>,
    /// IP address.
    pub ip: Option<std::net::IpAddr>,
    /// Earliest time, inclusive.
    pub since: UnixSeconds,
}

/// Returns true if the user has signed in before: from such a device, or from any if `like` is
/// `None`.
pub async fn has_signed_in<C: Conn>(
    conn: &C,
    user: &str,
    like: Option<&SignIn<'_>>,
) -> Result<bool, StoreError> {
    let mut query = Entity::find()
        .filter(Column::Subject.eq(user))
        .filter(Column::Kind.eq(AuditKind::LoginSucceeded.as_str()))
        .limit(1);
    if let Some(like) = like {
        let same = |column: Column, value: Option<String>| match value {
            Some(value) => column.eq(value),
            None => column.is_null(),
        };
        query = query
            .filter(Column::At.gte(like.since))
            .filter(same(Column::UserAgent, like.user_agent.map(str::to_owned)))
            .filter(same(Column::Ip, like.ip.map(|ip| ip.to_string())));
    }
    Ok(query.one(conn).await?.is_some())
}

/// Returns an event.
pub async fn find<C: Conn>(conn: &C, id: AuditId) -> Result<Option<AuditEvent>, StoreError> {
    let row = Entity::find_by_id(id.as_uuid()).one(conn).await?;
    row.map(AuditEvent::try_from).transpose()
}
