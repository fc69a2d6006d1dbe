//! `/api/admin/groups`: hierarchical groups of users.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use doorward_admin::groups::{self, GroupChange, NewGroup};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::name_search;
use doorward_admin::operator::{AdminContext, version};
use doorward_domain::model::{Group, GroupId, UserId};
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, created_response};
use super::support::{nullable, same_id, wrong};

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(remove)
        .service(members)
        .service(add_member)
        .service(remove_member);
}

/// A group, such as a department.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Immutable ID.
    id: String,
    /// Path of the group, such as `/engineering/backend`; its name in tokens.
    path: String,
    /// Description.
    description: String,
    /// Short code, such as a department number.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Slug of its organization; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// ID of the parent group.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// ID of the user who manages it.
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<String>,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
}

impl GroupView {
    fn new(group: Group) -> Self {
        Self {
            id: group.id.to_string(),
            path: group.path,
            description: group.description,
            code: group.code,
            organization: group.org,
            parent: group.parent.map(|id| id.to_string()),
            manager: group.manager.map(|id| id.to_string()),
            created_at: time(group.created_at),
        }
    }
}

/// A group to create.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroupBody {
    /// Last segment of its path: 1 to 64 of `a-z`, `0-9`, `_` and `-`.
    name: String,
    /// ID of the parent group.
    parent: Option<String>,
    /// Slug of its organization; defaults to that of the parent.
    organization: Option<String>,
    /// Description.
    #[serde(default)]
    description: String,
    /// Short code: 1 to 40 of `A-Z`, `a-z`, `0-9`, `_`, `-` and `.`; unique in the organization,
    /// whatever the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// ID of the user who manages it.
    manager: Option<String>,
}

/// Changes. Omitted members stay unchanged; `null` removes a value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a value differ")]
pub struct GroupPatch {
    /// Must equal the one in the URL.
    id: Option<String>,
    /// New last segment of its path.
    name: Option<String>,
    /// Description.
    description: Option<String>,
    /// New short code.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    code: Option<Option<String>>,
    /// ID of the new parent group.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    parent: Option<Option<String>>,
    /// ID of the user who manages it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    manager: Option<Option<String>>,
}

/// A member of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMember {
    /// ID of the user.
    user: String,
}

fn group_id(text: &str) -> Result<GroupId, Problem> {
    GroupId::parse(text).ok_or_else(Problem::not_found)
}

fn user_id(text: &str) -> Result<UserId, Problem> {
    UserId::parse(text).ok_or_else(Problem::not_found)
}

fn read<T>(
    field: &str,
    text: Option<&str>,
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let id = |text: &str| parse(text).ok_or_else(|| wrong(field, "invalid", "Not an ID."));
    text.map(id).transpose()
}

/// List groups
#[utoipa::path(
    operation_id = "admin_list_groups",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
        ("organization" = Option<String>, Query, description = "Only those of this organization"),
        ("q" = Option<String>, Query, description = "Prefix of the path; then in the order of the paths"),
    ),
    responses((status = 200, description = "Accessible groups, the oldest first", body = Listing<GroupView>)),
    security(("bearer" = []))
)]
#[get("/admin/groups")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&["organization", "q"])?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let org = page.filter("organization");
    let found = name_search::groups(&context, page.text(), org, after, page.limit).await;
    let found = admin.map_result(found).await?;
    Ok(page.respond(found.items, found.next.as_deref(), GroupView::new))
}

/// Create a group
#[utoipa::path(
    operation_id = "admin_create_group",
    tag = "admin",
    request_body = NewGroupBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Created", body = GroupView)),
    security(("bearer" = []))
)]
#[post("/admin/groups")]
async fn create(admin: AdminCaller, body: Body<NewGroupBody>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let parent = read("parent", body.parent.as_deref(), GroupId::parse)?;
    let manager = read("manager", body.manager.as_deref(), UserId::parse)?;
    let work = async |context: AdminContext<'_>| {
        let new = NewGroup {
            name: body.name.clone(),
            parent,
            org: body.organization.clone(),
            description: body.description.clone(),
            code: body.code.clone(),
            manager,
        };
        Ok(created(groups::create(&context, new).await?))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(groups::get_named(context, &stored.id, None).await?))
    };
    idempotency::create(&admin, "groups:write", &body, work, again).await
}

fn created(group: Group) -> CreatedResource {
    let location = format!("/api/admin/groups/{}", group.id);
    let tag = version(&group);
    created_response(&GroupView::new(group), location, Some(tag))
}

/// Read a group
#[utoipa::path(
    operation_id = "admin_read_group",
    tag = "admin",
    responses((status = 200, description = "The group", body = GroupView)),
    security(("bearer" = []))
)]
#[get("/admin/groups/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let group = groups::get(&admin.context(), group_id(&id)?).await;
    admin.versioned(group, GroupView::new).await
}

/// Change or move a group
#[utoipa::path(
    operation_id = "admin_update_group",
    tag = "admin",
    request_body = GroupPatch,
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "Changed", body = GroupView)),
    security(("bearer" = []))
)]
#[patch("/admin/groups/{id}")]
async fn update(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<GroupPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let parent = body
        .parent
        .map(|id| read("parent", id.as_deref(), GroupId::parse));
    let manager = body
        .manager
        .map(|id| read("manager", id.as_deref(), UserId::parse));
    let change = GroupChange {
        description: body.description,
        code: body.code,
        manager: manager.transpose()?,
        name: body.name,
        parent: parent.transpose()?,
    };
    let group = groups::update(&context, group_id(&id)?, change).await;
    admin.versioned(group, GroupView::new).await
}

/// Delete a group
#[utoipa::path(
    operation_id = "admin_delete_group",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/groups/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    let done = groups::delete(&context, group_id(&id)?).await;
    admin.no_content(done).await
}

/// List the members of a group
#[utoipa::path(
    operation_id = "admin_list_group_members",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Direct members", body = Listing<GroupMember>)),
    security(("bearer" = []))
)]
#[get("/admin/groups/{id}/members")]
async fn members(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let after = page.after_id(UserId::parse)?;
    let context = admin.context();
    let group = groups::get(&context, group_id(&id)?).await;
    let group = admin.map_result(group).await?;
    let found = groups::members(&context, &group, after, page.rows()).await;
    let found = admin.map_result(found).await?;
    let members = found.into_iter().map(|(user, _)| user).collect();
    let view = |user: UserId| GroupMember {
        user: user.to_string(),
    };
    Ok(page.finish(members, ToString::to_string, view))
}

/// Add a user to a group
#[utoipa::path(
    operation_id = "admin_add_group_member",
    tag = "admin",
    responses((status = 204, description = "Added")),
    security(("bearer" = []))
)]
#[put("/admin/groups/{id}/members/{user}")]
async fn add_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (group, user) = (group_id(&path.0)?, user_id(&path.1)?);
    let added = groups::add_member(&admin.context(), group, user).await;
    admin.no_content(added).await
}

/// Remove a user from a group
#[utoipa::path(
    operation_id = "admin_remove_group_member",
    tag = "admin",
    responses((status = 204, description = "Removed")),
    security(("bearer" = []))
)]
#[delete("/admin/groups/{id}/members/{user}")]
async fn remove_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (group, user) = (group_id(&path.0)?, user_id(&path.1)?);
    let removed = groups::remove_member(&admin.context(), group, user).await;
    admin.no_content(removed).await
}
