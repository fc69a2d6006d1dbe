//! Undo: the reverse of the change that an audit event records.

use serde_json::{Map, Value, json};

use super::provider_change;
use doorward_domain::model::{
    AuditEvent, AuditKind, ClientChange, ClientId, GroupId, ProviderId, SubjectKind, UserId,
};
use doorward_domain::time::UnixSeconds;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UndoTarget {
    User(UserId),
    Group(GroupId),
    Member(GroupId, UserId),
    Organization(String),
    Role(String),
    Assignment {
        kind: SubjectKind,
        holder: String,
        role: String,
        /// The organization in which the role applies; none for the whole deployment.
        org: Option<String>,
    },
    Client(ClientId),
    Provider(ProviderId),
}

impl UndoTarget {
    /// Returns the permission that a change of the object needs.
    pub const fn permission(&self) -> &'static str {
        match self {
            Self::User(_) => "users:write",
            Self::Group(_) | Self::Member(..) => "groups:write",
            Self::Organization(_) => "organizations:write",
            Self::Role(_) => "roles:write",
            Self::Assignment { .. } => "roles:assign",
            Self::Client(_) => "clients:write",
            Self::Provider(_) => "providers:write",
        }
    }
}

/// The values of a member before and after the event; null for an absent one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndoValue {
    /// The name of the member.
    pub name: String,
    /// The value after the event, which the reversal expects to find.
    pub after: Value,
    /// The value before the event, which the reversal restores.
    pub before: Value,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reversal {
    pub target: UndoTarget,
    /// The values to restore.
    pub values: Vec<UndoValue>,
}

impl Reversal {
    /// Returns the value to restore of this member.
    pub fn restored(&self, name: &str) -> Option<&Value> {
        let found = self.values.iter().find(|value| value.name == name);
        found.map(|value| &value.before)
    }

    /// Checks that the object still has the values after the event. `current` has its members, and
    /// is null for an absent object.
    pub fn check(&self, current: &Value) -> Result<(), UndoObstacle> {
        // An absent assignment is null, like a single value that it lacks.
        if current.is_null() && self.values.iter().all(|value| value.name != "active") {
            return Err(UndoObstacle::Changed);
        }
        let now = |name: &str| current.get(name).unwrap_or(&Value::Null);
        let mut values = self.values.iter();
        let is_same = values.all(|value| *now(&value.name) == value.after);
        is_same.then_some(()).ok_or(UndoObstacle::Changed)
    }
}

macro_rules! obstacles {
    ($($name:ident: $sentence:literal;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum UndoObstacle { $($name,)* }

        impl UndoObstacle {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the reason as a sentence for the API and the command line.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

obstacles! {
    NotAChange: "the event is not a change of an object";
    Created: "the event created the object; disable or delete it instead";
    Deleted: "a deleted object cannot be restored";
    Secret: "the change is about a secret, a key or a message, which the log lacks";
    Ended: "ended sessions, access and second factors cannot be restored";
    Incomplete: "the log does not contain everything to restore the former values";
    Unsupported: "changes of this kind cannot be undone here";
    Past: "the end to restore has passed";
    Changed: "the object was changed after the event";
    Gone: "the object, or one that the former values name, no longer exists";
}

/// Returns the reverse of the change that an event records.
pub fn undo(event: &AuditEvent, now: UnixSeconds) -> Result<Reversal, UndoObstacle> {
    if !event.success {
        return Err(UndoObstacle::NotAChange);
    }
    if let Some(obstacle) = UndoObstacle::from_kind(event.kind) {
        return Err(obstacle);
    }
    match event.kind {
        AuditKind::UserChanged => user(event),
        AuditKind::RoleChanged => role(event, now),
        AuditKind::GroupChanged => group(event),
        AuditKind::OrganizationChanged => organization(event),
        AuditKind::ClientChanged => client(event),
        AuditKind::ProviderChanged => provider(event),
        _ => Err(UndoObstacle::Unsupported),
    }
}

fn text<'e>(event: &'e AuditEvent, name: &str) -> &'e str {
    let text = event.detail.get(name).and_then(Value::as_str);
    text.unwrap_or_default()
}

fn subject<T>(event: &AuditEvent, parse: fn(&str) -> Option<T>) -> Result<T, UndoObstacle> {
    let id = event.subject.as_deref().and_then(parse);
    id.ok_or(UndoObstacle::Unsupported)
}

/// Returns the values before and after. Only these members can be restored.
fn values(event: &AuditEvent, members: &[&str]) -> Result<Vec<UndoValue>, UndoObstacle> {
    let all = all_values(event)?;
    let is_known = |value: &UndoValue| members.contains(&value.name.as_str());
    let are_known = all.iter().all(is_known);
    are_known.then_some(all).ok_or(UndoObstacle::Incomplete)
}

fn all_values(event: &AuditEvent) -> Result<Vec<UndoValue>, UndoObstacle> {
    let side = |name| event.detail.get(name).and_then(Value::as_object);
    let (Some(before), Some(after)) = (side("before"), side("after")) else {
        return Err(UndoObstacle::Incomplete);
    };
    let names = |side: &Map<String, Value>| side.keys().cloned().collect::<Vec<_>>();
    if before.is_empty() || names(before) != names(after) {
        return Err(UndoObstacle::Incomplete);
    }
    let both = before.iter().zip(after.values());
    let value = |((name, before), after): ((&String, &Value), &Value)| UndoValue {
        name: name.clone(),
        after: after.clone(),
        before: before.clone(),
    };
    Ok(both.map(value).collect())
}

/// Returns a flag that the event has set to this value.
fn flag(name: &str, is_set: bool) -> Vec<UndoValue> {
    vec![UndoValue {
        name: name.to_owned(),
        after: json!(is_set),
        before: json!(!is_set),
    }]
}

fn user(event: &AuditEvent) -> Result<Reversal, UndoObstacle> {
    match text(event, "change") {
        "changed" | "disabled" | "enabled" | "email verified" => {}
        "created" => return Err(UndoObstacle::Created),
        "deleted" => return Err(UndoObstacle::Deleted),
        "unlocked" => return Err(UndoObstacle::Ended),
        "password set"
        | "password reset"
        | "new password required"
        | "passkey link mailed"
        | "recovered" => {
            return Err(UndoObstacle::Secret);
        }
        _ => return Err(UndoObstacle::Unsupported),
    }
    // Of these the log has the names only.
    if ["fields", "profile"]
        .iter()
        .any(|name| event.detail.contains_key(*name))
    {
        return Err(UndoObstacle::Incomplete);
    }
    let members = [
        "username",
        "email",
        "email_verified",
        "is_staff",
        "disabled_at",
    ];
    let values = values(event, &members)?;
    let has = |name: &str| values.iter().any(|value| value.name == name);
    let verifies =
        |value: &UndoValue| value.name == "email_verified" && value.before == json!(true);
    // The log does not contain the address that was verified.
    if values.iter().any(verifies) && !has("email") {
        return Err(UndoObstacle::Incomplete);
    }
    Ok(Reversal {
        target: UndoTarget::User(subject(event, UserId::parse)?),
        values,
    })
}

fn role(event: &AuditEvent, now: UnixSeconds) -> Result<Reversal, UndoObstacle> {
    match text(event, "change") {
        "changed" => Ok(Reversal {
            target: UndoTarget::Role(subject(event, |name| Some(name.to_owned()))?),
            values: values(event, &["description", "active", "permissions"])?,
        }),
        "renamed" => Ok(Reversal {
            target: UndoTarget::Role(subject(event, |name| Some(name.to_owned()))?),
            values: values(event, &["name"])?,
        }),
        "assigned" | "assignment changed" | "revoked" => assignment(event, now),
        "created" | "permission created" => Err(UndoObstacle::Created),
        "deleted" | "permission deleted" => Err(UndoObstacle::Deleted),
        _ => Err(UndoObstacle::Unsupported),
    }
}

fn assignment(event: &AuditEvent, now: UnixSeconds) -> Result<Reversal, UndoObstacle> {
    let kind = SubjectKind::parse(text(event, "holder"));
    let kind = kind.ok_or(UndoObstacle::Incomplete)?;
    let org = Some(text(event, "org")).filter(|org| !org.is_empty());
    let reversal = Reversal {
        target: UndoTarget::Assignment {
            kind,
            holder: subject(event, |id| Some(id.to_owned()))?,
            role: text(event, "role").to_owned(),
            org: org.map(str::to_owned),
        },
        values: values(event, &["active", "expires_at"])?,
    };
    let end = reversal.restored("expires_at").and_then(Value::as_i64);
    let is_removal = reversal.restored("active").is_some_and(Value::is_null);
    if !is_removal && end.is_some_and(|end| end <= now) {
        return Err(UndoObstacle::Past);
    }
    Ok(reversal)
}

fn group(event: &AuditEvent) -> Result<Reversal, UndoObstacle> {
    let is_added = match text(event, "change") {
        "changed" => {
            return Ok(Reversal {
                target: UndoTarget::Group(subject(event, GroupId::parse)?),
                values: values(event, &["path", "description", "code", "manager"])?,
            });
        }
        "member added" => true,
        "member removed" => false,
        "created" => return Err(UndoObstacle::Created),
        "deleted" => return Err(UndoObstacle::Deleted),
        _ => return Err(UndoObstacle::Unsupported),
    };
    let user = UserId::parse(text(event, "user")).ok_or(UndoObstacle::Incomplete)?;
    Ok(Reversal {
        target: UndoTarget::Member(subject(event, GroupId::parse)?, user),
        values: flag("member", is_added),
    })
}

fn organization(event: &AuditEvent) -> Result<Reversal, UndoObstacle> {
    match text(event, "change") {
        "changed" => Ok(Reversal {
            target: UndoTarget::Organization(subject(event, |slug| Some(slug.to_owned()))?),
            values: values(event, &["name", "active", "domain"])?,
        }),
        "created" => Err(UndoObstacle::Created),
        "deleted" => Err(UndoObstacle::Deleted),
        _ => Err(UndoObstacle::Unsupported),
    }
}

fn client(event: &AuditEvent) -> Result<Reversal, UndoObstacle> {
    match text(event, "change") {
        "created" | "registered by itself" => return Err(UndoObstacle::Created),
        "deleted" => return Err(UndoObstacle::Deleted),
        "secret rotated" | "former secret ended" => return Err(UndoObstacle::Secret),
        // The log has no pictures.
        "logo" => return Err(UndoObstacle::Incomplete),
        "branding" | "branding logo" | "own text" => return Err(UndoObstacle::Unsupported),
        _ => {}
    }
    let reversal = Reversal {
        target: UndoTarget::Client(subject(event, ClientId::parse)?),
        values: all_values(event)?,
    };
    client_change(&reversal).ok_or(UndoObstacle::Incomplete)?;
    Ok(reversal)
}

/// Returns the change of a client that restores the values, if a change can.
pub fn client_change(reversal: &Reversal) -> Option<ClientChange> {
    let mut change = ClientChange::default();
    let mut values = reversal.values.iter();
    let is_whole = values.all(|value| change.restore(&value.name, &value.before));
    is_whole.then_some(change)
}

fn provider(event: &AuditEvent) -> Result<Reversal, UndoObstacle> {
    let values = match text(event, "change") {
        "enabled" => flag("active", true),
        "disabled" => flag("active", false),
        "changed" => {
            let settings = provider_change::SETTINGS.iter();
            let members = settings.map(|setting| setting.member);
            let members: Vec<&str> = members.chain(["active"]).collect();
            values(event, &members)?
        }
        "created" => return Err(UndoObstacle::Created),
        "removed" => return Err(UndoObstacle::Deleted),
        "secret replaced" => return Err(UndoObstacle::Secret),
        _ => return Err(UndoObstacle::Incomplete),
    };
    Ok(Reversal {
        target: UndoTarget::Provider(subject(event, ProviderId::parse)?),
        values,
    })
}

#[cfg(test)]
mod tests;
