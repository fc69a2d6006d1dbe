//! The rules of role assignments. Every path that assigns a role passes [`check`].

use doorward_domain::model::{Assignment, Role};
use doorward_rules::delegation::{DelegationDenial, DelegationRule, is_extended};

use crate::prelude::*;

pub(crate) async fn check(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    subject: &Subject,
    role: &Role,
    org: Option<&str>,
) -> Result<()> {
    context.need("roles:assign")?;
    if let Some(slug) = org
        && (!context.reaches(org) || repo::organizations::find(tx, slug).await?.is_none())
    {
        return Err(AdminError::not_found("organization", slug));
    }
    check_subject(context, tx, subject, org).await?;
    if !context.reaches(org) {
        context.require_global("roles:assign")?;
    }
    context.check_role_delegation(role)
}

/// Checks that this administrator holds the role at least as long as an assignment gives it that is
/// new or extended.
pub(crate) async fn check_end(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    role: &Role,
    before: Option<&Assignment>,
    active: bool,
    expires_at: Option<UnixSeconds>,
) -> Result<()> {
    let before = before.map(|before| (before.active, before.expires_at));
    if !is_extended((active, expires_at), before) {
        return Ok(());
    }
    context
        .check_role_delegation_until(tx, role, expires_at)
        .await
}

/// Checks that this administrator may leave a role in the state `after`; `None` deletes it. The
/// administrator needs every permission of both states, and those that the change gives to the
/// holders without an end. The role `admin` keeps every permission and stays active, and only
/// administrators change it.
pub(crate) async fn check_change(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    before: &Role,
    after: Option<&Role>,
) -> Result<()> {
    if before.name == ADMIN_ROLE {
        context.must_administer()?;
    }
    let left = after.map(|after| &after.permissions);
    let all = before.permissions.iter().chain(left.into_iter().flatten());
    context.check_delegation(all.map(String::as_str))?;
    if after.is_none_or(|after| after.active != before.active) {
        context.check_role_delegation(before)?;
    }
    if before.name == ADMIN_ROLE {
        check_administration(context, before, after)?;
    }
    let Some(after) = after.filter(|after| after.active) else {
        return Ok(());
    };
    if !before.active {
        return context.check_role_delegation_until(tx, after, None).await;
    }
    let added = after.permissions.difference(&before.permissions);
    context
        .check_lasting_delegation(tx, added.map(String::as_str))
        .await
}

/// Checks that the role `admin` keeps every permission and stays active. The command line may make it
/// inactive, because it can create another administrator.
fn check_administration(
    context: &AdminContext<'_>,
    before: &Role,
    after: Option<&Role>,
) -> Result<()> {
    let Some(after) = after else {
        return Err(AdminError::last_holder("the role admin cannot be deleted"));
    };
    if !before.permissions.is_subset(&after.permissions) {
        return Err(AdminError::last_holder(
            "the role admin keeps every permission; create another role with fewer",
        ));
    }
    if !after.active && context.authority.is_some() {
        return Err(AdminError::last_holder("the role admin must stay active"));
    }
    Ok(())
}

async fn check_subject(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    subject: &Subject,
    org: Option<&str>,
) -> Result<()> {
    match subject {
        Subject::User(user) => {
            let exists = match org {
                Some(slug) => repo::organizations::member(tx, slug, *user)
                    .await?
                    .is_some(),
                None => repo::users::find_by_id(tx, *user).await?.is_some(),
            };
            if let Some(slug) = org.filter(|_| !exists) {
                return Err(context.no_member(tx, *user, slug).await?);
            }
            if !exists || !context.reaches_user(tx, *user).await? {
                return Err(AdminError::not_found("user", user));
            }
            context.not_oneself(*user)
        }
        Subject::Client(client) => {
            if repo::clients::find(tx, client).await?.is_none() {
                return Err(AdminError::not_found("client", client));
            }
            match &context.authority {
                Some(own) if own.kind == SubjectKind::Client && own.id == client.as_str() => {
                    Err(DelegationDenial::by(DelegationRule::NotToOneself).into())
                }
                _ => Ok(()),
            }
        }
        Subject::Group(id) => {
            let found = repo::groups::find(tx, *id).await?;
            let group = found.filter(|group| context.reaches(group.org.as_deref()));
            let group = group.ok_or_else(|| AdminError::not_found("group", id))?;
            // Administrators of an organization control its groups, so their roles must stay inside
            // it.
            if group.org.is_some() && group.org.as_deref() != org {
                let problem = "a group of an organization holds roles in that organization";
                return Err(AdminError::invalid("organization", problem));
            }
            // The role must not reach the administrator.
            let below = repo::groups::subtree(tx, &group).await?;
            require_no_self_promotion(context, tx, &below).await
        }
    }
}

/// Rejects a change, already made in this transaction, that leaves no active administrator. The
/// command line may make it, because it can create another administrator.
pub(crate) async fn require_remaining_admin(
    context: &AdminContext<'_>,
    tx: &WriteTx,
) -> Result<()> {
    require_remaining_admin_at(context, tx, context.now()).await
}

/// Checks the same when a changed assignment expires.
pub(crate) async fn require_remaining_admin_after(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    changed: &Assignment,
) -> Result<()> {
    if changed.role != ADMIN_ROLE || changed.org.is_some() {
        return Ok(());
    }
    let end = changed.expires_at.filter(|_| changed.active);
    require_remaining_admin_at(context, tx, end.unwrap_or_else(|| context.now())).await
}

async fn require_remaining_admin_at(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    at: UnixSeconds,
) -> Result<()> {
    if context.authority.is_none() {
        return Ok(());
    }
    if repo::roles::has_active_holder(tx, ADMIN_ROLE, at).await? {
        return Ok(());
    }
    Err(AdminError::last_holder(
        "at least one administrator must remain; name another administrator first",
    ))
}

pub(crate) async fn require_no_self_promotion(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    groups: &[Group],
) -> Result<()> {
    let Some(own) = context.own_user() else {
        return Ok(());
    };
    let mine = repo::groups::of_user(tx, own).await?;
    if mine
        .iter()
        .any(|mine| groups.iter().any(|group| group.id == mine.id))
    {
        return Err(DelegationDenial::by(DelegationRule::NotToOneself).into());
    }
    Ok(())
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    User(UserId),
    /// A client that acts for itself.
    Client(ClientId),
    /// A group: its members, and those of the groups below it.
    Group(GroupId),
}

impl Subject {
    pub fn from_assignment(assignment: &Assignment) -> Option<Self> {
        Self::parse(assignment.subject_kind, &assignment.subject_id)
    }

    pub fn parse(kind: SubjectKind, id: &str) -> Option<Self> {
        match kind {
            SubjectKind::User => UserId::parse(id).map(Self::User),
            SubjectKind::Client => ClientId::parse(id).map(Self::Client),
            SubjectKind::Group => GroupId::parse(id).map(Self::Group),
        }
    }

    pub const fn kind(&self) -> SubjectKind {
        match self {
            Self::User(_) => SubjectKind::User,
            Self::Client(_) => SubjectKind::Client,
            Self::Group(_) => SubjectKind::Group,
        }
    }

    pub fn id(&self) -> String {
        match self {
            Self::User(id) => id.to_string(),
            Self::Client(id) => id.to_string(),
            Self::Group(id) => id.to_string(),
        }
    }
}
