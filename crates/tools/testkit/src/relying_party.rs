//! A relying party as an application would write it, with the `openidconnect` crate: discovery,
//! code with PKCE, ID token validation, userinfo, refresh, sign-out.

use std::pin::Pin;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AccessToken, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, RefreshToken, Scope, TokenResponse,
};
use reqwest::redirect::Policy;
use url::Url;

use crate::TestClient;
use crate::agent::IDLE;

type Discovered = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A failure of the crate with its causes as text.
pub type ErrorText = String;

/// A client after discovery.
pub struct RelyingParty {
    client: Discovered,
    metadata: ProviderMetadataWithLogout,
    http: reqwest::Client,
    client_id: String,
}

/// The data that the relying party stores between its two requests.
#[derive(Debug)]
pub struct Attempt {
    /// Authorization URL for the browser.
    pub url: Url,
    /// Expected `state` of the response.
    pub state: CsrfToken,
    /// Expected `nonce` in the ID token.
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
}

impl RelyingParty {
    /// Discovers the issuer; fails if the document names another one.
    pub async fn discover(issuer: &str, client: &TestClient) -> Result<Self, ErrorText> {
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(describe)?;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(describe)?;
        let call = |request| call(http.clone(), request);
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &call)
            .await
            .map_err(describe)?;
        let core = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(client.id.clone()),
            client.secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(RedirectUrl::new(client.redirect_uri.clone()).map_err(describe)?);
        Ok(Self {
            client: core,
            metadata,
            http,
            client_id: client.id.clone(),
        })
    }

    /// Returns the discovered document.
    pub const fn metadata(&self) -> &ProviderMetadataWithLogout {
        &self.metadata
    }

    /// Starts a sign-in.
    pub fn start(&self, scopes: &[&str]) -> Attempt {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = self
            .client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes.iter().map(|name| Scope::new((*name).to_owned())))
            .set_pkce_challenge(challenge)
            .url();
        Attempt {
            url,
            state,
            nonce,
            verifier,
        }
    }

    /// Redeems a code; `None` omits the verifier, as in a relying party that lost it.
    pub async fn exchange(
        &self,
        code: &str,
        verifier: Option<PkceCodeVerifier>,
    ) -> Result<CoreTokenResponse, ErrorText> {
        let mut request = self
            .client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(describe)?;
        if let Some(verifier) = verifier {
            request = request.set_pkce_verifier(verifier);
        }
        let call = |request| call(self.http.clone(), request);
        request.request_async(&call).await.map_err(describe)
    }

    /// Validates the ID token of a response and, by `at_hash`, its access token.
    pub fn verify(
        &self,
        response: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, ErrorText> {
        let token = response.id_token().ok_or("no ID token")?;
        let verifier = self.client.id_token_verifier();
        let claims = token.claims(&verifier, nonce).map_err(describe)?;
        let expected = claims.access_token_hash().ok_or("no at_hash")?;
        let actual = openidconnect::AccessTokenHash::from_token(
            response.access_token(),
            token.signing_alg().map_err(describe)?,
            token.signing_key(&verifier).map_err(describe)?,
        )
        .map_err(describe)?;
        if *expected != actual {
            return Err("at_hash belongs to another access token".to_owned());
        }
        Ok(claims.clone())
    }

    /// Redeems a refresh token.
    pub async fn refresh(&self, token: &RefreshToken) -> Result<CoreTokenResponse, ErrorText> {
        let request = self
            .client
            .exchange_refresh_token(token)
            .map_err(describe)?;
        let call = |request| call(self.http.clone(), request);
        request.request_async(&call).await.map_err(describe)
    }

    /// Requests the claims of the user.
    pub async fn user_info(&self, token: AccessToken) -> Result<CoreUserInfoClaims, ErrorText> {
        let request = self.client.user_info(token, None).map_err(describe)?;
        let call = |request| call(self.http.clone(), request);
        request.request_async(&call).await.map_err(describe)
    }

    /// Returns the sign-out URL for the browser.
    pub fn logout_url(&self, response: &CoreTokenResponse, back_to: &str, state: &str) -> Url {
        let endpoint = self
            .metadata
            .additional_metadata()
            .end_session_endpoint
            .clone()
            .expect("end_session_endpoint");
        LogoutRequest::from(endpoint)
            .set_id_token_hint(response.id_token().expect("an ID token"))
            .set_client_id(ClientId::new(self.client_id.clone()))
            .set_post_logout_redirect_uri(
                PostLogoutRedirectUrl::new(back_to.to_owned()).expect("a URL"),
            )
            .set_state(CsrfToken::new(state.to_owned()))
            .http_get_url()
    }
}

/// Sends the crate's request with this workspace's reqwest (the crate would add an older one).
async fn call(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (parts, body) = request.into_parts();
    let response = http
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body)
        .send()
        .await?;
    let mut answer = HttpResponse::new(Vec::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    *answer.body_mut() = response.bytes().await?.to_vec();
    Ok(answer)
}

/// Sends a request of the crate with a new client; for its `request_async`.
pub fn transport(
    request: HttpRequest,
) -> Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send>> {
    let http = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build();
    Box::pin(async { call(http?, request).await })
}

/// Formats an error with all its causes.
fn describe(error: impl std::error::Error) -> ErrorText {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
