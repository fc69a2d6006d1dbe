//! Pushed authorization requests (RFC 9126): the provider receives the parameters from this server, and the
//! browser brings only a reference to them.

use doorward_domain::model::{Provider, ProviderCause};
use doorward_protocol::foreign_json;
use url::Url;

use super::client_request;
use super::error::UpstreamError;
use super::metadata_cache::ProviderEndpoints;
use super::relying_party::RelyingParty;

/// Pushes the parameters of an authorization request if the settings or the provider require it. Returns the
/// URL for the browser.
pub(super) async fn push(
    party: &RelyingParty<'_>,
    provider: &Provider,
    endpoints: &ProviderEndpoints,
    request: Url,
) -> Result<Url, UpstreamError> {
    if !provider.settings.pushed_requests && !endpoints.requires_pushed {
        return Ok(request);
    }
    let Some(url) = &endpoints.pushed_requests else {
        let detail = "the metadata have no usable pushed_authorization_request_endpoint";
        return Err(UpstreamError::unaccepted(ProviderCause::Settings, detail));
    };
    // The authentication of the client adds its ID.
    let pairs: Vec<_> = request
        .query_pairs()
        .filter(|(name, _)| name != "client_id")
        .collect();
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let response = client_request::post(party, provider, endpoints, url, &pairs, None).await?;
    let reference = read(response.status().as_u16(), response.body())?;
    let mut short = request.clone();
    short
        .query_pairs_mut()
        .clear()
        .append_pair("client_id", &provider.client_id)
        .append_pair("request_uri", &reference);
    Ok(short)
}

/// Returns the `request_uri` of a response (RFC 9126 §2.2).
fn read(status: u16, body: &[u8]) -> Result<String, UpstreamError> {
    let what = "the response to the pushed request";
    let members = foreign_json::object(body).unwrap_or_default();
    if !(200..300).contains(&status) {
        let error = foreign_json::text(&members, "error").unwrap_or("without a name");
        let what = format!("{what} is the error {error}");
        return Err(UpstreamError::of_status(
            &what,
            status,
            ProviderCause::Refused,
        ));
    }
    let reference = foreign_json::text(&members, "request_uri");
    reference.map(str::to_owned).ok_or_else(|| {
        let detail = format!("{what} has no request_uri");
        UpstreamError::unaccepted(ProviderCause::Unreadable, detail)
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::created(201, r#"{"request_uri":"urn:x","expires_in":60}"#, Ok("urn:x"))]
    #[case::other_success(200, r#"{"request_uri":"urn:x"}"#, Ok("urn:x"))]
    #[case::none(201, r#"{"expires_in":60}"#, Err("has no request_uri"))]
    #[case::no_json(201, "urn:x", Err("has no request_uri"))]
    #[case::refused(401, r#"{"error":"invalid_client"}"#, Err("invalid_client"))]
    #[case::down(503, "", Err("does not answer"))]
    fn response_is_read(
        #[case] status: u16,
        #[case] body: &str,
        #[case] expected: Result<&str, &str>,
    ) {
        match (read(status, body.as_bytes()), expected) {
            (Ok(reference), Ok(expected)) => assert_eq!(reference, expected),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
            (found, _) => panic!("{found:?}"),
        }
    }
}
