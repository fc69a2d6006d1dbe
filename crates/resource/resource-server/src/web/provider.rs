//! The web client as OpenID Connect relying party: discovery, the authorization request, exchanging
//! and refreshing tokens, validating ID tokens, and signing out. `openidconnect` implements the
//! protocol.

mod error;

use std::sync::Arc;

use doorward_access::clock::Clock;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreGrantType, CoreIdToken, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse,
    CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId,
    ClientSecret, CsrfToken, EndSessionUrl, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadata, RedirectUrl, RefreshToken, RevocationUrl, Scope,
    SubjectIdentifier, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

pub(crate) use self::error::ProviderError;
use self::error::{id_token_problem, to_provider_error, unavailable};
use super::http_client::Http;
use super::seal::SignInSecrets;
use crate::config::WebClient;

/// Cache time of the issuer's metadata and keys in seconds.
const METADATA_TTL: i64 = 300;
/// Assumed lifetime of an access token without `expires_in`, in seconds (RFC 6749 §5.1).
const DEFAULT_TOKEN_TTL: i64 = 60;

/// Accepted algorithms of ID tokens: the asymmetric ones that the issuer offers.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Metadata of the issuer beyond OIDC Discovery.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Further {
    end_session_endpoint: Option<EndSessionUrl>,
    revocation_endpoint: Option<RevocationUrl>,
}

impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

pub(crate) struct Provider {
    issuer: IssuerUrl,
    client: WebClient,
    redirect_uri: RedirectUrl,
    post_logout_redirect_uri: PostLogoutRedirectUrl,
    http: Http,
    clock: Arc<dyn Clock>,
    known: Mutex<Option<(Arc<Metadata>, i64)>>,
}

/// The tokens of a signed-in user. They never leave the server unencrypted.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Tokens {
    pub access_token: String,
    pub access_expires_at: i64,
    pub refresh_token: Option<String>,
    pub id_token: String,
    pub subject: String,
}

impl Provider {
    pub(crate) fn new(
        issuer: &str,
        client: WebClient,
        http: Http,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, url::ParseError> {
        Ok(Self {
            issuer: IssuerUrl::new(issuer.to_owned())?,
            redirect_uri: RedirectUrl::new(client.redirect_uri.clone())?,
            post_logout_redirect_uri: PostLogoutRedirectUrl::new(
                client.post_logout_redirect_uri.clone(),
            )?,
            client,
            http,
            clock,
            known: Mutex::new(None),
        })
    }

    /// Builds the authorization request: code flow with PKCE S256, state and nonce.
    pub(crate) async fn start(
        &self,
        state: String,
        secrets: &SignInSecrets,
    ) -> Result<Url, ProviderError> {
        let client = self.client(&*self.metadata(false).await?);
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let nonce = Nonce::new(secrets.nonce.clone());
        // The library adds `openid`.
        let scopes = self.client.scopes.iter().filter(|scope| *scope != "openid");
        let (url, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || nonce,
            )
            .add_scopes(scopes.cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url)
    }

    /// Exchanges the code and validates the ID token (OIDC Core §3.1.3.7).
    pub(crate) async fn exchange(
        &self,
        code: String,
        secrets: SignInSecrets,
    ) -> Result<Tokens, ProviderError> {
        let client = self.client(&*self.metadata(false).await?);
        let response = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(unavailable)?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier))
            .request_async(&self.http)
            .await
            .map_err(to_provider_error)?;
        let id_token = response
            .id_token()
            .ok_or_else(|| ProviderError::IdToken("it is missing".into()))?;
        let nonce = Nonce::new(secrets.nonce);
        let subject = self.check(id_token, &response, Some(&nonce)).await?;
        Ok(self.tokens(&response, id_token.to_string(), subject, None))
    }

    /// Redeems the refresh token. A new ID token must have the same subject (OIDC Core §12.2).
    pub(crate) async fn refresh(&self, tokens: &Tokens) -> Result<Tokens, ProviderError> {
        let refresh_token = tokens
            .refresh_token
            .clone()
            .ok_or(ProviderError::GrantEnded)?;
        let client = self.client(&*self.metadata(false).await?);
        let response = client
            .exchange_refresh_token(&RefreshToken::new(refresh_token.clone()))
            .map_err(unavailable)?
            .request_async(&self.http)
            .await
            .map_err(to_provider_error)?;
        let mut newest = tokens.id_token.clone();
        if let Some(id_token) = response.id_token() {
            let subject = self.check(id_token, &response, None).await?;
            if subject != tokens.subject {
                return Err(ProviderError::IdToken("its subject is another user".into()));
            }
            newest = id_token.to_string();
        }
        let subject = tokens.subject.clone();
        Ok(self.tokens(&response, newest, subject, Some(refresh_token)))
    }

    /// Returns the user's name for the greeting. A sign-in succeeds without it.
    pub(crate) async fn display_name(&self, tokens: &Tokens) -> Option<String> {
        let metadata = self.metadata(false).await.ok()?;
        let client = self.client(&metadata);
        let expected = SubjectIdentifier::new(tokens.subject.clone());
        let claims: CoreUserInfoClaims = client
            .user_info(
                AccessToken::new(tokens.access_token.clone()),
                Some(expected),
            )
            .ok()?
            .request_async(&self.http)
            .await
            .inspect_err(|cause| tracing::debug!(%cause, "no user info"))
            .ok()?;
        let name = claims.name().and_then(|name| name.get(None));
        name.map(|name| name.to_string())
            .or_else(|| claims.preferred_username().map(|name| name.to_string()))
            .or_else(|| claims.email().map(|email| email.to_string()))
    }

    /// Revokes the refresh token (RFC 7009), if the issuer can be reached. Does not use
    /// `openidconnect`, which rejects a loopback issuer without TLS for this request only.
    pub(crate) async fn revoke(&self, tokens: &Tokens) {
        let Some(refresh_token) = &tokens.refresh_token else {
            return;
        };
        let Ok(metadata) = self.metadata(false).await else {
            return;
        };
        let Some(endpoint) = &metadata.additional_metadata().revocation_endpoint else {
            return;
        };
        let (hint, id) = ("refresh_token", self.client.client_id.as_str());
        let mut form = vec![("token", refresh_token.as_str()), ("token_type_hint", hint)];
        let mut request = self.http.0.post(endpoint.url().clone());
        match &self.client.client_secret {
            // RFC 6749 §2.3.1: both parts are form-encoded first.
            Some(secret) => {
                request = request.basic_auth(form_encode(id), Some(form_encode(secret)));
            }
            None => form.push(("client_id", id)),
        }
        let response = request.form(&form).send().await;
        if let Err(cause) = response.and_then(reqwest::Response::error_for_status) {
            tracing::warn!(%cause, "the refresh token could not be revoked");
        }
    }

    /// Returns the URL that signs the browser out at the issuer (OIDC RP-Initiated Logout §2).
    pub(crate) async fn logout_url(&self, tokens: &Tokens, state: String) -> Option<Url> {
        let metadata = self.metadata(false).await.ok()?;
        let endpoint = metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()?;
        let id_token: CoreIdToken = tokens.id_token.parse().ok()?;
        let request = LogoutRequest::from(endpoint)
            .set_id_token_hint(&id_token)
            .set_client_id(ClientId::new(self.client.client_id.clone()))
            .set_post_logout_redirect_uri(self.post_logout_redirect_uri.clone())
            .set_state(CsrfToken::new(state));
        Some(request.http_get_url())
    }

    fn client(&self, metadata: &Metadata) -> Client {
        CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.client.client_id.clone()),
            self.client.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(self.redirect_uri.clone())
    }

    /// Returns the issuer's metadata and keys; fetches them if they are old, once for concurrent
    /// callers.
    async fn metadata(&self, fresh: bool) -> Result<Arc<Metadata>, ProviderError> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        if let Some((metadata, at)) = &*known
            && !fresh
            && (0..METADATA_TTL).contains(&(now - at))
        {
            return Ok(Arc::clone(metadata));
        }
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.http)
            .await
            .map_err(unavailable)?;
        let metadata = Arc::new(metadata);
        *known = Some((Arc::clone(&metadata), now));
        Ok(metadata)
    }

    /// Validates an ID token and returns its subject. For an unknown key the keys are fetched once
    /// more: the issuer may have rotated them.
    async fn check(
        &self,
        id_token: &CoreIdToken,
        response: &CoreTokenResponse,
        nonce: Option<&Nonce>,
    ) -> Result<String, ProviderError> {
        let known = self.metadata(false).await?;
        if let Ok(subject) = self.check_with(&known, id_token, response, nonce) {
            return Ok(subject);
        }
        let fresh = self.metadata(true).await?;
        self.check_with(&fresh, id_token, response, nonce)
    }

    fn check_with(
        &self,
        metadata: &Metadata,
        id_token: &CoreIdToken,
        response: &CoreTokenResponse,
        nonce: Option<&Nonce>,
    ) -> Result<String, ProviderError> {
        let client = self.client(metadata);
        let clock = Arc::clone(&self.clock);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || {
                chrono::DateTime::from_timestamp(clock.now(), 0).unwrap_or_default()
            });
        let claims = match nonce {
            Some(nonce) => id_token.claims(&verifier, nonce),
            // A refreshed ID token should have no nonce (OIDC Core §12.2).
            None => id_token.claims(&verifier, |_: Option<&Nonce>| Ok(())),
        }
        .map_err(id_token_problem)?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(id_token_problem)?;
            let key = id_token.signing_key(&verifier).map_err(id_token_problem)?;
            let actual = AccessTokenHash::from_token(response.access_token(), algorithm, key)
                .map_err(id_token_problem)?;
            if actual != *expected {
                return Err(ProviderError::IdToken("at_hash differs".into()));
            }
        }
        Ok(claims.subject().to_string())
    }

    fn tokens(
        &self,
        response: &CoreTokenResponse,
        id_token: String,
        subject: String,
        previous_refresh_token: Option<String>,
    ) -> Tokens {
        let ttl = response.expires_in();
        let ttl = ttl.and_then(|ttl| i64::try_from(ttl.as_secs()).ok());
        Tokens {
            access_token: response.access_token().secret().clone(),
            access_expires_at: self.clock.now() + ttl.unwrap_or(DEFAULT_TOKEN_TTL),
            refresh_token: response
                .refresh_token()
                .map(|token| token.secret().clone())
                .or(previous_refresh_token),
            id_token,
            subject,
        }
    }
}

fn form_encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
