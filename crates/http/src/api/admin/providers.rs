//! `/api/admin/providers`: whom people may sign in with.

use std::collections::BTreeMap;

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, put};
use doorward_admin::providers::{self, ProviderSpec};
use doorward_domain::model::{ClaimNames, OauthEndpoints, Provider, SecretSigner};
use doorward_services::federation::relying_party;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::caller::AdminCaller;
use super::paging::{Listing, Page};
use super::support::gone;
use crate::api::problem::Problem;
use crate::api::time::time;
use crate::api::{Body, Endpoints};

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(show)
        .service(store)
        .service(remove);
}

/// A provider. Its client secret is never shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProviderView {
    /// Its name in addresses: the redirect URI to register there ends with it.
    id: String,
    /// What the button says.
    name: String,
    /// Its issuer.
    issuer: String,
    /// Who this server is there.
    client_id: String,
    /// Whether there is a client secret.
    has_secret: bool,
    /// Whether people may sign in with it.
    active: bool,
    /// What was decided about it.
    #[schema(value_type = Object)]
    settings: Value,
    /// The redirect URI to register there.
    redirect_uri: String,
    /// When it was written down (RFC 3339).
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed (RFC 3339).
    #[schema(format = DateTime)]
    updated_at: String,
}

impl ProviderView {
    fn of(admin: &AdminCaller, one: Provider) -> Self {
        Self {
            redirect_uri: relying_party::redirect_uri(&admin.call.state, &one),
            has_secret: one.secret_sealed.is_some(),
            active: one.is_active(),
            settings: serde_json::to_value(&one.settings).unwrap_or_default(),
            id: one.id.to_string(),
            name: one.name,
            issuer: one.issuer,
            client_id: one.client_id,
            created_at: time(one.created_at),
            updated_at: time(one.updated_at),
        }
    }
}

/// A provider as it is written down. What is left out is as the kind has it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ProviderSpec)]
#[serde(deny_unknown_fields)]
struct ProviderBody {
    /// `oidc` (the default), `oauth2`, `google`, `github`, `microsoft`, `apple`, `gitlab` or `facebook`.
    #[serde(default)]
    kind: Option<String>,
    /// What the button says.
    #[serde(default)]
    name: Option<String>,
    /// The issuer, byte by byte as its ID tokens have it.
    #[serde(default)]
    issuer: Option<String>,
    /// Who this server is there.
    client_id: String,
    /// What proves it there. Left out, the former one stays; another kind, issuer, client or endpoint
    /// needs it anew.
    #[serde(default)]
    client_secret: Option<String>,
    /// The `client_secret` is a private key (PEM, P-256), by which a secret is signed for each use, as
    /// Apple wants it: `team_id` and `key_id`.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    secret_signer: Option<SecretSigner>,
    /// What is asked for.
    #[serde(default)]
    scopes: Option<Vec<String>>,
    /// Where a provider without OpenID Connect is asked.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    endpoints: Option<OauthEndpoints>,
    /// What its claims are called.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    claims: Option<ClaimNames>,
    /// Its answer comes as a form from its own site.
    #[serde(default)]
    form_post: Option<bool>,
    /// The addresses that it calls verified are believed.
    #[serde(default)]
    trusts_email: Option<bool>,
    /// A verified address joins the account here that has proved the same one, without a question.
    #[serde(default)]
    links_by_email: Option<bool>,
    /// Who comes from there for the first time may make an account.
    #[serde(default)]
    registers: Option<bool>,
    /// Its word that it saw two factors is believed.
    #[serde(default)]
    trusts_mfa: Option<bool>,
    /// Which of its words are which roles here.
    #[serde(default)]
    roles: Option<BTreeMap<String, String>>,
    /// Switched off: dead on every path at once.
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

/// List sign-in providers
#[utoipa::path(
    operation_id = "admin_list_providers",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Where the page begins"),
    ),
    responses((status = 200, description = "Providers, by id", body = Listing<ProviderView>)),
    security(("bearer" = []))
)]
#[get("/admin/providers")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = Page::of(&admin, &[])?;
    let found = admin.told(providers::list(&admin.op()).await).await?;
    let after = page.after.clone().unwrap_or_default();
    let rows = found
        .into_iter()
        .filter(|one| one.id.as_str() > after.as_str())
        .collect();
    let view = |one| ProviderView::of(&admin, one);
    Ok(page.answer(rows, |one| one.id.to_string(), view))
}

/// Read a sign-in provider
#[utoipa::path(
    operation_id = "admin_read_provider",
    tag = "admin",
    responses((status = 200, description = "The provider", body = ProviderView)),
    security(("bearer" = []))
)]
#[get("/admin/providers/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let found = providers::get(&admin.op(), &id).await;
    let one = admin.told(found).await?;
    Ok(HttpResponse::Ok().json(ProviderView::of(&admin, one)))
}

/// Write a sign-in provider down
///
/// Makes it, or replaces the one of this id whole; sending it again changes nothing. A client secret
/// that is left out stays, as long as the issuer does. `"disabled": true` switches it off: it is dead
/// on every path at once, and what people have linked stays.
#[utoipa::path(
    operation_id = "admin_put_provider",
    tag = "admin",
    request_body = ProviderBody,
    responses(
        (status = 200, description = "Replaced", body = ProviderView),
        (status = 201, description = "Made", body = ProviderView),
    ),
    security(("bearer" = []))
)]
#[put("/admin/providers/{id}")]
async fn store(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<ProviderBody>,
) -> Result<HttpResponse, Problem> {
    let key = admin.call.state.provider_key();
    let put = providers::put(&admin.op(), key, &id, &body.0.into()).await;
    let (one, is_new) = admin.told(put).await?;
    let mut answer = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(answer.json(ProviderView::of(&admin, one)))
}

/// Remove a sign-in provider
///
/// What people have linked stays, and opens nothing until the issuer is written down again.
#[utoipa::path(
    operation_id = "admin_remove_provider",
    tag = "admin",
    responses((status = 204, description = "Gone")),
    security(("bearer" = []))
)]
#[delete("/admin/providers/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let removed = providers::delete(&admin.op(), &id).await;
    admin.told(removed).await?;
    Ok(gone())
}
