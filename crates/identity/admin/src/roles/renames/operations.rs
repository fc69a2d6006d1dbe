//! Operations that rename.

use doorward_domain::model::former_name::{FormerName, NameKind};
use doorward_services::view;

use super::{configured, end, permission, role, scope};
use crate::found::FoundPage;
use crate::json_member::optional;
use crate::operation::{Operation, Shown};
use crate::permissions::PermissionView;
use crate::prelude::*;
use crate::roles::operations::RoleView;
use crate::scopes::operations::{ScopeView, shown};

crate::entries! {
    ROLE: RenameRole, PERMISSION: RenamePermission, SCOPE: RenameScope, LIST: List, END: End,
}

/// A new name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameRole {
    /// Name of the role.
    name: String,
    /// New name: 1 to 64 of `a-z`, `0-9`, and `_ - . :`.
    new_name: String,
    /// Time until which tokens contain the old name too (RFC 3339); absent: only the new one.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    alias_until: Option<UnixSeconds>,
}

impl Operation for RenameRole {
    const TITLE: &'static str = "Give a role another name, with its holders";
    const TEXT: &'static str = "Assignments and the mappings of identity providers follow.";
    const CALL: &'static str = "POST roles/{name}/rename versioned";
    const COMMAND: &'static str = "role rename ROLE=name NEW_NAME --alias-until";
    const DONE: &'static str = "The role {name} is renamed to {new_name}.";
    type Done = Shown<RoleView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let renamed = role(context, &self.name, &self.new_name, self.alias_until).await?;
        let note = configured(context, "role", &self.name);
        Ok(Shown::versioned(renamed).with_note(note))
    }
}

/// A new codename.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamePermission {
    /// Codename of the permission.
    codename: String,
    /// New codename, `resource:action`.
    new_codename: String,
    /// Time until which tokens contain the old codename too (RFC 3339); absent: only the new one.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    alias_until: Option<UnixSeconds>,
}

impl Operation for RenamePermission {
    const TITLE: &'static str = "Give a permission another codename, in all roles";
    const TEXT: &'static str = "A scope with this name at the same resource follows.";
    const CALL: &'static str = "POST permissions/{codename}/rename versioned";
    const COMMAND: &'static str =
        "permission rename PERMISSION=codename NEW_CODENAME --alias-until";
    const DONE: &'static str = "The permission {codename} is renamed to {new_codename}.";
    type Done = Shown<PermissionView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (old, new) = (&self.codename, &self.new_codename);
        let renamed = permission(context, old, new, self.alias_until).await?;
        let note = configured(context, "scope", old);
        Ok(Shown::versioned(renamed).with_note(note))
    }
}

/// A new name of a scope.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameScope {
    /// Name of the scope.
    name: String,
    /// New scope value in requests and tokens.
    new_name: String,
    /// Time until which requests may use the old name and tokens contain both (RFC 3339); absent: only the
    /// new name is known.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    alias_until: Option<UnixSeconds>,
}

impl Operation for RenameScope {
    const TITLE: &'static str = "Give a scope another name";
    const TEXT: &'static str = "Clients, consents, grants, API keys and custom claims follow.";
    const CALL: &'static str = "POST scopes/{name}/rename versioned";
    const COMMAND: &'static str = "scope rename SCOPE=name NEW_NAME --alias-until";
    const DONE: &'static str = "The scope {name} is renamed to {new_name}.";
    type Done = Shown<ScopeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let renamed = scope(context, &self.name, &self.new_name, self.alias_until).await?;
        let note = configured(context, "scope", &self.name);
        Ok(shown(renamed).with_note(note))
    }
}

view! {
    /// A former name of a role, a permission or a scope.
    #[schema(as = FormerName)]
    pub FormerNameView(found: FormerName) {
        /// `role`, `permission` or `scope`.
        kind: &'static str = found.kind.as_str();
        /// Former name, which tokens and requests may still use.
        former: String = found.former;
        /// Present name.
        name: String = found.name;
        /// End of the former name (RFC 3339).
        expires_at: Time = found.expires_at;
    }
}

crate::targets! { {} => List }

impl Operation for List {
    const TITLE: &'static str = "List the former names of roles, permissions and scopes";
    const CALL: &'static str = "GET former-names paged";
    const COMMAND: &'static str = "former-name list";
    const TABLE: &'static str = "kind former name expires_at";
    type Done = FoundPage<FormerNameView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("roles:read")?;
        let all = repo::former_names::list(context.db.read(), context.now()).await?;
        let key = |known: &FormerName| format!("{} {}", known.kind.as_str(), known.former);
        let page = FoundPage::of_whole(all, &context.page, key);
        Ok(page.map(FormerNameView::new))
    }
}

/// A former name to end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Kind of the object: `role`, `permission` or `scope`.
    kind: String,
    /// Former name.
    former: String,
}

impl Operation for End {
    const TITLE: &'static str = "End a former name before its date";
    const CALL: &'static str = "DELETE former-names/{kind}/{former}";
    const COMMAND: &'static str = "former-name end KIND FORMER";
    const DONE: &'static str = "The former name {former} is ended.";
    type Done = Shown<FormerNameView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.must_administer()?;
        let kind = AdminError::id("kind of names", &self.kind, NameKind::parse)?;
        let ended = end(context, kind, &self.former).await?;
        Ok(Shown::unversioned(FormerNameView::new(ended)))
    }
}
