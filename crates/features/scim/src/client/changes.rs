//! The meaning of audit events for a target: pure functions.

use std::collections::BTreeSet;

use doorward_admin::prelude::*;
use doorward_domain::model::AuditRecord;

use super::audience::Audience;

/// The part of a target that an event may have made old.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    Nothing,
    User(UserId),
    /// The user may have entered or left the group.
    Member(UserId, GroupId),
    /// More than a user: the next run is a full one.
    Everything,
}

/// The settings of a target that decide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watch<'a> {
    pub client: &'a ClientId,
    pub audience: &'a Audience,
    pub has_groups: bool,
}

/// The changes of some events, each once.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub users: BTreeSet<UserId>,
    pub members: BTreeSet<(UserId, GroupId)>,
    pub everything: bool,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    pub fn add(&mut self, effect: Effect) {
        match effect {
            Effect::Nothing => {}
            Effect::User(user) => {
                self.users.insert(user);
            }
            Effect::Member(user, group) => {
                self.users.insert(user);
                self.members.insert((user, group));
            }
            Effect::Everything => self.everything = true,
        }
    }
}

/// Returns the part of a target that an event may have made old.
pub(super) fn effect(event: &AuditRecord, watch: Watch<'_>) -> Effect {
    use AuditKind as Kind;
    let subject = event.subject.as_deref().unwrap_or_default();
    let user = UserId::parse(subject).map_or(Effect::Nothing, Effect::User);
    let everything_if = |is: bool| {
        if is {
            Effect::Everything
        } else {
            Effect::Nothing
        }
    };
    let has_roles = matches!(watch.audience, Audience::Role(_));
    match AuditKind::parse(&event.kind) {
        _ if !event.success => Effect::Nothing,
        Some(
            Kind::UserRegistered
            | Kind::UserChanged
            | Kind::EmailChanged
            | Kind::EmailChangeUndone
            | Kind::ProfileChanged
            | Kind::DeletionRequested
            | Kind::DeletionCancelled
            | Kind::AccountDeleted,
        ) => user,
        Some(Kind::GroupChanged) => match (member(event), GroupId::parse(subject)) {
            (Some(user), Some(group)) if watch.has_groups => Effect::Member(user, group),
            (Some(user), _) if has_roles => Effect::User(user),
            (None, _) => everything_if(watch.has_groups || has_roles),
            _ => Effect::Nothing,
        },
        Some(Kind::RoleChanged) if has_roles => match user {
            Effect::Nothing => Effect::Everything,
            user => user,
        },
        Some(Kind::OrganizationChanged) => {
            let is_its = matches!(watch.audience, Audience::Organization(slug) if slug == subject);
            match member(event) {
                Some(user) if is_its => Effect::User(user),
                _ => everything_if(is_its),
            }
        }
        Some(Kind::ClientChanged) => everything_if(subject == watch.client.as_str()),
        _ => Effect::Nothing,
    }
}

/// Returns the user that a change of a group or an organization names.
fn member(event: &AuditRecord) -> Option<UserId> {
    let detail: Value = serde_json::from_str(&event.detail).ok()?;
    UserId::parse(detail.get("user")?.as_str()?)
}

#[cfg(test)]
mod tests;
