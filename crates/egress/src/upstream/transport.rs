//! HTTP requests to identity providers.

use std::pin::Pin;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorward_domain::model::Provider;
use doorward_rules::url_source::SourcedUrl;
use openidconnect::http::Request;
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use openidconnect::{AccessToken, AsyncHttpClient, HttpRequest, HttpResponse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::UpstreamError;
use crate::outgoing::{EgressClient, EgressError};

/// Maximum size of a provider's response, in bytes.
pub(super) const MAX_BYTES: usize = 256 * 1024;

/// The egress client for the requests to one provider; an adapter for the `openidconnect` library.
#[derive(Clone, Copy)]
pub(super) struct ProviderHttp<'a> {
    pub http: &'a EgressClient,
    pub provider: &'a Provider,
}

impl ProviderHttp<'_> {
    /// Sends a request to a URL that the settings or the metadata of the provider name.
    pub async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, EgressError> {
        let url = request.uri().to_string();
        let source = SourcedUrl::of_provider(self.provider, &url).source();
        self.http.exchange(request, source, MAX_BYTES).await
    }
}

impl<'c> AsyncHttpClient<'c> for ProviderHttp<'_> {
    type Error = EgressError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, EgressError>> + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.exchange(request))
    }
}

/// Decodes the payload of a JWS whose signature has been verified.
pub(super) fn payload(token: &str) -> Result<Map<String, Value>, UpstreamError> {
    let none = || UpstreamError::Untrusted("the ID token has no payload".to_owned());
    let part = token.split('.').nth(1).ok_or_else(none)?;
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| none())?;
    serde_json::from_slice(&bytes).map_err(|_| none())
}

#[derive(Deserialize)]
struct Listed {
    email: String,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    verified: bool,
}

/// Fetches the user's primary e-mail address, and whether the provider has verified it.
pub(super) async fn primary_email(
    http: ProviderHttp<'_>,
    address: &str,
    token: &AccessToken,
) -> Result<(Option<String>, bool), UpstreamError> {
    let listed: Vec<Listed> = get(http, address, token).await?;
    let main = listed.into_iter().find(|listed| listed.primary);
    Ok(main.map_or((None, false), |main| (Some(main.email), main.verified)))
}

/// Fetches what the provider says about the user of the access token, such as claims.
pub(super) async fn get<T: DeserializeOwned>(
    http: ProviderHttp<'_>,
    address: &str,
    token: &AccessToken,
) -> Result<T, UpstreamError> {
    let bearer = HeaderValue::from_str(&format!("Bearer {}", token.secret()));
    let mut bearer = bearer.map_err(UpstreamError::unavailable)?;
    bearer.set_sensitive(true);
    let request = Request::get(address)
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, bearer)
        .body(Vec::new())
        .map_err(UpstreamError::unavailable)?;
    let response = http.exchange(request).await;
    let response = response.map_err(UpstreamError::unavailable)?;
    if !response.status().is_success() {
        let text = format!(
            "its user information has status {}",
            response.status().as_u16()
        );
        return Err(UpstreamError::Unavailable(text));
    }
    serde_json::from_slice(response.body()).map_err(UpstreamError::unavailable)
}
