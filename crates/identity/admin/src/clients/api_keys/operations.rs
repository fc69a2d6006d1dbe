//! Operations of API keys.

use doorward_domain::model::{ApiKey, ApiKeyId};
use doorward_services::view;
use doorward_store::repo::api_key_lists::KeyFilter;

use super::{get, page, revoke};
use crate::found::FoundPage;
use crate::json_member::optional;
use crate::operation::{Operation, PageRequest, Shown};
use crate::prelude::*;
use crate::users::optional_id;

crate::entries! { LIST: List, SHOW: Show, REVOKE: Revoke }

crate::targets! {
    {
        /// ID of the key.
        id
    } => Show, Revoke
}

view! {
    /// An API key of a user, without its secret.
    #[schema(as = AdminApiKey)]
    pub ApiKeyView((key, user): (ApiKey, User)) {
        /// ID of the key.
        id: String = key.id.to_string();
        /// ID of the user the key acts for.
        user: String = key.user_id.to_string();
        /// User name or e-mail address of the user.
        username: String = user.login_identifier().to_owned();
        /// Slug of the organization the key acts for; absent: none.
        organization?: String = key.org;
        /// Name given by the user.
        name: String = key.name;
        /// Scopes, separated by spaces; limited to the user's current permissions.
        scope: String = key.scopes.to_string();
        /// Networks from which it may be used; empty: any.
        networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
        /// Time of creation (RFC 3339).
        created_at: Time = key.created_at;
        /// Expiry (RFC 3339).
        expires_at: Time = key.expires_at;
        /// Time of last use, to the minute (RFC 3339).
        last_used_at?: Time = key.last_used_at;
        /// IP address of the last use.
        last_used_from?: String = key.last_used_from.map(|address| address.to_string());
    }
}

fn read_id(text: &str) -> Result<ApiKeyId> {
    AdminError::id("API key", text, ApiKeyId::parse)
}

/// A list of API keys.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Only those of this user: user name, e-mail address or ID.
    user: Option<String>,
    /// Latest expiry, exclusive (RFC 3339).
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_before: Option<UnixSeconds>,
    /// Time since which the keys were neither used nor created (RFC 3339).
    #[serde(default, deserialize_with = "optional")]
    #[schema(value_type = Option<String>, format = DateTime)]
    unused_since: Option<UnixSeconds>,
}

impl Operation for List {
    const TITLE: &'static str = "List the active API keys of users";
    const TEXT: &'static str = "Ordered by expiry, or by last use with `unused_since`.";
    const CALL: &'static str = "GET api-keys paged";
    const COMMAND: &'static str = "api-key list --user";
    const TABLE: &'static str = "id username name expires_at last_used_at";
    type Done = FoundPage<ApiKeyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let filter = KeyFilter {
            user: optional_id(context, self.user.as_deref()).await?,
            expires_before: self.expires_before,
            unused_since: self.unused_since,
        };
        let PageRequest { after, limit } = &context.page;
        let found = page(context, &filter, after.as_deref(), limit + 1).await?;
        Ok(FoundPage::cut(found, *limit).map(ApiKeyView::new))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an active API key, without its secret";
    const CALL: &'static str = "GET api-keys/{id}";
    const COMMAND: &'static str = "api-key show ID";
    type Done = Shown<ApiKeyView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = get(context, &read_id(&self.id)?).await?;
        Ok(Shown::unversioned(found.into()))
    }
}

impl Operation for Revoke {
    const TITLE: &'static str = "Revoke an API key";
    const CALL: &'static str = "DELETE api-keys/{id}";
    const COMMAND: &'static str = "api-key revoke ID";
    const DONE: &'static str = "The key {id} is revoked.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        revoke(context, &read_id(&self.id)?).await
    }
}
