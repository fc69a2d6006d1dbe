//! Operations of scopes.

use doorward_domain::model::ScopeEntry;
use doorward_services::view;

use super::{NewScope, ScopeChange, audit_details, create, delete, get, list, update};
use crate::found::FoundPage;
use crate::operation::{Again, Operation, Shown};
use crate::operator::version;
use crate::prelude::*;

crate::entries! {
    LIST: List, SHOW: Show, CREATE: NewScope, UPDATE: ScopeChange, DELETE: Delete,
}

crate::targets! { {} => List }

crate::targets! {
    {
        /// Name of the scope.
        name
    } => Show, Delete
}

view! {
    /// A scope that clients can request (RFC 6749 §3.3).
    #[schema(as = Scope)]
    pub ScopeView(scope: ScopeEntry) {
        /// Name in requests and tokens.
        name: String = scope.name;
        /// Description for the consent page.
        description: String = scope.description;
        /// Resource that it belongs to; absent: this server.
        resource?: String = scope.audience;
        /// Time of creation (RFC 3339).
        created_at: Time = scope.created_at;
    }
}

pub(crate) fn shown(scope: ScopeEntry) -> Shown<ScopeView> {
    Shown::of_version(version(&audit_details(&scope)), scope.into())
}

impl Operation for List {
    const TITLE: &'static str = "List the scopes with the resource that each belongs to";
    const CALL: &'static str = "GET scopes paged";
    const COMMAND: &'static str = "scope list";
    const TABLE: &'static str = "name resource description";
    type Done = FoundPage<ScopeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("clients:read")?;
        let all = list(context).await?;
        let page = FoundPage::of_whole(all, &context.page, |scope| scope.name.clone());
        Ok(page.map(ScopeView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a scope";
    const CALL: &'static str = "GET scopes/{name}";
    const COMMAND: &'static str = "scope show SCOPE=name";
    type Done = Shown<ScopeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("clients:read")?;
        get(context, &self.name).await.map(shown)
    }
}

impl Operation for NewScope {
    const TITLE: &'static str = "Register a scope";
    const CALL: &'static str = "POST scopes once";
    const COMMAND: &'static str = "scope create SCOPE=name";
    const DONE: &'static str = "The scope {name} is created.";
    type Done = Shown<ScopeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        create(context, self).await.map(shown)
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:write", &SHOW))
    }
}

impl Operation for ScopeChange {
    const TITLE: &'static str = "Change a scope";
    const CALL: &'static str = "PATCH scopes/{name} versioned";
    const COMMAND: &'static str = "scope update SCOPE=name --description --resource?";
    type Done = Shown<ScopeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let name = self.name.clone();
        update(context, &name, self).await.map(shown)
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a scope that no client can request";
    const CALL: &'static str = "DELETE scopes/{name} versioned";
    const COMMAND: &'static str = "scope delete SCOPE=name";
    const DONE: &'static str = "The scope {name} is deleted.";
    type Done = Shown<ScopeView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        delete(context, &self.name).await.map(shown)
    }
}
