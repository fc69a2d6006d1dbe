//! Who may give which role to whom: every way to give one passes [`check`].

use doorward_domain::model::{Assignment, AssignmentId, AuditKind, Role, SubjectKind};
use doorward_domain::rules::grants::{Denial, Rule};
use doorward_domain::time::UnixSeconds;
use doorward_store::{WriteTx, repo};
use serde_json::json;

use super::roles::{NewAssignment, Subject, assign_in};
use super::standard::ADMIN_ROLE;
use super::{AdminError, Operator, difference, groups};
use crate::flow::caller::Describe as _;

/// Whether this administrator may give this role to this subject in this place.
pub(super) async fn check(
    op: &Operator<'_>,
    tx: &WriteTx,
    subject: &Subject,
    role: &Role,
    org: Option<&str>,
) -> Result<(), AdminError> {
    op.need("roles:assign")?;
    if let Some(slug) = org
        && (!op.reaches(org) || repo::organizations::find(tx, slug).await?.is_none())
    {
        return Err(AdminError::not_found("organization", slug));
    }
    check_subject(op, tx, subject, org).await?;
    if !op.reaches(org) {
        op.need_everywhere("roles:assign")?;
    }
    op.may_give_role(role)
}

/// The subject exists, can hold a role in this place, and is not the administrator.
async fn check_subject(
    op: &Operator<'_>,
    tx: &WriteTx,
    subject: &Subject,
    org: Option<&str>,
) -> Result<(), AdminError> {
    match subject {
        Subject::User(user) => {
            let exists = match org {
                Some(slug) => repo::organizations::member(tx, slug, *user)
                    .await?
                    .is_some(),
                None => repo::users::find_by_id(tx, *user).await?.is_some(),
            };
            if let Some(slug) = org.filter(|_| !exists) {
                return Err(op.no_member(tx, *user, slug).await?);
            }
            if !exists || !op.reaches_user(tx, *user).await? {
                return Err(AdminError::not_found("user", user));
            }
            op.not_oneself(*user)
        }
        Subject::Client(client) => {
            if repo::clients::find(tx, client).await?.is_none() {
                return Err(AdminError::not_found("client", client));
            }
            match &op.authority {
                Some(own) if own.kind == SubjectKind::Client && own.id == client.as_str() => {
                    Err(Denial::by(Rule::NotToOneself).into())
                }
                _ => Ok(()),
            }
        }
        Subject::Group(id) => {
            let found = repo::groups::find(tx, *id).await?;
            let group = found.filter(|group| op.reaches(group.org.as_deref()));
            let group = group.ok_or_else(|| AdminError::not_found("group", id))?;
            // Who administers an organization fills its groups; what they hold stays inside.
            if group.org.is_some() && group.org.as_deref() != org {
                let problem = "a group of an organization holds roles in that organization";
                return Err(AdminError::invalid("org", problem));
            }
            groups::is_not_ones_own(op, tx, &group).await
        }
    }
}

/// Gives a role and answers with the assignment as it is kept.
///
/// # Errors
/// As [`super::roles::assign`].
pub async fn create(op: &Operator<'_>, new: NewAssignment) -> Result<Assignment, AdminError> {
    let tx = op.begin().await?;
    let given = assign_in(op, &tx, new).await?;
    let kind = given.subject_kind;
    let all = repo::roles::assignments(&tx, kind, &given.subject_id).await?;
    let same = |one: &Assignment| one.role == given.role && one.org == given.org;
    let kept = all.into_iter().find(same).unwrap_or(given);
    op.made(&tx, kept.id, None).await?;
    tx.commit().await?;
    Ok(kept)
}

/// At most `limit` assignments in reach by id, after this one; to one subject where one is named.
///
/// # Errors
/// When the store cannot be read.
pub async fn list(
    op: &Operator<'_>,
    subject: Option<(SubjectKind, &str)>,
    after: Option<AssignmentId>,
    limit: u64,
) -> Result<Vec<Assignment>, AdminError> {
    op.need("roles:read")?;
    let (read, org) = (op.db.read(), op.confined_to());
    Ok(repo::roles::list_assignments(read, subject, org, after, limit).await?)
}

/// One assignment.
///
/// # Errors
/// [`AdminError::NotFound`], also for one that is out of reach.
pub async fn get(op: &Operator<'_>, id: AssignmentId) -> Result<Assignment, AdminError> {
    op.need("roles:read")?;
    let found = repo::roles::find_assignment(op.db.read(), id).await?;
    found
        .filter(|one| op.reaches(one.org.as_deref()))
        .ok_or_else(|| AdminError::not_found("assignment", &id))
}

/// One assignment by its id as text.
///
/// # Errors
/// As [`get`].
pub async fn get_named(op: &Operator<'_>, id: &str) -> Result<Assignment, AdminError> {
    let known = AssignmentId::parse(id).ok_or_else(|| AdminError::not_found("assignment", id))?;
    get(op, known).await
}

/// What to change about an assignment; `None` leaves a field as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssignmentChange {
    /// Whether it gives anything.
    pub active: Option<bool>,
    /// Another end, or none any more.
    pub expires_at: Option<Option<UnixSeconds>>,
}

/// Switches an assignment off or on, or moves its end: as much as giving the role.
///
/// # Errors
/// [`AdminError::NotFound`], [`AdminError::Invalid`] for an end in the past,
/// [`AdminError::Denied`] where the administrator could not give the role,
/// [`AdminError::Last`] when nobody would administer any more.
pub async fn update(
    op: &Operator<'_>,
    id: AssignmentId,
    change: AssignmentChange,
) -> Result<Assignment, AdminError> {
    op.need("roles:assign")?;
    let now = op.now();
    let tx = op.begin().await?;
    let found = repo::roles::find_assignment(&tx, id).await?;
    let found = found.filter(|one| op.reaches(one.org.as_deref()));
    let before = found.ok_or_else(|| AdminError::not_found("assignment", &id))?;
    let role = repo::roles::find(&tx, &before.role).await?;
    let role = role.ok_or_else(|| AdminError::not_found("role", &before.role))?;
    let subject = Subject::of(&before).ok_or_else(|| AdminError::not_found("assignment", &id))?;
    check(op, &tx, &subject, &role, before.org.as_deref()).await?;
    op.unchanged(&before)?;
    let mut after = before.clone();
    after.active = change.active.unwrap_or(before.active);
    if let Some(end) = change.expires_at {
        if end.is_some_and(|end| end <= now) {
            let problem = "write a time in the future, or switch it off";
            return Err(AdminError::invalid("expires_at", problem));
        }
        after.expires_at = end;
    }
    if after.is_live(now) {
        after.assigned_by.clone_from(&op.actor);
    }
    repo::roles::update_assignment(&tx, &after).await?;
    keeps_administrator_after(op, &tx, &after).await?;
    let event = op
        .event(
            AuditKind::RoleChanged,
            &after.subject_id,
            "assignment changed",
        )
        .with("role", after.role.as_str())
        .with("org", after.org.clone())
        .with("holder", after.subject_kind.as_str());
    let shown = |one: &Assignment| json!({ "active": one.active, "expires_at": one.expires_at });
    repo::audit::insert(&tx, &difference(event, &shown(&before), &shown(&after))).await?;
    tx.commit().await?;
    Ok(after)
}

/// Takes a role.
///
/// # Errors
/// [`AdminError::NotFound`], [`AdminError::Denied`] for a role that the administrator could not
/// give, [`AdminError::Last`] when nobody would administer any more.
pub async fn delete(op: &Operator<'_>, id: AssignmentId) -> Result<(), AdminError> {
    op.need("roles:assign")?;
    let tx = op.begin().await?;
    let found = repo::roles::find_assignment(&tx, id).await?;
    let found = found.filter(|one| op.reaches(one.org.as_deref()));
    let given = found.ok_or_else(|| AdminError::not_found("assignment", &id))?;
    if let Some(role) = repo::roles::find(&tx, &given.role).await? {
        op.may_give_role(&role)?;
    }
    op.unchanged(&given)?;
    repo::roles::delete_assignment(&tx, id).await?;
    if given.role == ADMIN_ROLE && given.org.is_none() {
        keeps_administrator(op, &tx).await?;
    }
    let event = op
        .event(AuditKind::RoleChanged, &given.subject_id, "revoked")
        .with("role", given.role)
        .with("org", given.org)
        .with("holder", given.subject_kind.as_str());
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses a change, made already in this transaction, after which no active account administers.
/// The operator at the terminal may: they can make another one.
pub(super) async fn keeps_administrator(op: &Operator<'_>, tx: &WriteTx) -> Result<(), AdminError> {
    keeps_administrator_at(op, tx, op.now()).await
}

/// The same for an assignment that was changed: also when it ends somebody has to administer.
pub(super) async fn keeps_administrator_after(
    op: &Operator<'_>,
    tx: &WriteTx,
    changed: &Assignment,
) -> Result<(), AdminError> {
    if changed.role != ADMIN_ROLE || changed.org.is_some() {
        return Ok(());
    }
    let end = changed.expires_at.filter(|_| changed.active);
    keeps_administrator_at(op, tx, end.unwrap_or_else(|| op.now())).await
}

async fn keeps_administrator_at(
    op: &Operator<'_>,
    tx: &WriteTx,
    at: UnixSeconds,
) -> Result<(), AdminError> {
    if op.authority.is_none() {
        return Ok(());
    }
    if repo::roles::is_held_by_anybody(tx, ADMIN_ROLE, at).await? {
        return Ok(());
    }
    Err(AdminError::Last(
        "somebody has to administer; name another administrator first",
    ))
}
