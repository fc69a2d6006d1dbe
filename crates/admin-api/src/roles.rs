//! `/api/admin/roles`: roles.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::name_search;
use doorward_admin::operator::{AdminContext, version};
use doorward_admin::role_marks::MarkedRole;
use doorward_admin::roles::{self, RoleChange};
use doorward_domain::model::Role;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::same_id;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(remove);
}

/// A role: a named set of permissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleView {
    /// Name in tokens.
    name: String,
    /// Description.
    description: String,
    /// False if it has no effect.
    active: bool,
    /// Codenames of its permissions.
    permissions: Vec<String>,
}

impl RoleView {
    fn new(role: Role) -> Self {
        Self {
            name: role.name,
            description: role.description,
            active: role.active,
            permissions: role.permissions.into_iter().collect(),
        }
    }
}

/// A role to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// Name: 1 to 64 of `a-z`, `0-9`, and `_ - . :`.
    name: String,
    /// Description.
    #[serde(default)]
    description: String,
    /// Codenames of permissions, all of which the caller must have.
    #[serde(default)]
    permissions: Vec<String>,
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolePatch {
    /// Must equal the one in the URL.
    name: Option<String>,
    /// Description.
    description: Option<String>,
    /// False if it has no effect.
    active: Option<bool>,
    /// Complete new list.
    permissions: Option<Vec<String>>,
}

/// List roles
#[utoipa::path(
    operation_id = "admin_list_roles",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("q" = Option<String>, Query, description = "Prefix of the name"),
    ),
    responses((status = 200, description = "Roles, by name", body = Listing<RoleView>)),
    security(("bearer" = []))
)]
#[get("/admin/roles")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["q"])?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = name_search::roles(&context, page.text(), after, page.limit).await;
    let found = admin.map_result(found).await?;
    let view = |found: MarkedRole| RoleView::new(found.role);
    Ok(page.respond(found.items, found.next.as_deref(), view))
}

/// Create a role
#[utoipa::path(
    operation_id = "admin_create_role",
    tag = "admin",
    request_body = NewRole,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Created", body = RoleView)),
    security(("bearer" = []))
)]
#[post("/admin/roles")]
async fn create(admin: AdminCaller, body: Body<NewRole>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        let permissions = body.permissions.clone();
        let role = roles::create(&context, &body.name, &body.description, permissions).await?;
        Ok(created(role))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(roles::get(context, &stored.id).await?))
    };
    idempotency::create(&admin, "roles:write", &body, work, again).await
}

fn created(role: Role) -> CreatedResource {
    let (location, tag) = (format!("/api/admin/roles/{}", role.name), version(&role));
    created_response(&RoleView::new(role), location, Some(tag))
}

/// Read a role
#[utoipa::path(
    operation_id = "admin_read_role",
    tag = "admin",
    responses((status = 200, description = "The role", body = RoleView)),
    security(("bearer" = []))
)]
#[get("/admin/roles/{name}")]
async fn show(admin: AdminCaller, name: Path<String>) -> Result<HttpResponse, Problem> {
    let found = roles::get(&admin.context(), &name).await;
    admin.versioned(found, RoleView::new).await
}

/// Change a role
#[utoipa::path(
    operation_id = "admin_update_role",
    tag = "admin",
    request_body = RolePatch,
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "Changed", body = RoleView)),
    security(("bearer" = []))
)]
#[patch("/admin/roles/{name}")]
async fn update(
    admin: AdminCaller,
    name: Path<String>,
    body: Body<RolePatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("name", body.name.as_deref(), &name)?;
    let context = admin.context_with_version()?;
    let change = RoleChange {
        description: body.description,
        active: body.active,
        permissions: body.permissions,
        ..RoleChange::default()
    };
    let found = roles::update(&context, &name, change).await;
    admin.versioned(found, RoleView::new).await
}

/// Delete a role
#[utoipa::path(
    operation_id = "admin_delete_role",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/roles/{name}")]
async fn remove(admin: AdminCaller, name: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    admin.no_content(roles::delete(&context, &name).await).await
}
