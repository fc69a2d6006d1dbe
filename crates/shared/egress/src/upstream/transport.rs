//! HTTP requests to identity providers.

use doorward_domain::boxed;
use doorward_domain::model::{Provider, ProviderCause};
use doorward_protocol::foreign_json;
use doorward_rules::url_source::SourcedUrl;
use openidconnect::http::Request;
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use openidconnect::{HttpRequest, HttpResponse};
use serde_json::{Map, Value};

use super::dpop::{Binding, demanded_nonce};
use super::error::UpstreamError;
use crate::outgoing::{EgressClient, EgressError};

/// Maximum size of a provider's response, in bytes.
pub(super) const MAX_BYTES: usize = 256 * 1024;

/// The egress client for the requests to one provider.
#[derive(Clone, Copy)]
pub(super) struct ProviderHttp<'a> {
    pub http: &'a EgressClient,
    pub provider: &'a Provider,
}

impl ProviderHttp<'_> {
    /// Sends a request to a URL that the settings or the metadata of the provider name.
    #[boxed]
    pub async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, EgressError> {
        let url = request.uri().to_string();
        let source = SourcedUrl::of_provider(self.provider, &url).source();
        self.http.exchange(request, source, MAX_BYTES).await
    }

    /// Fetches a document, whatever its media type. `what` names it in errors.
    #[boxed]
    pub async fn document(&self, url: &str, what: &str) -> Result<Vec<u8>, UpstreamError> {
        let request = Request::get(url).header(ACCEPT, "application/json");
        let request = request.body(Vec::new()).map_err(UpstreamError::settings)?;
        let response = self.exchange(request).await;
        let response = response.map_err(UpstreamError::unavailable)?;
        match response.status().as_u16() {
            200 => Ok(response.into_body()),
            status => {
                let what = format!("{what} at {url}");
                let cause = ProviderCause::Settings;
                Err(UpstreamError::of_status(&what, status, cause))
            }
        }
    }

    /// Fetches what the provider says about the user of the access token.
    pub async fn about_user(
        &self,
        url: &str,
        token: UserToken<'_>,
    ) -> Result<Vec<u8>, UpstreamError> {
        let mut response = self.exchange(token.request(url, None)?).await;
        if token.binding.is_some()
            && let Ok(rejection) = &response
            && let Some(nonce) = demanded_nonce(rejection)
        {
            response = self.exchange(token.request(url, Some(&nonce))?).await;
        }
        let response = response.map_err(UpstreamError::unavailable)?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        let status = response.status().as_u16();
        let what = "its user information";
        Err(UpstreamError::of_status(
            what,
            status,
            ProviderCause::Refused,
        ))
    }
}

/// The access token of a user, and the key that it is bound to, if any.
#[derive(Clone, Copy)]
pub(super) struct UserToken<'a> {
    pub text: &'a str,
    pub binding: Option<&'a Binding<'a>>,
}

impl UserToken<'_> {
    /// Returns a request with the token (RFC 6750 §2.1, RFC 9449 §7.1).
    fn request(&self, url: &str, nonce: Option<&str>) -> Result<HttpRequest, UpstreamError> {
        let text = self.text;
        let scheme = if self.binding.is_some() {
            "DPoP"
        } else {
            "Bearer"
        };
        let credentials = HeaderValue::from_str(&format!("{scheme} {text}"));
        let mut credentials = credentials.map_err(UpstreamError::settings)?;
        credentials.set_sensitive(true);
        let mut request = Request::get(url)
            // A provider that signs the response may insist on its media type.
            .header(ACCEPT, "application/json, application/jwt;q=0.9")
            .header(AUTHORIZATION, credentials);
        if let Some(binding) = self.binding {
            request = request.header("DPoP", binding.proof("GET", url, Some(text), nonce)?);
        }
        request.body(Vec::new()).map_err(UpstreamError::settings)
    }
}

/// Fetches the claims of a user as a JSON object.
pub(super) async fn claims(
    http: ProviderHttp<'_>,
    url: &str,
    token: UserToken<'_>,
) -> Result<Map<String, Value>, UpstreamError> {
    let body = http.about_user(url, token).await?;
    foreign_json::object(&body).ok_or_else(|| {
        let detail = "its user information is not a JSON object";
        UpstreamError::unaccepted(ProviderCause::Unreadable, detail)
    })
}

/// Fetches the user's primary e-mail address from a list, and whether the provider has verified it.
pub(super) async fn primary_email(
    http: ProviderHttp<'_>,
    url: &str,
    token: UserToken<'_>,
) -> Result<(Option<String>, bool), UpstreamError> {
    let body = http.about_user(url, token).await?;
    let listed: Vec<Value> = serde_json::from_slice(&body).map_err(|_| {
        let detail = "its list of e-mail addresses is not a JSON list";
        UpstreamError::unaccepted(ProviderCause::Unreadable, detail)
    })?;
    let mut listed = listed.iter().filter_map(Value::as_object);
    let main = listed.find(|item| foreign_json::is_true(item.get("primary")));
    let address = main.and_then(|main| foreign_json::text(main, "email"));
    let is_verified = main.is_some_and(|main| foreign_json::is_true(main.get("verified")));
    Ok((address.map(str::to_owned), is_verified))
}
