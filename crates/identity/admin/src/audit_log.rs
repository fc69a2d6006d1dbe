//! The audit log: the requested events, one event with its position in the chain, and the rows of
//! an export.

pub mod operations;

use std::net::IpAddr;

use doorward_domain::model::{AuditId, AuditRecord};
use doorward_store::repo::audit::{AuditFilter, ChainedEvent};

use super::json_member::{OneOf, optional, optional_word};
use super::users;
use crate::prelude::*;

/// The requested events; the default requests all.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// User ID, user name, e-mail address, or ID of a client or API key that is actor or subject.
    pub about: Option<String>,
    /// User ID, user name, e-mail address, or ID of a client that acted.
    pub actor: Option<String>,
    /// User ID, user name, e-mail address, or ID of the object concerned.
    pub subject: Option<String>,
    /// Object concerned, by exactly the id in its events: a role may have the name of a user.
    #[serde(skip)]
    pub object: Option<String>,
    /// ID of a client that was involved, or that is the subject.
    pub client_id: Option<String>,
    /// Kind of the events.
    #[serde(default, deserialize_with = "optional_word")]
    #[schema(inline, value_type = Option<Kinds>)]
    pub kind: Option<AuditKind>,
    /// IP address of the request.
    pub ip: Option<String>,
    /// Earliest time, inclusive.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<UnixSeconds>,
    /// Latest time, exclusive.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<UnixSeconds>,
}

type Kinds = OneOf<AuditKind>;

#[boxed(?Send)]
pub async fn filter(context: &AdminContext<'_>, query: &AuditQuery) -> Result<AuditFilter> {
    context.require_global("audit:read")?;
    // Stored addresses have one form.
    let address = |text: &str| match text.parse::<IpAddr>() {
        Ok(ip) => ip.to_string(),
        Err(_) => text.to_owned(),
    };
    Ok(AuditFilter {
        kinds: query.kind.into_iter().collect(),
        about: id_of(context, query.about.as_deref()).await?,
        actor: id_of(context, query.actor.as_deref()).await?,
        subject: match &query.object {
            Some(object) => Some(object.clone()),
            None => id_of(context, query.subject.as_deref()).await?,
        },
        client: query.client_id.clone(),
        ip: query.ip.as_deref().map(address),
        since: query.since,
        until: query.until,
    })
}

/// Returns the id that events name, for an id, a user name or an e-mail address.
async fn id_of(context: &AdminContext<'_>, name: Option<&str>) -> Result<Option<String>> {
    let Some(name) = name else { return Ok(None) };
    if let Some(id) = UserId::parse(name) {
        return Ok(Some(id.to_string()));
    }
    let user = match users::find(context, name).await {
        // Without the permission for users, the log is searched for the text itself.
        Err(AdminError::Denied(_)) => None,
        found => found?,
    };
    Ok(Some(user.map_or_else(
        || name.to_owned(),
        |user| user.id.to_string(),
    )))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChainPosition {
    /// Linked at this position.
    Sealed(i64),
    /// Waiting for its link, which is added within seconds.
    Waiting,
    /// Neither: the event was not written by this server.
    Missing,
}

impl From<&ChainedEvent> for ChainPosition {
    fn from(event: &ChainedEvent) -> Self {
        match event.seq {
            _ if event.is_waiting => Self::Waiting,
            Some(seq) => Self::Sealed(seq),
            None => Self::Missing,
        }
    }
}

/// Returns an event by its id or its position in the chain.
#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, name: &str) -> Result<ChainedEvent> {
    context.require_global("audit:read")?;
    let read = context.db.read();
    let id = match name.parse::<i64>() {
        Ok(seq) => repo::audit_chain::event_at(read, seq).await?,
        Err(_) => AuditId::parse(name),
    };
    let found = match id {
        Some(id) => repo::audit::find_in_chain(read, id).await?,
        None => None,
    };
    let found = found.ok_or_else(|| AdminError::not_found("audit event", name))?;
    Ok(readable(context, found))
}

fn readable(context: &AdminContext<'_>, event: ChainedEvent) -> ChainedEvent {
    let users = event.users.into_iter();
    let users = users.filter_map(|user| context.readable(Some(user)));
    ChainedEvent {
        users: users.collect(),
        ..event
    }
}

#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<ChainedEvent>> {
    context.require_global("audit:read")?;
    let read = context.db.read();
    let found = repo::audit::newest_in_chain(read, filter, before, limit).await?;
    let found = found.into_iter().map(|event| readable(context, event));
    Ok(found.collect())
}

/// Lists the events as stored.
#[boxed(?Send)]
pub async fn records(
    context: &AdminContext<'_>,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>> {
    context.require_global("audit:read")?;
    Ok(repo::audit::newest_records(context.db.read(), filter, before, limit).await?)
}

#[boxed(?Send)]
pub async fn record_export(context: &AdminContext<'_>, filter: &AuditFilter) -> Result<()> {
    context.require_global("audit:read")?;
    let event = context.event(AuditKind::AuditExported, "audit log", "started");
    let kinds: Vec<_> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
    let filter = json!({
        "about": filter.about, "actor": filter.actor, "subject": filter.subject,
        "client": filter.client, "kinds": kinds, "ip": filter.ip, "since": filter.since,
        "until": filter.until,
    });
    let tx = context.db.begin_write().await?;
    repo::audit::insert(&tx, &event.with("filter", filter)).await?;
    Ok(tx.commit().await?)
}

pub const COLUMNS: [&str; 11] = [
    "id",
    "at",
    "kind",
    "success",
    "actor",
    "subject",
    "client_id",
    "ip",
    "user_agent",
    "detail",
    "request_id",
];

/// Returns the cells of an event in an export; `at` is its time as text.
pub fn cells(event: &AuditRecord, at: String) -> [String; 11] {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        event.id.to_string(),
        at,
        event.kind.clone(),
        event.success.to_string(),
        or_nothing(&event.actor),
        or_nothing(&event.subject),
        or_nothing(&event.client_id),
        or_nothing(&event.ip),
        or_nothing(&event.user_agent),
        event.detail.clone(),
        or_nothing(&event.request_id),
    ]
}
