//! `/api/admin/organizations`: organizations and their members.

use doorward_admin::json_member::nullable;
use doorward_admin::name_search;
use doorward_admin::organizations::{self, OrganizationChange};
use doorward_domain::model::{Member, Organization};
use doorward_rules::organization_domain::OrganizationDomain;
use doorward_store::repo::organizations::OwnerlessFilter;

use crate::prelude::*;

endpoints! {
    admin_list_organizations, admin_create_organization, admin_read_organization,
    admin_update_organization, admin_delete_organization, admin_list_organization_members,
    admin_set_organization_member, admin_remove_organization_member,
}

view! {
    /// An organization.
    OrganizationView(organization: Organization, ownerless: Option<&[String]>) {
        /// Immutable slug; the claim `org` of tokens.
        slug: String = organization.slug.clone();
        /// Name shown to users.
        name: String = organization.name;
        /// False if the organization is disabled.
        active: bool = organization.active;
        /// Domain whose requests are for the organization.
        domain?: String = organization.domain;
        /// True if it asks for another owner, because all its owners are disabled or about to be deleted.
        /// Absent for callers without `organizations:read`.
        needs_owner?: bool = ownerless.map(|slugs| slugs.contains(&organization.slug));
        /// Time of creation (RFC 3339).
        created_at: Time = organization.created_at;
        /// Time of the last change of it or its members (RFC 3339).
        updated_at: Time = organization.updated_at;
    }
}

/// Returns those of the organizations that need another owner, if the caller may read organizations.
async fn needing_owner(
    context: &AdminContext<'_>,
    organizations: &[Organization],
) -> Result<Option<Vec<String>>> {
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

async fn shown(admin: &AdminCaller, one: Organization) -> Answer {
    let ownerless = needing_owner(&admin.context(), std::slice::from_ref(&one)).await?;
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

view! {
    /// A member of an organization.
    OrganizationMember(member: Member) {
        /// ID of the user.
        user: String = member.user_id.to_string();
        /// True for an owner, who administers the organization.
        owner: bool = member.is_owner;
        /// Time of joining (RFC 3339).
        since: Time = member.created_at;
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

/// List organizations
#[utoipa::path(
    params(
        PageParams,
        ("q" = Option<String>, Query, description = "Prefix of the slug or the name; then in the order of what matches"),
    ),
    responses((status = 200, description = "Accessible organizations, by slug", body = Listing<OrganizationView>)),
)]
#[get("/admin/organizations")]
async fn admin_list_organizations(admin: AdminCaller) -> Answer {
    let page = admin.page(&["q"])?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let found = name_search::organizations(&context, page.text(), after, page.limit).await?;
    let ownerless = needing_owner(&context, &found.items).await?;
    Ok(page.respond(found.items, found.next.as_deref(), |one| {
        OrganizationView::new(one, ownerless.as_deref())
    }))
}

/// Create an organization
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Created", body = OrganizationView)),
)]
#[post("/admin/organizations")]
async fn admin_create_organization(admin: AdminCaller, body: Json<NewOrganization>) -> Answer {
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
    let context = admin.context();
    idempotency::create(&admin, context, "organizations:write", &body, work, again).await
}

async fn created(
    context: &AdminContext<'_>,
    organization: Organization,
) -> Result<CreatedResource> {
    let location = format!("/api/admin/organizations/{}", organization.slug);
    let tag = version(&organization);
    let ownerless = needing_owner(context, std::slice::from_ref(&organization)).await?;
    let view = OrganizationView::new(organization, ownerless.as_deref());
    Ok(created_response(&view, location, Some(tag)))
}

/// Read an organization
#[utoipa::path(
    responses((status = 200, description = "The organization", body = OrganizationView)),
)]
#[get("/admin/organizations/{slug}")]
async fn admin_read_organization(admin: AdminCaller, slug: Path<String>) -> Answer {
    let one = organizations::get(&admin.context(), &slug).await?;
    shown(&admin, one).await
}

/// Change an organization
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = OrganizationView)),
)]
#[patch("/admin/organizations/{slug}")]
async fn admin_update_organization(
    admin: AdminCaller,
    slug: Path<String>,
    body: Json<OrganizationPatch>,
) -> Answer {
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
    let one = organizations::update(&context, &slug, change).await?;
    shown(&admin, one).await
}

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
#[utoipa::path(params(IfMatch), responses((status = 204, description = "Ended")))]
#[delete("/admin/organizations/{slug}")]
async fn admin_delete_organization(admin: AdminCaller, slug: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    organizations::delete(&context, &slug).await?;
    Ok(no_content())
}

/// List the members of an organization
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Members", body = Listing<OrganizationMember>)),
)]
#[get("/admin/organizations/{slug}/members")]
async fn admin_list_organization_members(admin: AdminCaller, slug: Path<String>) -> Answer {
    let page = admin.page(&[])?;
    let after = page.after_id(UserId::parse)?;
    let context = admin.context();
    let organization = organizations::get(&context, &slug).await?;
    let found = organizations::members(&context, &organization, after, page.rows()).await?;
    Ok(page.finish(
        found,
        |(member, _)| member.user_id.to_string(),
        |(member, _)| OrganizationMember::new(member),
    ))
}

/// Set a member or owner of an organization
#[utoipa::path(responses((status = 200, description = "Set", body = OrganizationMember)))]
#[put("/admin/organizations/{slug}/members/{user}")]
async fn admin_set_organization_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
    body: Json<MemberBody>,
) -> Answer {
    same_id("user", body.user.as_deref(), &path.1)?;
    let user = user_id(&path.1)?;
    let member = organizations::set_member(&admin.context(), &path.0, user, body.owner).await?;
    Ok(HttpResponse::Ok().json(OrganizationMember::new(member)))
}

/// Remove a user from an organization
#[utoipa::path(responses((status = 204, description = "Removed")))]
#[delete("/admin/organizations/{slug}/members/{user}")]
async fn admin_remove_organization_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Answer {
    let user = user_id(&path.1)?;
    organizations::remove_member(&admin.context(), &path.0, user).await?;
    Ok(no_content())
}
