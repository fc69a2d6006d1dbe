//! Requests of proxies: the proof that a proxy sent one, and the request that it describes.
//!
//! Only a proxy that `forward_auth` names may describe requests: otherwise a client would choose the host, the
//! path and its own address. Each value is read from one header, and two of a name are an error.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, ORIGIN};
use doorward_config::Config;
use doorward_domain::secret::TokenHash;
use doorward_http_common::{address, header};
use doorward_protocol::forwarded::ForwardedHeader;
use doorward_web::request::received_request;
use ipnet::IpNet;

use crate::canonical::{Ambiguous, CanonicalPath, Method, split_url};
use crate::rule::{Arrival, RequestFacts};

/// Header with the secret of the proxy.
pub const SECRET: &str = "doorward-proxy-secret";
const PROTO: &str = "x-forwarded-proto";
const HOST: &str = "x-forwarded-host";
/// Path of the pages that a proxy passes on, at the host of a site.
pub const PAGES: &str = "/.doorward";

doorward_protocol::words! {
    /// A proxy, by the last segment of its endpoint. Its configuration has one text, or two.
    #[derive(Default)]
    pub enum Proxy {
        #[default]
        Nginx = "nginx",
        Caddy = "caddy",
        Traefik = "traefik",
        Haproxy = "haproxy",
        /// The second text of HAProxy.
        HaproxyLua = "haproxy-lua",
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

/// The reason why the message of a proxy is rejected, and the change that makes the server accept it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// True if the sender is not trusted, and learns no reason.
    pub is_about_sender: bool,
    pub reason: String,
    pub fix: String,
}

impl Refusal {
    fn new(is_about_sender: bool, reason: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            is_about_sender,
            reason: reason.into(),
            fix: fix.into(),
        }
    }

    fn of_header(name: &str) -> Self {
        let reason = format!("the header {name} is missing, repeated or not ASCII");
        let fix = "use the configuration that `doorward site proxy-config` prints";
        Self::new(false, reason, fix)
    }
}

impl From<Ambiguous> for Refusal {
    fn from(problem: Ambiguous) -> Self {
        let fix = "send a request over HTTPS that has one reading";
        Self::new(false, problem.as_str(), fix)
    }
}

/// Checks that a proxy of forward authentication sent a request: by its network, by the secret, or by both if both
/// are configured. The proxy of this server itself needs the secret, because clients send requests through it.
fn check_sender(request: &HttpRequest, settings: &Config) -> Result<(), Refusal> {
    let config = &settings.forward_auth;
    let refuse = |reason: &str, fix: &str| Err(Refusal::new(true, reason, fix));
    if !config.is_configured() {
        let fix =
            "set forward_auth.proxies to the networks of the proxies, or forward_auth.proxy_secret";
        return refuse("no proxy of forward authentication is configured", fix);
    }
    let peer = peer(request);
    let is_near = peer.is_some_and(|peer| address::is_trusted(peer, &config.proxies));
    if !config.proxies.is_empty() && !is_near {
        let fix = match peer {
            Some(peer) => format!("add {peer} to forward_auth.proxies if it is a proxy of a site"),
            None => "use forward_auth.proxy_secret alone: a socket has no address".to_owned(),
        };
        return refuse("the sender is no proxy of forward authentication", &fix);
    }
    let Some(secret) = &config.proxy_secret else {
        if !received_request::is_from_proxy(request) || settings.is_dev() {
            return Ok(());
        }
        let reason =
            "the sender is also a proxy of this server, which passes on requests of clients";
        let fix = "set forward_auth.proxy_secret: trusted_proxies has the sender";
        return refuse(reason, fix);
    };
    let sent = header::only_text(request.headers(), SECRET).ok().flatten();
    // The comparison of digests takes constant time.
    let is_secret = |sent: &str| TokenHash::digest(sent) == TokenHash::digest(secret.expose());
    if sent.is_some_and(is_secret) {
        return Ok(());
    }
    let fix = "let the proxy send forward_auth.proxy_secret in doorward-proxy-secret";
    refuse("the proxy sends no secret, or another one", fix)
}

fn peer(request: &HttpRequest) -> Option<IpAddr> {
    Some(request.peer_addr()?.ip().to_canonical())
}

/// Reads the origin of a request that a proxy passes on.
pub fn arrival(request: &HttpRequest, config: &Config) -> Result<Arrival, Refusal> {
    check_sender(request, config)?;
    let headers = request.headers();
    read_arrival(request, config, text(headers, PROTO)?, text(headers, HOST)?)
}

/// Reads the request that a proxy describes, and its path and query as the client wrote them.
pub fn describe<'r>(
    request: &'r HttpRequest,
    config: &Config,
    proxy: Proxy,
) -> Result<(RequestFacts, &'r str), Refusal> {
    check_sender(request, config)?;
    let headers = request.headers();
    let named = |name: &str| text(headers, name);
    let (scheme, host, target, method) = match proxy {
        Proxy::IngressNginx => {
            let (scheme, host, target) = split_url(named("x-original-url")?)?;
            (scheme, host, target, named("x-original-method")?)
        }
        // Its request is the one of the client, below a prefix.
        Proxy::Envoy => {
            let target = request.uri().path_and_query();
            let target = target.map_or("", |target| target.as_str());
            let below = target.strip_prefix("/forward-auth/envoy");
            let (below, method) = (below.unwrap_or(target), request.method().as_str());
            (named(PROTO)?, named(HOST)?, below, method)
        }
        _ => {
            let target = named("x-forwarded-uri")?;
            (
                named(PROTO)?,
                named(HOST)?,
                target,
                named("x-forwarded-method")?,
            )
        }
    };
    let arrival = read_arrival(request, config, scheme, host)?;
    let facts = RequestFacts {
        arrival,
        path: CanonicalPath::parse(target.split('?').next().unwrap_or(target))?,
        method: Method::parse(method)?,
        is_preflight: method == "OPTIONS"
            && headers.contains_key(ORIGIN)
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
        is_navigation: is_navigation(headers, method),
    };
    Ok((facts, target))
}

/// Returns true for a request with this method by a browser that opens a page. A script, a program and a WebSocket
/// get no redirect, which they cannot follow to a page.
pub fn is_navigation(headers: &HeaderMap, method: &str) -> bool {
    let is_page = match header::text(headers, "sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => header::text(headers, ACCEPT).is_some_and(|accept| accept.contains("text/html")),
    };
    is_page && !headers.contains_key("sec-websocket-key") && matches!(method, "GET" | "HEAD")
}

fn read_arrival(
    request: &HttpRequest,
    config: &Config,
    scheme: &str,
    host: &str,
) -> Result<Arrival, Refusal> {
    let missing = || Refusal::of_header("x-forwarded-for with an address");
    let address = client_address(request, config).ok_or_else(missing)?;
    Ok(Arrival::read(scheme, host, address, config.is_dev())?)
}

/// Returns the address of the client of the proxy. Proxies before it are those in `trusted_proxies`.
fn client_address(request: &HttpRequest, config: &Config) -> Option<IpAddr> {
    let (headers, by) = (request.headers(), ForwardedHeader::XForwardedFor);
    headers.get(by.as_str())?;
    let mut trusted: Vec<IpNet> = config.forward_auth.proxies.clone();
    trusted.extend(&config.trusted_proxies);
    let Some(peer) = peer(request) else {
        return address::client_of_socket(headers, by, &trusted);
    };
    trusted.push(peer.into());
    address::client(peer, headers, by, &trusted)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    let value = header::only_text(headers, name).ok().flatten();
    value.ok_or_else(|| Refusal::of_header(name))
}

#[cfg(test)]
mod tests;
