//! Operations of custom claims.

use std::collections::BTreeSet;

use doorward_domain::model::{ClaimMapping, ClaimOutput, ClaimSource};
use doorward_services::view;

use super::{ClaimSpec, delete, get, list, put};
use crate::found::FoundPage;
use crate::operation::{Operation, Shown};
use crate::prelude::*;

crate::entries! { LIST: List, SHOW: Show, PUT: ClaimSpec, REMOVE: Remove }

crate::targets! { {} => List }

crate::targets! {
    {
        /// ID of the custom claim.
        id
    } => Show, Remove
}

view! {
    /// A custom claim.
    #[schema(as = CustomClaim)]
    pub ClaimView(mapping: ClaimMapping) {
        /// ID in URLs.
        id: String = mapping.id;
        /// Name of the claim.
        claim: String = mapping.claim;
        /// Names of the members below the claim that lead to the value; absent if it is the claim itself.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        path: Vec<String> = mapping.path;
        /// Client whose tokens contain it; absent for all clients.
        client_id?: String = mapping.client_id.map(|id| id.to_string());
        /// Source of the value.
        #[schema(value_type = Object)]
        source: ClaimSource = mapping.source;
        /// Outputs that contain it.
        #[schema(value_type = Vec<String>)]
        outputs: BTreeSet<ClaimOutput> = mapping.outputs;
        /// Scope that the token must have; absent for every token.
        scope?: String = mapping.scope;
        /// Time of creation (RFC 3339).
        created_at: Time = mapping.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = mapping.updated_at;
    }
}

fn shown(mapping: ClaimMapping) -> Shown<ClaimView> {
    Shown::unversioned(mapping.into())
}

impl Operation for List {
    const TITLE: &'static str = "List the custom claims";
    const CALL: &'static str = "GET claims paged";
    const COMMAND: &'static str = "claim list";
    const TABLE: &'static str = "id claim path client_id outputs";
    type Done = FoundPage<ClaimView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let all = list(context).await?;
        let page = FoundPage::of_whole(all, &context.page, |mapping| mapping.id.clone());
        Ok(page.map(ClaimView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a custom claim";
    const CALL: &'static str = "GET claims/{id}";
    const COMMAND: &'static str = "claim show ID";
    type Done = Shown<ClaimView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        get(context, &self.id).await.map(shown)
    }
}

impl Operation for ClaimSpec {
    const TITLE: &'static str = "Create a custom claim, or replace the one with this ID";
    const TEXT: &'static str = "Replaces it completely; repeating the request changes nothing. New tokens contain it within a \
         second; issued tokens remain as they are.";
    const CALL: &'static str = "PUT claims/{id} creates";
    const COMMAND: &'static str = "claim put *";
    const DONE: &'static str = "The custom claim {id} is stored.";
    type Done = Shown<ClaimView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (mapping, is_new) = put(context, self).await?;
        Ok(shown(mapping).created_if(is_new))
    }
}

impl Operation for Remove {
    const TITLE: &'static str = "Remove a custom claim; issued tokens keep it until they expire";
    const CALL: &'static str = "DELETE claims/{id}";
    const COMMAND: &'static str = "claim remove ID";
    const DONE: &'static str = "The custom claim {id} is removed.";
    type Done = Shown<ClaimView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        delete(context, &self.id).await.map(shown)
    }
}
