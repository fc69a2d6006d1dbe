//! Requests of this server as a client of a provider, with its authentication (RFC 6749 §2.3).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use doorward_domain::model::{Provider, ProviderCause};
use doorward_domain::time::UnixSeconds;
use doorward_protocol::client_auth::JWT_BEARER;
use doorward_rules::provider_client::assertion_alg;
use openidconnect::HttpResponse;
use openidconnect::http::Request as HttpRequest;
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde_json::json;
use url::form_urlencoded;

use super::error::UpstreamError;
use super::metadata_cache::ProviderEndpoints;
use super::relying_party::{RelyingParty, client_secret};

/// The lifetime of an assertion in seconds: it only has to last for one request.
const ASSERTION_TTL: UnixSeconds = 60;

/// Posts a form with the authentication of this server, and a DPoP proof if there is one.
pub(super) async fn post(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
    url: &str,
    pairs: &[(&str, &str)],
    proof: Option<HeaderValue>,
) -> Result<HttpResponse, UpstreamError> {
    let request = authenticated(party, provider, endpoints, url, pairs, proof)?;
    let response = party.http_of(provider).exchange(request).await;
    response.map_err(UpstreamError::unavailable)
}

fn authenticated(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
    url: &str,
    pairs: &[(&str, &str)],
    proof: Option<HeaderValue>,
) -> Result<HttpRequest<Vec<u8>>, UpstreamError> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    let mut builder = HttpRequest::post(url)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(proof) = proof {
        builder = builder.header("DPoP", proof);
    }
    let id = provider.client_id.as_str();
    if provider.signs_assertions() {
        form.append_pair("client_id", id)
            .append_pair("client_assertion_type", JWT_BEARER)
            .append_pair("client_assertion", &assertion(party, provider, endpoints)?);
    } else {
        match client_secret(party, provider)? {
            Some(secret) if endpoints.takes_basic => {
                let basic = basic(id, secret.expose());
                let mut basic = HeaderValue::from_str(&basic).map_err(UpstreamError::settings)?;
                basic.set_sensitive(true);
                builder = builder.header(AUTHORIZATION, basic);
            }
            secret => {
                form.append_pair("client_id", id);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", secret.expose());
                }
            }
        }
    }
    builder
        .body(form.finish().into_bytes())
        .map_err(UpstreamError::settings)
}

/// Returns the credentials of a client (RFC 6749 §2.3.1): both parts are form-encoded.
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret));
    format!("Basic {}", STANDARD.encode(pair))
}

/// Signs an assertion (RFC 7523 §3). Its only audience is the issuer of the provider, a text (FAPI 2.0
/// §5.3.3.1): one for the URL of an endpoint could be used at another server that names the same URL.
fn assertion(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
) -> Result<String, UpstreamError> {
    let wrong = |detail: &str| UpstreamError::unaccepted(ProviderCause::Settings, detail);
    // The keys sign tokens, too. With this server as `iss` an assertion might pass for one of them (RFC 8725
    // §3.12).
    let id = &provider.client_id;
    if id == party.own_issuer || party.former_issuers.contains(id) {
        return Err(wrong(
            "with private_key_jwt, the issuer of this server cannot be its client ID",
        ));
    }
    let keys = party.signing_keys;
    let alg = assertion_alg(endpoints.assertion_algs.as_deref(), |alg| {
        keys.signer(alg).is_ok()
    });
    let alg = alg.ok_or_else(|| {
        let listed = endpoints.assertion_algs.clone().unwrap_or_default();
        let listed = listed.join(", ");
        wrong(&format!(
            "the provider accepts assertions with {listed}; add one of them to keys.algorithms"
        ))
    })?;
    let signer = keys.signer(alg).map_err(UpstreamError::settings)?;
    let now = party.clock.now();
    let claims = json!({
        "iss": id, "sub": id, "aud": provider.issuer, "jti": party.unique_id(),
        "iat": now, "exp": now + ASSERTION_TTL,
    });
    signer
        .sign_statement(&claims)
        .map_err(UpstreamError::settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6749 §2.3.1: the client ID and the secret are form-encoded before they are joined.
    #[test]
    fn credentials_are_form_encoded() {
        let text = basic("https://id.example", "a+b c:d%");
        let pair = STANDARD.encode("https%3A%2F%2Fid.example:a%2Bb+c%3Ad%25");
        assert_eq!(text, format!("Basic {pair}"));
    }
}
