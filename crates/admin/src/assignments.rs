//! Role assignments. Every path that assigns a role passes [`check`].

use doorward_domain::model::{ADMIN_ROLE, Assignment, AssignmentId, AuditKind, SubjectKind};
use doorward_domain::time::UnixSeconds;
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo;
use serde_json::json;

use super::operator::{AdminContext, AdminError, difference};
use super::role_rules::{Subject, check, require_remaining_admin, require_remaining_admin_after};
use super::roles::{NewAssignment, assign_in};

/// Assigns a role and returns the assignment as stored.
///
/// # Errors
/// As [`super::roles::assign`].
pub async fn create(
    context: &AdminContext<'_>,
    new: NewAssignment,
) -> Result<Assignment, AdminError> {
    let tx = context.begin().await?;
    let given = assign_in(context, &tx, new).await?;
    let kind = given.subject_kind;
    let all = repo::roles::assignments(&tx, kind, &given.subject_id).await?;
    let same =
        |assignment: &Assignment| assignment.role == given.role && assignment.org == given.org;
    let stored = all.into_iter().find(same).unwrap_or(given);
    context.record_response(&tx, stored.id, None).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Lists at most `limit` assignments in reach, ordered by id, after `after`; with `subject`, only
/// those of that subject.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn list(
    context: &AdminContext<'_>,
    subject: Option<(SubjectKind, &str)>,
    after: Option<AssignmentId>,
    limit: u64,
) -> Result<Vec<Assignment>, AdminError> {
    context.need("roles:read")?;
    let (read, org) = (context.db.read(), context.confined_to());
    Ok(repo::roles::list_assignments(read, subject, org, after, limit).await?)
}

/// Returns an assignment.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist or is out of reach.
pub async fn get(context: &AdminContext<'_>, id: AssignmentId) -> Result<Assignment, AdminError> {
    context.need("roles:read")?;
    let found = repo::roles::find_assignment(context.db.read(), id).await?;
    found
        .filter(|found| context.reaches(found.org.as_deref()))
        .ok_or_else(|| AdminError::not_found("assignment", &id))
}

/// Returns the assignment with this id, given as text.
///
/// # Errors
/// As [`get`].
pub async fn get_named(context: &AdminContext<'_>, id: &str) -> Result<Assignment, AdminError> {
    let known = AssignmentId::parse(id).ok_or_else(|| AdminError::not_found("assignment", id))?;
    get(context, known).await
}

/// A change of an assignment; `None` keeps the current value of a field.
#[derive(Debug, Clone, Copy, Default)]
pub struct AssignmentChange {
    /// True if the assignment gives its role.
    pub active: Option<bool>,
    /// The new expiry; `Some(None)` removes the expiry.
    pub expires_at: Option<Option<UnixSeconds>>,
}

/// Activates or deactivates an assignment, or changes its expiry. Requires the same rights as
/// assigning the role.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist or is out of reach, [`AdminError::Invalid`] for an
/// expiry in the past, [`AdminError::Denied`] if the administrator could not assign the role,
/// [`AdminError::LastHolder`] if no administrator would remain.
pub async fn update(
    context: &AdminContext<'_>,
    id: AssignmentId,
    change: AssignmentChange,
) -> Result<Assignment, AdminError> {
    context.need("roles:assign")?;
    let now = context.now();
    let tx = context.begin().await?;
    let found = repo::roles::find_assignment(&tx, id).await?;
    let found = found.filter(|found| context.reaches(found.org.as_deref()));
    let before = found.ok_or_else(|| AdminError::not_found("assignment", &id))?;
    let role = repo::roles::find(&tx, &before.role).await?;
    let role = role.ok_or_else(|| AdminError::not_found("role", &before.role))?;
    let subject = Subject::from_assignment(&before)
        .ok_or_else(|| AdminError::not_found("assignment", &id))?;
    check(context, &tx, &subject, &role, before.org.as_deref()).await?;
    context.unchanged(&before)?;
    let mut after = before.clone();
    after.active = change.active.unwrap_or(before.active);
    if let Some(end) = change.expires_at {
        if end.is_some_and(|end| end <= now) {
            let problem = "write a time in the future, or deactivate the assignment";
            return Err(AdminError::invalid("expires_at", problem));
        }
        after.expires_at = end;
    }
    if after.is_live(now) {
        after.assigned_by.clone_from(&context.actor);
    }
    repo::roles::update_assignment(&tx, &after).await?;
    require_remaining_admin_after(context, &tx, &after).await?;
    let event = context
        .event(
            AuditKind::RoleChanged,
            &after.subject_id,
            "assignment changed",
        )
        .with("role", after.role.as_str())
        .with("org", after.org.clone())
        .with("holder", after.subject_kind.as_str());
    let shown = |assignment: &Assignment| json!({ "active": assignment.active, "expires_at": assignment.expires_at });
    repo::audit::insert(&tx, &difference(event, &shown(&before), &shown(&after))).await?;
    tx.commit().await?;
    Ok(after)
}

/// Removes a role assignment.
///
/// # Errors
/// [`AdminError::NotFound`] if it does not exist or is out of reach, [`AdminError::Denied`] if the
/// administrator could not assign the role, [`AdminError::LastHolder`] if no administrator would
/// remain.
pub async fn delete(context: &AdminContext<'_>, id: AssignmentId) -> Result<(), AdminError> {
    context.need("roles:assign")?;
    let tx = context.begin().await?;
    let found = repo::roles::find_assignment(&tx, id).await?;
    let found = found.filter(|found| context.reaches(found.org.as_deref()));
    let given = found.ok_or_else(|| AdminError::not_found("assignment", &id))?;
    if let Some(role) = repo::roles::find(&tx, &given.role).await? {
        context.check_role_delegation(&role)?;
    }
    context.unchanged(&given)?;
    repo::roles::delete_assignment(&tx, id).await?;
    if given.role == ADMIN_ROLE && given.org.is_none() {
        require_remaining_admin(context, &tx).await?;
    }
    let event = context
        .event(AuditKind::RoleChanged, &given.subject_id, "revoked")
        .with("role", given.role)
        .with("org", given.org)
        .with("holder", given.subject_kind.as_str());
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}
