//! Operations of permissions.

use doorward_domain::model::Permission;
use doorward_services::view;

use crate::found::FoundPage;
use crate::operation::{Again, Operation, Shown};
use crate::prelude::*;
use crate::roles;

crate::entries! {
    LIST: List, SHOW: Show, CREATE: Create, UPDATE: Update, DELETE: Delete,
}

crate::targets! { {} => List }

crate::targets! {
    {
        /// Codename of the permission.
        codename
    } => Show, Delete
}

view! {
    /// A permission at a resource server.
    #[schema(as = Permission)]
    pub PermissionView(permission: Permission) {
        /// Name in tokens, `resource:action`.
        codename: String = permission.codename;
        /// Description of the allowed action.
        description: String = permission.description;
        /// Audience: URI of the resource server that enforces it.
        audience: String = permission.audience;
    }
}

impl Operation for List {
    const TITLE: &'static str = "List the permissions with the resource that checks each";
    const CALL: &'static str = "GET permissions paged";
    const COMMAND: &'static str = "permission list";
    const TABLE: &'static str = "codename audience description";
    type Done = FoundPage<PermissionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let rows = roles::page_of_permissions(context, after, limit + 1).await?;
        let found = FoundPage::cut_rows(rows, limit, |permission| permission.codename.clone());
        Ok(found.map(PermissionView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a permission";
    const CALL: &'static str = "GET permissions/{codename}";
    const COMMAND: &'static str = "permission show PERMISSION=codename";
    type Done = Shown<PermissionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = roles::permission(context, &self.codename).await;
        found.map(Shown::versioned)
    }
}

/// A permission to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPermission)]
pub struct Create {
    /// Name in tokens, `resource:action`.
    #[schema(example = "bills:pay")]
    codename: String,
    /// Description of the allowed action.
    #[serde(default)]
    description: String,
    /// Audience: URI of the resource server that checks it.
    #[schema(format = "uri")]
    audience: String,
}

impl Operation for Create {
    const TITLE: &'static str =
        "Register a permission of a resource; the role `admin` gets it at once";
    const CALL: &'static str = "POST permissions once";
    const COMMAND: &'static str = "permission create PERMISSION=codename --resource=audience";
    const DONE: &'static str = "The permission {codename} is created.";
    type Done = Shown<PermissionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let new = Permission {
            codename: self.codename,
            description: self.description,
            audience: self.audience,
        };
        let created = roles::create_permission(context, new).await?;
        let note = unregistered(context, &created.audience).await?;
        Ok(Shown::versioned(created).with_note(note))
    }

    fn again() -> Option<Again> {
        Some(Again::new("roles:write", &SHOW))
    }
}

async fn unregistered(context: &AdminContext<'_>, audience: &str) -> Result<Option<String>> {
    let found = repo::resources::find(context.db.read(), audience).await?;
    Ok(found.is_none().then(|| {
        format!(
            "The resource {audience} is not registered, and no token has its permissions before \
             `doorward resource create {audience} --name NAME`."
        )
    }))
}

/// A new description.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PermissionPatch)]
pub struct Update {
    /// Codename of the permission.
    codename: String,
    /// Description of the allowed action.
    description: String,
}

impl Operation for Update {
    const TITLE: &'static str = "Change the description of a permission";
    const CALL: &'static str = "PATCH permissions/{codename} versioned";
    const COMMAND: &'static str = "permission update PERMISSION=codename";
    const DONE: &'static str = "The permission {codename} is changed.";
    type Done = Shown<PermissionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let changed = roles::describe_permission(context, &self.codename, &self.description).await;
        changed.map(Shown::versioned)
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a permission, and remove it from every role";
    const CALL: &'static str = "DELETE permissions/{codename} versioned";
    const COMMAND: &'static str = "permission delete PERMISSION=codename";
    const DONE: &'static str = "The permission {codename} is deleted.";
    type Done = Shown<PermissionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let deleted = roles::delete_permission(context, &self.codename).await;
        deleted.map(Shown::versioned)
    }
}
