//! `/api/admin/permissions`: permissions of resource servers.

use doorward_admin::roles;
use doorward_domain::model::Permission;

use crate::prelude::*;

endpoints! {
    admin_list_permissions, admin_create_permission, admin_read_permission, admin_update_permission,
    admin_delete_permission,
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
    params(PageParams),
    responses((status = 200, description = "Permissions, by codename", body = Listing<PermissionView>)),
)]
#[get("/admin/permissions")]
async fn admin_list_permissions(admin: AdminCaller) -> Answer {
    let page = admin.page(&[])?;
    let after = page.after.as_deref();
    let found = roles::page_of_permissions(&admin.context(), after, page.rows()).await?;
    Ok(page.finish(
        found,
        |permission| permission.codename.clone(),
        PermissionView::new,
    ))
}

/// Register a permission
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Registered", body = PermissionView)),
)]
#[post("/admin/permissions")]
async fn admin_create_permission(admin: AdminCaller, body: Json<PermissionView>) -> Answer {
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
    idempotency::create(&admin, admin.context(), "roles:write", &body, work, again).await
}

fn created(permission: Permission) -> CreatedResource {
    let location = format!("/api/admin/permissions/{}", permission.codename);
    let tag = version(&permission);
    created_response(&PermissionView::new(permission), location, Some(tag))
}

/// Read a permission
#[utoipa::path(responses((status = 200, description = "The permission", body = PermissionView)))]
#[get("/admin/permissions/{codename}")]
async fn admin_read_permission(admin: AdminCaller, codename: Path<String>) -> Answer {
    let found = roles::permission(&admin.context(), &codename).await?;
    Ok(versioned_response(found, PermissionView::new))
}

/// Change the description of a permission
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = PermissionView)),
)]
#[patch("/admin/permissions/{codename}")]
async fn admin_update_permission(
    admin: AdminCaller,
    codename: Path<String>,
    body: Json<PermissionPatch>,
) -> Answer {
    same_id("codename", body.codename.as_deref(), &codename)?;
    let context = admin.context_with_version()?;
    let changed = roles::describe_permission(&context, &codename, &body.description).await?;
    Ok(versioned_response(changed, PermissionView::new))
}

/// Delete a permission
#[utoipa::path(params(IfMatch), responses((status = 204, description = "Deleted")))]
#[delete("/admin/permissions/{codename}")]
async fn admin_delete_permission(admin: AdminCaller, codename: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    roles::delete_permission(&context, &codename).await?;
    Ok(no_content())
}
