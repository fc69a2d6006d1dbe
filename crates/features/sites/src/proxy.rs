//! Requests of proxies: the proof that a proxy sent one, and the request that it describes.
//!
//! Only a proxy that `forward_auth` names may describe requests: otherwise a client would choose the host, the
//! path and its own address. Each value is read from one header, and two of a name are an error.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, ORIGIN};
use doorward_config::Config;
use doorward_config::forward_auth::ForwardAuth;
use doorward_domain::secret::TokenHash;
use doorward_http_common::{address, header};
use doorward_protocol::forwarded::ForwardedHeader;
use doorward_web::request::received_request;
use ipnet::IpNet;
use thiserror::Error;

use crate::canonical::{Ambiguous, CanonicalPath, Host, Method, Scheme};
use crate::rule::RequestFacts;

/// Header with the secret of the proxy.
pub const SECRET: &str = "doorward-proxy-secret";
/// Path of the pages that a proxy passes on, at the host of a site.
pub const PAGES: &str = "/.doorward";

doorward_protocol::words! {
    /// A proxy, by the last segment of its endpoint.
    pub enum Proxy {
        Nginx = "nginx",
        Caddy = "caddy",
        Traefik = "traefik",
        Haproxy = "haproxy",
        Envoy = "envoy",
        IngressNginx = "ingress-nginx",
    }
}

impl Proxy {
    /// Returns true if the proxy passes on the statuses 2xx, 401 and 403 alone, and no body. Its configuration
    /// makes a redirect of 401 with `Location`.
    pub const fn is_terse(self) -> bool {
        matches!(self, Self::Nginx | Self::IngressNginx)
    }
}

/// The reason why the message of a proxy is rejected.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ProxyError {
    #[error("no proxy of forward authentication is configured")]
    NotConfigured,
    #[error("the sender is no proxy of forward authentication")]
    OtherSender(Option<IpAddr>),
    #[error("the sender is also a proxy of this server, which passes on requests of clients")]
    Shared,
    #[error("the proxy sends no secret, or another one")]
    Secret,
    #[error("the header {0} is missing, repeated or not ASCII")]
    Header(&'static str),
    #[error("the proxy does not forward the address of the client in X-Forwarded-For")]
    Address,
    #[error(transparent)]
    Ambiguous(#[from] Ambiguous),
    #[error("the scheme is not https, or http in development on a loopback host")]
    Scheme,
}

impl ProxyError {
    /// Returns true if the sender is not trusted.
    pub const fn is_about_sender(&self) -> bool {
        matches!(
            self,
            Self::NotConfigured | Self::OtherSender(_) | Self::Shared | Self::Secret
        )
    }

    /// Returns the change that makes the server accept the message.
    pub fn fix(&self) -> String {
        let fix = match self {
            Self::OtherSender(Some(address)) => {
                return format!("add {address} to forward_auth.proxies if it is a proxy of a site");
            }
            Self::OtherSender(None) => {
                "use forward_auth.proxy_secret alone: a socket has no address"
            }
            Self::NotConfigured => {
                "set forward_auth.proxies to the networks of the proxies, or forward_auth.proxy_secret"
            }
            Self::Shared => "set forward_auth.proxy_secret: trusted_proxies has the sender",
            Self::Secret => "let the proxy send forward_auth.proxy_secret in doorward-proxy-secret",
            Self::Header(_) | Self::Address => {
                "use the configuration that `doorward site proxy-config` prints"
            }
            Self::Scheme => "serve the site with HTTPS",
            Self::Ambiguous(_) => "send a request that has one reading",
        };
        fix.to_owned()
    }
}

/// The origin that a request was sent to, and the address of its client.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub scheme: Scheme,
    pub host: Host,
    pub address: IpAddr,
}

impl Arrival {
    /// Returns the origin: scheme and host.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.host)
    }
}

/// A request to a site, as its proxy describes it.
#[derive(Clone, Debug)]
pub struct Description {
    pub arrival: Arrival,
    pub facts: RequestFacts,
    /// Path and query, as the client wrote them.
    pub target: String,
}

/// Checks that a proxy of forward authentication sent a request: by its network, by the secret, or by both if both
/// are configured. The proxy of this server itself needs the secret, because clients send requests through it.
///
/// # Errors
/// Returns `NotConfigured` without any proxy, `OtherSender` and `Shared` for another sender, and `Secret` without
/// the secret.
pub fn check_sender(request: &HttpRequest, settings: &Config) -> Result<(), ProxyError> {
    let config: &ForwardAuth = &settings.forward_auth;
    if !config.is_configured() {
        return Err(ProxyError::NotConfigured);
    }
    let peer = peer(request);
    let is_near = peer.is_some_and(|peer| address::is_trusted(peer, &config.proxies));
    if !config.proxies.is_empty() && !is_near {
        return Err(ProxyError::OtherSender(peer));
    }
    let Some(secret) = &config.proxy_secret else {
        let is_shared = received_request::is_from_proxy(request) && !settings.is_dev();
        return if is_shared {
            Err(ProxyError::Shared)
        } else {
            Ok(())
        };
    };
    let sent = header::only_text(request.headers(), SECRET).ok().flatten();
    // The comparison of digests takes constant time.
    let is_secret = |sent: &str| TokenHash::digest(sent) == TokenHash::digest(secret.expose());
    if sent.is_some_and(is_secret) {
        Ok(())
    } else {
        Err(ProxyError::Secret)
    }
}

fn peer(request: &HttpRequest) -> Option<IpAddr> {
    Some(request.peer_addr()?.ip().to_canonical())
}

/// Reads the origin of a request that a proxy passes on, from a sender that [`check_sender`] has accepted.
///
/// # Errors
/// Returns the value that is missing or ambiguous.
pub fn arrival(request: &HttpRequest, config: &Config) -> Result<Arrival, ProxyError> {
    let headers = request.headers();
    let scheme = text(headers, "x-forwarded-proto")?;
    let host = text(headers, "x-forwarded-host")?;
    read_arrival(request, config, scheme, host)
}

/// Reads the request that a proxy describes, from a sender that [`check_sender`] has accepted.
///
/// # Errors
/// Returns the value that is missing or ambiguous.
pub fn describe(
    request: &HttpRequest,
    config: &Config,
    proxy: Proxy,
) -> Result<Description, ProxyError> {
    let headers = request.headers();
    let (scheme, host, target, method) = match proxy {
        Proxy::IngressNginx => {
            let url = text(headers, "x-original-url")?;
            let missing = ProxyError::Header("x-original-url");
            let (scheme, rest) = url.split_once("://").ok_or(missing)?;
            let end = rest.find('/').unwrap_or(rest.len());
            let (host, target) = rest.split_at(end);
            (scheme, host, target, text(headers, "x-original-method")?)
        }
        // Its request is the one of the client, below a prefix.
        Proxy::Envoy => (
            text(headers, "x-forwarded-proto")?,
            text(headers, "x-forwarded-host")?,
            below_prefix(request),
            request.method().as_str(),
        ),
        Proxy::Nginx | Proxy::Caddy | Proxy::Traefik | Proxy::Haproxy => (
            text(headers, "x-forwarded-proto")?,
            text(headers, "x-forwarded-host")?,
            text(headers, "x-forwarded-uri")?,
            text(headers, "x-forwarded-method")?,
        ),
    };
    let arrival = read_arrival(request, config, scheme, host)?;
    let path = target.split('?').next().unwrap_or(target);
    let facts = RequestFacts {
        host: arrival.host.clone(),
        path: CanonicalPath::parse(path)?,
        method: Method::parse(method)?,
        address: arrival.address,
        is_preflight: method == "OPTIONS"
            && headers.contains_key(ORIGIN)
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
    };
    Ok(Description {
        arrival,
        facts,
        target: target.to_owned(),
    })
}

fn below_prefix(request: &HttpRequest) -> &str {
    let target = request.uri().path_and_query();
    let target = target.map_or("", |target| target.as_str());
    target.strip_prefix("/forward-auth/envoy").unwrap_or(target)
}

fn read_arrival(
    request: &HttpRequest,
    config: &Config,
    scheme: &str,
    host: &str,
) -> Result<Arrival, ProxyError> {
    let scheme = match scheme {
        "https" | "wss" => Scheme::Https,
        "http" | "ws" => Scheme::Http,
        _ => return Err(ProxyError::Scheme),
    };
    let host = Host::parse(host, scheme)?;
    if !scheme.is_allowed(&host, config.is_dev()) {
        return Err(ProxyError::Scheme);
    }
    let address = client_address(request, config).ok_or(ProxyError::Address)?;
    Ok(Arrival {
        scheme,
        host,
        address,
    })
}

/// Returns the address of the client of the proxy. Proxies before it are those in `trusted_proxies`.
fn client_address(request: &HttpRequest, config: &Config) -> Option<IpAddr> {
    let (headers, by) = (request.headers(), ForwardedHeader::XForwardedFor);
    if !headers.contains_key(by.as_str()) {
        return None;
    }
    let mut trusted: Vec<IpNet> = config.forward_auth.proxies.clone();
    trusted.extend(&config.trusted_proxies);
    match peer(request) {
        Some(peer) => {
            trusted.push(peer.into());
            address::client(peer, headers, by, &trusted)
        }
        None => address::client_of_socket(headers, by, &trusted),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<&'a str, ProxyError> {
    let value = header::only_text(headers, name).ok().flatten();
    value.ok_or(ProxyError::Header(name))
}

#[cfg(test)]
mod tests;
