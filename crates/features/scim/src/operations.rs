//! Operations of sources.

use doorward_admin::found::FoundPage;
use doorward_admin::json_member::optional;
use doorward_admin::operation::{Again, Operation, Shown};
use doorward_admin::prelude::*;
use doorward_domain::model::scim::ScimSource;
use doorward_services::view;

use crate::client::operations as targets;
use crate::sources::{NewSource, create, delete, get, page, renew};

doorward_admin::entries! {
    LIST: List, SHOW: Show, CREATE: Create, RENEW: Renew, DELETE: Delete;
    targets::LIST, targets::SHOW, targets::CREATE, targets::UPDATE, targets::DELETE, targets::SYNC, targets::DRIFT,
}

doorward_admin::targets! { {} => List }

doorward_admin::targets! {
    {
        /// Name of the source.
        name
    } => Show, Delete
}

view! {
    /// A source that provisions users and groups by SCIM.
    #[schema(as = ScimSource)]
    pub SourceView(source: ScimSource) {
        /// Name of the source.
        name: String = source.name;
        /// Slug of the organization that it provisions; absent: the deployment.
        organization?: String = source.org;
        /// True if its e-mail addresses count as verified.
        verified: bool = source.verifies_email;
        /// ID of the administrator who created it; null for the command line.
        created_by: Option<String> = source.created_by;
        /// Time of creation (RFC 3339).
        created_at: Time = source.created_at;
        /// Time of the last request, to the minute (RFC 3339).
        used_at?: Time = source.used_at;
        /// Expiry of the token (RFC 3339); absent: none.
        expires_at?: Time = source.expires_at;
        /// Token, shown only once.
        token?: String = None;
    }
}

/// A source to create.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[schema(as = NewScimSource)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Name: 2 to 63 of a-z, 0-9 and inner -.
    pub name: String,
    /// Slug of the organization that it provisions; default: the deployment.
    pub organization: Option<String>,
    /// True if its e-mail addresses count as verified; only for the deployment.
    #[serde(default)]
    pub verified: bool,
    /// Expiry of the token (RFC 3339); default: none.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<UnixSeconds>,
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewScimToken)]
pub struct Renew {
    /// Name of the source.
    name: String,
    /// Expiry of the token (RFC 3339); default: none.
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<UnixSeconds>,
}

fn shown((source, token): (ScimSource, OpaqueToken)) -> Shown<SourceView> {
    let mut view = SourceView::new(source);
    view.token = Some(token.expose().to_owned());
    Shown::unversioned(view)
}

impl Operation for List {
    const TITLE: &'static str = "List the sources that provision by SCIM";
    const CALL: &'static str = "GET scim-sources paged";
    const COMMAND: &'static str = "scim list";
    const TABLE: &'static str = "name organization used_at expires_at";
    type Done = FoundPage<SourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (after, limit) = (context.page.after.as_deref(), context.page.limit);
        let found = page(context, after, limit + 1).await?;
        let page = FoundPage::cut_rows(found, limit, |source| source.name.clone());
        Ok(page.map(SourceView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show a source that provisions by SCIM";
    const CALL: &'static str = "GET scim-sources/{name}";
    const COMMAND: &'static str = "scim show SOURCE=name";
    type Done = Shown<SourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = get(context, &self.name).await?;
        Ok(Shown::unversioned(found.into()))
    }
}

impl Operation for Create {
    const TITLE: &'static str = "Create a source that provisions by SCIM, with a token shown once";
    const TEXT: &'static str = "The token reaches the users and groups of one organization, or those of the deployment, \
         at `/scim/v2` (RFC 7644). It cannot change administrators, except that it disables them.";
    const CALL: &'static str = "POST scim-sources once";
    const COMMAND: &'static str =
        "scim create SOURCE=name --organization --verified --expires=expires_at";
    const SECRET: &'static str = "token";
    const DONE: &'static str = "The token is shown only now; Doorward keeps its hash alone.";
    type Done = Shown<SourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let new = NewSource {
            name: self.name,
            organization: self.organization,
            verified: self.verified,
            expires_at: self.expires_at,
        };
        create(context, new).await.map(shown)
    }

    fn again() -> Option<Again> {
        Some(Again::new("users:write", &SHOW))
    }
}

impl Operation for Renew {
    const TITLE: &'static str = "Replace the token of a source; the former one ends at once";
    const CALL: &'static str = "POST scim-sources/{name}/token renews";
    const COMMAND: &'static str = "scim renew-token SOURCE=name --expires=expires_at";
    const SECRET: &'static str = "token";
    const DONE: &'static str = "The token is shown only now; Doorward keeps its hash alone.";
    type Done = Shown<SourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        renew(context, &self.name, self.expires_at).await.map(shown)
    }
}

impl Operation for Delete {
    const TITLE: &'static str = "Delete a source; its users and groups remain";
    const CALL: &'static str = "DELETE scim-sources/{name} reason";
    const COMMAND: &'static str = "scim delete SOURCE=name";
    const DONE: &'static str = "The source {name} is deleted.";
    type Done = Shown<SourceView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = delete(context, &self.name).await?;
        Ok(Shown::unversioned(found.into()))
    }
}
