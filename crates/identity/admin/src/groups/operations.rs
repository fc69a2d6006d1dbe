//! Operations of groups.

use doorward_services::view;

use super::{GroupChange, NewGroup, create, delete, get, get_named, update};
use crate::found::FoundPage;
use crate::json_member::nullable;
use crate::operation::{Again, Operation, PageRequest, Shown};
use crate::prelude::*;
use crate::users::{named_id, optional_id};
use crate::{group_members, name_search};

crate::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: Update, DELETE: Delete, MEMBERS: Members,
    ADD_MEMBER: AddMember, REMOVE_MEMBER: RemoveMember,
}

crate::targets! {
    {
        /// Group: ID, or path such as `/engineering/backend`.
        id;
        /// Organization of the group, for a path.
        organization
    } => Show, Delete, Members
}

crate::targets! {
    {
        /// Group: ID, or path such as `/engineering/backend`.
        id,
        /// User name, e-mail address or ID.
        user;
        /// Organization of the group, for a path.
        organization
    } => AddMember, RemoveMember
}

view! {
    /// A group, such as a department.
    pub GroupView(group: Group) {
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
    #[schema(as = GroupMember)]
    pub MemberView(id: UserId, user: Option<User>) {
        /// ID of the user.
        user: String = id.to_string();
        /// User name or e-mail address; absent for callers without `users:read`.
        name?: String = user.map(|user| user.login_identifier().to_owned());
    }
}

#[boxed(?Send)]
pub async fn target(context: &AdminContext<'_>, id: &str, org: Option<&str>) -> Result<GroupId> {
    match GroupId::parse(id) {
        Some(id) => Ok(id),
        None => Ok(get_named(context, id, org).await?.id),
    }
}

/// Returns the parent of a group at this path, and its name.
async fn place(
    context: &AdminContext<'_>,
    path: &str,
    org: Option<&str>,
) -> Result<(Option<GroupId>, String)> {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = match above {
        "" => None,
        above => Some(get_named(context, above, org).await?.id),
    };
    Ok((parent, name.to_owned()))
}

/// A list of groups.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only those of this organization.
    organization: Option<String>,
    /// Prefix of the path, or else a part of it; then in the order of the paths.
    #[serde(default)]
    q: String,
}

impl Operation for List {
    const TITLE: &'static str = "List the groups, the oldest first";
    const CALL: &'static str = "GET groups paged";
    const COMMAND: &'static str = "group list --org=organization --prefix=q";
    const TABLE: &'static str = "path code organization description";
    const SORT: &'static str = "organization path";
    type Done = FoundPage<GroupView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (text, org) = (self.q.trim(), self.organization.as_deref());
        let PageRequest { after, limit } = &context.page;
        let found = name_search::groups(context, text, org, after.as_deref(), *limit).await?;
        Ok(found.map(GroupView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a group";
    const CALL: &'static str = "GET groups/{id}";
    const COMMAND: &'static str = "group show GROUP=id --org=organization";
    type Done = Shown<GroupView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = get_named(context, &self.id, self.organization.as_deref()).await;
        found.map(Shown::versioned)
    }
}

/// A group to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewGroup)]
pub struct Create {
    /// Last segment of its path: 1 to 64 of `a-z`, `0-9`, `_` and `-`; or its path with the first `/`, such
    /// as `/engineering/backend`. Its parents must exist.
    name: String,
    /// Parent group: ID, or path in the organization. For a name without a path.
    parent: Option<String>,
    /// Slug of its organization; defaults to that of the parent.
    organization: Option<String>,
    /// Description.
    #[serde(default)]
    description: String,
    /// Short code: 1 to 40 of `A-Z`, `a-z`, `0-9`, `_`, `-` and `.`; unique in the organization, whatever
    /// the case.
    code: Option<String>,
    /// User who manages it: user name, e-mail address or ID.
    manager: Option<String>,
}

impl Operation for Create {
    const TITLE: &'static str = "Create a group";
    const CALL: &'static str = "POST groups once";
    const COMMAND: &'static str = "group create PATH=name --org=organization";
    const DONE: &'static str = "The group {path} is created.";
    type Done = Shown<GroupView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let org = self.organization.as_deref();
        let (mut parent, name) = place(context, &self.name, org).await?;
        if let Some(named) = &self.parent {
            parent = Some(target(context, named, org).await?);
        }
        let manager = optional_id(context, self.manager.as_deref()).await?;
        let new = NewGroup {
            name,
            parent,
            org: self.organization,
            description: self.description,
            code: self.code,
            manager,
        };
        create(context, new).await.map(Shown::versioned)
    }

    fn again() -> Option<Again> {
        Some(Again::new("groups:write", &SHOW))
    }
}

/// Changes. Omitted members stay unchanged; `null` removes a value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GroupPatch)]
#[expect(clippy::option_option, reason = "absent, null and a value differ")]
pub struct Update {
    /// Group: ID, or path such as `/engineering/backend`.
    id: String,
    /// Organization of the group, for a path.
    organization: Option<String>,
    /// New last segment of its path, or new path with its first `/`: the group moves with those below it.
    name: Option<String>,
    /// Description.
    description: Option<String>,
    /// New short code.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    code: Option<Option<String>>,
    /// New parent group: ID, or path in the organization.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    parent: Option<Option<String>>,
    /// User who manages it: user name, e-mail address or ID.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    manager: Option<Option<String>>,
}

impl Operation for Update {
    const TITLE: &'static str = "Change a group, or move it with the groups below it";
    const CALL: &'static str = "PATCH groups/{id} versioned";
    const COMMAND: &'static str =
        "group update GROUP=id --org=organization --name --code? --parent? --manager?";
    const DONE: &'static str = "The group {path} is changed.";
    type Done = Shown<GroupView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let org = self.organization.as_deref();
        let id = target(context, &self.id, org).await?;
        let mut change = GroupChange {
            name: self.name,
            description: self.description,
            code: self.code,
            ..GroupChange::default()
        };
        if let Some(path) = change.name.take_if(|name| name.starts_with('/')) {
            let org = get(context, id).await?.org;
            let (parent, name) = place(context, &path, org.as_deref()).await?;
            (change.parent, change.name) = (Some(parent), Some(name));
        }
        if let Some(parent) = self.parent {
            change.parent = Some(match parent {
                Some(parent) => Some(target(context, &parent, org).await?),
                None => None,
            });
        }
        if let Some(manager) = self.manager {
            change.manager = Some(optional_id(context, manager.as_deref()).await?);
        }
        update(context, id, change).await.map(Shown::versioned)
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a group that has no subgroups";
    const CALL: &'static str = "DELETE groups/{id} versioned";
    const COMMAND: &'static str = "group delete GROUP=id --org=organization";
    const DONE: &'static str = "The group {path} is deleted.";
    type Done = Shown<GroupView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let id = target(context, &self.id, self.organization.as_deref()).await?;
        delete(context, id).await.map(Shown::versioned)
    }
}

impl Operation for Members {
    const TITLE: &'static str = "List the direct members of a group";
    const CALL: &'static str = "GET groups/{id}/members paged";
    const COMMAND: &'static str = "group members GROUP=id --org=organization";
    const TABLE: &'static str = "name user";
    type Done = FoundPage<MemberView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let group = get_named(context, &self.id, self.organization.as_deref()).await?;
        let (after, limit) = (context.page.after_id(UserId::parse)?, context.page.limit);
        let found = group_members::list(context, &group, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |(id, _)| id.to_string());
        Ok(page.map(|(id, user)| MemberView::new(id, user)))
    }
}

impl Operation for AddMember {
    const TITLE: &'static str = "Add a user to a group";
    const CALL: &'static str = "PUT groups/{id}/members/{user}";
    const COMMAND: &'static str = "group add-member GROUP=id --org=organization --user";
    const DONE: &'static str = "{user} is in {id}.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let id = target(context, &self.id, self.organization.as_deref()).await?;
        group_members::add(context, id, named_id(context, &self.user).await?).await
    }
}

impl Operation for RemoveMember {
    const TITLE: &'static str = "Remove a user from a group";
    const CALL: &'static str = "DELETE groups/{id}/members/{user}";
    const COMMAND: &'static str = "group remove-member GROUP=id --org=organization --user";
    const DONE: &'static str = "{user} is no longer in {id}.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        let id = target(context, &self.id, self.organization.as_deref()).await?;
        group_members::remove(context, id, named_id(context, &self.user).await?).await
    }
}
