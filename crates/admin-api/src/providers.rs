//! `/api/admin/providers`: identity providers.

use std::collections::BTreeMap;

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, post, put};
use doorward_accounts::federation::relying_party;
use doorward_admin::operator::AdminError;
use doorward_admin::providers::{self, Finding, ProviderCheck, ProviderSpec, UsedProvider};
use doorward_domain::model::{ClaimNames, OauthEndpoints, Provider, SecretSigner};
use doorward_domain::time::UnixSeconds;
use doorward_web::api::paging::Listing;
use doorward_web::api::problem::Problem;
use doorward_web::api::time::time;
use doorward_web::api::{Body, Endpoints};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::AdminCaller;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(show)
        .service(store)
        .service(remove)
        .service(run_test);
}

/// An identity provider. Its client secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderView {
    /// ID in URLs; the redirect URI to register at the provider ends with it.
    id: String,
    /// Label of the button.
    name: String,
    /// Issuer identifier.
    issuer: String,
    /// Client ID of this server at the provider.
    client_id: String,
    /// True if a client secret is stored.
    has_secret: bool,
    /// True if users may sign in with it.
    active: bool,
    /// Settings of the provider.
    #[schema(value_type = Object)]
    settings: Value,
    /// Redirect URI to register at the provider.
    redirect_uri: String,
    /// Time of creation (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// Time of the last change (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
    /// Time of the last sign-in with it (RFC 3339), at most an hour early; null if there was none.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl ProviderView {
    fn new(admin: &AdminCaller, provider: Provider, last_used_at: Option<UnixSeconds>) -> Self {
        Self {
            redirect_uri: relying_party::redirect_uri(&admin.call.context.core, &provider),
            has_secret: provider.secret_sealed.is_some(),
            active: provider.is_active(),
            settings: serde_json::to_value(&provider.settings).unwrap_or_default(),
            id: provider.id.to_string(),
            name: provider.name,
            issuer: provider.issuer,
            client_id: provider.client_id,
            created_at: time(provider.created_at),
            updated_at: time(provider.updated_at),
            last_used_at: last_used_at.map(time),
        }
    }
}

/// The result of a test of an identity provider.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderTest {
    /// True if no check failed.
    passed: bool,
    /// Checks that were made. A provider that does not respond has only one.
    checks: Vec<CheckView>,
}

/// A check of an identity provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProviderCheck)]
pub struct CheckView {
    /// `answer`, `issuer`, `endpoints`, `response_type`, `pkce` or `keys`.
    property: &'static str,
    /// `passed`, `unknown` (the provider does not announce it) or `failed`.
    state: &'static str,
    /// Reason; absent if the check passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<ProviderCheck> for CheckView {
    fn from(check: ProviderCheck) -> Self {
        let is_passed = check.finding == Finding::Passed;
        Self {
            property: check.property.as_str(),
            state: check.finding.state(),
            reason: (!is_passed).then(|| check.finding.to_string()),
        }
    }
}

/// The configuration of an identity provider. Omitted members have the defaults of the kind.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ProviderSpec)]
#[serde(deny_unknown_fields)]
struct ProviderBody {
    /// Kind: `oidc` (the default), `oauth2`, `google`, `github`, `microsoft`, `apple`, `gitlab` or
    /// `facebook`.
    #[serde(default)]
    kind: Option<String>,
    /// Label of the button.
    #[serde(default)]
    name: Option<String>,
    /// Issuer identifier, exactly as in its ID tokens.
    #[serde(default)]
    issuer: Option<String>,
    /// Client ID of this server at the provider.
    client_id: String,
    /// Client secret at the provider. If omitted, the current one stays; a change of kind, issuer,
    /// client or endpoint requires it again.
    #[serde(default)]
    client_secret: Option<String>,
    /// Signer for a `client_secret` that is a private key (PEM, P-256): a secret is signed for each
    /// use, as Apple requires, with `team_id` and `key_id`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    secret_signer: Option<SecretSigner>,
    /// Requested scopes.
    #[serde(default)]
    scopes: Option<Vec<String>>,
    /// Further parameters of the authorization request to the provider, such as
    /// `access_type=offline`: at most 10.
    #[serde(default)]
    authorization_parameters: Option<BTreeMap<String, String>>,
    /// Endpoints of a provider without OpenID Connect.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    endpoints: Option<OauthEndpoints>,
    /// Names of its claims.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    claims: Option<ClaimNames>,
    /// True if the provider posts its response as a form from its own site.
    #[serde(default)]
    form_post: Option<bool>,
    /// True if its verified e-mail addresses are trusted.
    #[serde(default)]
    trusts_email: Option<bool>,
    /// True if a verified address links to the account with the same verified address, without a
    /// prompt.
    #[serde(default)]
    links_by_email: Option<bool>,
    /// True if users who sign in for the first time may create an account.
    #[serde(default)]
    registers: Option<bool>,
    /// True if its statement of two factors is trusted.
    #[serde(default)]
    trusts_mfa: Option<bool>,
    /// Mapping of its values to roles.
    #[serde(default)]
    roles: Option<BTreeMap<String, String>>,
    /// True if it is disabled for every flow.
    #[serde(default)]
    disabled: bool,
}

impl From<ProviderBody> for ProviderSpec {
    fn from(body: ProviderBody) -> Self {
        Self {
            kind: body.kind,
            name: body.name,
            issuer: body.issuer,
            client_id: body.client_id,
            client_secret: body.client_secret,
            secret_signer: body.secret_signer,
            scopes: body.scopes,
            authorization_parameters: body.authorization_parameters,
            endpoints: body.endpoints,
            claims: body.claims,
            form_post: body.form_post,
            trusts_email: body.trusts_email,
            links_by_email: body.links_by_email,
            registers: body.registers,
            trusts_mfa: body.trusts_mfa,
            roles: body.roles,
            disabled: body.disabled,
        }
    }
}

/// List identity providers
#[utoipa::path(
    operation_id = "admin_list_providers",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Providers, by ID", body = Listing<ProviderView>)),
    security(("bearer" = []))
)]
#[get("/admin/providers")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = admin.page(&[])?;
    let found = admin
        .map_result(providers::list_used(&admin.context()).await)
        .await?;
    let after = page.after.clone().unwrap_or_default();
    let rows = found
        .into_iter()
        .filter(|found| found.provider.id.as_str() > after.as_str())
        .collect();
    let view = |item: UsedProvider| ProviderView::new(&admin, item.provider, item.last_used_at);
    Ok(page.finish(rows, |item| item.provider.id.to_string(), view))
}

/// Read an identity provider
#[utoipa::path(
    operation_id = "admin_read_provider",
    tag = "admin",
    responses((status = 200, description = "The provider", body = ProviderView)),
    security(("bearer" = []))
)]
#[get("/admin/providers/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = providers::get_used(&admin.context(), &id).await;
    let one = admin.map_result(found).await?;
    let view = ProviderView::new(&admin, one.provider, one.last_used_at);
    Ok(HttpResponse::Ok().json(view))
}

/// Returns the last use of a changed provider; none for an administrator that may not read it.
async fn last_use(admin: &AdminCaller, id: &str) -> Result<Option<UnixSeconds>, Problem> {
    match providers::get_used(&admin.context(), id).await {
        Err(AdminError::Denied(_) | AdminError::NotFound { .. }) => Ok(None),
        found => Ok(admin.map_result(found).await?.last_used_at),
    }
}

/// Create or replace an identity provider
///
/// Creates the provider, or replaces the one with this ID completely; repeating the request changes
/// nothing. An omitted client secret stays unchanged, if the issuer does. `"disabled": true`
/// disables it for every flow at once, and keeps the linked accounts.
#[utoipa::path(
    operation_id = "admin_put_provider",
    tag = "admin",
    request_body = ProviderBody,
    responses(
        (status = 200, description = "Replaced", body = ProviderView),
        (status = 201, description = "Created", body = ProviderView),
    ),
    security(("bearer" = []))
)]
#[put("/admin/providers/{id}")]
async fn store(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<ProviderBody>,
) -> Result<HttpResponse, Problem> {
    let key = &admin.call.context.directory.provider_key;
    let put = providers::put(&admin.context(), key, &id, &body.0.into()).await;
    let (item, is_new) = admin.map_result(put).await?;
    let (mut response, last_used_at) = if is_new {
        (HttpResponse::Created(), None)
    } else {
        (HttpResponse::Ok(), last_use(&admin, &id).await?)
    };
    Ok(response.json(ProviderView::new(&admin, item, last_used_at)))
}

/// Remove an identity provider
///
/// Linked accounts remain, and cannot be used until the issuer is configured again.
#[utoipa::path(
    operation_id = "admin_remove_provider",
    tag = "admin",
    responses((status = 204, description = "Removed")),
    security(("bearer" = []))
)]
#[delete("/admin/providers/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let removed = providers::delete(&admin.context(), &id).await;
    admin.no_content(removed).await
}

/// Test an identity provider
///
/// Requests the discovery document and the keys of the provider, and checks the issuer, the
/// endpoints, the response type and PKCE. Requests the endpoints of a provider without OpenID
/// Connect. Sends no secret and changes nothing.
#[utoipa::path(
    operation_id = "admin_test_provider",
    tag = "admin",
    responses((status = 200, description = "The checks, also if some failed", body = ProviderTest)),
    security(("bearer" = []))
)]
#[post("/admin/providers/{id}/test")]
async fn run_test(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let http = &admin.call.context.directory.http;
    let tested = providers::test(&admin.context(), http, &id).await;
    let checks = admin.map_result(tested).await?;
    let passed = !checks.iter().any(ProviderCheck::is_failed);
    let checks = checks.into_iter().map(CheckView::from).collect();
    Ok(HttpResponse::Ok().json(ProviderTest { passed, checks }))
}
