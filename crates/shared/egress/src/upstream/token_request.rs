//! The token request of a sign-in (RFC 6749 §4.1.3), and its response, read leniently (§5.1).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use doorward_domain::model::{Provider, ProviderCause};
use doorward_protocol::foreign_json;
use openidconnect::http::Request as HttpRequest;
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::error::UpstreamError;
use super::metadata_cache::ProviderEndpoints;
use super::relying_party::{RelyingParty, Request, client_secret, redirect_uri};

/// The tokens of a response.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// `None` if there is none, or one of a type other than Bearer.
    pub access_token: Option<String>,
    pub id_token: Option<String>,
}

/// Exchanges a code for tokens.
pub(super) async fn redeem_code(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
    request: &Request<'_>,
    code: &str,
) -> Result<Tokens, UpstreamError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &redirect_uri(party.issuer, provider))
        .append_pair("code_verifier", request.verifier);
    let secret = client_secret(party, provider)?;
    let mut builder = HttpRequest::post(&endpoints.token)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    match &secret {
        Some(secret) if endpoints.takes_basic => {
            let basic = basic(&provider.client_id, secret.expose());
            let mut basic = HeaderValue::from_str(&basic).map_err(UpstreamError::settings)?;
            basic.set_sensitive(true);
            builder = builder.header(AUTHORIZATION, basic);
        }
        secret => {
            form.append_pair("client_id", &provider.client_id);
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret.expose());
            }
        }
    }
    let body = builder.body(form.finish().into_bytes());
    let body = body.map_err(UpstreamError::settings)?;
    let response = party.http_of(provider).exchange(body).await;
    let response = response.map_err(UpstreamError::unavailable)?;
    read(response.status().as_u16(), response.body())
}

/// Returns the credentials of a client (RFC 6749 §2.3.1): both parts are form-encoded.
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret));
    format!("Basic {}", STANDARD.encode(pair))
}

/// Reads a token response, whatever its media type. Only the tokens are used: `expires_in`, `scope` and
/// other members may have any type.
fn read(status: u16, body: &[u8]) -> Result<Tokens, UpstreamError> {
    let is_success = (200..300).contains(&status);
    let Some(members) = foreign_json::object(body) else {
        let cause = if is_success {
            ProviderCause::Unreadable
        } else {
            ProviderCause::Refused
        };
        let what = "the token response is not a JSON object";
        return Err(UpstreamError::of_status(what, status, cause));
    };
    // GitHub reports errors with status 200.
    if foreign_json::has_value(&members, "error") {
        return Err(rejection(status, &members));
    }
    if !is_success {
        let what = "the token response";
        return Err(UpstreamError::of_status(
            what,
            status,
            ProviderCause::Refused,
        ));
    }
    let text = |name| foreign_json::text(&members, name).map(str::to_owned);
    // RFC 6749 §7.1: an access token of an unknown type must not be used. LinkedIn names none.
    let kind = foreign_json::text(&members, "token_type");
    let is_bearer = kind.is_none_or(|kind| kind.trim().eq_ignore_ascii_case("bearer"));
    Ok(Tokens {
        access_token: text("access_token").filter(|_| is_bearer),
        id_token: text("id_token"),
    })
}

/// Describes an error response (RFC 6749 §5.2). Facebook writes an object.
fn rejection(status: u16, members: &Map<String, Value>) -> UpstreamError {
    let error = match &members["error"] {
        Value::Object(error) => ["message", "type", "code"]
            .iter()
            .find_map(|name| foreign_json::text(error, name))
            .unwrap_or("an object"),
        value => value.as_str().unwrap_or("no text"),
    };
    if status >= 500 || matches!(error, "server_error" | "temporarily_unavailable") {
        return UpstreamError::Unavailable(format!("the token response is the error {error}"));
    }
    let hint = match error {
        "invalid_client" | "unauthorized_client" => "; check the client ID and the client secret",
        _ => "",
    };
    let detail = format!("the token response is the error {error}{hint}");
    UpstreamError::unaccepted(ProviderCause::Refused, detail)
}

#[cfg(test)]
mod tests;
