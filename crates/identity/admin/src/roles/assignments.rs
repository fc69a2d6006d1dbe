//! Role assignments. Every path that assigns a role passes [`check`].

pub mod operations;

use doorward_domain::model::{Assignment, AssignmentId};
use doorward_services::last_tokens;
use doorward_store::repo::role_assignments::{AssignmentFilter, HeldAssignment, position};

use crate::found::{self, Found, FoundPage};
use crate::json_member::nullable;
use crate::prelude::*;
use crate::role_rules::{
    Subject, check, check_end, require_remaining_admin, require_remaining_admin_after,
};
use crate::roles::{self, NewAssignment, assign_in, assignment_details, assignment_event};

#[boxed(?Send)]
pub async fn create(context: &AdminContext<'_>, new: NewAssignment) -> Result<Assignment> {
    let tx = context.begin().await?;
    let given = assign_in(context, &tx, new).await?;
    let kind = given.subject_kind;
    let all = repo::roles::assignments(&tx, kind, &given.subject_id).await?;
    let same =
        |assignment: &Assignment| assignment.role == given.role && assignment.org == given.org;
    let stored = all.into_iter().find(same).unwrap_or(given);
    context.record_response(&tx, stored.id, None).await?;
    let event =
        assignment_event(context, &stored, "assigned").with("expires_at", stored.expires_at);
    let tx = context.admit(tx, &event).await?;
    tx.commit().await?;
    Ok(stored)
}

/// An assignment with the names in reach that the administrator may read.
#[derive(Debug)]
pub struct NamedAssignment {
    pub assignment: Assignment,
    /// False if the role itself is inactive.
    pub is_role_active: bool,
    /// The name of the user or the path of the group that holds it.
    pub holder: Option<String>,
    /// The user who has the role by it: the holder or, in a list of effective assignments, a member of
    /// the group or of one below it.
    pub user: Option<User>,
    /// The path of the group below the holder to which the user belongs.
    pub member_of: Option<String>,
    /// The name of the user that assigned it.
    pub assigner: Option<String>,
    /// The last token of the user that may contain the role; only in lists.
    pub last_token: Option<UnixSeconds>,
}

impl NamedAssignment {
    /// Returns true if it grants its role at `now`.
    pub fn is_effective(&self, now: UnixSeconds) -> bool {
        self.is_role_active && self.assignment.is_live(now)
    }

    /// Returns the path of the group that holds it.
    pub fn group(&self) -> Option<&str> {
        let is_group = self.assignment.subject_kind == SubjectKind::Group;
        self.holder.as_deref().filter(|_| is_group)
    }

    /// Adds the last tokens of the users.
    pub(crate) async fn add_last_tokens(conn: &Conn, rows: &mut [Self]) -> Result<()> {
        let held = rows.iter().map(|row| {
            let (given, user) = (&row.assignment, row.user.as_ref()?);
            Some((
                user.id,
                &*given.role,
                given.org.as_deref(),
                given.created_at,
            ))
        });
        let held: Vec<_> = held.collect();
        let found = last_tokens::find(conn, &held).await?;
        for (row, last) in rows.iter_mut().zip(found) {
            row.last_token = last;
        }
        Ok(())
    }
}

/// Lists assignments in reach: by expiry if the filter limits it, otherwise by id.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    filter: &AssignmentFilter,
    after: Option<&str>,
    limit: u64,
) -> Result<FoundPage<NamedAssignment>> {
    context.need("roles:read")?;
    let Some(filter) = confined(context, filter) else {
        return Ok(FoundPage::whole(Vec::new()));
    };
    let after = found::time_position(after, AssignmentId::parse)?;
    let (read, within) = (context.db.read(), context.confined_to());
    // A row more than the page, to detect a next page.
    let rows = repo::role_assignments::page_with_holders(read, &filter, after, limit + 1, within);
    let rows = rows.await?.into_iter().map(|held| {
        let (at, id) = position(&held.assignment);
        Found::new(&at.to_string(), id, with_names(context, held))
    });
    let mut page = FoundPage::cut(rows.collect(), limit);
    NamedAssignment::add_last_tokens(read, &mut page.items).await?;
    Ok(page)
}

/// Returns the filter of the assignments in reach; `None` if its organization is out of reach.
pub(crate) fn confined(
    context: &AdminContext<'_>,
    filter: &AssignmentFilter,
) -> Option<AssignmentFilter> {
    let mut filter = filter.clone();
    if let Some(own) = context.confined_to() {
        if filter.org.is_some() && !context.reaches(filter.org.as_deref()) {
            return None;
        }
        filter.org = Some(own.to_owned());
    }
    Some(filter)
}

pub(crate) fn with_names(context: &AdminContext<'_>, held: HeldAssignment) -> NamedAssignment {
    let name = |user: &User| user.display_name();
    let may_read = |group: &Group| {
        context.reaches(group.org.as_deref()) && context.need("groups:read").is_ok()
    };
    let (user, group) = match held.assignment.subject_kind {
        SubjectKind::User => (context.readable(held.user), None),
        SubjectKind::Group => (None, held.group.filter(may_read)),
        SubjectKind::Client => (None, None),
    };
    let group = group.map(|group| group.path);
    let is_below = |path: &String| group.as_ref().is_some_and(|group| group != path);
    NamedAssignment {
        member_of: held.member_of.filter(is_below),
        holder: group.or_else(|| user.as_ref().map(name)),
        is_role_active: held.is_role_active,
        assigner: context.readable(held.assigner).as_ref().map(name),
        last_token: None,
        assignment: held.assignment,
        user,
    }
}

/// Returns the assignments in reach among these with their names, in no order.
#[boxed(?Send)]
pub async fn find_many(
    context: &AdminContext<'_>,
    ids: &[AssignmentId],
) -> Result<Vec<NamedAssignment>> {
    context.need("roles:read")?;
    let (read, within) = (context.db.read(), context.confined_to());
    let found = repo::role_assignments::find_many_with_holders(read, ids, within).await?;
    let found = found.into_iter();
    let found = found.filter(|held| context.reaches(held.assignment.org.as_deref()));
    Ok(found.map(|held| with_names(context, held)).collect())
}

async fn get_in(context: &AdminContext<'_>, conn: &Conn, id: AssignmentId) -> Result<Assignment> {
    let found = repo::roles::find_assignment(conn, id).await?;
    let found = found.filter(|found| context.reaches(found.org.as_deref()));
    found.ok_or_else(|| AdminError::not_found("assignment", &id))
}

#[boxed(?Send)]
pub async fn get_named(context: &AdminContext<'_>, id: &str) -> Result<Assignment> {
    context.need("roles:read")?;
    get_in(context, context.db.read(), parse_id(id)?).await
}

fn parse_id(id: &str) -> Result<AssignmentId> {
    AdminError::id("assignment", id, AssignmentId::parse)
}

#[boxed(?Send)]
pub async fn get_with_names(context: &AdminContext<'_>, id: &str) -> Result<NamedAssignment> {
    context.need("roles:read")?;
    let not_found = || AdminError::not_found("assignment", id);
    let known = AssignmentId::parse(id).ok_or_else(not_found)?;
    let (read, within) = (context.db.read(), context.confined_to());
    let found = repo::role_assignments::find_with_holder(read, known, within).await?;
    found
        .filter(|held| context.reaches(held.assignment.org.as_deref()))
        .map(|held| with_names(context, held))
        .ok_or_else(not_found)
}

/// Changes. Omitted members stay unchanged; `null` removes a value.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[schema(as = AssignmentPatch)]
#[serde(deny_unknown_fields)]
pub struct AssignmentChange {
    /// ID of the assignment.
    pub id: String,
    /// False if it has no effect.
    pub active: Option<bool>,
    /// Expiry (RFC 3339).
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<UnixSeconds>>,
}

/// Activates or deactivates an assignment, or changes its expiry. Requires the same rights as
/// assigning the role.
#[boxed(?Send)]
pub async fn update(
    context: &AdminContext<'_>,
    id: AssignmentId,
    change: AssignmentChange,
) -> Result<Assignment> {
    context.need("roles:assign")?;
    let now = context.now();
    let tx = context.begin().await?;
    let before = get_in(context, &tx, id).await?;
    let role = roles::find_in(&tx, &before.role).await?;
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
    let (active, end) = (after.active, after.expires_at);
    check_end(context, &tx, &role, Some(&before), active, end).await?;
    if after.is_live(now) {
        after.assigned_by.clone_from(&context.actor);
    }
    repo::roles::update_assignment(&tx, &after).await?;
    require_remaining_admin_after(context, &tx, &after).await?;
    let event = assignment_event(context, &after, "assignment changed");
    let (old, new) = (assignment_details(&before), assignment_details(&after));
    context
        .commit_with(tx, &difference(event, &old, &new))
        .await?;
    Ok(after)
}

/// Deletes an assignment, and returns it as it was.
#[boxed(?Send)]
pub async fn delete(context: &AdminContext<'_>, id: AssignmentId) -> Result<Assignment> {
    context.need("roles:assign")?;
    let tx = context.begin().await?;
    let given = get_in(context, &tx, id).await?;
    if let Some(role) = repo::roles::find(&tx, &given.role).await? {
        context.check_role_delegation(&role)?;
    }
    context.unchanged(&given)?;
    repo::roles::delete_assignment(&tx, id).await?;
    if given.role == ADMIN_ROLE && given.org.is_none() {
        require_remaining_admin(context, &tx).await?;
    }
    let event = assignment_event(context, &given, "revoked");
    let event = difference(event, &assignment_details(&given), &Value::Null);
    context.commit_with(tx, &event).await?;
    Ok(given)
}
