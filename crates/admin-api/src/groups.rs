//! `/api/admin/groups`: hierarchical groups of users.

use doorward_admin::group_members;
use doorward_admin::groups::{self, GroupChange, NewGroup};
use doorward_admin::name_search;
use doorward_domain::model::{Group, GroupId};

use crate::prelude::*;

endpoints! {
    admin_list_groups, admin_create_group, admin_read_group, admin_update_group, admin_delete_group,
    admin_list_group_members, admin_add_group_member, admin_remove_group_member,
}

view! {
    /// A group, such as a department.
    GroupView(group: Group) {
        /// Immutable ID.
        id: String = group.id.to_string();
        /// Path of the group, such as `/engineering/backend`; its name in tokens.
        path: String = group.path;
        /// Description.
        description: String = group.description;
        /// Short code, such as a department number.
        code?: String = group.code;
        /// Slug of its organization; absent: none.
        organization?: String = group.org;
        /// ID of the parent group.
        parent?: String = group.parent.map(|id| id.to_string());
        /// ID of the user who manages it.
        manager?: String = group.manager.map(|id| id.to_string());
        /// Time of creation (RFC 3339).
        created_at: Time = group.created_at;
    }
}

view! {
    /// A member of a group.
    GroupMember(user: UserId) {
        /// ID of the user.
        user: String = user.to_string();
    }
}

fn group_id(text: &str) -> Result<GroupId, Problem> {
    GroupId::parse(text).ok_or_else(Problem::not_found)
}

/// List groups
#[utoipa::path(
    params(
        PageParams,
        ("organization" = Option<String>, Query, description = "Only those of this organization"),
        ("q" = Option<String>, Query, description = "Prefix of the path; then in the order of the paths"),
    ),
    responses((status = 200, description = "Accessible groups, the oldest first", body = Listing<GroupView>)),
)]
#[get("/admin/groups")]
async fn admin_list_groups(admin: AdminCaller) -> Answer {
    let page = admin.page(&["organization", "q"])?;
    let (context, after) = (admin.context(), page.after.as_deref());
    let org = page.filter("organization");
    let found = name_search::groups(&context, page.text(), org, after, page.limit).await?;
    Ok(page.respond(found.items, found.next.as_deref(), GroupView::new))
}

/// Create a group
#[utoipa::path(
    params(IdempotencyKey),
    responses((status = 201, description = "Created", body = GroupView)),
)]
#[post("/admin/groups")]
async fn admin_create_group(admin: AdminCaller, body: Json<NewGroup>) -> Answer {
    let body = body.0;
    let work = async |context: AdminContext<'_>| {
        Ok(created(groups::create(&context, body.clone()).await?))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        Ok(created(groups::get_named(context, &stored.id, None).await?))
    };
    idempotency::create(&admin, admin.context(), "groups:write", &body, work, again).await
}

fn created(group: Group) -> CreatedResource {
    let location = format!("/api/admin/groups/{}", group.id);
    let tag = version(&group);
    created_response(&GroupView::new(group), location, Some(tag))
}

/// Read a group
#[utoipa::path(responses((status = 200, description = "The group", body = GroupView)))]
#[get("/admin/groups/{id}")]
async fn admin_read_group(admin: AdminCaller, id: Path<String>) -> Answer {
    let group = groups::get(&admin.context(), group_id(&id)?).await?;
    Ok(versioned_response(group, GroupView::new))
}

/// Change or move a group
#[utoipa::path(
    params(IfMatch),
    responses((status = 200, description = "Changed", body = GroupView)),
)]
#[patch("/admin/groups/{id}")]
async fn admin_update_group(
    admin: AdminCaller,
    id: Path<String>,
    body: Json<GroupChange>,
) -> Answer {
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let group = groups::update(&context, group_id(&id)?, body.0).await?;
    Ok(versioned_response(group, GroupView::new))
}

/// Delete a group
#[utoipa::path(params(IfMatch), responses((status = 204, description = "Deleted")))]
#[delete("/admin/groups/{id}")]
async fn admin_delete_group(admin: AdminCaller, id: Path<String>) -> Answer {
    let context = admin.context_with_version()?;
    groups::delete(&context, group_id(&id)?).await?;
    Ok(no_content())
}

/// List the members of a group
#[utoipa::path(
    params(PageParams),
    responses((status = 200, description = "Direct members", body = Listing<GroupMember>)),
)]
#[get("/admin/groups/{id}/members")]
async fn admin_list_group_members(admin: AdminCaller, id: Path<String>) -> Answer {
    let page = admin.page(&[])?;
    let after = page.after_id(UserId::parse)?;
    let context = admin.context();
    let group = groups::get(&context, group_id(&id)?).await?;
    let found = group_members::list(&context, &group, after, page.rows()).await?;
    let members = found.into_iter().map(|(user, _)| user).collect();
    Ok(page.finish(members, ToString::to_string, GroupMember::new))
}

/// Add a user to a group
#[utoipa::path(responses((status = 204, description = "Added")))]
#[put("/admin/groups/{id}/members/{user}")]
async fn admin_add_group_member(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    let (group, user) = (group_id(&path.0)?, user_id(&path.1)?);
    group_members::add(&admin.context(), group, user).await?;
    Ok(no_content())
}

/// Remove a user from a group
#[utoipa::path(responses((status = 204, description = "Removed")))]
#[delete("/admin/groups/{id}/members/{user}")]
async fn admin_remove_group_member(admin: AdminCaller, path: Path<(String, String)>) -> Answer {
    let (group, user) = (group_id(&path.0)?, user_id(&path.1)?);
    group_members::remove(&admin.context(), group, user).await?;
    Ok(no_content())
}
