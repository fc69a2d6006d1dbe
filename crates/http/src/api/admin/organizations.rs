//! `/api/admin/organizations`: tenants, and who belongs to them.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, version};
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_domain::model::{Member, Organization, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, made};
use super::paging::{Listing, Page};
use super::support::{gone, same_id, shown, wrong};
use crate::api::problem::Problem;
use crate::api::time::time;
use crate::api::{Body, Endpoints};

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(remove)
        .service(members)
        .service(set_member)
        .service(remove_member);
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationView {
    /// Names it for good; the `org` of tokens.
    slug: String,
    /// Shown to people.
    name: String,
    /// Whether anybody may act in its name.
    active: bool,
    /// Since when (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// When it, or who belongs to it, last changed (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
}

impl OrganizationView {
    fn of(one: Organization) -> Self {
        Self {
            slug: one.slug,
            name: one.name,
            active: one.active,
            created_at: time(one.created_at),
            updated_at: time(one.updated_at),
        }
    }
}

/// An organization to make.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// 2 to 63 of `a-z`, `0-9` and inner `-`; never free again.
    slug: String,
    /// Shown to people.
    name: String,
    /// The id of its first owner.
    owner: Option<String>,
}

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPatch {
    /// Must be that of the address.
    slug: Option<String>,
    /// Shown to people.
    name: Option<String>,
    /// Whether anybody may act in its name.
    active: Option<bool>,
}

/// Somebody who belongs to an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationMember {
    /// Their id.
    user: String,
    /// Whether they administer it.
    owner: bool,
    /// Since when (RFC 3339).
    #[schema(format = DateTime)]
    since: String,
}

impl OrganizationMember {
    fn of(member: Member) -> Self {
        Self {
            user: member.user_id.to_string(),
            owner: member.is_owner,
            since: time(member.created_at),
        }
    }
}

/// How somebody is to belong to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberBody {
    /// Must be that of the address.
    user: Option<String>,
    /// Whether they administer it.
    #[serde(default)]
    owner: bool,
}

fn user_id(text: &str) -> Result<UserId, Problem> {
    UserId::parse(text).ok_or_else(Problem::not_found)
}

/// List organizations
#[utoipa::path(
    operation_id = "admin_list_organizations",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "Organizations in reach, by slug", body = Listing<OrganizationView>)),
    security(("bearer" = []))
)]
#[get("/admin/organizations")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &[])?;
    let found = organizations::list(&admin.op(), page.after.as_deref(), page.rows()).await;
    let found = admin.told(found).await?;
    Ok(page.answer(found, |one| one.slug.clone(), OrganizationView::of))
}

/// Make an organization
#[utoipa::path(
    operation_id = "admin_create_organization",
    tag = "admin",
    request_body = NewOrganization,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes it safe to send again")),
    responses((status = 201, description = "Made", body = OrganizationView)),
    security(("bearer" = []))
)]
#[post("/admin/organizations")]
async fn create(admin: AdminCaller, body: Body<NewOrganization>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let owner = match body.owner.as_deref() {
        Some(id) => {
            let id = UserId::parse(id);
            Some(id.ok_or_else(|| wrong("owner", "invalid", "This is no id."))?)
        }
        None => None,
    };
    let work = async |op: AdminContext<'_>| {
        let one = organizations::create(&op, &body.slug, &body.name, owner).await?;
        Ok(told(one))
    };
    let again = async |op: &AdminContext<'_>, kept: &StoredResponse| {
        Ok(told(organizations::get(op, &kept.id).await?))
    };
    idempotency::create(&admin, "organizations:write", &body, work, again).await
}

fn told(one: Organization) -> CreatedResource {
    let location = format!("/api/admin/organizations/{}", one.slug);
    let tag = version(&one);
    made(&OrganizationView::of(one), location, Some(tag))
}

/// Read an organization
#[utoipa::path(
    operation_id = "admin_read_organization",
    tag = "admin",
    responses((status = 200, description = "The organization", body = OrganizationView)),
    security(("bearer" = []))
)]
#[get("/admin/organizations/{slug}")]
async fn show(admin: AdminCaller, slug: Path<String>) -> Result<HttpResponse, Problem> {
    let one = admin
        .told(organizations::get(&admin.op(), &slug).await)
        .await?;
    Ok(shown(one, OrganizationView::of))
}

/// Change an organization
#[utoipa::path(
    operation_id = "admin_update_organization",
    tag = "admin",
    request_body = OrganizationPatch,
    params(("If-Match" = String, Header, description = "The ETag of what was read")),
    responses((status = 200, description = "Changed", body = OrganizationView)),
    security(("bearer" = []))
)]
#[patch("/admin/organizations/{slug}")]
async fn update(
    admin: AdminCaller,
    slug: Path<String>,
    body: Body<OrganizationPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("slug", body.slug.as_deref(), &slug)?;
    let op = admin.op_seen()?;
    let change = OrganizationChange {
        name: body.name,
        active: body.active,
    };
    let one = admin
        .told(organizations::update(&op, &slug, change).await)
        .await?;
    Ok(shown(one, OrganizationView::of))
}

/// End an organization
#[utoipa::path(
    operation_id = "admin_delete_organization",
    tag = "admin",
    params(("If-Match" = String, Header, description = "The ETag of what was read")),
    responses((status = 204, description = "Ended")),
    security(("bearer" = []))
)]
#[delete("/admin/organizations/{slug}")]
async fn remove(admin: AdminCaller, slug: Path<String>) -> Result<HttpResponse, Problem> {
    let op = admin.op_seen()?;
    admin.told(organizations::delete(&op, &slug).await).await?;
    Ok(gone())
}

/// List who belongs to an organization
#[utoipa::path(
    operation_id = "admin_list_organization_members",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "Its members", body = Listing<OrganizationMember>)),
    security(("bearer" = []))
)]
#[get("/admin/organizations/{slug}/members")]
async fn members(admin: AdminCaller, slug: Path<String>) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &[])?;
    let after = page.after_id(UserId::parse)?;
    let found = organizations::members(&admin.op(), &slug, after, page.rows()).await;
    let found = admin.told(found).await?;
    Ok(page.answer(found, |one| one.user_id.to_string(), OrganizationMember::of))
}

/// Make somebody a member or an owner
#[utoipa::path(
    operation_id = "admin_set_organization_member",
    tag = "admin",
    request_body = MemberBody,
    responses((status = 200, description = "Set", body = OrganizationMember)),
    security(("bearer" = []))
)]
#[put("/admin/organizations/{slug}/members/{user}")]
async fn set_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
    body: Body<MemberBody>,
) -> Result<HttpResponse, Problem> {
    same_id("user", body.user.as_deref(), &path.1)?;
    let user = user_id(&path.1)?;
    let set = organizations::set_member(&admin.op(), &path.0, user, body.owner).await;
    let member = admin.told(set).await?;
    Ok(HttpResponse::Ok().json(OrganizationMember::of(member)))
}

/// Take somebody out of an organization
#[utoipa::path(
    operation_id = "admin_remove_organization_member",
    tag = "admin",
    responses((status = 204, description = "Out of it")),
    security(("bearer" = []))
)]
#[delete("/admin/organizations/{slug}/members/{user}")]
async fn remove_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let user = user_id(&path.1)?;
    let removed = organizations::remove_member(&admin.op(), &path.0, user).await;
    admin.told(removed).await?;
    Ok(gone())
}
