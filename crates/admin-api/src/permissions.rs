//! `/api/admin/permissions`: permissions of resource servers.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, version};
use doorward_admin::roles;
use doorward_domain::model::Permission;
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

/// A permission at a resource server.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Permission)]
pub struct PermissionView {
    /// Name in tokens, `resource:action`.
    #[schema(example = "bills:pay")]
    codename: String,
    /// Description of the allowed action.
    #[serde(default)]
    description: String,
    /// Audience: URI of the resource server that enforces it.
    audience: String,
}

impl PermissionView {
    fn new(permission: Permission) -> Self {
        Self {
            codename: permission.codename,
            description: permission.description,
            audience: permission.audience,
        }
    }
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionPatch {
    /// Must equal the one in the URL.
    codename: Option<String>,
    /// Description of the allowed action.
    description: String,
}

/// List permissions
#[utoipa::path(
    operation_id = "admin_list_permissions",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Permissions, by codename", body = Listing<PermissionView>)),
    security(("bearer" = []))
)]
#[get("/admin/permissions")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let after = page.after.as_deref();
    let found = roles::page_of_permissions(&admin.context(), after, page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(found, |page| page.codename.clone(), PermissionView::new))
}

/// Register a permission
#[utoipa::path(
    operation_id = "admin_create_permission",
    tag = "admin",
    request_body = PermissionView,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Registered", body = PermissionView)),
    security(("bearer" = []))
)]
#[post("/admin/permissions")]
async fn create(admin: AdminCaller, body: Body<PermissionView>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        let new = Permission {
            codename: body.codename.clone(),
            description: body.description.clone(),
            audience: body.audience.clone(),
        };
        Ok(created(roles::create_permission(&context, new).await?))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(roles::permission(context, &stored.id).await?))
    };
    idempotency::create(&admin, "roles:write", &body, work, again).await
}

fn created(permission: Permission) -> CreatedResource {
    let location = format!("/api/admin/permissions/{}", permission.codename);
    let tag = version(&permission);
    created_response(&PermissionView::new(permission), location, Some(tag))
}

/// Read a permission
#[utoipa::path(
    operation_id = "admin_read_permission",
    tag = "admin",
    responses((status = 200, description = "The permission", body = PermissionView)),
    security(("bearer" = []))
)]
#[get("/admin/permissions/{codename}")]
async fn show(admin: AdminCaller, codename: Path<String>) -> Result<HttpResponse, Problem> {
    let found = roles::permission(&admin.context(), &codename).await;
    admin.versioned(found, PermissionView::new).await
}

/// Change the description of a permission
#[utoipa::path(
    operation_id = "admin_update_permission",
    tag = "admin",
    request_body = PermissionPatch,
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "Changed", body = PermissionView)),
    security(("bearer" = []))
)]
#[patch("/admin/permissions/{codename}")]
async fn update(
    admin: AdminCaller,
    codename: Path<String>,
    body: Body<PermissionPatch>,
) -> Result<HttpResponse, Problem> {
    same_id("codename", body.codename.as_deref(), &codename)?;
    let context = admin.context_with_version()?;
    let changed = roles::describe_permission(&context, &codename, &body.description).await;
    admin.versioned(changed, PermissionView::new).await
}

/// Delete a permission
#[utoipa::path(
    operation_id = "admin_delete_permission",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/permissions/{codename}")]
async fn remove(admin: AdminCaller, codename: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let done = roles::delete_permission(&context, &codename).await;
    admin.no_content(done).await
}
