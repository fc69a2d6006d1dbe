//! `/api/admin/role-assignments`: roles of users, clients and groups.

use doorward_admin::assignments::{self, AssignmentChange, NamedAssignment};
use doorward_admin::effective_assignments;
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_domain::model::{Assignment, AssignmentId, SubjectKind};
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_web::api::time::time;

use super::support::read_time;
use crate::prelude::*;

endpoints! {
    admin_list_role_assignments, admin_create_role_assignment, admin_read_role_assignment,
    admin_update_role_assignment, admin_delete_role_assignment,
}

view! {
    /// A role assignment.
    AssignmentView(assignment: Assignment) {
        /// ID of the assignment.
        id: String = assignment.id.to_string();
        /// `user`, `client` or `group`.
        holder_kind: &'static str = assignment.subject_kind.as_str();
        /// ID of the user, client or group.
        holder: String = assignment.subject_id;
        /// Name of the role.
        role: String = assignment.role;
        /// Slug of the organization; absent: global.
        organization?: String = assignment.org;
        /// ID of the administrator who assigned the role; absent: the command line.
        assigned_by?: String = assignment.assigned_by;
        /// Expiry (RFC 3339); absent: until it is removed.
        expires_at?: Time = assignment.expires_at;
        /// False if it has no effect.
        active: bool = assignment.active;
        /// Time of creation (RFC 3339).
        created_at: Time = assignment.created_at;
        /// With `effective` only: ID of the user who has the role by it.
        user?: String = None;
        /// With `effective` only: path of the group by which the user has the role.
        group?: String = None;
        /// With `effective` only: path of the user's group, if it is below `group`.
        member_of?: String = None;
        /// With `effective` only: time of the user's latest sign-in (RFC 3339).
        last_login?: Time = None;
        /// With `effective` only: time of the latest token since the assignment that may contain the role
        /// (RFC 3339). The role was not used later than that token lasts.
        last_token?: Time = None;
    }
}

/// Returns an assignment as the user has it: inactive if its role is.
fn effective_view(found: NamedAssignment, now: UnixSeconds) -> AssignmentView {
    let (is_active, group) = (found.is_effective(now), found.group().map(str::to_owned));
    let login = found.user.as_ref().and_then(|user| user.last_login.0);
    AssignmentView {
        active: is_active,
        user: found.user.map(|user| user.id.to_string()),
        group,
        member_of: found.member_of,
        last_login: login.map(time),
        last_token: found.last_token.map(time),
        ..AssignmentView::new(found.assignment)
    }
}

/// A role to assign. Repeating an assignment changes its expiry.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssignmentBody {
    /// `user`, `client` or `group`.
    holder_kind: String,
    /// ID of the user, client or group.
    holder: String,
    /// Name of the role.
    role: String,
    /// Slug of the organization; absent: global.
    organization: Option<String>,
    /// Expiry (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// False if the assignment has no effect yet.
    #[serde(default = "yes")]
    #[schema(default = true)]
    active: bool,
}

const fn yes() -> bool {
    true
}

fn holder(kind: &str, id: &str) -> Result<Subject, Problem> {
    let unknown = || wrong("holder_kind", "invalid", "Must be user, client or group.");
    let kind = SubjectKind::parse(kind).ok_or_else(unknown)?;
    Subject::parse(kind, id).ok_or_else(|| wrong("holder", "invalid", "Not an ID."))
}

/// List role assignments
///
/// With `effective=true`, who has which role, and why: an assignment to a group is an item for each user of
/// the group and of the groups below it, and `holder` with the ID of a user finds the assignments that reach
/// the user. An item is active if its assignment and its role are, and it has not expired.
#[utoipa::path(
    params(
        PageParams,
        ("holder_kind" = Option<String>, Query, description = "`user`, `client` or `group`, with `holder`"),
        ("holder" = Option<String>, Query, description = "Only assignments of this holder (ID)"),
        ("role" = Option<String>, Query, description = "Only assignments of this role"),
        ("organization" = Option<String>, Query, description = "Only assignments in this organization"),
        ("expires_before" = Option<String>, Query, description = "Only assignments that expire before this time (RFC 3339), the earliest first"),
        ("effective" = Option<String>, Query, description = "`true`: the users who have the roles. Requires `users:read` and `groups:read`, except with a user as `holder`"),
    ),
    responses((status = 200, description = "Accessible assignments. With `effective`, a page may have fewer than `limit`, although more follow", body = Listing<AssignmentView>)),
)]
#[get("/admin/role-assignments")]
async fn admin_list_role_assignments(admin: AdminCaller) -> Answer {
    let filters = [
        "holder_kind",
        "holder",
        "role",
        "organization",
        "expires_before",
        "effective",
    ];
    let page = admin.page(&filters)?;
    let subject = match (page.filter("holder_kind"), page.filter("holder")) {
        (None, None) => None,
        (kind, Some(id)) => Some(holder(kind.unwrap_or("user"), id)?),
        (Some(_), None) => {
            return Err(Problem::parameter(
                "holder",
                "required",
                "Required together with holder_kind.",
            )
            .into());
        }
    };
    let filter = AssignmentFilter {
        holder: subject.map(|subject| (subject.kind(), subject.id())),
        role: page.filter("role").map(str::to_owned),
        org: page.filter("organization").map(str::to_owned),
        expires_from: None,
        expires_before: page.time("expires_before")?,
    };
    let (context, after) = (admin.context(), page.after.as_deref());
    let is_true = |text: &str| (text == "true").then_some(());
    if page.read("effective", is_true, "Must be true.")?.is_some() {
        let found = effective_assignments::page(&context, &filter, after, page.limit).await?;
        let now = context.now();
        let view = |found| effective_view(found, now);
        return Ok(page.respond(found.items, found.next.as_deref(), view));
    }
    let found = assignments::page(&context, &filter, after, page.limit).await?;
    let view = |found: NamedAssignment| AssignmentView::new(found.assignment);
    Ok(page.respond(found.items, found.next.as_deref(), view))
}

/// Assign a role
#[utoipa::path(
    params(IdempotencyKey, ReasonHeader),
    responses((status = 201, description = "Assigned", body = AssignmentView)),
)]
#[post("/admin/role-assignments")]
async fn admin_create_role_assignment(admin: AdminCaller, body: Json<NewAssignmentBody>) -> Answer {
    let body = body.0;
    let subject = holder(&body.holder_kind, &body.holder)?;
    let until = body.expires_at.as_deref();
    let expires_at = until
        .map(|text| read_time("expires_at", text))
        .transpose()?;
    let work = async |context: AdminContext<'_>| {
        let new = NewAssignment {
            subject: subject.clone(),
            role: body.role.clone(),
            org: body.organization.clone(),
            expires_at,
            active: body.active,
        };
        Ok(created(assignments::create(&context, new).await?))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(assignments::get_named(context, &stored.id).await?))
    };
    idempotency::create(&admin, admin.context(), "roles:assign", &body, work, again).await
}

fn created(assignment: Assignment) -> CreatedResource {
    let location = format!("/api/admin/role-assignments/{}", assignment.id);
    let tag = version(&assignment);
    created_response(&AssignmentView::new(assignment), location, Some(tag))
}

/// Read a role assignment
#[utoipa::path(responses((status = 200, description = "The assignment", body = AssignmentView)))]
#[get("/admin/role-assignments/{id}")]
async fn admin_read_role_assignment(admin: AdminCaller, id: Path<String>) -> Answer {
    let id = AssignmentId::parse(&id).ok_or_else(Problem::not_found)?;
    let found = assignments::get(&admin.context(), id).await?;
    Ok(versioned_response(found, AssignmentView::new))
}

/// Enable or disable a role assignment, or change its expiry
#[utoipa::path(
    params(IfMatch, ReasonHeader),
    responses((status = 200, description = "Changed", body = AssignmentView)),
)]
#[patch("/admin/role-assignments/{id}")]
async fn admin_update_role_assignment(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<AssignmentChange>,
) -> Answer {
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let id = AssignmentId::parse(&id).ok_or_else(Problem::not_found)?;
    let found = assignments::update(&context, id, body.0).await?;
    Ok(versioned_response(found, AssignmentView::new))
}

/// Remove a role assignment
#[utoipa::path(params(IfMatch, ReasonHeader), responses((status = 204, description = "Removed")))]
#[delete("/admin/role-assignments/{id}")]
async fn admin_delete_role_assignment(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    let id = AssignmentId::parse(&id).ok_or_else(Problem::not_found)?;
    assignments::delete(&context, id).await?;
    Ok(no_content())
}
