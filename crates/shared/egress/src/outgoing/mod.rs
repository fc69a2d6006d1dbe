//! The egress client: every request to a URL that another party has configured uses it.
//!
//! Usage: take `context.directory.http`, and call [`EgressClient::get`] for a document (a client's
//! `jwks_uri`) or [`EgressClient::post_form`] for a message (a logout token). Cache results for a
//! short time, failures too. Never show an [`EgressError`] to the caller of an endpoint (it
//! would reveal the internal network), and never build a URL from parts of a request.
//! [`check_address`] rejects unusable URLs at registration.
//!
//! Guarantees: https only; host names and literals must lead to public addresses; the address that
//! was checked is the one that is connected to; no redirects, no proxy from the environment, no
//! cookies; two seconds to connect, five in total; the body is limited while it is read. In the
//! networks of `outgoing.allowed_networks`, URLs that the operator wrote ([`SourcedUrl`]) may use
//! private addresses and other ports, and plain http on this machine.
//! `outgoing.third_party_networks` allows the same for URLs of third parties.

mod address;
mod client;
mod collector;
mod error;
mod log_endpoint;
mod resolve;
mod socket;
mod syslog;

use std::fmt;
use std::sync::Arc;

use doorward_domain::boxed;
use doorward_protocol::setting_url::{self, SettingUrlError};
use doorward_rules::url_source::{SourcedUrl, UrlSource};
use ipnet::IpNet;
use openidconnect::http::{self, Request};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Response};
use url::{Host, Url};

use address::Reach;
use client::{KeptClient, build};
use doorward_telemetry::telemetry;
use error::{not_admitted, reason};
use resolve::Checked;

pub use collector::Collector;
pub use error::EgressError;
pub use log_endpoint::LogEndpoint;
pub use resolve::{Resolver, System, is_temporary};
pub use syslog::{ClientIdentity, SyslogServer};

const HTTPS: u16 = 443;
/// Maximum number of bytes that are read of the response to a message.
const MAX_REPLY: usize = 8 * 1024;

/// The networks that URLs may lead to although they are not public, by the source of the URL.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Networks {
    pub operator: Vec<IpNet>,
    pub third_party: Vec<IpNet>,
}

impl Networks {
    /// Adds the addresses of this machine to both.
    #[must_use]
    pub fn with_loopback(mut self) -> Self {
        self.operator.extend(address::loopback());
        self.third_party.extend(address::loopback());
        self
    }
}

#[derive(Clone, Copy, Debug)]
pub struct FetchRequirements {
    /// Accepted media types, in lower case and without parameters.
    pub types: &'static [&'static str],
    pub max_bytes: usize,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    pub body: Vec<u8>,
    /// `Cache-Control: max-age` in seconds; 0 if the document must not be cached.
    pub max_age: Option<i64>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The status; redirects are not followed.
    pub status: u16,
    pub body: Vec<u8>,
}

/// The HTTP client for all requests to other servers.
pub struct EgressClient {
    /// The allowed networks for URLs of the operator, and for those of third parties.
    allowed: [Arc<[IpNet]>; 2],
    lookup: Arc<dyn Resolver>,
    /// The HTTP clients by source and reach.
    clients: [[KeptClient; Reach::ALL.len()]; 2],
}

impl EgressClient {
    /// Creates a client that reaches public addresses and these networks.
    pub fn new(networks: Networks, lookup: Arc<dyn Resolver>) -> Self {
        let Networks {
            operator,
            third_party,
        } = networks;
        Self {
            allowed: [operator, third_party].map(Into::into),
            lookup,
            clients: Default::default(),
        }
    }

    #[boxed]
    pub async fn get<'a>(
        &'a self,
        url: SourcedUrl<'a>,
        want: &FetchRequirements,
    ) -> Result<Fetched, EgressError> {
        let (kept, client, url) = self.route(url)?;
        let request = client.get(url).header(ACCEPT, want.types.join(", "));
        let response = send(request, kept).await?;
        if response.status().as_u16() != 200 {
            return Err(EgressError::Status(response.status().as_u16()));
        }
        if !has_media_type(&response, want.types) {
            return Err(EgressError::MediaType);
        }
        let max_age = max_age(&response);
        let body = read(response, want.max_bytes)
            .await?
            .ok_or(EgressError::TooLarge)?;
        Ok(Fetched { body, max_age })
    }

    /// Posts a form. Returns any status; a body longer than the limit is returned as empty.
    #[boxed]
    pub async fn post_form<'a>(
        &'a self,
        url: SourcedUrl<'a>,
        fields: &[(&str, &str)],
    ) -> Result<Reply, EgressError> {
        let (kept, client, url) = self.route(url)?;
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        reply(request, kept).await
    }

    /// Posts a JSON document with a bearer token (RFC 6750 §2.1). Returns any status; a body longer than
    /// the limit is returned as empty.
    #[boxed]
    pub async fn post_json<'a>(
        &'a self,
        url: SourcedUrl<'a>,
        token: &str,
        json: Vec<u8>,
    ) -> Result<Reply, EgressError> {
        let (kept, client, url) = self.route(url)?;
        let request = client
            .post(url)
            .bearer_auth(token)
            .header(CONTENT_TYPE, "application/json")
            .body(json);
        reply(request, kept).await
    }

    /// Sends a request of a protocol library to a URL from this source. Returns any status;
    /// redirects are not followed.
    ///
    /// # Errors
    /// [`EgressError`], for the log; also for a body longer than `max` bytes.
    #[boxed]
    pub async fn exchange(
        &self,
        request: Request<Vec<u8>>,
        source: UrlSource,
        max: usize,
    ) -> Result<http::Response<Vec<u8>>, EgressError> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        let (kept, client, url) = self.route(match source {
            UrlSource::Operator => SourcedUrl::of_operator(&url),
            UrlSource::ThirdParty => SourcedUrl::of_third_party(&url),
        })?;
        let request = client.request(parts.method, url).headers(parts.headers);
        let response = send(request.body(body), kept).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = read(response, max).await?.ok_or(EgressError::TooLarge)?;
        let mut answer = http::Response::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }

    /// Returns true if third parties may use plain http URLs on this machine.
    pub fn allows_loopback(&self) -> bool {
        let [here, _] = address::loopback();
        let allowed = &self.allowed[UrlSource::ThirdParty as usize];
        allowed.iter().any(|network| network.contains(&here))
    }

    /// Returns the client whose resolver fits the URL. Checks IP literals here, because the
    /// resolver is not called for them.
    fn route(&self, url: SourcedUrl<'_>) -> Result<(&KeptClient, Client, Url), EgressError> {
        let source = url.source();
        let url = check_address(url.text()).map_err(EgressError::Address)?;
        let port = url.port_or_known_default().unwrap_or_default();
        let reach = match (url.scheme(), port) {
            ("https", HTTPS) => Reach::Public,
            ("https", _) => Reach::Inside,
            _ => Reach::ThisMachine,
        };
        let literal = match url.host() {
            Some(Host::Ipv4(ip)) => Some(ip.into()),
            Some(Host::Ipv6(ip)) => Some(ip.into()),
            _ => None,
        };
        if literal.is_some_and(|ip| !reach.admits(ip, &self.allowed[source as usize])) {
            return Err(EgressError::Address(not_admitted(source)));
        }
        let kept = &self.clients[source as usize][reach as usize];
        let client = kept.get(|| self.build_client(reach, source))?;
        Ok((kept, client, url))
    }

    fn build_client(&self, reach: Reach, source: UrlSource) -> Result<Client, EgressError> {
        let resolver = Checked {
            reach,
            source,
            allowed: Arc::clone(&self.allowed[source as usize]),
            lookup: Arc::clone(&self.lookup),
        };
        let builder = Client::builder()
            .dns_resolver(resolver)
            // The servers run one event loop per thread; a pooled connection would belong to one of
            // them.
            .pool_max_idle_per_host(0);
        build(builder)
    }
}

impl fmt::Debug for EgressClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

/// Checks the syntax of a URL to fetch: https, or http on this machine (which is fetched only if
/// that network is allowed), without user and fragment.
///
/// # Errors
/// Describes the problem.
pub fn check_address(text: &str) -> Result<Url, &'static str> {
    let url = match setting_url::parse(text) {
        Ok(url) if text.len() <= 2048 => url,
        Ok(_) | Err(SettingUrlError::Characters) => {
            return Err("it is too long or contains characters that a URL must not contain");
        }
        Err(SettingUrlError::NotAbsolute) => return Err("it is not an absolute URL"),
        Err(SettingUrlError::UserInfo) => return Err("leave out user, password and fragment"),
    };
    if url.fragment().is_some() {
        return Err("leave out user, password and fragment");
    }
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => return Err("it names no host"),
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if here => Ok(url),
        _ => Err("it must begin with https://"),
    }
}

async fn send(request: RequestBuilder, kept: &KeptClient) -> Result<Response, EgressError> {
    let request = match telemetry::traceparent() {
        Some(parent) => request.header(telemetry::TRACEPARENT, parent),
        None => request,
    };
    let sent = request.send().await;
    let sent = sent.map_err(|error| EgressError::Unreachable(reason(&error)));
    kept.note(&sent);
    sent
}

async fn reply(request: RequestBuilder, kept: &KeptClient) -> Result<Reply, EgressError> {
    let response = send(request, kept).await?;
    let status = response.status().as_u16();
    let body = read(response, MAX_REPLY).await?.unwrap_or_default();
    Ok(Reply { status, body })
}

/// Reads the body; returns `None` if it is longer than `max` bytes.
async fn read(mut response: Response, max: usize) -> Result<Option<Vec<u8>>, EgressError> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(Some(body)),
            Ok(Some(chunk)) if body.len() + chunk.len() > max => return Ok(None),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Err(error) => return Err(EgressError::Unreachable(reason(&error))),
        }
    }
}

fn has_media_type(response: &Response, types: &[&str]) -> bool {
    let sent = response.headers().get(CONTENT_TYPE);
    let sent = sent.and_then(|value| value.to_str().ok());
    let essence = sent
        .and_then(|value| value.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase());
    essence.is_some_and(|kind| types.contains(&kind.as_str()))
}

/// Returns the `max-age` of a response (RFC 9111 §5.2.2).
fn max_age(response: &Response) -> Option<i64> {
    let fields = response.headers().get_all(CACHE_CONTROL).iter();
    let mut age = None;
    for directive in fields
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let directive = directive.trim().to_ascii_lowercase();
        if directive == "no-store" || directive == "no-cache" {
            return Some(0);
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            age = seconds.trim_matches('"').parse().ok();
        }
    }
    age
}

#[cfg(test)]
mod tests;
