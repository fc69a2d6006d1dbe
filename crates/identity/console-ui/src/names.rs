//! Names of the objects that events and attempts contain by their IDs.

use std::collections::{BTreeMap, BTreeSet};

use doorward_admin::operator::AdminError;
use doorward_admin::{object_names, users};
use doorward_domain::boxed;
use doorward_domain::model::{AuditEvent, AuditKind, ClientId, GroupId, UserId};
use doorward_rules::activity::ActivityCategory;
use doorward_store::repo::object_names::ObjectNames;
use doorward_templates::console::{Link, Value};

use crate::console::Console;
use crate::routes;
use crate::stop::Stop;

/// The message that names the server itself, which acts without an account.
pub const SERVER: &str = "console-server";

/// The names of users, clients and groups that the administrator may read.
#[derive(Default)]
pub struct Names {
    users: BTreeMap<UserId, String>,
    objects: ObjectNames,
}

impl Names {
    /// Returns the names of these users, and of the clients and groups in the events.
    pub async fn of_events<'e>(
        console: &Console<'_>,
        users: BTreeMap<UserId, String>,
        events: impl IntoIterator<Item = &'e AuditEvent>,
    ) -> Result<Self, Stop> {
        let (mut clients, mut groups) = (BTreeSet::new(), BTreeSet::new());
        for event in events {
            let subject = event.subject.as_deref();
            let holds = matches!(
                event.kind,
                AuditKind::ClientChanged | AuditKind::ClientPkceRequired | AuditKind::RoleChanged
            );
            let ids = [event.actor.as_deref(), event.client_id.as_deref()];
            let ids = ids.into_iter().chain([subject.filter(|_| holds)]);
            let ids = ids.flatten().filter(|id| !is_user(&users, id));
            clients.extend(ids.filter_map(ClientId::parse));
            if matches!(event.kind, AuditKind::GroupChanged | AuditKind::RoleChanged) {
                let group = subject.filter(|id| !is_user(&users, id));
                groups.extend(group.and_then(GroupId::parse));
            }
        }
        let objects = Self::find(console, clients, groups).await?;
        Ok(Self { users, objects })
    }

    /// Returns the names of these users, and of the clients that acted in the events.
    pub async fn of_actors<'e>(
        console: &Console<'_>,
        users: BTreeMap<UserId, String>,
        events: impl IntoIterator<Item = &'e AuditEvent>,
    ) -> Result<Self, Stop> {
        let actors = events
            .into_iter()
            .filter_map(|event| event.actor.as_deref());
        let clients: Vec<&str> = actors.filter(|id| !is_user(&users, id)).collect();
        Self::of_clients(console, users, clients).await
    }

    /// Returns the names of these users and clients.
    pub async fn of_clients(
        console: &Console<'_>,
        users: BTreeMap<UserId, String>,
        clients: impl IntoIterator<Item = &str>,
    ) -> Result<Self, Stop> {
        let clients = clients.into_iter().filter_map(ClientId::parse).collect();
        let objects = Self::find(console, clients, BTreeSet::new()).await?;
        Ok(Self { users, objects })
    }

    async fn find(
        console: &Console<'_>,
        clients: BTreeSet<ClientId>,
        groups: BTreeSet<GroupId>,
    ) -> Result<ObjectNames, Stop> {
        let (clients, groups) = (clients.into_iter(), groups.into_iter());
        let context = console.context();
        Ok(object_names::find(&context, clients.collect(), groups.collect()).await?)
    }

    /// Returns the link to a user by name, or the ID of one without a name.
    pub fn user(&self, id: UserId) -> Value {
        link(&self.users, id)
    }

    pub fn has_user(&self, id: &UserId) -> bool {
        self.users.contains_key(id)
    }

    /// Returns the link to a user or a client that acted, by name or by its ID.
    pub fn actor(&self, console: &Console<'_>, id: &str) -> Value {
        match UserId::parse(id).filter(|id| self.has_user(id)) {
            Some(id) => self.user(id),
            None => self.client(console, id),
        }
    }

    /// Returns the link to a client by name, or by its ID.
    pub fn client(&self, console: &Console<'_>, id: &str) -> Value {
        console.client(id, self.client_name(id))
    }

    pub fn client_name(&self, id: &str) -> Option<&str> {
        self.objects.clients.get(id).map(String::as_str)
    }

    /// Returns the link to a group by its path, if it is known.
    pub fn group(&self, id: &str) -> Option<Value> {
        let id = GroupId::parse(id)?;
        let path = self.objects.groups.get(&id)?;
        Some(Value::Link(Link::new(routes::group(id), path.as_str())))
    }

    /// Returns the object with this ID: a user, a group or a client with a name, or the ID.
    pub fn any(&self, console: &Console<'_>, id: &str) -> Value {
        if is_user(&self.users, id)
            && let Some(user) = UserId::parse(id)
        {
            return self.user(user);
        }
        if self.objects.clients.contains_key(id) {
            return self.client(console, id);
        }
        self.group(id).unwrap_or_else(|| Value::Code(id.to_owned()))
    }
}

fn is_user(users: &BTreeMap<UserId, String>, id: &str) -> bool {
    UserId::parse(id).is_some_and(|id| users.contains_key(&id))
}

/// Returns the names of these users; empty without the permission to read them.
#[boxed(?Send)]
pub async fn of_users(
    console: &Console<'_>,
    ids: BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, String>, Stop> {
    match users::names(&console.context(), ids).await {
        Err(AdminError::Denied(_)) => Ok(BTreeMap::new()),
        found => Ok(found?),
    }
}

/// Returns the link to a user by these names, or the ID of a user without a name.
pub fn link(names: &BTreeMap<UserId, String>, id: UserId) -> Value {
    match names.get(&id) {
        Some(name) => Value::Link(Link::new(routes::user(id), name.clone())),
        None => Value::Code(id.to_string()),
    }
}

/// Returns the actor; of a failed sign-in, the user whose login identifier was typed, if there is one.
/// The server itself has no account, and its command line names the user of the operating system.
pub fn who(console: &Console<'_>, event: &AuditEvent, names: &Names) -> Value {
    let is_sign_in = ActivityCategory::from_kind(event.kind) == ActivityCategory::SignIn;
    match (&event.actor, &event.subject) {
        (Some(actor), _) => names.actor(console, actor),
        (None, Some(subject)) if is_sign_in => names.any(console, subject),
        (None, _) if is_sign_in || event.ip.is_some() => console.text("console-unknown"),
        (None, _) => {
            let operator = event.detail.get("operator").and_then(|name| name.as_str());
            operator.map_or_else(|| console.text(SERVER), |name| Value::Code(name.to_owned()))
        }
    }
}
