//! The requests to a transmitter: configuration (SSF 1.0 §7.1), streams (§8.1), and polls (RFC 8936).

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::handle::SignalsClient;
use crate::jwt::jwks::{FetchError, Fetcher, builder, check_url, read_body};

/// Delivery by poll (RFC 8936).
const POLL: &str = "urn:ietf:rfc:8936";
/// Scopes of the access token: to manage own streams, and to read them.
const SCOPES: &str = "ssf.manage ssf.read";
/// Maximum number of events in an answer.
const MAX_EVENTS: usize = 100;
/// Maximum size of an answer in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Maximum duration of a request. The transmitter answers a poll within 20 seconds.
const TIMEOUT: Duration = Duration::from_secs(25);
/// Time after which a silent connection is probed, and between probes: a cut is found within seconds.
const PROBE: Duration = Duration::from_secs(1);
/// Number of unanswered probes after which a connection is given up.
const PROBES: u32 = 3;
/// Time before the expiry of an access token at which another is requested, in seconds.
const EARLY: i64 = 30;
/// Events that have an effect on tokens.
const EVENTS: [&str; 5] = [
    "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
    "https://schemas.openid.net/secevent/caep/event-type/token-claims-change",
    "https://schemas.openid.net/secevent/risc/event-type/account-disabled",
    "https://schemas.openid.net/secevent/risc/event-type/account-purged",
    "https://schemas.openid.net/secevent/risc/event-type/sessions-revoked",
];

/// The reason why a request to the transmitter failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransmitterError {
    #[error("the issuer does not offer signals")]
    Absent,
    #[error("the stream is unknown")]
    UnknownStream,
    #[error("the access token is not accepted")]
    Unauthorized,
    #[error("no access token for signals; is this client registered as a receiver of signals?")]
    NoToken(#[source] FetchError),
    #[error("the keys that signed an event cannot be read")]
    NoKeys,
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

/// The members of the configuration document that a receiver needs.
#[derive(Debug, Deserialize)]
pub(super) struct Configuration {
    issuer: String,
    #[serde(default)]
    delivery_methods_supported: Vec<String>,
    #[serde(rename = "configuration_endpoint")]
    streams: String,
}

#[derive(Debug, Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: i64,
}

/// An access token for the transmitter.
#[derive(Clone)]
pub(super) struct AccessToken {
    text: String,
    until: i64,
}

doorward_protocol::debug_fields!(AccessToken: until);

impl AccessToken {
    pub(super) const fn is_fresh(&self, now: i64) -> bool {
        now < self.until
    }
}

/// A stream of this process.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Stream {
    pub(super) stream_id: String,
    delivery: Delivery,
}

#[derive(Debug, Clone, Deserialize)]
struct Delivery {
    endpoint_url: String,
}

/// A poll (RFC 8936 §2.2).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Poll<'a> {
    pub(super) max_events: usize,
    pub(super) return_immediately: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) ack: &'a [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) set_errs: &'a BTreeMap<String, SetError>,
}

impl<'a> Poll<'a> {
    pub(super) const fn new(
        return_immediately: bool,
        ack: &'a [String],
        set_errs: &'a BTreeMap<String, SetError>,
    ) -> Self {
        Self {
            max_events: MAX_EVENTS,
            return_immediately,
            ack,
            set_errs,
        }
    }
}

/// A report about a rejected event (RFC 8936 §2.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SetError {
    pub(super) err: &'static str,
    pub(super) description: String,
}

/// The answer to a poll (RFC 8936 §2.3).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PollAnswer {
    pub(super) sets: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) more_available: bool,
}

/// The HTTP client for one transmitter. It belongs to one task, so that its connection can stay open.
#[derive(Debug)]
pub(super) struct Transmitter {
    issuer: String,
    client: SignalsClient,
    fetcher: Fetcher,
    http: Client,
}

impl Transmitter {
    pub(super) fn new(issuer: &str, client: &SignalsClient) -> Result<Self, FetchError> {
        let http = builder()
            .connect_timeout(Duration::from_secs(1))
            .timeout(TIMEOUT)
            .tcp_keepalive(PROBE)
            .tcp_keepalive_interval(PROBE)
            .tcp_keepalive_retries(PROBES)
            .pool_max_idle_per_host(1)
            .build()
            .map_err(FetchError::Network)?;
        Ok(Self {
            issuer: issuer.to_owned(),
            client: client.clone(),
            fetcher: Fetcher::new()?,
            http,
        })
    }

    /// Reads the configuration document, which must be of the same issuer.
    pub(super) async fn configuration(&self) -> Result<Configuration, TransmitterError> {
        let url = document_url(&self.issuer)?;
        let (status, body) = send(self.http.get(url)).await?;
        match status {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(TransmitterError::Absent),
            other => return Err(FetchError::Status(other.as_u16()).into()),
        }
        let found: Configuration = parse(&body)?;
        if found.issuer != self.issuer {
            return Err(FetchError::IssuerMismatch.into());
        }
        check_url(&found.streams)?;
        if !found.delivery_methods_supported.iter().any(|it| it == POLL) {
            return Err(TransmitterError::Absent);
        }
        Ok(found)
    }

    /// Requests an access token by client credentials (RFC 6749 §4.4).
    pub(super) async fn access_token(&self, now: i64) -> Result<AccessToken, TransmitterError> {
        let endpoint = self
            .fetcher
            .address_in_metadata(&self.issuer, "token_endpoint");
        let endpoint = endpoint.await?;
        let SignalsClient {
            client_id,
            client_secret,
        } = &self.client;
        let fields = [("grant_type", "client_credentials"), ("scope", SCOPES)];
        let client = (&**client_id, &**client_secret);
        let sent = self
            .fetcher
            .post_form(&endpoint, client, &fields, MAX_BYTES);
        let body = sent.await.map_err(|error| match error {
            FetchError::Status(400..=499) => TransmitterError::NoToken(error),
            other => other.into(),
        })?;
        let answer: TokenAnswer = parse(&body)?;
        Ok(AccessToken {
            text: answer.access_token,
            until: now.saturating_add(answer.expires_in.saturating_sub(EARLY)),
        })
    }

    pub(super) async fn create(
        &self,
        configuration: &Configuration,
        token: &AccessToken,
        description: &str,
    ) -> Result<Stream, TransmitterError> {
        let wanted = json!({
            "delivery": { "method": POLL }, "events_requested": EVENTS, "description": description,
        });
        let request = self.http.post(&configuration.streams);
        let request = request.bearer_auth(&token.text).json(&wanted);
        let (status, body) = send(request).await?;
        match status {
            StatusCode::CREATED | StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(TransmitterError::Unauthorized),
            other => return Err(FetchError::Status(other.as_u16()).into()),
        }
        let stream: Stream = parse(&body)?;
        check_url(&stream.delivery.endpoint_url)?;
        Ok(stream)
    }

    pub(super) async fn poll(
        &self,
        stream: &Stream,
        token: &AccessToken,
        poll: &Poll<'_>,
    ) -> Result<PollAnswer, TransmitterError> {
        let request = self.http.post(&stream.delivery.endpoint_url);
        let (status, body) = send(request.bearer_auth(&token.text).json(poll)).await?;
        match status {
            StatusCode::OK => Ok(parse(&body)?),
            StatusCode::NOT_FOUND => Err(TransmitterError::UnknownStream),
            StatusCode::UNAUTHORIZED => Err(TransmitterError::Unauthorized),
            other => Err(FetchError::Status(other.as_u16()).into()),
        }
    }

    pub(super) async fn delete(
        &self,
        configuration: &Configuration,
        token: &AccessToken,
        stream: &Stream,
    ) -> Result<(), TransmitterError> {
        let mut url = Url::parse(&configuration.streams).map_err(|_| FetchError::InsecureUrl)?;
        url.query_pairs_mut()
            .append_pair("stream_id", &stream.stream_id);
        let request = self.http.delete(url).bearer_auth(&token.text);
        send(request).await.map(drop)
    }
}

/// Returns the URL of the configuration document (SSF 1.0 §7.2): the path of an issuer follows.
fn document_url(issuer: &str) -> Result<Url, FetchError> {
    let mut url = Url::parse(issuer).map_err(|_| FetchError::InsecureUrl)?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("/.well-known/ssf-configuration{path}"));
    check_url(url.as_str())?;
    Ok(url)
}

async fn send(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), TransmitterError> {
    let mut response = request.send().await.map_err(FetchError::Network)?;
    let body = read_body(&mut response, MAX_BYTES).await?;
    Ok((response.status(), body))
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, FetchError> {
    serde_json::from_slice(body).map_err(|_| FetchError::Malformed)
}
