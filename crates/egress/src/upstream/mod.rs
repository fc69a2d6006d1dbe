//! Identity providers from the view of a relying party: builds authorization requests and exchanges
//! codes for the user's identity. The protocol is implemented by `openidconnect`; every request
//! uses the egress client.

mod error;
mod metadata_cache;
mod provider_check;
mod relying_party;
mod transport;

use chrono::DateTime;
use doorward_domain::credentials::signed_secret::{self, SignedSecret};
use doorward_domain::derived_keys::ProviderKey;
use doorward_domain::model::{Provider, UpstreamIdentity};
use doorward_domain::sealed_columns::provider_secret_place;
use doorward_domain::secret::{self, Secret};
use doorward_domain::time::UnixSeconds;
use doorward_rules::federation::{self, UpstreamTrustError};
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use rand::CryptoRng;
use serde_json::{Map, Value};
use url::Url;

pub use error::UpstreamError;
pub use metadata_cache::MetadataCache;
pub use provider_check::{CheckedProperty, Finding, ProviderCheck, check_issuer, check_provider};
pub use relying_party::RelyingParty;

use metadata_cache::ProviderEndpoints;

/// The accepted signature algorithms of ID tokens. Only public keys: otherwise a holder of the
/// client secret could sign tokens (RFC 8725 §3.1).
const ALGORITHMS: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The values of an authorization request to a provider, which its response is checked against.
#[derive(Debug)]
pub struct Request<'a> {
    pub state: &'a str,
    pub nonce: &'a str,
    /// The PKCE code verifier (RFC 7636).
    pub verifier: &'a str,
    /// The maximum age of the sign-in at the provider, in seconds; 0 requires a new one.
    pub max_age: Option<u64>,
    pub began_at: UnixSeconds,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// Returns the redirect URI of a provider: each has its own (RFC 9700 §4.4.2.2).
pub fn redirect_uri(issuer: &str, provider: &Provider) -> String {
    format!("{issuer}/login/callback/{}", provider.id)
}

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

fn client_secret(
    party: &RelyingParty<'_>,
    provider: &Provider,
) -> Result<Option<Secret<String>>, UpstreamError> {
    let Some(sealed) = &provider.secret_sealed else {
        return Ok(None);
    };
    let damaged = |_| UpstreamError::Settings("its client secret cannot be decrypted".to_owned());
    let place = provider_secret_place(provider.id.as_str());
    let plain = party.secret_key.open(sealed, &place).map_err(damaged)?;
    let text = std::str::from_utf8(&plain).map_err(UpstreamError::settings)?;
    let kept = Secret::from(text);
    let Some(signer) = &provider.settings.secret_signer else {
        return Ok(Some(kept));
    };
    let secret = SignedSecret {
        team_id: &signer.team_id,
        key_id: &signer.key_id,
        audience: &provider.issuer,
        client_id: &provider.client_id,
    };
    let created = signed_secret::sign(&kept, &secret, party.clock.now());
    created.map(Some).map_err(UpstreamError::settings)
}

fn client(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
) -> Result<Client, UpstreamError> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(UpstreamError::settings)?;
    let back =
        RedirectUrl::new(redirect_uri(party.issuer, provider)).map_err(UpstreamError::settings)?;
    let id = ClientId::new(provider.client_id.clone());
    let mut client = CoreClient::new(id, issuer, endpoints.keys.clone())
        .set_auth_uri(endpoints.authorization.clone())
        .set_token_uri(endpoints.token.clone())
        .set_redirect_uri(back)
        .set_auth_type(if endpoints.takes_basic {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        });
    if let Some(secret) = client_secret(party, provider)? {
        client = client.set_client_secret(ClientSecret::new(secret.expose().clone()));
    }
    Ok(if provider.is_oidc() {
        client
    } else {
        client.disable_openid_scope()
    })
}

/// Builds the URL that the browser is sent to: code flow with PKCE S256, state and nonce (RFC 9700
/// §2.1.1).
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
    Ok(wish.url().0)
}

#[derive(Debug)]
pub struct AuthorizationResponse<'a> {
    pub code: &'a str,
    /// The `iss` of the response (RFC 9207).
    pub issuer: Option<&'a str>,
}

/// Exchanges the code and returns the identity of the user at the provider.
pub async fn redeem(
    party: &RelyingParty<'_>,
    provider: &Provider,
    request: &Request<'_>,
    answer: &AuthorizationResponse<'_>,
) -> Result<UpstreamIdentity, UpstreamError> {
    let endpoints = party.endpoints(provider).await?;
    // Checked before the code is sent anywhere (mix-up attack, RFC 9700 §4.4).
    federation::check_response_issuer(answer.issuer, &provider.issuer, endpoints.promises_issuer)?;
    let http = party.http_of(provider);
    let response = client(party, provider, &endpoints)?
        .exchange_code(AuthorizationCode::new(answer.code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(request.verifier.to_owned()))
        .request_async(&http)
        .await
        .map_err(UpstreamError::of_token)?;
    let claims = if provider.is_oidc() {
        claims_from_token(party, provider, endpoints, request, &response).await?
    } else {
        claims_from_endpoints(party, provider, &response).await?
    };
    let mut names = provider.settings.claims.clone();
    if provider.is_oidc() {
        "sub".clone_into(&mut names.subject);
    }
    let identity = federation::read_identity(&provider.issuer, &claims, &names)?;
    if let Some(max_age) = request.max_age {
        let now = party.clock.now();
        federation::check_freshness(identity.auth_time, max_age, request.began_at, now)?;
    }
    Ok(identity)
}

/// Returns the claims of a verified ID token, with those of the userinfo endpoint if the e-mail
/// address is missing.
async fn claims_from_token(
    party: &RelyingParty<'_>,
    provider: &Provider,
    mut endpoints: ProviderEndpoints,
    request: &Request<'_>,
    response: &CoreTokenResponse,
) -> Result<Map<String, Value>, UpstreamError> {
    let token = response
        .id_token()
        .ok_or_else(|| UpstreamError::Untrusted("there is no ID token".to_owned()))?;
    let nonce = Nonce::new(request.nonce.to_owned());
    let mut verdict = verify(party, provider, &endpoints, token, &nonce);
    if verdict.is_err()
        && let Some(newer) = party.refetch_endpoints(provider).await
    {
        // The provider may have new keys.
        endpoints = newer;
        verdict = verify(party, provider, &endpoints, token, &nonce);
    }
    let client = client(party, provider, &endpoints)?;
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    if let Some(expected) = verdict?.access_token_hash() {
        let algorithm = token.signing_alg().map_err(UpstreamError::untrusted)?;
        let key = token
            .signing_key(&verifier)
            .map_err(UpstreamError::untrusted)?;
        let found = AccessTokenHash::from_token(response.access_token(), algorithm, key)
            .map_err(UpstreamError::untrusted)?;
        if found != *expected {
            return Err(UpstreamError::Untrusted("at_hash differs".to_owned()));
        }
    }
    let claims = transport::payload(&token.to_string())?;
    match &endpoints.userinfo {
        Some(address) if !claims.contains_key(&provider.settings.claims.email) => {
            let http = party.http_of(provider);
            let more: Map<_, _> = transport::get(http, address, response.access_token()).await?;
            // OIDC Core §5.3.2: the response is about another user.
            if more.get("sub") != claims.get("sub") {
                return Err(UpstreamTrustError::Subject.into());
            }
            // Signed claims take precedence over those of the userinfo response.
            Ok(more.into_iter().chain(claims).collect())
        }
        _ => Ok(claims),
    }
}

/// Verifies an ID token: signature, `iss`, `aud`, `azp`, `exp`, `nonce` (OIDC Core §3.1.3.7).
fn verify(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
    token: &CoreIdToken,
    nonce: &Nonce,
) -> Result<CoreIdTokenClaims, UpstreamError> {
    let now = party.clock.now();
    let client = client(party, provider, endpoints)?;
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || DateTime::from_timestamp(now, 0).unwrap_or_default());
    let claims = token.claims(&verifier, nonce);
    let claims = claims.map_err(UpstreamError::untrusted)?;
    let party = claims.authorized_party().map(|party| party.as_str());
    federation::check_authorized_party(party, &provider.client_id)?;
    Ok(claims.clone())
}

/// Returns the claims from the userinfo endpoints of a provider without OpenID Connect.
async fn claims_from_endpoints(
    party: &RelyingParty<'_>,
    provider: &Provider,
    response: &CoreTokenResponse,
) -> Result<Map<String, Value>, UpstreamError> {
    let Some(endpoints) = &provider.settings.endpoints else {
        return Err(UpstreamError::Settings("it has no endpoints".to_owned()));
    };
    let token = response.access_token();
    let http = party.http_of(provider);
    let mut claims: Map<_, _> = transport::get(http, &endpoints.userinfo, token).await?;
    if let Some(emails) = &endpoints.emails {
        let names = &provider.settings.claims;
        let (email, verified) = transport::primary_email(http, emails, token).await?;
        claims.insert(
            names.email.clone(),
            email.map_or(Value::Null, Value::String),
        );
        claims.insert(names.email_verified.clone(), Value::Bool(verified));
    }
    Ok(claims)
}
