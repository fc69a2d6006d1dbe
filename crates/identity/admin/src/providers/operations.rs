//! Operations of identity providers.

use doorward_domain::secret::Secret;
use doorward_egress::upstream;
use doorward_services::context::Context;
use doorward_services::view;

use super::{
    Provider, ProviderKey, ProviderSpec, UsedProvider, delete, get_used, list_used, put,
    replace_secret, switch,
};
use crate::deployment::Part;
use crate::found::FoundPage;
use crate::operation::{Operation, Shown};
use crate::prelude::*;

crate::entries! {
    LIST: List, SHOW: Show, PUT: ProviderSpec, ENABLE: Enable, DISABLE: Disable, REPLACE_SECRET: ReplaceSecret,
    REMOVE: Remove,
}

crate::targets! { {} => List }

crate::targets! {
    {
        /// Provider ID.
        id
    } => Show, Enable, Disable, Remove
}

view! {
    /// An identity provider. Its client secret is never shown.
    pub ProviderView(
        context: &AdminContext<'_>, provider: Provider, last_used_at: Option<UnixSeconds>,
        linked: Option<u64>
    ) {
        /// ID in URLs; the redirect URI to register at the provider ends with it.
        id: String = provider.id.to_string();
        /// Label of the button.
        name: String = provider.name.clone();
        /// Issuer identifier.
        issuer: String = provider.issuer.clone();
        /// Client ID of this server at the provider.
        client_id: String = provider.client_id.clone();
        /// True if a client secret is stored.
        has_secret: bool = provider.secret_sealed.is_some();
        /// True if users may sign in with it.
        active: bool = provider.is_active();
        /// Settings of the provider.
        #[schema(value_type = Object)]
        settings: Value = serde_json::to_value(&provider.settings).unwrap_or_default();
        /// Redirect URI to register at the provider.
        redirect_uri: String = redirect_uri(context, &provider);
        /// Time of creation (RFC 3339).
        created_at: Time = provider.created_at;
        /// Time of the last change (RFC 3339).
        updated_at: Time = provider.updated_at;
        /// Time of the last sign-in with it (RFC 3339), at most an hour early; null if there was none.
        last_used_at: Option<Time> = last_used_at;
        /// Number of accounts that are linked with its issuer, at most 1001.
        users?: u64 = linked;
    }
}

fn redirect_uri(context: &AdminContext<'_>, provider: &Provider) -> String {
    let server = context.deployment.server();
    let issuer = server.map_or(context.settings.issuer(), |server| server.core.issuer());
    upstream::redirect_uri(issuer, provider)
}

fn used(context: &AdminContext<'_>, one: UsedProvider) -> ProviderView {
    ProviderView::new(context, one.provider, one.last_used_at, Some(one.linked))
}

fn key<'a>(context: &AdminContext<'a>) -> Result<Part<'a, ProviderKey>> {
    let of_server = |server: &'a Context| &server.directory.provider_key;
    Ok(context.deployment.part(of_server, ProviderKey::derive)?)
}

/// Shows a changed provider, with its use to an administrator that may read it.
#[boxed(?Send)]
pub async fn shown(context: &AdminContext<'_>, provider: Provider) -> Result<ProviderView> {
    let (last_used_at, linked) = match get_used(context, provider.id.as_str()).await {
        Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => (None, None),
        found => {
            let found = found?;
            (found.last_used_at, Some(found.linked))
        }
    };
    Ok(ProviderView::new(context, provider, last_used_at, linked))
}

async fn switched(context: &AdminContext<'_>, id: &str, on: bool) -> Result<Shown<ProviderView>> {
    let provider = switch(context, id, on).await?;
    shown(context, provider).await.map(Shown::unversioned)
}

impl Operation for List {
    const TITLE: &'static str = "List the identity providers";
    const CALL: &'static str = "GET providers paged";
    const COMMAND: &'static str = "provider list";
    const TABLE: &'static str = "id name issuer active last_used_at";
    type Done = FoundPage<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let found = list_used(context).await?;
        let page = FoundPage::of_whole(found, &context.page, |one| one.provider.id.to_string());
        Ok(page.map(|one| used(context, one)))
    }
}

impl Operation for Show {
    const TITLE: &'static str = "Show an identity provider";
    const CALL: &'static str = "GET providers/{id}";
    const COMMAND: &'static str = "provider show ID";
    type Done = Shown<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let one = get_used(context, &self.id).await?;
        Ok(Shown::unversioned(used(context, one)))
    }
}

impl Operation for ProviderSpec {
    const TITLE: &'static str = "Create an identity provider, or replace the one with this ID";
    const TEXT: &'static str = "Replaces it completely; repeating the request changes nothing. An \
        omitted client secret stays unchanged, if the issuer does. `\"disabled\": true` disables it for \
        every flow at once, and keeps the linked accounts.";
    const CALL: &'static str = "PUT providers/{id} creates";
    const COMMAND: &'static str = "provider put *";
    const DONE: &'static str = "The provider {id} is stored. Its redirect URI: {redirect_uri}";
    type Done = Shown<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let key = key(context)?;
        let (provider, is_new) = put(context, &key, &self.id, &self).await?;
        let view = shown(context, provider).await?;
        Ok(Shown::unversioned(view).created_if(is_new))
    }
}

impl Operation for Enable {
    const TITLE: &'static str = "Enable an identity provider";
    const CALL: &'static str = "POST providers/{id}/enable";
    const COMMAND: &'static str = "provider enable ID";
    const DONE: &'static str = "The provider {id} is enabled.";
    type Done = Shown<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        switched(context, &self.id, true).await
    }
}

impl Operation for Disable {
    const TITLE: &'static str =
        "Disable an identity provider; requests that use it are rejected immediately";
    const CALL: &'static str = "POST providers/{id}/disable";
    const COMMAND: &'static str = "provider disable ID";
    const DONE: &'static str = "The provider {id} is disabled.";
    type Done = Shown<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        switched(context, &self.id, false).await
    }
}

/// Another client secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProviderSecret)]
pub struct ReplaceSecret {
    /// Provider ID.
    id: String,
    /// Client secret at the provider, or the private key that signs one for each use.
    #[schema(value_type = String, format = Password)]
    client_secret: Secret<String>,
}

impl Operation for ReplaceSecret {
    const TITLE: &'static str = "Replace the client secret of an identity provider";
    const CALL: &'static str = "PUT providers/{id}/secret";
    const COMMAND: &'static str = "provider replace-secret ID";
    const DONE: &'static str = "The provider {id} has another secret.";
    type Done = Shown<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let (key, secret) = (key(context)?, self.client_secret.expose());
        let provider = replace_secret(context, &key, &self.id, secret).await?;
        shown(context, provider).await.map(Shown::unversioned)
    }
}

impl Operation for Remove {
    const TITLE: &'static str =
        "Remove an identity provider; linked accounts remain but cannot be used to sign in";
    const TEXT: &'static str = "They can be used again when the issuer is configured again.";
    const CALL: &'static str = "DELETE providers/{id}";
    const COMMAND: &'static str = "provider remove ID";
    const DONE: &'static str = "The provider {id} is removed.";
    type Done = ();

    async fn run(self, context: &AdminContext<'_>) -> Result<()> {
        delete(context, &self.id).await
    }
}
