//! The audit log: the requested events, one event with its position in the chain, and the rows of
//! an export.

pub mod operations;

use std::collections::BTreeSet;
use std::net::IpAddr;

use doorward_domain::model::{AuditId, AuditRecord};
use doorward_store::repo::audit::{AuditFilter, ChainedEvent};

use crate::authority::READ_LOG;
use crate::json_member::{OneOf, optional, optional_word};
use crate::prelude::*;
use crate::users;

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
    /// Slug of the organization concerned.
    pub organization: Option<String>,
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
    context.need(READ_LOG)?;
    if let Some(other) = &query.organization
        && !context.reaches(Some(other))
    {
        return Err(AdminError::not_found("organization", other));
    }
    // Stored addresses have one form.
    let address = |text: &str| match text.parse::<IpAddr>() {
        Ok(ip) => ip.to_string(),
        Err(_) => text.to_owned(),
    };
    Ok(in_reach(
        context,
        &AuditFilter {
            kinds: query.kind.into_iter().collect(),
            about: id_of(context, query.about.as_deref()).await?,
            actor: id_of(context, query.actor.as_deref()).await?,
            subject: match &query.object {
                Some(object) => Some(object.clone()),
                None => id_of(context, query.subject.as_deref()).await?,
            },
            client: query.client_id.clone(),
            ip: query.ip.as_deref().map(address),
            organization: query.organization.clone(),
            since: query.since,
            until: query.until,
        },
    ))
}

/// Returns the filter for the events in reach: an administrator who is confined to an organization sees those
/// of the organization.
pub(crate) fn in_reach(context: &AdminContext<'_>, filter: &AuditFilter) -> AuditFilter {
    let mut filter = filter.clone();
    if let Some(own) = context.confined_to() {
        filter.organization = Some(own.to_owned());
    }
    filter
}

/// The actor of an event, and the data about the device that the actor used.
pub(crate) trait ActorData {
    fn actor(&self) -> Option<&str>;
    fn hide_device(&mut self);
}

macro_rules! actor_data {
    ($($event:ty),+) => {$(
        impl ActorData for $event {
            fn actor(&self) -> Option<&str> {
                self.actor.as_deref()
            }

            fn hide_device(&mut self) {
                (self.ip, self.user_agent, self.request_id) = (None, None, None);
            }
        }
    )+};
}

actor_data!(AuditEvent, AuditRecord);

/// Removes what an administrator who is confined to an organization does not see: the devices of actors who
/// are not among its members, such as administrators of the deployment. Returns the members; `None` for other
/// administrators.
pub(crate) async fn hide_devices<'e, E: ActorData + 'e>(
    context: &AdminContext<'_>,
    named: impl IntoIterator<Item = UserId>,
    events: impl IntoIterator<Item = &'e mut E>,
) -> Result<Option<BTreeSet<UserId>>> {
    let Some(own) = context.confined_to() else {
        return Ok(None);
    };
    let events: Vec<_> = events.into_iter().collect();
    let actors = events
        .iter()
        .filter_map(|event| UserId::parse(event.actor()?));
    let users: BTreeSet<UserId> = actors.chain(named).collect();
    let members = repo::organizations::members_among(context.db.read(), own, users).await?;
    let members: BTreeSet<UserId> = members.into_iter().collect();
    for event in events {
        let actor = event.actor().and_then(UserId::parse);
        if actor.is_none_or(|actor| !members.contains(&actor)) {
            event.hide_device();
        }
    }
    Ok(Some(members))
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
    context.need(READ_LOG)?;
    let read = context.db.read();
    let id = match name.parse::<i64>() {
        Ok(seq) => repo::audit_chain::event_at(read, seq).await?,
        Err(_) => AuditId::parse(name),
    };
    let found = match id {
        Some(id) => repo::audit::find_in_chain(read, id).await?,
        None => None,
    };
    let found = found.filter(|found| {
        let own = context.confined_to();
        own.is_none_or(|own| found.event.organization() == Some(own))
    });
    let found = readable(context, found.into_iter().collect()).await?.pop();
    found.ok_or_else(|| AdminError::not_found("audit event", name))
}

/// Leaves out the names of users whom the administrator may not read.
async fn readable(
    context: &AdminContext<'_>,
    mut events: Vec<ChainedEvent>,
) -> Result<Vec<ChainedEvent>> {
    let named: Vec<UserId> = events
        .iter()
        .flat_map(|found| found.users.iter().map(|user| user.id))
        .collect();
    let all = events.iter_mut().map(|found| &mut found.event);
    let members = hide_devices(context, named, all).await?;
    let may_read = context.need("users:read").is_ok();
    for found in &mut events {
        found.users.retain(|user| {
            let members = members.as_ref();
            may_read && members.is_none_or(|members| members.contains(&user.id))
        });
    }
    Ok(events)
}

#[boxed(?Send)]
pub async fn list(
    context: &AdminContext<'_>,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<ChainedEvent>> {
    context.need(READ_LOG)?;
    let read = context.db.read();
    let filter = in_reach(context, filter);
    let found = repo::audit::newest_in_chain(read, &filter, before, limit).await?;
    readable(context, found).await
}

/// Lists the events as stored.
#[boxed(?Send)]
pub async fn records(
    context: &AdminContext<'_>,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u64,
) -> Result<Vec<AuditRecord>> {
    context.need(READ_LOG)?;
    let (read, filter) = (context.db.read(), in_reach(context, filter));
    let mut found = repo::audit::newest_records(read, &filter, before, limit).await?;
    hide_devices(context, [], &mut found).await?;
    Ok(found)
}

#[boxed(?Send)]
pub async fn record_export(context: &AdminContext<'_>, filter: &AuditFilter) -> Result<()> {
    context.need(READ_LOG)?;
    let event = context
        .event(AuditKind::AuditExported, "audit log", "started")
        .with("org", context.confined_to());
    let kinds: Vec<_> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
    let filter = json!({
        "about": filter.about, "actor": filter.actor, "subject": filter.subject,
        "client": filter.client, "kinds": kinds, "ip": filter.ip,
        "organization": filter.organization, "since": filter.since, "until": filter.until,
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
