//! The token request of a sign-in (RFC 6749 §4.1.3), and its response, read leniently (§5.1).

use doorward_domain::model::{Provider, ProviderCause};
use doorward_protocol::foreign_json;
use doorward_rules::provider_client::is_usable_token;
use serde_json::{Map, Value};

use super::client_request;
use super::dpop::{Binding, demanded_nonce};
use super::error::UpstreamError;
use super::metadata_cache::ProviderEndpoints;
use super::relying_party::{RelyingParty, Request, redirect_uri};

/// The tokens of a response.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// `None` if there is none, or one of a type that is not expected.
    pub access_token: Option<String>,
    pub id_token: Option<String>,
}

/// Exchanges a code for tokens, which are bound to the key if there is one.
pub(super) async fn redeem_code(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
    request: &Request<'_>,
    code: &str,
    binding: Option<&Binding<'_>>,
) -> Result<Tokens, UpstreamError> {
    let back = redirect_uri(party.issuer, provider);
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &back),
        ("code_verifier", request.verifier),
    ];
    let url = &endpoints.token;
    let post = async |nonce: Option<&str>| {
        let proof = binding.map(|binding| binding.proof("POST", url, None, nonce));
        let proof = proof.transpose()?;
        client_request::post(party, provider, endpoints, url, &pairs, proof).await
    };
    let mut response = post(None).await?;
    if binding.is_some()
        && let Some(nonce) = demanded_nonce(&response)
    {
        response = post(Some(&nonce)).await?;
    }
    let (status, is_bound) = (response.status().as_u16(), binding.is_some());
    read(status, response.body(), is_bound)
}

/// Reads a token response, whatever its media type. Only the tokens are used: `expires_in`, `scope` and
/// other members may have any type.
fn read(status: u16, body: &[u8], is_bound: bool) -> Result<Tokens, UpstreamError> {
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
    let kind = foreign_json::text(&members, "token_type");
    let is_usable = is_usable_token(kind, is_bound);
    if is_bound && !is_usable {
        let detail =
            "the access token is not bound to the key of the DPoP proof: token_type is not DPoP";
        return Err(UpstreamError::unaccepted(ProviderCause::Settings, detail));
    }
    Ok(Tokens {
        access_token: text("access_token").filter(|_| is_usable),
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
        "invalid_client" | "unauthorized_client" => {
            "; check the client ID and the client secret or key"
        }
        _ => "",
    };
    let detail = format!("the token response is the error {error}{hint}");
    UpstreamError::unaccepted(ProviderCause::Refused, detail)
}

#[cfg(test)]
mod tests;
