//! `/api/admin/role-assignments`: roles of users, clients and groups.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post};
use doorward_admin::assignments;
use doorward_admin::assignments::{AssignmentChange, NamedAssignment};
use doorward_admin::found::Found;
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, version};
use doorward_admin::role_rules::Subject;
use doorward_admin::roles::NewAssignment;
use doorward_domain::model::{Assignment, AssignmentId, ClientId, GroupId, SubjectKind, UserId};
use doorward_http_common::problem::FieldError;
use doorward_store::repo::role_assignments::AssignmentFilter;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::{nullable, read_time, same_id, wrong};

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(remove);
}

/// A role assignment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentView {
    /// ID of the assignment.
    id: String,
    /// `user`, `client` or `group`.
    holder_kind: &'static str,
    /// ID of the user, client or group.
    holder: String,
    /// Name of the role.
    role: String,
    /// Slug of the organization; absent: global.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// ID of the administrator who assigned the role; absent: the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_by: Option<String>,
    /// Expiry (RFC 3339); absent: until it is removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// False if it has no effect.
    active: bool,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
}

impl AssignmentView {
    fn new(assignment: Assignment) -> Self {
        Self {
            id: assignment.id.to_string(),
            holder_kind: assignment.subject_kind.as_str(),
            holder: assignment.subject_id,
            role: assignment.role,
            organization: assignment.org,
            assigned_by: assignment.assigned_by,
            expires_at: assignment.expires_at.map(time),
            active: assignment.active,
            created_at: time(assignment.created_at),
        }
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

/// Changes. Omitted members stay unchanged; `null` removes a value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a value differ")]
pub struct AssignmentPatch {
    /// Must equal the one in the URL.
    id: Option<String>,
    /// False if it has no effect.
    active: Option<bool>,
    /// Expiry (RFC 3339).
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<String>>,
}

fn holder(kind: &str, id: &str) -> Result<Subject, Problem> {
    let subject = match SubjectKind::parse(kind) {
        Some(SubjectKind::User) => UserId::parse(id).map(Subject::User),
        Some(SubjectKind::Client) => ClientId::parse(id).map(Subject::Client),
        Some(SubjectKind::Group) => GroupId::parse(id).map(Subject::Group),
        None => {
            let detail = "Must be user, client or group.";
            return Err(wrong("holder_kind", "invalid", detail));
        }
    };
    subject.ok_or_else(|| wrong("holder", "invalid", "Not an ID."))
}

/// List role assignments
#[utoipa::path(
    operation_id = "admin_list_role_assignments",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("holder_kind" = Option<String>, Query, description = "`user`, `client` or `group`, with `holder`"),
        ("holder" = Option<String>, Query, description = "Only assignments of this holder (ID)"),
        ("role" = Option<String>, Query, description = "Only assignments of this role"),
        ("organization" = Option<String>, Query, description = "Only assignments in this organization"),
        ("expires_before" = Option<String>, Query, description = "Only assignments that expire before this time (RFC 3339), the earliest first"),
    ),
    responses((status = 200, description = "Accessible assignments", body = Listing<AssignmentView>)),
    security(("bearer" = []))
)]
#[get("/admin/role-assignments")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let filters = [
        "holder_kind",
        "holder",
        "role",
        "organization",
        "expires_before",
    ];
    let page = admin.page(&filters)?;
    let subject = match (page.filter("holder_kind"), page.filter("holder")) {
        (None, None) => None,
        (kind, Some(id)) => Some(holder(kind.unwrap_or("user"), id)?),
        (Some(_), None) => {
            let error =
                FieldError::parameter("holder", "required", "Required together with holder_kind.");
            return Err(Problem::invalid(vec![error]));
        }
    };
    let filter = AssignmentFilter {
        holder: subject.map(|subject| (subject.kind(), subject.id())),
        role: page.filter("role").map(str::to_owned),
        org: page.filter("organization").map(str::to_owned),
        expires_from: None,
        expires_before: page.time("expires_before")?,
    };
    let after = page.after.as_deref();
    let found = assignments::page(&admin.context(), &filter, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    let view = |found: Found<NamedAssignment>| AssignmentView::new(found.item.assignment);
    Ok(page.finish(found, |found| found.cursor.clone(), view))
}

/// Assign a role
#[utoipa::path(
    operation_id = "admin_create_role_assignment",
    tag = "admin",
    request_body = NewAssignmentBody,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 201, description = "Assigned", body = AssignmentView)),
    security(("bearer" = []))
)]
#[post("/admin/role-assignments")]
async fn create(
    admin: AdminCaller,
    body: Body<NewAssignmentBody>,
) -> Result<HttpResponse, Problem> {
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
    idempotency::create(&admin, "roles:assign", &body, work, again).await
}

fn created(assignment: Assignment) -> CreatedResource {
    let location = format!("/api/admin/role-assignments/{}", assignment.id);
    let tag = version(&assignment);
    created_response(&AssignmentView::new(assignment), location, Some(tag))
}

/// Read a role assignment
#[utoipa::path(
    operation_id = "admin_read_role_assignment",
    tag = "admin",
    responses((status = 200, description = "The assignment", body = AssignmentView)),
    security(("bearer" = []))
)]
#[get("/admin/role-assignments/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = AssignmentId::parse(&id).ok_or_else(Problem::not_found)?;
    let found = assignments::get(&admin.context(), id).await;
    admin.versioned(found, AssignmentView::new).await
}

/// Enable or disable a role assignment, or change its expiry
#[utoipa::path(
    operation_id = "admin_update_role_assignment",
    tag = "admin",
    request_body = AssignmentPatch,
    params(
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 200, description = "Changed", body = AssignmentView)),
    security(("bearer" = []))
)]
#[patch("/admin/role-assignments/{id}")]
async fn update(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<AssignmentPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let id = AssignmentId::parse(&id).ok_or_else(Problem::not_found)?;
    let end = |end: Option<String>| end.map(|text| read_time("expires_at", &text)).transpose();
    let change = AssignmentChange {
        active: body.active,
        expires_at: body.expires_at.map(end).transpose()?,
    };
    let found = assignments::update(&context, id, change).await;
    admin.versioned(found, AssignmentView::new).await
}

/// Remove a role assignment
#[utoipa::path(
    operation_id = "admin_delete_role_assignment",
    tag = "admin",
    params(
        ("If-Match" = String, Header, description = "ETag of the version that was read"),
        ("X-Doorward-Reason" = Option<String>, Header, description = "Reason for the user and the audit log, URL-encoded, at most 200 characters"),
    ),
    responses((status = 204, description = "Removed")),
    security(("bearer" = []))
)]
#[delete("/admin/role-assignments/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let id = AssignmentId::parse(&id).ok_or_else(Problem::not_found)?;
    let done = assignments::delete(&context, id).await;
    admin.no_content(done).await
}
