//! `/api/admin/organizations`: organizations and their members.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::name_search;
use doorward_admin::operator::{AdminContext, AdminError, version};
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_domain::model::{Member, Organization, UserId};
use doorward_domain::rules::organization_domain::OrganizationDomain;
use doorward_store::repo::organizations::OwnerlessFilter;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::{nullable, same_id, versioned_response, wrong};

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

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationView {
    /// Immutable slug; the claim `org` of tokens.
    slug: String,
    /// Name shown to users.
    name: String,
    /// False if the organization is disabled.
    active: bool,
    /// Domain whose requests are for the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    /// True if it asks for another owner, because all its owners are disabled or about to be deleted.
    /// Absent for callers without `organizations:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs_owner: Option<bool>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last change of it or its members (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
}

impl OrganizationView {
    fn new(organization: Organization, ownerless: Option<&[String]>) -> Self {
        Self {
            needs_owner: ownerless.map(|slugs| slugs.contains(&organization.slug)),
            slug: organization.slug,
            name: organization.name,
            active: organization.active,
            domain: organization.domain,
            created_at: time(organization.created_at),
            updated_at: time(organization.updated_at),
        }
    }
}

/// Returns those of the organizations that need another owner, if the caller may read organizations.
async fn needing_owner(
    context: &AdminContext<'_>,
    organizations: &[Organization],
) -> Result<Option<Vec<String>>, AdminError> {
    if context.need("organizations:read").is_err() {
        return Ok(None);
    }
    let slugs: Vec<_> = organizations.iter().map(|one| one.slug.clone()).collect();
    let filter = OwnerlessFilter {
        slugs: Some(&slugs),
        ..OwnerlessFilter::default()
    };
    let limit = slugs.len() as u64;
    organizations::needing_owner(context, &filter, limit)
        .await
        .map(Some)
}

/// Responds with an organization and its version.
async fn shown(admin: &AdminCaller, one: Organization) -> Result<HttpResponse, Problem> {
    let ownerless = needing_owner(&admin.context(), std::slice::from_ref(&one)).await;
    let ownerless = admin.map_result(ownerless).await?;
    Ok(versioned_response(one, |one| {
        OrganizationView::new(one, ownerless.as_deref())
    }))
}

/// An organization to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// Slug: 2 to 63 of `a-z`, `0-9` and inner `-`; never reused.
    slug: String,
    /// Name shown to users.
    name: String,
    /// ID of its first owner.
    owner: Option<String>,
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a value differ")]
pub struct OrganizationPatch {
    /// Must equal the one in the URL.
    slug: Option<String>,
    /// Name shown to users.
    name: Option<String>,
    /// False disables the organization.
    active: Option<bool>,
    /// Domain whose requests are for the organization; `null` removes it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    domain: Option<Option<String>>,
}

/// A member of an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationMember {
    /// ID of the user.
    user: String,
    /// True for an owner, who administers the organization.
    owner: bool,
    /// Time of joining (RFC 3339).
    #[schema(format = DateTime)]
    since: String,
}

impl OrganizationMember {
    fn new(member: Member) -> Self {
        Self {
            user: member.user_id.to_string(),
            owner: member.is_owner,
            since: time(member.created_at),
        }
    }
}

/// The membership to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberBody {
    /// Must equal the one in the URL.
    user: Option<String>,
    /// True for an owner, who administers the organization.
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
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("q" = Option<String>, Query, description = "Prefix of the slug or the name; then in the order of what matches"),
    ),
    responses((status = 200, description = "Accessible organizations, by slug", body = Listing<OrganizationView>)),
    security(("bearer" = []))
)]
#[get("/admin/organizations")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["q"])?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = name_search::organizations(&context, page.text(), after, page.limit).await;
    let found = admin.map_result(found).await?;
    let ownerless = needing_owner(&context, &found.items).await;
    let ownerless = admin.map_result(ownerless).await?;
    Ok(page.respond(found.items, found.next.as_deref(), |one| {
        OrganizationView::new(one, ownerless.as_deref())
    }))
}

/// Create an organization
#[utoipa::path(
    operation_id = "admin_create_organization",
    tag = "admin",
    request_body = NewOrganization,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Created", body = OrganizationView)),
    security(("bearer" = []))
)]
#[post("/admin/organizations")]
async fn create(admin: AdminCaller, body: Body<NewOrganization>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let owner = match body.owner.as_deref() {
        Some(id) => {
            let id = UserId::parse(id);
            Some(id.ok_or_else(|| wrong("owner", "invalid", "Not an ID."))?)
        }
        None => None,
    };
    let work = async |context: AdminContext<'_>| {
        let one = organizations::create(&context, &body.slug, &body.name, owner).await?;
        created(&context, one).await
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        created(context, organizations::get(context, &stored.id).await?).await
    };
    idempotency::create(&admin, "organizations:write", &body, work, again).await
}

async fn created(
    context: &AdminContext<'_>,
    organization: Organization,
) -> Result<CreatedResource, AdminError> {
    let location = format!("/api/admin/organizations/{}", organization.slug);
    let tag = version(&organization);
    let ownerless = needing_owner(context, std::slice::from_ref(&organization)).await?;
    let view = OrganizationView::new(organization, ownerless.as_deref());
    Ok(created_response(&view, location, Some(tag)))
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
        .map_result(organizations::get(&admin.context(), &slug).await)
        .await?;
    shown(&admin, one).await
}

/// Change an organization
#[utoipa::path(
    operation_id = "admin_update_organization",
    tag = "admin",
    request_body = OrganizationPatch,
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
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
    let context = admin.context_with_version()?;
    let change = OrganizationChange {
        name: body.name,
        active: body.active,
        domain: body
            .domain
            .map(|text| parse_domain(&admin, text))
            .transpose()?,
    };
    let one = admin
        .map_result(organizations::update(&context, &slug, change).await)
        .await?;
    shown(&admin, one).await
}

/// Reads the domain of an organization; `None` removes it.
fn parse_domain(
    admin: &AdminCaller,
    text: Option<String>,
) -> Result<Option<OrganizationDomain>, Problem> {
    let config = &admin.call.context.core.config;
    let parsed = text.map(|text| config.organization_domain(&text));
    parsed
        .transpose()
        .map_err(|problem| wrong("domain", "invalid", problem))
}

/// End an organization
#[utoipa::path(
    operation_id = "admin_delete_organization",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Ended")),
    security(("bearer" = []))
)]
#[delete("/admin/organizations/{slug}")]
async fn remove(admin: AdminCaller, slug: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let done = organizations::delete(&context, &slug).await;
    admin.no_content(done).await
}

/// List the members of an organization
#[utoipa::path(
    operation_id = "admin_list_organization_members",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Members", body = Listing<OrganizationMember>)),
    security(("bearer" = []))
)]
#[get("/admin/organizations/{slug}/members")]
async fn members(admin: AdminCaller, slug: Path<String>) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let after = page.after_id(UserId::parse)?;
    let context = admin.context();
    let organization = organizations::get(&context, &slug).await;
    let organization = admin.map_result(organization).await?;
    let found = organizations::members(&context, &organization, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(
        found,
        |(member, _)| member.user_id.to_string(),
        |(member, _)| OrganizationMember::new(member),
    ))
}

/// Set a member or owner of an organization
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
    let set = organizations::set_member(&admin.context(), &path.0, user, body.owner).await;
    let member = admin.map_result(set).await?;
    Ok(HttpResponse::Ok().json(OrganizationMember::new(member)))
}

/// Remove a user from an organization
#[utoipa::path(
    operation_id = "admin_remove_organization_member",
    tag = "admin",
    responses((status = 204, description = "Removed")),
    security(("bearer" = []))
)]
#[delete("/admin/organizations/{slug}/members/{user}")]
async fn remove_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let user = user_id(&path.1)?;
    let removed = organizations::remove_member(&admin.context(), &path.0, user).await;
    admin.no_content(removed).await
}
