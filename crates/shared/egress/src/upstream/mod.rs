//! Identity providers from the view of a relying party: builds authorization requests and exchanges
//! codes for the user's identity. `openidconnect` builds the authorization requests. What providers
//! respond is read leniently and checked where it is used (decision 131); every request uses the egress
//! client.

mod client_request;
mod discovery;
mod dpop;
mod error;
mod id_token;
mod metadata_cache;
mod provider_check;
mod pushed_request;
mod relying_party;
mod token_request;
mod transport;
mod verified_claims;

use doorward_domain::boxed;
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::{Provider, ProviderCause, UpstreamIdentity};
use doorward_domain::sealed_columns::provider_secret_place;
use doorward_domain::secret;
use doorward_rules::federation;
use doorward_rules::provider_logout::LogoutStatement;
use doorward_rules::provider_signals::ProviderSignal;
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreJsonWebKeySet};
use openidconnect::{
    AuthUrl, ClientId, CsrfToken, EndpointNotSet, EndpointSet, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope,
};
use rand::CryptoRng;
use url::Url;

pub use error::UpstreamError;
pub use metadata_cache::MetadataCache;
pub use provider_check::{CheckedProperty, Finding, ProviderCheck, check_issuer, check_provider};
pub use relying_party::{RelyingParty, Request, redirect_uri};

use dpop::Binding;
use metadata_cache::ProviderEndpoints;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
>;

/// Encrypts the client secret of a provider, bound to the provider's id.
pub fn seal_secret(
    key: &ProviderKey,
    provider: &str,
    secret: &str,
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    let place = provider_secret_place(provider);
    secret::seal(key.expose(), secret.as_bytes(), &place, rng)
}

fn client(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
) -> Result<Client, UpstreamError> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(UpstreamError::settings)?;
    let back =
        RedirectUrl::new(redirect_uri(party.issuer, provider)).map_err(UpstreamError::settings)?;
    let authorization =
        AuthUrl::new(endpoints.authorization.clone()).map_err(UpstreamError::settings)?;
    let id = ClientId::new(provider.client_id.clone());
    let client = CoreClient::new(id, issuer, CoreJsonWebKeySet::new(Vec::new()))
        .set_auth_uri(authorization)
        .set_redirect_uri(back);
    Ok(if provider.is_oidc() {
        client
    } else {
        client.disable_openid_scope()
    })
}

/// Builds the URL that the browser is sent to: code flow with PKCE S256, state and nonce (RFC 9700
/// §2.1.1).
#[boxed]
pub async fn address(
    party: &RelyingParty<'_>,
    provider: &Provider,
    request: &Request<'_>,
) -> Result<Url, UpstreamError> {
    let endpoints = party.endpoints(provider).await?;
    let client = client(party, provider, &endpoints)?;
    let (csrf, nonce) = (request.state.to_owned(), request.nonce.to_owned());
    let verifier = PkceCodeVerifier::new(request.verifier.to_owned());
    // The library adds `openid`.
    let scopes = provider.settings.scopes.iter();
    let scopes = scopes.filter(|scope| !provider.is_oidc() || *scope != "openid");
    let mut wish = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(csrf),
            move || Nonce::new(nonce),
        )
        .add_scopes(scopes.cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if provider.settings.form_post {
        wish = wish.add_extra_param("response_mode", "form_post");
    }
    let asks_again = request.max_age == Some(0) && provider.is_oidc();
    for (name, value) in &provider.settings.authorization_parameters {
        // `prompt=login` below takes the place of the operator's `prompt`.
        if !(asks_again && name == "prompt") {
            wish = wish.add_extra_param(name.clone(), value.clone());
        }
    }
    if let Some(max_age) = request.max_age
        && provider.is_oidc()
    {
        // OIDC Core §3.1.2.1: `max_age` makes the provider return `auth_time`.
        wish = wish.set_max_age(std::time::Duration::from_secs(max_age));
        if asks_again {
            wish = wish.add_prompt(CoreAuthPrompt::Login);
        }
    }
    let url = wish.url().0;
    let url = if provider.settings.nonce {
        url
    } else {
        without_nonce(&url)
    };
    pushed_request::push(party, provider, &endpoints, url).await
}

/// Removes `nonce`, which the library always sends.
fn without_nonce(url: &Url) -> Url {
    let mut changed = url.clone();
    let pairs = url.query_pairs().filter(|(name, _)| name != "nonce");
    changed.query_pairs_mut().clear().extend_pairs(pairs);
    changed
}

#[derive(Debug)]
pub struct AuthorizationResponse<'a> {
    pub code: &'a str,
    /// The `iss` of the response (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Exchanges the code and returns the identity of the user at the provider.
#[boxed(?Send)]
pub async fn redeem(
    party: &RelyingParty<'_>,
    provider: &Provider,
    request: &Request<'_>,
    answer: &AuthorizationResponse<'_>,
) -> Result<UpstreamIdentity, UpstreamError> {
    let endpoints = party.endpoints(provider).await?;
    // Checked before the code is sent anywhere (mix-up attack, RFC 9700 §4.4).
    federation::check_response_issuer(answer.issuer, &provider.issuer, endpoints.promises_issuer)?;
    let code = answer.code;
    let binding = Binding::new(party.clock, party.random, provider)?;
    let bound = binding.as_ref();
    let redeemed =
        token_request::redeem_code(party, provider, &endpoints, request, code, bound).await;
    let tokens = redeemed?;
    let read = if provider.is_oidc() {
        verified_claims::read(party, provider, endpoints, request, &tokens, bound).await?
    } else {
        verified_claims::read_plain(party, provider, &tokens).await?
    };
    let mut names = provider.settings.claims.clone();
    if provider.is_oidc() {
        "sub".clone_into(&mut names.subject);
    }
    let (issuer, is_partial) = (&provider.issuer, read.is_partial);
    let identity = federation::read_identity(issuer, &read.claims, &names, is_partial)?;
    let now = party.clock.now();
    if let Some(max_age) = request.max_age
        && !federation::is_fresh(identity.auth_time, max_age, request.began_at, now)
    {
        return Err(UpstreamError::NotFresh);
    }
    Ok(identity)
}

/// Verifies a logout token of a provider (OIDC Back-Channel Logout §2.6). The caller uses its `jti` once.
#[boxed(?Send)]
pub async fn read_logout(
    party: &RelyingParty<'_>,
    provider: &Provider,
    token: &str,
) -> Result<LogoutStatement, UpstreamError> {
    require_keys(provider)?;
    verified_claims::read_logout(party, provider, token).await
}

/// Verifies a security event token of a provider (RFC 8417, SSF 1.0 §4). The caller uses its `jti` once.
#[boxed(?Send)]
pub async fn read_signal(
    party: &RelyingParty<'_>,
    provider: &Provider,
    token: &str,
) -> Result<ProviderSignal, UpstreamError> {
    require_keys(provider)?;
    verified_claims::read_signal(party, provider, token).await
}

fn require_keys(provider: &Provider) -> Result<(), UpstreamError> {
    if provider.is_oidc() {
        return Ok(());
    }
    let detail = "a provider without OpenID Connect has no keys";
    Err(UpstreamError::unaccepted(ProviderCause::Settings, detail))
}
