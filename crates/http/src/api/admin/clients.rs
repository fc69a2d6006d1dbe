//! `/api/admin/clients`: registered clients.

use actix_web::web::Path;
use actix_web::{HttpResponse, delete, get, patch, post};
use doorward_admin::clients;
use doorward_admin::idempotency::StoredResponse;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{ClientId, ClientKind, ExchangeRights, LogoutUris};
use doorward_services::clients::input::{ClientChange, NewClient};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use self::consent::ConsentBody;
use self::logo::{remove_logo, set_logo};
use self::parse::{
    client_id, read_audience, read_format, read_grants, read_id, read_method, read_pkce,
    read_scope, read_subject,
};
use self::secret::{created, rotate_secret};
use self::view::ClientView;
use super::caller::AdminCaller;
use super::idempotency;
use super::paging::{Listing, Page};
use super::support::{no_content, same_id, versioned_response, wrong};
use crate::api::problem::Problem;
use crate::api::{Body, Endpoints};

mod consent;
mod logo;
mod parse;
mod secret;
mod view;

pub(super) fn configure(config: &mut impl Endpoints) {
    config
        .service(list)
        .service(create)
        .service(show)
        .service(update)
        .service(rotate_secret)
        .service(set_logo)
        .service(remove_logo)
        .service(remove);
}

/// A client to register. Omitted members receive suitable defaults.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a member of the request"
)]
pub struct NewClientBody {
    /// Client ID; random if omitted.
    id: Option<String>,
    /// Name shown to users.
    name: String,
    /// `public` or `confidential`.
    kind: String,
    /// Client authentication: a method of RFC 7591 (`token_endpoint_auth_method`), or
    /// `client_secret` for a secret by HTTP Basic or in the body (the default of a confidential
    /// client).
    auth_method: Option<String>,
    /// Accepted `aud` of client assertions: `issuer_or_endpoint`, `issuer`, or `default` for the
    /// setting `clients.assertion_audience`.
    assertion_audience: Option<String>,
    /// PKCE policy: `required`, `optional`, or `auto`, which becomes `required` after ten
    /// consecutive sign-ins with PKCE. A public client needs `required`.
    pkce: Option<String>,
    /// Registered redirect URIs.
    #[serde(default)]
    redirect_uris: Vec<String>,
    /// Registered post-logout redirect URIs.
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    /// Allowed grant types.
    grant_types: Option<Vec<String>>,
    /// Allowed scopes, separated by spaces.
    scope: Option<String>,
    /// True for a first-party client, which needs no consent.
    #[serde(default)]
    first_party: bool,
    /// Resources for which it is the resource server.
    #[serde(default)]
    serves: Vec<String>,
    /// Access token format: `jwt` (the default) or `opaque`.
    access_token_format: Option<String>,
    /// Origins whose scripts may read responses (CORS).
    #[serde(default)]
    allowed_origins: Vec<String>,
    /// Includes the claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens (the
    /// default); otherwise only userinfo returns them.
    claims_in_id_token: Option<bool>,
    /// Requires a second factor of every user.
    #[serde(default)]
    require_mfa: bool,
    /// Requires pushed authorization requests (RFC 9126).
    #[serde(default)]
    require_pushed_authorization_requests: bool,
    /// Requires signed request objects (RFC 9101).
    #[serde(default)]
    require_signed_request_object: bool,
    /// Requires access tokens bound to a key by DPoP (RFC 9449).
    #[serde(default)]
    dpop_bound_access_tokens: bool,
    /// Allowed types of `authorization_details` (RFC 9396).
    #[serde(default)]
    authorization_details_types: Vec<String>,
    /// Requires access tokens bound to the client's certificate (RFC 8705 §3.4).
    #[serde(default)]
    tls_client_certificate_bound_access_tokens: bool,
    /// Subject of the client's certificate as in RFC 4514 (RFC 8705 §2.1.2); exactly one of the
    /// five members.
    tls_client_auth_subject_dn: Option<String>,
    /// A `dNSName` of the client's certificate.
    tls_client_auth_san_dns: Option<String>,
    /// A URI of the client's certificate.
    tls_client_auth_san_uri: Option<String>,
    /// An IP address of the client's certificate.
    tls_client_auth_san_ip: Option<String>,
    /// An e-mail address of the client's certificate.
    tls_client_auth_san_email: Option<String>,
    /// Algorithm of all signed authorization responses, regardless of the request (JARM §3):
    /// `RS256`.
    authorization_signed_response_alg: Option<String>,
    /// Public keys as a JWK Set (RFC 7591 `jwks`).
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// URL of its public keys (RFC 7591 `jwks_uri`).
    jwks_uri: Option<String>,
    /// URL that receives logout tokens (OIDC Back-Channel Logout 1.0).
    backchannel_logout_uri: Option<String>,
    /// Requires `sid` in logout tokens.
    #[serde(default)]
    backchannel_logout_session_required: bool,
    /// Host of the sector in which users have a pairwise subject (OIDC Core §8.1).
    sector_identifier: Option<String>,
    /// URL that the browser loads in a frame at sign-out (OIDC Front-Channel Logout 1.0).
    frontchannel_logout_uri: Option<String>,
    /// Requires `iss` and `sid` in the front-channel logout URL.
    #[serde(default)]
    frontchannel_logout_session_required: bool,
    /// Resources for which it may exchange tokens (RFC 8693).
    #[serde(default)]
    exchange_audiences: Vec<String>,
    /// Allows exchanged tokens without an `act` claim (impersonation).
    #[serde(default)]
    exchange_impersonation: bool,
    /// Settings of the consent page.
    #[serde(default)]
    consent: ConsentBody,
}

/// Changes. Omitted members stay unchanged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientPatch {
    /// Must equal the one in the URL.
    id: Option<String>,
    /// Name shown to users.
    name: Option<String>,
    /// Client authentication: a method of RFC 7591 (`token_endpoint_auth_method`), or
    /// `client_secret` for a secret by HTTP Basic or in the body.
    auth_method: Option<String>,
    /// Accepted `aud` of client assertions: `issuer_or_endpoint`, `issuer`, or `default` for the
    /// setting `clients.assertion_audience`.
    assertion_audience: Option<String>,
    /// PKCE policy: `required`, `optional`, or `auto`, which becomes `required` after ten
    /// consecutive sign-ins with PKCE; setting it resets the count.
    pkce: Option<String>,
    /// Complete new list.
    redirect_uris: Option<Vec<String>>,
    /// Complete new list.
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Complete new list.
    grant_types: Option<Vec<String>>,
    /// Allowed scopes, separated by spaces.
    scope: Option<String>,
    /// True for a first-party client, which needs no consent.
    first_party: Option<bool>,
    /// Complete new list of the resources for which it is the resource server.
    serves: Option<Vec<String>>,
    /// Access token format: `jwt` or `opaque`.
    access_token_format: Option<String>,
    /// Complete new list.
    allowed_origins: Option<Vec<String>>,
    /// Includes the claims of the scopes `profile`, `email`, `groups` and `roles` in ID tokens.
    claims_in_id_token: Option<bool>,
    /// Requires a second factor of every user.
    require_mfa: Option<bool>,
    /// Requires pushed authorization requests (RFC 9126).
    require_pushed_authorization_requests: Option<bool>,
    /// Requires signed request objects (RFC 9101).
    require_signed_request_object: Option<bool>,
    /// Requires access tokens bound to a key by DPoP (RFC 9449).
    dpop_bound_access_tokens: Option<bool>,
    /// Complete new list of the allowed types of `authorization_details` (RFC 9396).
    authorization_details_types: Option<Vec<String>>,
    /// Requires access tokens bound to the client's certificate (RFC 8705 §3.4).
    tls_client_certificate_bound_access_tokens: Option<bool>,
    /// Subject of the client's certificate as in RFC 4514 (RFC 8705 §2.1.2); one of the five
    /// members, which replaces the current one.
    tls_client_auth_subject_dn: Option<String>,
    /// A `dNSName` of the client's certificate.
    tls_client_auth_san_dns: Option<String>,
    /// A URI of the client's certificate.
    tls_client_auth_san_uri: Option<String>,
    /// An IP address of the client's certificate.
    tls_client_auth_san_ip: Option<String>,
    /// An e-mail address of the client's certificate.
    tls_client_auth_san_email: Option<String>,
    /// Algorithm of all signed authorization responses (JARM §3); empty: as requested.
    authorization_signed_response_alg: Option<String>,
    /// Public keys as a JWK Set, which replace the current keys or their URL.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// URL of its public keys, which replaces the current keys.
    jwks_uri: Option<String>,
    /// URL that receives logout tokens; empty: none.
    backchannel_logout_uri: Option<String>,
    /// Requires `sid` in logout tokens.
    backchannel_logout_session_required: Option<bool>,
    /// Host of the sector in which users have a pairwise subject; empty: public subjects.
    sector_identifier: Option<String>,
    /// URL that the browser loads in a frame at sign-out; empty: none.
    frontchannel_logout_uri: Option<String>,
    /// Requires `iss` and `sid` in the front-channel logout URL.
    frontchannel_logout_session_required: Option<bool>,
    /// Complete new list of the resources for which it may exchange tokens (RFC 8693).
    exchange_audiences: Option<Vec<String>>,
    /// Allows exchanged tokens without an `act` claim (impersonation).
    exchange_impersonation: Option<bool>,
    /// Settings of the consent page.
    #[serde(default)]
    consent: ConsentBody,
    /// True if the client is disabled.
    disabled: Option<bool>,
}

/// List clients
#[utoipa::path(
    operation_id = "admin_list_clients",
    tag = "admin",
    params(
        ("limit" = Option<u64>, Query, description = "1 to 200", minimum = 1, maximum = 200),
        ("cursor" = Option<String>, Query, description = "Cursor of the page, from `next_cursor`"),
    ),
    responses((status = 200, description = "Clients, by ID", body = Listing<ClientView>)),
    security(("bearer" = []))
)]
#[get("/admin/clients")]
async fn list(admin: AdminCaller) -> Result<HttpResponse, Problem> {
    let page = Page::parse(&admin, &[])?;
    let after = page.after_id(ClientId::parse)?;
    let found = clients::page(&admin.context(), after.as_ref(), page.rows()).await;
    let found = admin.map_result(found).await?;
    Ok(page.finish(found, |client| client.id.to_string(), ClientView::new))
}

/// Register a client
#[utoipa::path(
    operation_id = "admin_create_client",
    tag = "admin",
    request_body = NewClientBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Unique key of the request, which makes a retry safe")),
    responses((status = 201, description = "Registered", body = ClientView)),
    security(("bearer" = []))
)]
#[post("/admin/clients")]
async fn create(admin: AdminCaller, body: Body<NewClientBody>) -> Result<HttpResponse, Problem> {
    let body = body.0;
    let kind = ClientKind::parse(&body.kind)
        .ok_or_else(|| wrong("kind", "invalid", "Must be public or confidential."))?;
    let id = read_id(body.id.as_deref())?;
    let scopes = read_scope(body.scope.as_deref())?;
    let auth_method = read_method(body.auth_method.as_deref())?;
    let assertion_audience = read_audience(body.assertion_audience.as_deref())?.flatten();
    let pkce = read_pkce(body.pkce.as_deref())?;
    let format = read_format(body.access_token_format.as_deref())?;
    let subject = read_subject([
        body.tls_client_auth_subject_dn.clone(),
        body.tls_client_auth_san_dns.clone(),
        body.tls_client_auth_san_uri.clone(),
        body.tls_client_auth_san_ip.clone(),
        body.tls_client_auth_san_email.clone(),
    ])?;
    let consent = body.consent.clone().read()?;
    let work = async |context: AdminContext<'_>| {
        let new = NewClient {
            id: id.clone(),
            scopes: scopes.clone(),
            auth_method,
            assertion_audience,
            pkce,
            access_token_format: format.unwrap_or_default(),
            certificate_subject: subject.clone(),
            consent: consent.clone().terms(),
            ..described(&body, kind)
        };
        let (client, secret) = clients::create(&context, new).await?;
        Ok(created(
            client,
            secret.map(|secret| secret.expose().to_owned()),
        ))
    };
    let again = async |context: &AdminContext<'_>, stored: &StoredResponse| {
        let client = clients::get_named(context, &stored.id).await?;
        Ok(created(client, stored.secret.clone()))
    };
    idempotency::create(&admin, "clients:write", &body, work, again).await
}

/// Creates the client from the members that need no parsing.
fn described(body: &NewClientBody, kind: ClientKind) -> NewClient {
    let mut new = NewClient::named(&body.name, kind);
    new.redirect_uris.clone_from(&body.redirect_uris);
    let after_logout = &body.post_logout_redirect_uris;
    new.post_logout_redirect_uris.clone_from(after_logout);
    new.grant_types = read_grants(body.grant_types.as_deref());
    new.first_party = body.first_party;
    new.serves.clone_from(&body.serves);
    new.allowed_origins.clone_from(&body.allowed_origins);
    new.claims_in_id_token = body.claims_in_id_token.unwrap_or(true);
    new.require_mfa = body.require_mfa;
    new.require_pushed_authorization_requests = body.require_pushed_authorization_requests;
    new.require_signed_request_object = body.require_signed_request_object;
    new.dpop_bound_access_tokens = body.dpop_bound_access_tokens;
    new.certificate_bound_access_tokens = body.tls_client_certificate_bound_access_tokens;
    new.authorization_signed_response_alg
        .clone_from(&body.authorization_signed_response_alg);
    new.jwks = body.jwks.as_ref().map(Value::to_string);
    new.jwks_uri.clone_from(&body.jwks_uri);
    let types = &body.authorization_details_types;
    new.authorization_details_types.clone_from(types);
    new.sector_identifier.clone_from(&body.sector_identifier);
    new.logout = LogoutUris {
        backchannel: body.backchannel_logout_uri.clone(),
        backchannel_session_required: body.backchannel_logout_session_required,
        frontchannel: body.frontchannel_logout_uri.clone(),
        frontchannel_session_required: body.frontchannel_logout_session_required,
    };
    new.exchange = ExchangeRights {
        audiences: body.exchange_audiences.clone(),
        impersonation: body.exchange_impersonation,
    };
    new
}

/// Read a client
#[utoipa::path(
    operation_id = "admin_read_client",
    tag = "admin",
    responses((status = 200, description = "The client", body = ClientView)),
    security(("bearer" = []))
)]
#[get("/admin/clients/{id}")]
async fn show(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let client = clients::get(&admin.context(), &client_id(&id)?).await;
    let client = admin.map_result(client).await?;
    Ok(versioned_response(client, ClientView::new))
}

/// Change a client
#[utoipa::path(
    operation_id = "admin_update_client",
    tag = "admin",
    request_body = ClientPatch,
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 200, description = "Changed", body = ClientView)),
    security(("bearer" = []))
)]
#[patch("/admin/clients/{id}")]
async fn update(
    admin: AdminCaller,
    id: Path<String>,
    body: Body<ClientPatch>,
) -> Result<HttpResponse, Problem> {
    let body = body.0;
    same_id("id", body.id.as_deref(), &id)?;
    let context = admin.context_with_version()?;
    let change = ClientChange {
        name: body.name,
        redirect_uris: body.redirect_uris,
        post_logout_redirect_uris: body.post_logout_redirect_uris,
        grant_types: read_grants(body.grant_types.as_deref()),
        scopes: read_scope(body.scope.as_deref())?,
        first_party: body.first_party,
        auth_method: read_method(body.auth_method.as_deref())?,
        assertion_audience: read_audience(body.assertion_audience.as_deref())?,
        pkce: read_pkce(body.pkce.as_deref())?,
        serves: body.serves,
        access_token_format: read_format(body.access_token_format.as_deref())?,
        allowed_origins: body.allowed_origins,
        claims_in_id_token: body.claims_in_id_token,
        require_mfa: body.require_mfa,
        require_pushed_authorization_requests: body.require_pushed_authorization_requests,
        require_signed_request_object: body.require_signed_request_object,
        dpop_bound_access_tokens: body.dpop_bound_access_tokens,
        certificate_bound_access_tokens: body.tls_client_certificate_bound_access_tokens,
        certificate_subject: read_subject([
            body.tls_client_auth_subject_dn,
            body.tls_client_auth_san_dns,
            body.tls_client_auth_san_uri,
            body.tls_client_auth_san_ip,
            body.tls_client_auth_san_email,
        ])?,
        authorization_signed_response_alg: body.authorization_signed_response_alg,
        jwks: body.jwks.as_ref().map(Value::to_string),
        jwks_uri: body.jwks_uri,
        backchannel_logout_uri: body.backchannel_logout_uri,
        backchannel_logout_session_required: body.backchannel_logout_session_required,
        sector_identifier: body.sector_identifier,
        frontchannel_logout_uri: body.frontchannel_logout_uri,
        frontchannel_logout_session_required: body.frontchannel_logout_session_required,
        exchange_audiences: body.exchange_audiences,
        exchange_impersonation: body.exchange_impersonation,
        authorization_details_types: body.authorization_details_types,
        consent: body.consent.read()?,
        disabled: body.disabled,
    };
    let client = clients::update(&context, &client_id(&id)?, change).await;
    let client = admin.map_result(client).await?;
    Ok(versioned_response(client, ClientView::new))
}

/// Delete a client
#[utoipa::path(
    operation_id = "admin_delete_client",
    tag = "admin",
    params(("If-Match" = String, Header, description = "ETag of the version that was read")),
    responses((status = 204, description = "Deleted")),
    security(("bearer" = []))
)]
#[delete("/admin/clients/{id}")]
async fn remove(admin: AdminCaller, id: Path<String>) -> Result<HttpResponse, Problem> {
    let context = admin.context_with_version()?;
    admin
        .map_result(clients::delete(&context, &client_id(&id)?).await)
        .await?;
    Ok(no_content())
}
