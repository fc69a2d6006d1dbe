//! `/api/admin/roles`: roles.

use doorward_admin::name_search;
use doorward_admin::role_marks::MarkedRole;
use doorward_admin::roles::{self, RoleChange};
use doorward_domain::model::Role;

use crate::prelude::*;

endpoints! {
    admin_list_roles, admin_create_role, admin_read_role, admin_update_role, admin_delete_role,
}

view! {
    /// A role: a named set of permissions.
    RoleView(role: Role) {
        /// Name in tokens.
        name: String = role.name;
        /// Description.
        description: String = role.description;
        /// False if it has no effect.
        active: bool = role.active;
        /// Codenames of its permissions.
        permissions: Vec<String> = role.permissions.into_iter().collect();
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

/// List roles
#[utoipa::path(
    params(
        PageParams,
        ("q" = Option<String>, Query, description = "Prefix of the name"),
    ),
    responses((status = 200, description = "Roles, by name", body = Listing<RoleView>)),
)]
#[get("/admin/roles")]
async fn admin_list_roles(admin: AdminCaller) -> Answer {
    let page = admin.page(&["q"])?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = name_search::roles(&context, page.text(), after, page.limit).await?;
    let view = |found: MarkedRole| RoleView::new(found.role);
    Ok(page.respond(found.items, found.next.as_deref(), view))
}

/// Create a role
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Created", body = RoleView)),
)]
#[post("/admin/roles")]
async fn admin_create_role(admin: AdminCaller, body: Json<NewRole>) -> Answer {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        let permissions = body.permissions.clone();
        let role = roles::create(&context, &body.name, &body.description, permissions).await?;
        Ok(created(role))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(roles::get(context, &stored.id).await?))
    };
    idempotency::create(&admin, admin.context(), "roles:write", &body, work, again).await
}

fn created(role: Role) -> CreatedResource {
    let (location, tag) = (format!("/api/admin/roles/{}", role.name), version(&role));
    created_response(&RoleView::new(role), location, Some(tag))
}

/// Read a role
#[utoipa::path(responses((status = 200, description = "The role", body = RoleView)))]
#[get("/admin/roles/{name}")]
async fn admin_read_role(admin: AdminCaller, name: Path<String>) -> Answer {
    let found = roles::get(&admin.context(), &name).await?;
    Ok(versioned_response(found, RoleView::new))
}

/// Change a role
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = RoleView)),
)]
#[patch("/admin/roles/{name}")]
async fn admin_update_role(
    admin: AdminCaller,
    name: Path<String>,
    body: Json<RoleChange>,
) -> Answer {
    same_id("name", body.name.as_deref(), &name)?;
    let context = admin.context_with_version()?;
    let found = roles::update(&context, &name, body.0).await?;
    Ok(versioned_response(found, RoleView::new))
}

/// Delete a role
#[utoipa::path(params(IfMatch), responses((status = 204, description = "Deleted")))]
#[delete("/admin/roles/{name}")]
async fn admin_delete_role(admin: AdminCaller, name: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    roles::delete(&context, &name).await?;
    Ok(no_content())
}
