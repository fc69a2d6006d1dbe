//! `/api/admin/groups`: trees of people.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use doorward_admin::groups::{self, GroupChange, NewGroup};
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::{AdminContext, version};
use doorward_domain::model::{Group, GroupId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::idempotency;
use super::idempotency::{CreatedResource, made};
use super::paging::{Listing, Page};
use super::support::{given, gone, same_id, shown, wrong};
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
        .service(add_member)
        .service(remove_member);
}

/// A group; a department is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupView {
    /// Names it for good.
    id: String,
    /// Where it stands, such as `/engineering/backend`; the name in tokens.
    path: String,
    /// What it is for.
    description: String,
    /// Its organization; absent: outside of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<String>,
    /// The group above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// Who leads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<String>,
    /// Since when (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
}

impl GroupView {
    fn of(group: Group) -> Self {
        Self {
            id: group.id.to_string(),
            path: group.path,
            description: group.description,
            organization: group.org,
            parent: group.parent.map(|id| id.to_string()),
            manager: group.manager.map(|id| id.to_string()),
            created_at: time(group.created_at),
        }
    }
}

/// A group to make.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewGroupBody {
    /// The last part of its path: 1 to 64 of `a-z`, `0-9`, `_` and `-`.
    name: String,
    /// The id of the group above it.
    parent: Option<String>,
    /// Its organization; that of the parent where there is one.
    organization: Option<String>,
    /// What it is for.
    #[serde(default)]
    description: String,
    /// The id of who leads it.
    manager: Option<String>,
}

/// What to change; what is left out stays, and `null` takes away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
pub struct GroupPatch {
    /// Must be that of the address.
    id: Option<String>,
    /// Another last part of its path.
    name: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// The id of another group above it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    parent: Option<Option<String>>,
    /// The id of who leads it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    manager: Option<Option<String>>,
}

/// Somebody in a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupMember {
    /// Their id.
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
    let id = |text: &str| parse(text).ok_or_else(|| wrong(field, "invalid", "This is no id."));
    text.map(id).transpose()
}

/// List groups
#[utoipa::path(
    operation_id = "admin_list_groups",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
        ("organization" = Option<String>, Query, description = "Only those of this organization"),
    ),
    responses((status = 200, description = "Groups in reach, the oldest first", body = Listing<GroupView>)),
    security(("bearer" = []))
)]
#[get("/admin/groups")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &["organization"])?;
    let after = page.after_id(GroupId::parse)?;
    let org = page.filter("organization");
    let found = groups::list(&admin.op(), org, after, page.rows()).await;
    let found = admin.told(found).await?;
    Ok(page.answer(found, |group| group.id.to_string(), GroupView::of))
}

/// Make a group
#[utoipa::path(
    operation_id = "admin_create_group",
    tag = "admin",
    request_body = NewGroupBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes it safe to send again")),
    responses((status = 201, description = "Made", body = GroupView)),
    security(("bearer" = []))
)]
#[post("/admin/groups")]
async fn create(admin: AdminCaller, body: Body<NewGroupBody>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let parent = read("parent", body.parent.as_deref(), GroupId::parse)?;
    let manager = read("manager", body.manager.as_deref(), UserId::parse)?;
    let work = async |op: AdminContext<'_>| {
        let new = NewGroup {
            name: body.name.clone(),
            parent,
            org: body.organization.clone(),
            description: body.description.clone(),
            manager,
        };
        Ok(told(groups::create(&op, new).await?))
    };
    let again = async |op: &AdminContext<'_>, kept: &StoredResponse| {
        Ok(told(groups::get_named(op, &kept.id, None).await?))
    };
    idempotency::create(&admin, "groups:write", &body, work, again).await
}

fn told(group: Group) -> CreatedResource {
    let location = format!("/api/admin/groups/{}", group.id);
    let tag = version(&group);
    made(&GroupView::of(group), location, Some(tag))
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
    let group = groups::get(&admin.op(), group_id(&id)?).await;
    let group = admin.told(group).await?;
    Ok(shown(group, GroupView::of))
}

/// Change or move a group
#[utoipa::path(
    operation_id = "admin_update_group",
    tag = "admin",
    request_body = GroupPatch,
    params(("If-Match" = String, Header, description = "The ETag of what was read")),
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
    let op = admin.op_seen()?;
    let parent = body
        .parent
        .map(|id| read("parent", id.as_deref(), GroupId::parse));
    let manager = body
        .manager
        .map(|id| read("manager", id.as_deref(), UserId::parse));
    let change = GroupChange {
        description: body.description,
        manager: manager.transpose()?,
        name: body.name,
        parent: parent.transpose()?,
    };
    let group = groups::update(&op, group_id(&id)?, change).await;
    let group = admin.told(group).await?;
    Ok(shown(group, GroupView::of))
}

/// Delete a group
#[utoipa::path(
    operation_id = "admin_delete_group",
    tag = "admin",
    params(("If-Match" = String, Header, description = "The ETag of what was read")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/groups/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let op = admin.op_seen()?;
    admin
        .told(groups::delete(&op, group_id(&id)?).await)
        .await?;
    Ok(gone())
}

/// List who is in a group
#[utoipa::path(
    operation_id = "admin_list_group_members",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "Who is directly in it", body = Listing<GroupMember>)),
    security(("bearer" = []))
)]
#[get("/admin/groups/{id}/members")]
async fn members(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &[])?;
    let after = page.after_id(UserId::parse)?;
    let found = groups::members(&admin.op(), group_id(&id)?, after, page.rows()).await;
    let found = admin.told(found).await?;
    let view = |user: UserId| GroupMember {
        user: user.to_string(),
    };
    Ok(page.answer(found, ToString::to_string, view))
}

/// Put somebody into a group
#[utoipa::path(
    operation_id = "admin_add_group_member",
    tag = "admin",
    responses((status = 204, description = "In it")),
    security(("bearer" = []))
)]
#[put("/admin/groups/{id}/members/{user}")]
async fn add_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (group, user) = (group_id(&path.0)?, user_id(&path.1)?);
    let added = groups::add_member(&admin.op(), group, user).await;
    admin.told(added).await?;
    Ok(gone())
}

/// Take somebody out of a group
#[utoipa::path(
    operation_id = "admin_remove_group_member",
    tag = "admin",
    responses((status = 204, description = "Out of it")),
    security(("bearer" = []))
)]
#[delete("/admin/groups/{id}/members/{user}")]
async fn remove_member(
    admin: AdminCaller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (group, user) = (group_id(&path.0)?, user_id(&path.1)?);
    let removed = groups::remove_member(&admin.op(), group, user).await;
    admin.told(removed).await?;
    Ok(gone())
}
