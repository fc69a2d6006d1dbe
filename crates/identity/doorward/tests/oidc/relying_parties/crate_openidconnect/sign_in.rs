//! The shortest client with the `openidconnect` crate; `docs/guides/connect/openidconnect.md`
//! contains the code between the marks.

// guide:begin
use std::collections::BTreeMap;
use std::env::var;
use std::error::Error;

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::url::Url;
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse,
};

/// A client configured by discovery.
pub type Discovered = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Creates the client of the environment; call it once, when your program starts.
pub async fn discover(
    http: &impl for<'c> AsyncHttpClient<'c>,
) -> Result<Discovered, Box<dyn Error>> {
    let issuer = IssuerUrl::new(var("ISSUER")?)?;
    let metadata = ProviderMetadataWithLogout::discover_async(issuer, http).await?;
    let id = ClientId::new(var("CLIENT_ID")?);
    let secret = ClientSecret::new(var("CLIENT_SECRET")?);
    let redirect_uri = RedirectUrl::new(format!("{}/callback", var("BASE_URL")?))?;
    let client = CoreClient::from_provider_metadata(metadata, id, Some(secret));
    Ok(client.set_redirect_uri(redirect_uri))
}

/// Signs a user in.
pub async fn sign_in(
    client: &Discovered,
    http: &impl for<'c> AsyncHttpClient<'c>,
    issuer: &str,
    browser: impl AsyncFnOnce(Url) -> BTreeMap<String, String>,
) -> Result<(CoreTokenResponse, CoreUserInfoClaims), Box<dyn Error>> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scopes(["profile", "email", "offline_access"].map(|name| Scope::new(name.to_owned())))
        .set_pkce_challenge(challenge)
        .url();

    // Redirect the user's browser to `url`, and store `state`, `nonce` and `verifier` in the session
    // until the browser returns with the response.
    let answer = browser(url).await;
    // The crate does not see the response, so your code must check it.
    let ours = answer.get("state") == Some(state.secret());
    if !ours || answer.get("iss").map(String::as_str) != Some(issuer) {
        return Err("an answer to another request, or of another issuer".into());
    }

    let code = answer.get("code").ok_or("refused")?;
    let exchange = client.exchange_code(AuthorizationCode::new(code.clone()))?;
    let exchange = exchange.set_pkce_verifier(verifier);
    let tokens = exchange.request_async(http).await?;
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let claims = id_token.claims(&client.id_token_verifier(), &nonce)?;
    let subject = claims.subject().clone();
    let access_token = tokens.access_token().clone();
    let person = client.user_info(access_token, Some(subject))?;
    let person = person.request_async(http).await?;
    Ok((tokens, person))
}
// guide:end
