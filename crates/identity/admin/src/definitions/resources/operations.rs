//! Operations of resources.

use doorward_domain::model::{Resource, ScopeEntry};
use doorward_services::view;

use super::{NewResource, ResourceChange, audit_details, create, delete, get, list, update};
use crate::found::FoundPage;
use crate::operation::{Again, Operation, Shown};
use crate::operator::version;
use crate::prelude::*;
use crate::scopes;

crate::entries! {
    LIST: List, SHOW: Show, CREATE: NewResource, UPDATE: ResourceChange, DELETE: Delete,
}

crate::targets! { {} => List }

crate::targets! {
    {
        /// URI of the resource.
        identifier
    } => Show, Delete
}

view! {
    /// A resource: an audience of access tokens (RFC 8707).
    #[schema(as = Resource)]
    pub ResourceView(resource: Resource, scopes: &[ScopeEntry]) {
        /// Scopes that belong to it.
        scopes: Vec<String> = scopes_of(&resource, scopes);
        /// Absolute URI, which is the audience of its access tokens.
        identifier: String = resource.identifier;
        /// Name shown to users.
        name: String = resource.name;
        /// `typ` of its access tokens.
        token_type: &'static str = resource.token_type.as_str();
        /// Algorithm of its access tokens.
        token_signing_alg: &'static str = resource.token_signing_alg.as_str();
        /// Claims about the user in its access tokens, whatever their scope is.
        token_claims: Vec<&'static str> = resource.token_claims.names();
        /// Lifetime of its access tokens in seconds; absent: that of the client, or of the deployment.
        access_token_ttl?: i64 = resource.access_token_ttl;
        /// Time of creation (RFC 3339).
        created_at: Time = resource.created_at;
    }
}

fn scopes_of(resource: &Resource, scopes: &[ScopeEntry]) -> Vec<String> {
    let own = |scope: &&ScopeEntry| scope.audience.as_ref() == Some(&resource.identifier);
    let own = scopes.iter().filter(own);
    own.map(|scope| scope.name.clone()).collect()
}

async fn shown(context: &AdminContext<'_>, resource: Resource) -> Result<Shown<ResourceView>> {
    let (version, scopes) = (
        version(&audit_details(&resource)),
        scopes::list(context).await?,
    );
    Ok(Shown::of_version(
        version,
        ResourceView::new(resource, &scopes),
    ))
}

impl Operation for List {
    const TITLE: &'static str = "List the resources";
    const CALL: &'static str = "GET resources paged";
    const COMMAND: &'static str = "resource list";
    const TABLE: &'static str =
        "identifier name token_type token_signing_alg access_token_ttl scopes";
    type Done = FoundPage<ResourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("clients:read")?;
        let (all, scopes) = (list(context).await?, scopes::list(context).await?);
        let key = |resource: &Resource| resource.identifier.clone();
        let page = FoundPage::of_whole(all, &context.page, key);
        Ok(page.map(|resource| ResourceView::new(resource, &scopes)))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a resource with its scopes";
    const CALL: &'static str = "GET resources/{identifier}";
    const COMMAND: &'static str = "resource show URI=identifier";
    type Done = Shown<ResourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        context.require_global("clients:read")?;
        shown(context, get(context, &self.identifier).await?).await
    }
}

impl Operation for NewResource {
    const TITLE: &'static str = "Register a resource";
    const CALL: &'static str = "POST resources once";
    const COMMAND: &'static str =
        "resource create URI=identifier --name --token-claim=token_claims";
    const DONE: &'static str = "The resource {identifier} is created.";
    type Done = Shown<ResourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, create(context, self).await?).await
    }

    fn again() -> Option<Again> {
        Some(Again::new("clients:write", &SHOW))
    }
}

impl Operation for ResourceChange {
    const TITLE: &'static str = "Change a resource";
    const CALL: &'static str = "PATCH resources/{identifier} versioned";
    const COMMAND: &'static str = "resource update URI=identifier --identifier=new_identifier --name --token-claim=token_claims";
    type Done = Shown<ResourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let identifier = self.identifier.clone();
        let changed = update(context, context.settings.issuer(), &identifier, self).await?;
        shown(context, changed).await
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a resource that no scope, permission or client refers to";
    const CALL: &'static str = "DELETE resources/{identifier} versioned";
    const COMMAND: &'static str = "resource delete URI=identifier";
    const DONE: &'static str = "The resource {identifier} is deleted.";
    type Done = Shown<ResourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        shown(context, delete(context, &self.identifier).await?).await
    }
}
