//! Operations of roles.

use doorward_domain::model::Role;
use doorward_services::view;

use super::{RoleChange, create, delete, get, update};
use crate::found::FoundPage;
use crate::name_search;
use crate::operation::{Again, Operation, PageRequest, Shown};
use crate::prelude::*;

crate::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: RoleChange, DELETE: Delete,
}

crate::targets! {
    {
        /// Name of the role.
        name
    } => Show, Delete
}

view! {
    /// A role: a named set of permissions.
    pub RoleView(role: Role) {
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

/// A list of roles.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Prefix of the name, or else a part of it.
    #[serde(default)]
    q: String,
}

impl Operation for List {
    const TITLE: &'static str = "List the roles with their permissions";
    const CALL: &'static str = "GET roles paged";
    const COMMAND: &'static str = "role list --prefix=q";
    const TABLE: &'static str = "name permissions description";
    type Done = FoundPage<RoleView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let PageRequest { after, limit } = &context.page;
        let found = name_search::roles(context, self.q.trim(), after.as_deref(), *limit).await?;
        Ok(found.map(|found| found.role.into()))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a role";
    const CALL: &'static str = "GET roles/{name}";
    const COMMAND: &'static str = "role show ROLE=name";
    type Done = Shown<RoleView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        get(context, &self.name).await.map(Shown::versioned)
    }
}

/// A role to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRole)]
pub struct Create {
    /// Name: 1 to 64 of `a-z`, `0-9`, and `_ - . :`.
    name: String,
    /// Description.
    #[serde(default)]
    description: String,
    /// Codename of a permission that the role has. The caller must have it.
    #[serde(default)]
    permissions: Vec<String>,
}

impl Operation for Create {
    const TITLE: &'static str = "Create a role";
    const CALL: &'static str = "POST roles once";
    const COMMAND: &'static str = "role create NAME --description --permission=permissions";
    const DONE: &'static str = "The role {name} is created.";
    type Done = Shown<RoleView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let created = create(context, &self.name, &self.description, self.permissions).await;
        created.map(Shown::versioned)
    }

    fn again() -> Option<Again> {
        Some(Again::new("roles:write", &SHOW))
    }
}

impl Operation for RoleChange {
    const TITLE: &'static str = "Change a role, and thereby the permissions of its holders";
    const CALL: &'static str = "PATCH roles/{name} versioned";
    const COMMAND: &'static str = "role update ROLE=name --description --permission=permissions \
                                   --add-permission=add_permissions \
                                   --remove-permission=remove_permissions";
    const DONE: &'static str = "The role {name} is changed.";
    type Done = Shown<RoleView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let name = self.name.clone();
        update(context, &name, self).await.map(Shown::versioned)
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a role with its assignments";
    const CALL: &'static str = "DELETE roles/{name} versioned";
    const COMMAND: &'static str = "role delete ROLE=name";
    const DONE: &'static str = "The role {name} is deleted.";
    type Done = Shown<RoleView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        delete(context, &self.name).await.map(Shown::versioned)
    }
}
