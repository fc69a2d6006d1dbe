//! Role assignments. Every path that assigns a role passes [`check`].

use std::collections::{BTreeMap, BTreeSet};

use doorward_domain::model::{
    ADMIN_ROLE, Assignment, AssignmentId, AuditKind, GroupId, SubjectKind, UserId,
};
use doorward_domain::time::UnixSeconds;
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo;
use doorward_store::repo::role_assignments::{AssignmentFilter, position};
use serde_json::Value;

use super::found::{self, Found};
use super::operator::{AdminContext, AdminError, difference};
use super::role_rules::{Subject, check, require_remaining_admin, require_remaining_admin_after};
use super::roles::{NewAssignment, assign_in, assignment_details};
use super::users;

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

/// Lists at most `limit` assignments of the filter in reach, after the cursor `after` of [`Found`]:
/// ordered by expiry if the filter limits it, otherwise by id.
///
/// # Errors
/// [`AdminError::Invalid`] for a cursor that is not from such a list.
pub async fn page(
    context: &AdminContext<'_>,
    filter: &AssignmentFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Found<Assignment>>, AdminError> {
    context.need("roles:read")?;
    let mut filter = filter.clone();
    if let Some(own) = context.confined_to() {
        if filter.org.is_some() && !context.reaches(filter.org.as_deref()) {
            return Ok(Vec::new());
        }
        filter.org = Some(own.to_owned());
    }
    let after = found::time_position(after, AssignmentId::parse)?;
    let rows = repo::role_assignments::page(context.db.read(), &filter, after, limit).await?;
    let rows = rows.into_iter().map(|assignment| {
        let (at, id) = position(&assignment);
        Found::new(&at.to_string(), id, assignment)
    });
    Ok(rows.collect())
}

/// Returns the names of the users and the paths of the groups that hold these assignments, and the
/// names of the users that assigned them, by their ids: those in reach that the administrator may
/// read.
///
/// # Errors
/// Fails if the store cannot be read.
pub async fn names(
    context: &AdminContext<'_>,
    assignments: &[Assignment],
) -> Result<BTreeMap<String, String>, AdminError> {
    let ids = |kind: SubjectKind| {
        let of_kind = move |held: &&Assignment| held.subject_kind == kind;
        let found = assignments.iter().filter(of_kind);
        found.map(|held| held.subject_id.as_str())
    };
    let mut names = BTreeMap::new();
    if context.need("users:read").is_ok() {
        let assigners = assignments
            .iter()
            .filter_map(|held| held.assigned_by.as_deref());
        let users = ids(SubjectKind::User).chain(assigners);
        let users = users.filter_map(UserId::parse).collect();
        let users = users::names(context, users).await?.into_iter();
        names.extend(users.map(|(id, name)| (id.to_string(), name)));
    }
    if context.need("groups:read").is_ok() {
        let groups: BTreeSet<_> = ids(SubjectKind::Group).filter_map(GroupId::parse).collect();
        let groups = repo::groups::find_many(context.db.read(), groups).await?;
        let groups = groups
            .into_iter()
            .filter(|group| context.reaches(group.org.as_deref()));
        names.extend(groups.map(|group| (group.id.to_string(), group.path)));
    }
    Ok(names)
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
    let (old, new) = (assignment_details(&before), assignment_details(&after));
    repo::audit::insert(&tx, &difference(event, &old, &new)).await?;
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
        .with("role", given.role.as_str())
        .with("org", given.org.clone())
        .with("holder", given.subject_kind.as_str());
    let event = difference(event, &assignment_details(&given), &Value::Null);
    repo::audit::insert(&tx, &event).await?;
    tx.commit().await?;
    Ok(())
}
