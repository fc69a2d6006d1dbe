//! The departure of a user: the account is disabled, and a successor takes over what the user owns and
//! manages. Each step is one transaction, so that a second run continues after an interruption.

pub mod operations;

use std::collections::BTreeSet;

use doorward_accounts::sole_role::is_last_owner;
use doorward_domain::model::{Assignment, RegistrationTokenId};
use doorward_services::access_end::EndedAccess;
use doorward_store::repo::affected::Object;

use super::affected::access_of;
use super::groups::{self, GroupChange};
use super::operator::PAGE;
use super::organizations;
use super::responsibilities::{self, ResponsibilityKind};
use super::user_change::UserChange;
use super::users::update_and_count;
use crate::prelude::*;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Responsibility {
    /// Ownership of an organization, by slug.
    Organization(String),
    /// Management of a group.
    Group {
        id: GroupId,
        path: String,
        org: Option<String>,
    },
    /// An assigned role.
    Role { role: String, org: Option<String> },
    /// A profile field of another user that refers to the user.
    ProfileField { user: UserId, field: String },
    /// An open invitation to an organization, which ends with the ownership of its sender.
    Invitation { org: String, email: String },
    /// An object of a feature.
    Feature {
        kind: &'static ResponsibilityKind,
        id: String,
        name: String,
    },
    /// An initial access token, which is valid as long as its author is an administrator.
    RegistrationToken {
        id: RegistrationTokenId,
        note: String,
    },
}

impl Responsibility {
    /// Returns the kind, as reports name it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Organization(_) => "organization",
            Self::Group { .. } => "group",
            Self::Role { .. } => "role",
            Self::ProfileField { .. } => "profile_field",
            Self::Invitation { .. } => "invitation",
            Self::Feature { kind, .. } => kind.word,
            Self::RegistrationToken { .. } => "registration_token",
        }
    }
}

/// The reason why the successor does not have a responsibility.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Obstacle {
    NoSuccessor,
    /// The successor is no member of the organization of the group.
    NoMember,
    /// The operator decides: it gives rights, or is a statement about others.
    Manual,
    Failed(String),
}

impl Obstacle {
    /// Returns the word for it in reports.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuccessor => "no_successor",
            Self::NoMember => "no_member",
            Self::Manual => "manual",
            Self::Failed(_) => "failed",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offboarding {
    /// True if the account was active before.
    pub was_active: bool,
    /// The access that ended; in a dry run, the access that would end.
    pub ended: EndedAccess,
    pub moved: Vec<Responsibility>,
    /// At most 100 roles, profile fields, invitations and tokens each.
    pub left: Vec<(Responsibility, Obstacle)>,
}

/// Disables a user, and moves ownership of organizations and management of groups to the successor.
/// Without a successor, it reports what has no owner or manager afterwards. `notify` is false if the
/// user gets no mail.
#[boxed(?Send)]
pub async fn run(
    context: &AdminContext<'_>,
    user: &User,
    successor: Option<&User>,
    notify: bool,
) -> Result<Offboarding> {
    let mut plan = plan(context, user, successor).await?;
    let has_access = plan.ended != EndedAccess::default();
    if plan.was_active || has_access {
        // First, so that the user has no access while the rest follows.
        let change = UserChange {
            disabled: Some(true),
            notify: (!notify).then_some(false),
            ..UserChange::default()
        };
        let id = user.id.to_string();
        (_, plan.ended) = Box::pin(update_and_count(context, &id, change)).await?;
    }
    let Some(successor) = successor else {
        return Ok(plan);
    };
    // The version that the administrator has seen is that of the account.
    let context = &context.for_another();
    for item in std::mem::take(&mut plan.moved) {
        match Box::pin(transfer(context, user.id, successor.id, &item)).await {
            Ok(()) => plan.moved.push(item),
            // A second run finds the rest.
            Err(error @ (AdminError::Store(_) | AdminError::Fault(_))) => return Err(error),
            Err(error) => plan.left.push((item, Obstacle::Failed(error.to_string()))),
        }
    }
    Ok(plan)
}

/// Returns what [`run`] would do.
#[boxed(?Send)]
pub async fn plan(
    context: &AdminContext<'_>,
    user: &User,
    successor: Option<&User>,
) -> Result<Offboarding> {
    check(context, user, successor)?;
    let (conn, now) = (context.db.read(), context.now());
    let mut plan = Offboarding {
        was_active: user.is_active(),
        ended: access_of(conn, Object::User(user.id), now).await?,
        moved: Vec::new(),
        left: Vec::new(),
    };
    let owned = repo::organizations::of_user(conn, user.id).await?;
    let owned = owned.into_iter().filter(|(_, is_owner)| *is_owner);
    let owned: BTreeSet<String> = owned.map(|(slug, _)| slug).collect();
    for slug in &owned {
        let item = Responsibility::Organization(slug.clone());
        if successor.is_some() {
            plan.moved.push(item);
        } else if is_last_owner(conn, slug, user.id).await? {
            plan.left.push((item, Obstacle::NoSuccessor));
        }
    }
    let mut groups = repo::groups::managed_by(conn, user.id).await?;
    groups.sort_unstable_by(|one, other| (&one.org, &one.path).cmp(&(&other.org, &other.path)));
    for group in groups {
        let obstacle = group_obstacle(conn, successor, &owned, &group).await?;
        let item = Responsibility::Group {
            id: group.id,
            path: group.path,
            org: group.org,
        };
        match obstacle {
            None => plan.moved.push(item),
            Some(obstacle) => plan.left.push((item, obstacle)),
        }
    }
    let others = manual(context, user, successor).await?.into_iter();
    plan.left
        .extend(others.map(|item| (item, Obstacle::Manual)));
    Ok(plan)
}

pub(super) fn check(
    context: &AdminContext<'_>,
    user: &User,
    successor: Option<&User>,
) -> Result<()> {
    context.must_administer()?;
    context.not_oneself(user.id)?;
    context.unchanged(user)?;
    let Some(successor) = successor else {
        return Ok(());
    };
    context.not_oneself(successor.id)?;
    let problem = if successor.id == user.id {
        "is the same user"
    } else if !successor.is_active() || successor.is_deletion_pending() {
        "is disabled, or will be deleted"
    } else {
        return Ok(());
    };
    Err(AdminError::invalid("successor", problem))
}

async fn group_obstacle(
    conn: &Conn,
    successor: Option<&User>,
    owned: &BTreeSet<String>,
    group: &Group,
) -> Result<Option<Obstacle>> {
    let Some(successor) = successor else {
        return Ok(Some(Obstacle::NoSuccessor));
    };
    let is_member = match &group.org {
        // Its ownership moves first.
        Some(org) if !owned.contains(org) => {
            let member = repo::organizations::member(conn, org, successor.id).await?;
            member.is_some()
        }
        _ => true,
    };
    Ok((!is_member).then_some(Obstacle::NoMember))
}

/// Returns the roles that are assigned to a user, and not by a group.
pub(super) async fn own_roles(context: &AdminContext<'_>, user: UserId) -> Result<Vec<Assignment>> {
    let (read, user) = (context.db.read(), user.to_string());
    let mut roles = repo::roles::assignments(read, SubjectKind::User, &user).await?;
    roles.retain(|role| role.is_live(context.now()));
    Ok(roles)
}

/// Returns what the operator moves: profile fields, invitations, objects of features, tokens, and roles that the successor does not hold;
/// without a successor only the role `admin`, which the deployment needs.
async fn manual(
    context: &AdminContext<'_>,
    user: &User,
    successor: Option<&User>,
) -> Result<Vec<Responsibility>> {
    let (conn, limit) = (context.db.read(), usize::try_from(PAGE).unwrap_or_default());
    let held = match successor {
        Some(successor) => own_roles(context, successor.id).await?,
        None => Vec::new(),
    };
    let mut roles = own_roles(context, user.id).await?;
    roles.retain(|own| {
        let mut same = held.iter().filter(|other| other.role == own.role);
        let is_needed = successor.is_some() || own.role == ADMIN_ROLE;
        is_needed && !same.any(|other| other.org == own.org)
    });
    let roles = roles
        .into_iter()
        .take(limit)
        .map(|own| Responsibility::Role {
            role: own.role,
            org: own.org,
        });
    let mut found: Vec<Responsibility> = roles.collect();
    let values = repo::profile_fields::list_referring(conn, user.id, PAGE).await?;
    let values = values.into_iter();
    found.extend(values.map(|(user, field)| Responsibility::ProfileField { user, field }));
    let author = user.id.to_string();
    let now = context.now();
    let sent = repo::invitations::list_live_by(conn, &author, now, PAGE).await?;
    found.extend(
        sent.into_iter()
            .map(|invitation| Responsibility::Invitation {
                org: invitation.org,
                email: invitation.email,
            }),
    );
    for kind in responsibilities::ADDED.all() {
        let objects = (kind.list)(context, user.id).await?.into_iter();
        found.extend(objects.map(|(id, name)| Responsibility::Feature { kind, id, name }));
    }
    let tokens = repo::registration_tokens::list_live_by(conn, &author, now, PAGE).await?;
    found.extend(
        tokens
            .into_iter()
            .map(|token| Responsibility::RegistrationToken {
                id: token.id,
                note: token.note,
            }),
    );
    Ok(found)
}

async fn transfer(
    context: &AdminContext<'_>,
    from: UserId,
    to: UserId,
    item: &Responsibility,
) -> Result<()> {
    match item {
        Responsibility::Organization(slug) => {
            let owners = repo::organizations::owners(context.db.read(), slug).await?;
            if !owners.contains(&to) {
                organizations::set_member(context, slug, to, true).await?;
            }
            organizations::set_member(context, slug, from, false).await?;
        }
        Responsibility::Group { id, .. } => {
            let change = GroupChange {
                manager: Some(Some(to)),
                ..GroupChange::default()
            };
            groups::update(context, *id, change).await?;
        }
        Responsibility::Role { .. }
        | Responsibility::ProfileField { .. }
        | Responsibility::Invitation { .. }
        | Responsibility::Feature { .. }
        | Responsibility::RegistrationToken { .. } => {}
    }
    Ok(())
}
