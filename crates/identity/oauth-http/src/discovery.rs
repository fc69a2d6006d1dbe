//! The discovery documents (OIDC Discovery 1.0 §3, RFC 8414 §2), which list only enabled features.

use std::collections::BTreeMap;

use actix_web::http::header::CACHE_CONTROL;
use arc_swap::ArcSwapOption;
use doorward_access::jwt::dpop;
use doorward_domain::keys::KeyRing;
use doorward_i18n::Lang;
use doorward_oauth::ciba;
use doorward_oauth::client_registration::create::REGISTER;
use doorward_oauth::signing::sign_metadata;
use doorward_protocol::authorize::ResponseMode;
use doorward_protocol::ciba::{PING, POLL};
use doorward_protocol::client_auth::ClientAuthMethod;
use doorward_protocol::discovery::ProviderMetadata;
use doorward_protocol::prompt::Prompt;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use doorward_rules::{advertised_scopes, assurance, claims};
use doorward_services::context::{Core, Registries};
use doorward_templates::ErrorKind;
use doorward_web::document::{Document, DocumentFields};
use doorward_web::page::Page;
use doorward_web::request::aliases::ALIASES;

use super::endpoint::{accepts, server_error};
use crate::prelude::*;

const FIELDS: DocumentFields = DocumentFields {
    content_type: "application/json",
    cache_control: "public, max-age=300",
    vary: Some("Accept"),
};

/// The media type of a JWT (RFC 7519 §10.3.1).
const JWT: &str = "application/jwt";

/// The metadata of one key ring and one set of registries; the configuration never changes.
#[derive(Debug)]
struct Prepared {
    ring: Arc<KeyRing>,
    registries: Arc<Registries>,
    metadata: ProviderMetadata,
    documents: Arc<Documents>,
}

#[derive(Debug)]
struct Documents {
    json: Document,
    jwt: Document,
}

/// The last served metadata of the issuer and of a former one, of each worker.
#[derive(Debug, Default)]
pub struct Discovery {
    present: ArcSwapOption<Prepared>,
    former: ArcSwapOption<Prepared>,
}

impl Discovery {
    /// Returns the documents of these keys and registries. They are signed again only if the
    /// content or the key has changed, not if the same was read again.
    fn prepare(
        &self,
        core: &Core,
        ring: Arc<KeyRing>,
        registries: Arc<Registries>,
    ) -> Result<Arc<Documents>, ServerError> {
        let kept = match core.request_former_issuer() {
            None => &self.present,
            Some(_) => &self.former,
        };
        let last = kept.load();
        if let Some(last) = &*last
            && Arc::ptr_eq(&last.ring, &ring)
            && Arc::ptr_eq(&last.registries, &registries)
            && last.metadata.issuer == core.issuer()
        {
            return Ok(Arc::clone(&last.documents));
        }
        let metadata = metadata(core, &registries);
        let is_equal = |last: &&Arc<Prepared>| {
            last.metadata == metadata && last.ring.active().kid() == ring.active().kid()
        };
        let documents = match last.as_ref().filter(is_equal) {
            Some(last) => Arc::clone(&last.documents),
            None => Arc::new(Documents::new(core, &ring, metadata.clone())?),
        };
        kept.store(Some(Arc::new(Prepared {
            ring,
            registries,
            metadata,
            documents: Arc::clone(&documents),
        })));
        Ok(documents)
    }
}

impl Documents {
    fn new(
        core: &Core,
        ring: &KeyRing,
        mut metadata: ProviderMetadata,
    ) -> Result<Self, ServerError> {
        let jwt = sign_metadata(ring, core.issuer(), &metadata)?;
        metadata.signed_metadata = Some(jwt.clone());
        let json = serde_json::to_string(&metadata)
            .map_err(|error| ServerError::Internal(error.to_string()))?;
        let signed = DocumentFields {
            content_type: JWT,
            ..FIELDS
        };
        Ok(Self {
            json: Document::new(FIELDS, json),
            jwt: Document::new(signed, jwt),
        })
    }
}

/// Serves both documents, which are equal (RFC 8414 §2 and OIDC Discovery §3 share one registry).
/// The signed form is in the member `signed_metadata` (RFC 8414 §2.1), or the whole response if the
/// client accepts `application/jwt`.
pub async fn show(
    web: Data<WebContext>,
    discovery: Data<Discovery>,
    request: HttpRequest,
) -> HttpResponse {
    match documents(&web, &discovery).await {
        Ok(documents) if accepts(&request, JWT) => documents.jwt.respond(&request),
        Ok(documents) => documents.json.respond(&request),
        Err(error) => server_error(&request, &error),
    }
}

/// Serves the origins that may use passkeys of this host (`WebAuthn` L3 §5.11): the issuer, if an RP
/// ID is configured.
pub async fn related_origins(page: Page) -> HttpResponse {
    let config = &page.context.core.config;
    if !config.passkeys.enabled || config.passkeys.rp_id.is_none() {
        return page.error(ErrorKind::NotFound, None);
    }
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, FIELDS.cache_control));
    response.json(serde_json::json!({"origins": [config.issuer]}))
}

async fn documents(web: &WebContext, discovery: &Discovery) -> Result<Arc<Documents>, ServerError> {
    let (core, keys) = (&web.context.core, &web.context.issuing.keys);
    let registries = web.context.registry().await?;
    let ring = keys.current(&core.db, core.now()).await?;
    discovery.prepare(core, ring, registries)
}

const AUTH_METHODS: &[ClientAuthMethod] = &[
    ClientAuthMethod::ClientSecretBasic,
    ClientAuthMethod::ClientSecretPost,
    ClientAuthMethod::PrivateKeyJwt,
    ClientAuthMethod::None,
];

const GRANTS: &[GrantType] = &[
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
    GrantType::ClientCredentials,
    GrantType::DeviceCode,
    GrantType::TokenExchange,
];

/// Claims that do not describe the user.
const ABOUT_TOKENS: [&str; 12] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "sid",
];

/// Returns the client authentication methods, with or without public clients.
fn methods(core: &Core, with_none: bool) -> Vec<String> {
    let by_certificate = client_auth::BY_CERTIFICATE.iter();
    let kept = AUTH_METHODS
        .iter()
        .chain(by_certificate.filter(|by_certificate| client_auth::serves(core, **by_certificate)))
        .filter(|auth_method| with_none || **auth_method != ClientAuthMethod::None);
    owned(kept.map(|method| method.as_str()))
}

/// Returns the endpoints for clients with certificates, if their origin is not the issuer (RFC 8705
/// §5).
fn aliases(core: &Core) -> Option<BTreeMap<String, String>> {
    let mtls = &core.config.mtls;
    let origin = mtls.public_url.as_ref().filter(|_| mtls.is_on())?;
    let asks = ciba::is_served(core);
    let all = ALIASES
        .iter()
        .filter(|(name, _)| asks || !name.starts_with("backchannel"));
    Some(
        all.map(|(name, path)| ((*name).to_owned(), format!("{origin}{path}")))
            .collect(),
    )
}

fn owned<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    values.into_iter().map(str::to_owned).collect()
}

fn names(algs: &[SigningAlg]) -> Vec<String> {
    algs.iter().map(SigningAlg::to_string).collect()
}

fn response_modes() -> Vec<String> {
    let modes = ResponseMode::ALL.iter().map(|mode| mode.as_str());
    owned(modes.chain([ResponseMode::SHORTCUT]))
}

/// Returns the grant types; assertion grants are included if a trusted issuer file is set.
fn grants(core: &Core) -> Vec<String> {
    let trusted = core.config.authorization.trusted_issuers();
    let asks = ciba::is_served(core).then_some(&GrantType::Ciba);
    let grants = GRANTS.iter().chain(trusted.map(|_| &GrantType::JwtBearer));
    owned(grants.chain(asks).map(GrantType::as_str))
}

/// Returns the members that depend on authorization details types, mail, offered algorithms and links.
fn configured_metadata(core: &Core, registry: &Registries) -> ProviderMetadata {
    let asks = ciba::is_served(core);
    // Those of this server's own signatures.
    let offered = names(&core.config.keys.algorithms);
    ProviderMetadata {
        authorization_details_types_supported: registry
            .details
            .iter()
            .filter(|known| !known.disabled)
            .map(|known| known.name.clone())
            .collect(),
        // CIBA Core §4.
        backchannel_authentication_endpoint: asks
            .then(|| format!("{}/oauth2/bc-authorize", core.issuer())),
        backchannel_token_delivery_modes_supported: owned(
            asks.then_some([POLL, PING]).into_iter().flatten(),
        ),
        backchannel_authentication_request_signing_alg_values_supported: if asks {
            names(&SigningAlg::ALL)
        } else {
            Vec::new()
        },
        backchannel_user_code_parameter_supported: asks.then_some(false),
        op_policy_uri: core.brand().links.privacy.clone(),
        op_tos_uri: core.brand().links.terms.clone(),
        authorization_signing_alg_values_supported: offered.clone(),
        id_token_signing_alg_values_supported: offered.clone(),
        userinfo_signing_alg_values_supported: offered.clone(),
        introspection_signing_alg_values_supported: offered,
        ..ProviderMetadata::default()
    }
}

fn metadata(core: &Core, registry: &Registries) -> ProviderMetadata {
    let at = |path: &str| format!("{}{path}", core.issuer());
    let registers = core.config.client_registration.is_on();
    ProviderMetadata {
        issuer: core.issuer().to_owned(),
        authorization_endpoint: Some(at("/oauth2/authorize")),
        token_endpoint: Some(at("/oauth2/token")),
        userinfo_endpoint: Some(at("/oauth2/userinfo")),
        jwks_uri: Some(at("/oauth2/jwks")),
        registration_endpoint: registers.then(|| at(REGISTER)),
        introspection_endpoint: Some(at("/oauth2/introspect")),
        revocation_endpoint: Some(at("/oauth2/revoke")),
        pushed_authorization_request_endpoint: Some(at("/oauth2/par")),
        end_session_endpoint: Some(at("/oauth2/logout")),
        device_authorization_endpoint: Some(at("/oauth2/device_authorization")),
        scopes_supported: owned(advertised_scopes::list(&registry.scopes)),
        response_types_supported: owned(["code"]),
        response_modes_supported: response_modes(),
        grant_types_supported: grants(core),
        subject_types_supported: owned(["public", "pairwise"]),
        token_endpoint_auth_methods_supported: methods(core, true),
        revocation_endpoint_auth_methods_supported: methods(core, true),
        introspection_endpoint_auth_methods_supported: methods(core, false),
        token_endpoint_auth_signing_alg_values_supported: names(&SigningAlg::ALL),
        revocation_endpoint_auth_signing_alg_values_supported: names(&SigningAlg::ALL),
        introspection_endpoint_auth_signing_alg_values_supported: names(&SigningAlg::ALL),
        code_challenge_methods_supported: owned(["S256"]),
        acr_values_supported: owned(assurance::SUPPORTED.iter().copied()),
        claims_supported: owned(ABOUT_TOKENS.into_iter().chain(claims::supported())),
        claim_types_supported: owned(["normal"]),
        prompt_values_supported: owned(Prompt::ALL.iter().map(|prompt| prompt.as_str())),
        ui_locales_supported: owned(Lang::ALL.iter().map(|lang| lang.code())),
        claims_parameter_supported: Some(true),
        request_parameter_supported: Some(true),
        request_object_signing_alg_values_supported: names(&SigningAlg::ALL),
        require_pushed_authorization_requests: Some(
            core.config.authorization.require_pushed_requests,
        ),
        client_id_metadata_document_supported: core
            .config
            .client_metadata_documents
            .enabled
            .then_some(true),
        // A URL is only fetched if the client has registered it (OIDC Core §6.2).
        request_uri_parameter_supported: Some(true),
        require_request_uri_registration: Some(true),
        authorization_response_iss_parameter_supported: Some(true),
        backchannel_logout_supported: Some(true),
        backchannel_logout_session_supported: Some(true),
        dpop_signing_alg_values_supported: dpop::algs().map(str::to_owned).to_vec(),
        // RFC 8705 §3.3 and §5.
        tls_client_certificate_bound_access_tokens: core.config.mtls.is_on().then_some(true),
        mtls_endpoint_aliases: aliases(core),
        frontchannel_logout_supported: Some(true),
        frontchannel_logout_session_supported: Some(true),
        ..configured_metadata(core, registry)
    }
}
