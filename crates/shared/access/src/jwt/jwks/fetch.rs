//! Fetches the issuer's metadata and keys.

use std::time::Duration;

use doorward_protocol::redirect_uri::is_loopback;
use doorward_protocol::strict_json;
use reqwest::header::CACHE_CONTROL;
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, RequestBuilder, Response, StatusCode};
use serde_json::{Map, Value};
use url::Url;

use super::key_set::{JwksError, KeySet};

/// Maximum size of a document in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// Time in seconds for which a key set without `Cache-Control: max-age` is fresh.
const DEFAULT_MAX_AGE: i64 = 300;
/// Bounds of the issuer's `max-age` in seconds: prevents both a flood of requests and a key cached
/// for a year.
const MAX_AGE_BOUNDS: (i64, i64) = (30, 24 * 3600);

/// The reason why the issuer's keys could not be fetched. For logs; API callers get less detail.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A failed connection, a timeout, or a broken response.
    #[error("the issuer cannot be reached")]
    Network(#[source] reqwest::Error),
    /// A status other than 200; redirects are not followed.
    #[error("the issuer answered with status {0}")]
    Status(u16),
    /// A document larger than the limit.
    #[error("the issuer's document is too large")]
    TooLarge,
    /// Metadata that is not a JSON object with `issuer` and `jwks_uri`.
    #[error("the issuer's metadata is malformed")]
    Metadata,
    /// Metadata of another issuer (OIDC Discovery §4.3).
    #[error("the metadata names another issuer")]
    IssuerMismatch,
    /// A URL that is neither https nor http on this machine.
    #[error("the address must be https, or http on this machine")]
    InsecureUrl,
    /// A response in an unexpected format.
    #[error("the issuer's answer is malformed")]
    Malformed,
    /// A document that is not a JWK Set.
    #[error(transparent)]
    Jwks(#[from] JwksError),
}

/// A fetched key set.
pub(crate) struct Fetched {
    pub keys: KeySet,
    /// Time in seconds for which the set is fresh.
    pub max_age: i64,
}

/// The HTTP client for one issuer.
#[derive(Debug)]
pub(crate) struct Fetcher {
    http: reqwest::Client,
}

impl Fetcher {
    pub fn new() -> Result<Self, FetchError> {
        let http = builder()
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(5))
            // The servers run one event loop per thread, and an idle connection would belong to one
            // of them.
            .pool_max_idle_per_host(0)
            .build()
            .map_err(FetchError::Network)?;
        Ok(Self { http })
    }

    /// Returns the issuer's `jwks_uri` (OIDC Discovery §4).
    pub async fn jwks_uri(&self, issuer: &str) -> Result<String, FetchError> {
        self.address_in_metadata(issuer, "jwks_uri").await
    }

    /// Returns a URL from the issuer's metadata, which must name the same issuer.
    pub async fn address_in_metadata(
        &self,
        issuer: &str,
        name: &str,
    ) -> Result<String, FetchError> {
        let url = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let (_, body) = self.get(&url).await?;
        let document = strict_json::parse_object(&body).map_err(|_| FetchError::Metadata)?;
        if text(&document, "issuer")? != issuer {
            return Err(FetchError::IssuerMismatch);
        }
        let address = text(&document, name)?;
        check_url(address)?;
        Ok(address.to_owned())
    }

    /// Posts a form as a client with a secret (RFC 6749 §2.3.1) and reads a response of at most
    /// `max_bytes`.
    pub async fn post_form(
        &self,
        url: &str,
        (client_id, client_secret): (&str, &str),
        fields: &[(&str, &str)],
        max_bytes: usize,
    ) -> Result<Vec<u8>, FetchError> {
        use reqwest::header::CONTENT_TYPE;
        use url::form_urlencoded::{Serializer, byte_serialize};
        check_url(url)?;
        let [id, secret] = [client_id, client_secret]
            .map(|half| byte_serialize(half.as_bytes()).collect::<String>());
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .http
            .post(url)
            .basic_auth(id, Some(secret))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let (_, body) = read(request, max_bytes).await?;
        Ok(body)
    }

    pub async fn keys(&self, jwks_uri: &str) -> Result<Fetched, FetchError> {
        let (max_age, body) = self.get(jwks_uri).await?;
        let json = std::str::from_utf8(&body).map_err(|_| JwksError::Malformed)?;
        Ok(Fetched {
            keys: KeySet::from_jwks(json)?,
            max_age,
        })
    }

    async fn get(&self, url: &str) -> Result<(i64, Vec<u8>), FetchError> {
        check_url(url)?;
        read(self.http.get(url), MAX_BYTES).await
    }
}

/// Reads the body of a successful response and its freshness in seconds.
async fn read(request: RequestBuilder, max_bytes: usize) -> Result<(i64, Vec<u8>), FetchError> {
    let mut response = request.send().await.map_err(FetchError::Network)?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    let max_age = max_age(&response);
    Ok((max_age, read_body(&mut response, max_bytes).await?))
}

/// Reads a body of at most `max_bytes`.
pub(crate) async fn read_body(
    response: &mut Response,
    max_bytes: usize,
) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(FetchError::Network)? {
        if body.len() + chunk.len() > max_bytes {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Returns the builder of an HTTP client for the issuer, which follows no redirects.
pub(crate) fn builder() -> ClientBuilder {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .user_agent(concat!("doorward-access/", env!("CARGO_PKG_VERSION")))
}

/// Checks that a URL is https, or http on this machine.
pub(crate) fn check_url(url: &str) -> Result<(), FetchError> {
    let url = Url::parse(url).map_err(|_| FetchError::InsecureUrl)?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    match url.scheme() {
        "https" if plain => Ok(()),
        "http" if plain && is_loopback(&url) => Ok(()),
        _ => Err(FetchError::InsecureUrl),
    }
}

fn text<'a>(document: &'a Map<String, Value>, name: &str) -> Result<&'a str, FetchError> {
    document
        .get(name)
        .and_then(Value::as_str)
        .ok_or(FetchError::Metadata)
}

/// Returns `max-age` within bounds (RFC 9111 §5.2.2.1); `no-store` and `no-cache` mean the lower
/// bound.
fn max_age(response: &Response) -> i64 {
    let (least, max) = MAX_AGE_BOUNDS;
    let mut age = DEFAULT_MAX_AGE;
    let headers = response.headers().get_all(CACHE_CONTROL).iter();
    for directive in headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|v| v.split(','))
    {
        let directive = directive.trim().to_ascii_lowercase();
        if directive == "no-store" || directive == "no-cache" {
            return least;
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            age = seconds.trim_matches('"').parse().unwrap_or(DEFAULT_MAX_AGE);
        }
    }
    age.clamp(least, max)
}
