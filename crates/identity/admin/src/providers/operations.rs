//! Operations of identity providers.

use doorward_domain::sealed_columns::provider_secret_place;
use doorward_domain::secret::Secret;
use doorward_egress::upstream;
use doorward_services::context::Context;
use doorward_services::view;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use super::{
    Finding, Provider, ProviderCheck, ProviderId, ProviderKey, ProviderSpec, UsedProvider, delete,
    get, get_used, list_used, put, replace_secret, require_admin, switch, test, update,
};
use crate::deployment::Part;
use crate::found::FoundPage;
use crate::operation::{Operation, Shown};
use crate::operator::version;
use crate::prelude::*;

crate::entries! {
    LIST: List, SHOW: Show, PUT: ProviderSpec, UPDATE: ProviderPatch, ENABLE: Enable, DISABLE: Disable,
    REPLACE_SECRET: ReplaceSecret, TEST: Test, REMOVE: Remove,
}

crate::targets! { {} => List }

crate::targets! {
    {
        /// Provider ID.
        id
    } => Show, Enable, Disable, Test, Remove
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

/// Returns true if this is the stored client secret of a provider. Only administrators can ask.
pub(crate) async fn keeps_secret(
    context: &AdminContext<'_>,
    id: &str,
    secret: &str,
) -> Result<bool> {
    require_admin(context)?;
    let found = match ProviderId::parse(id) {
        Some(id) => repo::providers::find(context.db.read(), &id).await?,
        None => None,
    };
    let Some(sealed) = found.and_then(|provider| provider.secret_sealed) else {
        return Ok(false);
    };
    let opened = key(context)?.open(&sealed, &provider_secret_place(id));
    Ok(opened.is_ok_and(|opened| opened.as_slice() == secret.trim().as_bytes()))
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
        let version = version(&one.provider);
        Ok(Shown::of_version(version, used(context, one)))
    }
}

/// Arguments and options, whose names differ from those of the members.
macro_rules! options {
    () => {
        "ID --kind --name --issuer --client-id --scope=scopes --endpoint=endpoints --claim=claims \
         --authorize-param=authorization_parameters --audience=audiences --role=roles"
    };
}

impl Operation for ProviderSpec {
    const TITLE: &'static str = "Create an identity provider, or replace the one with this ID";
    const TEXT: &'static str = "Replaces it completely; repeating the request changes nothing. An \
        omitted client secret stays unchanged, if the issuer does. `\"disabled\": true` disables it for \
        every flow at once, and keeps the linked accounts.";
    const CALL: &'static str = "PUT providers/{id} creates";
    const COMMAND: &'static str = concat!("provider put ", options!());
    const DONE: &'static str = "The provider {id} is stored. Its redirect URI: {redirect_uri}";
    type Done = Shown<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let key = key(context)?;
        // The result names the redirect URI, which begins with the issuer of the configuration.
        if context.settings.config().is_some() {
            context.issuer()?;
        }
        let (provider, is_new) = put(context, &key, &self.id, &self).await?;
        let view = shown(context, provider).await?;
        Ok(Shown::unversioned(view).created_if(is_new))
    }
}

/// A change of an identity provider. Omitted members stay unchanged, as do those of `claims`, `endpoints`
/// and `secret_signer`.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct ProviderPatch(Map<String, Value>);

impl ProviderPatch {
    /// Returns the members by their paths: `claims.email`.
    fn values(self) -> Map<String, Value> {
        let mut values = Map::new();
        for (name, value) in self.0 {
            match value {
                Value::Object(inner)
                    if ["claims", "endpoints", "secret_signer"].contains(&&*name) =>
                {
                    for (member, value) in inner {
                        // A command removes the URL of addresses by an empty text.
                        let is_removed = name == "endpoints" && value == "";
                        let value = if is_removed { Value::Null } else { value };
                        values.insert(format!("{name}.{member}"), value);
                    }
                }
                value => drop(values.insert(name, value)),
            }
        }
        values
    }
}

impl PartialSchema for ProviderPatch {
    fn schema() -> RefOr<Schema> {
        let mut schema = ProviderSpec::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required.retain(|member| member == "id");
            let text = "A change of an identity provider. Omitted members stay unchanged, as do those of \
                        `claims`, `endpoints` and `secret_signer`.";
            object.description = Some(text.to_owned());
        }
        schema
    }
}

impl ToSchema for ProviderPatch {}

impl Operation for ProviderPatch {
    const TITLE: &'static str = "Change settings of an identity provider";
    const CALL: &'static str = "PATCH providers/{id} versioned";
    const COMMAND: &'static str = concat!("provider update ", options!());
    const DONE: &'static str = "The provider {id} is changed.";
    type Done = Shown<ProviderView>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        require_admin(context)?;
        let id = self.0.get("id").and_then(Value::as_str).unwrap_or_default();
        let before = get(context, id).await?;
        let spec = ProviderSpec::from(&before).with_values(self.values())?;
        // A command has seen no version: the settings that it keeps are those of this one.
        let seen = context.seen.clone();
        let seen = seen.unwrap_or_else(|| format!("\"{}\"", version(&before)));
        let context = AdminContext {
            seen: Some(seen),
            ..context.clone()
        };
        let key = key(&context)?;
        let provider = update(&context, &key, &spec.id, &spec).await?;
        let version = version(&provider);
        Ok(Shown::of_version(version, shown(&context, provider).await?))
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

view! {
    /// The result of a test of an identity provider.
    pub ProviderTest(checks: Vec<ProviderCheck>) {
        /// True if no check failed.
        passed: bool = !checks.iter().any(ProviderCheck::is_failed);
        /// Checks that were made. A provider that does not respond has only one.
        checks: Vec<CheckView> = checks.into_iter().map(CheckView::new).collect();
    }
}

view! {
    /// A check of an identity provider.
    #[schema(as = ProviderCheck)]
    CheckView(check: ProviderCheck) {
        /// `answer`, `issuer`, `endpoints`, `response_type`, `pkce`, `client_auth`, `pushed_requests`, `dpop`
        /// or `keys`.
        property: &'static str = check.property.as_str();
        /// `passed`, `unknown` (the provider does not announce it) or `failed`.
        state: &'static str = check.finding.state();
        /// Reason; absent if the check passed.
        reason?: String = (check.finding != Finding::Passed).then(|| check.finding.to_string());
    }
}

impl Operation for Test {
    const TITLE: &'static str =
        "Test an identity provider: request its metadata and keys, and check them";
    const TEXT: &'static str = "Checks the issuer, the endpoints, the response type and PKCE, and the support of the settings \
        `client_auth`, `pushed_requests` and `dpop`. Requests the endpoints of \
        a provider without OpenID Connect. Sends no secret and changes nothing.";
    const CALL: &'static str = "POST providers/{id}/test";
    const COMMAND: &'static str = "provider test ID";
    const TABLE: &'static str = "property state reason";
    type Done = Shown<ProviderTest>;

    async fn run(self, context: &AdminContext<'_>) -> Result<Self::Done> {
        let checks = test(context, &self.id).await?;
        let is_failed = checks.iter().any(ProviderCheck::is_failed);
        let failure = is_failed.then(|| format!("a sign-in with {} cannot work", self.id));
        Ok(Shown::unversioned(ProviderTest::new(checks)).with_failure(failure))
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
