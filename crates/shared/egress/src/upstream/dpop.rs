//! Access tokens that are bound to a key (RFC 9449). Each sign-in has its own key, because no token is kept.

use doorward_domain::credentials::dpop_key::{DpopKey, DpopProof};
use doorward_domain::model::Provider;
use doorward_domain::random::Random;
use doorward_domain::secret::OpaqueToken;
use doorward_domain::time::Clock;
use openidconnect::HttpResponse;
use openidconnect::http::header::{HeaderValue, WWW_AUTHENTICATE};
use url::Url;

use super::error::UpstreamError;

const NONCE: &str = "DPoP-Nonce";

/// Maximum length of a nonce in bytes.
const MAX_NONCE: usize = 1024;

/// The key of one sign-in.
pub(super) struct Binding<'a> {
    clock: &'a dyn Clock,
    random: &'a Random,
    key: DpopKey,
}

impl<'a> Binding<'a> {
    /// Generates a key, if the settings of the provider ask for one.
    pub fn new(
        clock: &'a dyn Clock,
        random: &'a Random,
        provider: &Provider,
    ) -> Result<Option<Self>, UpstreamError> {
        if !provider.settings.dpop {
            return Ok(None);
        }
        let key = DpopKey::generate().map_err(UpstreamError::settings)?;
        Ok(Some(Self { clock, random, key }))
    }

    /// Returns the value of the header field `DPoP` of a request.
    pub fn proof(
        &self,
        method: &str,
        url: &str,
        access_token: Option<&str>,
        nonce: Option<&str>,
    ) -> Result<HeaderValue, UpstreamError> {
        let mut url = Url::parse(url).map_err(UpstreamError::settings)?;
        url.set_query(None);
        url.set_fragment(None);
        let jti = OpaqueToken::generate(&mut self.random.rng());
        let proof = DpopProof {
            method,
            url: url.as_str(),
            access_token,
            nonce,
            jti: jti.expose(),
        };
        let signed = self.key.sign(&proof, self.clock.now());
        let signed = signed.map_err(UpstreamError::settings)?;
        HeaderValue::from_str(&signed).map_err(UpstreamError::settings)
    }
}

/// Returns the nonce with which a rejected request is repeated: the error is in the body at the token
/// endpoint (RFC 9449 §8), and in `WWW-Authenticate` at `UserInfo` (§9).
pub(super) fn demanded_nonce(response: &HttpResponse) -> Option<String> {
    const ERROR: &str = "use_dpop_nonce";
    if !matches!(response.status().as_u16(), 400 | 401) {
        return None;
    }
    let header = |name: &str| response.headers().get(name)?.to_str().ok();
    let is_in_header =
        || header(WWW_AUTHENTICATE.as_str()).is_some_and(|text| text.contains(ERROR));
    let is_in_body = || {
        let members = doorward_protocol::foreign_json::object(response.body());
        members.is_some_and(|members| members.get("error").is_some_and(|error| error == ERROR))
    };
    let nonce = header(NONCE).filter(|nonce| (1..=MAX_NONCE).contains(&nonce.len()))?;
    (is_in_header() || is_in_body()).then(|| nonce.to_owned())
}

#[cfg(test)]
mod tests {
    use openidconnect::http::Response;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::token_endpoint(400, Some("n"), "", r#"{"error":"use_dpop_nonce"}"#, true)]
    #[case::token_endpoint_with_401(401, Some("n"), "", r#"{"error":"use_dpop_nonce"}"#, true)]
    #[case::resource(401, Some("n"), r#"DPoP error="use_dpop_nonce""#, "", true)]
    #[case::without_nonce(400, None, "", r#"{"error":"use_dpop_nonce"}"#, false)]
    #[case::empty_nonce(400, Some(""), "", r#"{"error":"use_dpop_nonce"}"#, false)]
    #[case::other_error(400, Some("n"), "", r#"{"error":"invalid_grant"}"#, false)]
    #[case::new_nonce_of_success(200, Some("n"), "", r#"{"error":"use_dpop_nonce"}"#, false)]
    #[case::no_json(400, Some("n"), "", "use_dpop_nonce", false)]
    fn only_demanded_nonce_repeats_request(
        #[case] status: u16,
        #[case] nonce: Option<&str>,
        #[case] challenge: &str,
        #[case] body: &str,
        #[case] expected: bool,
    ) {
        let mut response = Response::builder().status(status);
        if let Some(nonce) = nonce {
            response = response.header(NONCE, nonce);
        }
        let response = response.header("WWW-Authenticate", challenge);
        let response = response.body(body.as_bytes().to_vec()).unwrap();
        assert_eq!(demanded_nonce(&response).is_some(), expected);
    }
}
