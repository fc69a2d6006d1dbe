//! Rejects requests for hosts that are not configured: links, cookies and tokens never follow a
//! `Host` header.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HOST;
use doorward_config::Config;
use doorward_config::organizations::slug_of;
use doorward_http_common::header;
use url::Url;

use super::error::MiddlewareError;
use crate::request::received_request::Tenant;

#[cfg(test)]
mod tests;

/// Probes are addressed by IP, and their responses contain no host.
const ANY_HOST: &[&str] = &["/livez", "/readyz"];
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// Maximum length of a host in an error.
const MAX_NAMED: usize = 260;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum HostKind {
    Issuer,
    Organization(Tenant),
    /// Host that may be the domain of an organization, in lower case and without a port.
    Unlisted(String),
    /// Host for clients with certificates (RFC 8705 §5).
    Mtls,
    /// Host of the former issuer at this position.
    Former(usize),
}

/// The authorities that the server accepts.
#[derive(Debug)]
pub(super) struct AllowedHosts {
    allowed: Vec<Authority>,
    mtls: Option<Authority>,
    former: Vec<Option<Authority>>,
    organizations: Option<Organizations>,
}

/// A host with its port.
#[derive(Debug)]
struct Authority {
    /// Host in lower case.
    host: String,
    port: u16,
    /// True for the default port of the scheme.
    is_default: bool,
}

#[derive(Debug)]
struct Organizations {
    base_domain: Option<String>,
    /// Port of the issuer.
    port: u16,
}

impl AllowedHosts {
    /// Creates the list: the authority of the issuer, in development also the loopback names with
    /// its port, and at the issuer's port one host for each organization below the base domain.
    /// Domains of organizations are not listed: they are in the database.
    pub fn new(config: &Config) -> Self {
        let mut allowed = Vec::new();
        let mut organizations = None;
        if let Some(issuer) = Authority::of(&config.issuer) {
            organizations = Some(Organizations {
                base_domain: config.organizations.base_domain().map(str::to_owned),
                port: issuer.port,
            });
            let loopback: &[&str] = if config.is_dev() { &LOOPBACK } else { &[] };
            let others = loopback.iter().filter(|name| **name != issuer.host);
            let others = others.map(|name| Authority {
                host: (*name).to_owned(),
                ..issuer
            });
            allowed = others.collect();
            allowed.push(issuer);
        }
        let mtls = config.mtls.public_url.as_deref();
        let former = config.former_issuers.urls.iter();
        Self {
            allowed,
            mtls: mtls.and_then(Authority::of),
            former: former.map(|url| Authority::of(url)).collect(),
            organizations,
        }
    }

    /// Rejects a request for any other host. RFC 9112 §3.2: no or several `Host` fields are a bad
    /// request; an absolute-form target must name the same host.
    pub fn check(&self, request: &ServiceRequest) -> Result<HostKind, MiddlewareError> {
        if ANY_HOST.contains(&request.path()) {
            return Ok(HostKind::Issuer);
        }
        let Ok(Some(host)) = header::only_text(request.headers(), HOST) else {
            return Err(MiddlewareError::BadHost);
        };
        let served = self.served(host).ok_or(MiddlewareError::UnknownHost)?;
        match request.uri().authority() {
            Some(target) if self.served(target.as_str()).as_ref() != Some(&served) => {
                Err(MiddlewareError::UnknownHost)
            }
            _ => Ok(served),
        }
    }

    /// Returns the host of an authority. The name protects, not the port: an authority without a port,
    /// as some HTTP libraries write it, is that of the default port, or else of any port. Another port
    /// shows a wrong address or proxy.
    fn served(&self, authority: &str) -> Option<HostKind> {
        let (host, port) = split(authority)?;
        let host = host.to_ascii_lowercase();
        let exact = self.listed(|listed| listed.host == host && listed.has_port(port));
        let listed = exact.or_else(|| match port {
            Some(_) => None,
            None => self.listed(|listed| listed.host == host),
        });
        listed.or_else(|| self.organizations.as_ref()?.served(host, port))
    }

    fn listed(&self, is_named: impl Fn(&Authority) -> bool) -> Option<HostKind> {
        if self.allowed.iter().any(&is_named) {
            return Some(HostKind::Issuer);
        }
        let mut former = self.former.iter();
        if let Some(position) = former.position(|listed| listed.as_ref().is_some_and(&is_named)) {
            return Some(HostKind::Former(position));
        }
        let mtls = self.mtls.as_ref().filter(|listed| is_named(listed));
        mtls.map(|_| HostKind::Mtls)
    }
}

impl Authority {
    /// Returns the authority of a URL.
    fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        Some(Self {
            host: url.host()?.to_string(),
            port: url.port_or_known_default()?,
            is_default: url.port().is_none(),
        })
    }

    fn has_port(&self, written: Option<&str>) -> bool {
        written.map_or(self.is_default, |port| port == self.port.to_string())
    }
}

/// Splits an authority into its host and its port, which is not checked (RFC 9110 §7.2).
fn split(authority: &str) -> Option<(&str, Option<&str>)> {
    let end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at(end);
    match rest {
        "" => Some((host, None)),
        _ => Some((host, Some(rest.strip_prefix(':')?))),
    }
}

/// Returns the host that a request names, for an error: without characters that no host has, and not
/// longer than a name of the DNS with a port.
pub(super) fn named_host(request: &ServiceRequest) -> String {
    let host = header::only_text(request.headers(), HOST).ok().flatten();
    let is_usual = |c: &char| c.is_ascii_alphanumeric() || "-._:[]".contains(*c);
    let host = host.unwrap_or_default().chars().filter(is_usual);
    host.take(MAX_NAMED).collect()
}

impl Organizations {
    fn served(&self, host: String, port: Option<&str>) -> Option<HostKind> {
        if port.is_some_and(|port| port != self.port.to_string()) {
            return None;
        }
        let base_domain = self.base_domain.as_deref();
        if let Some(slug) = base_domain.and_then(|base| slug_of(&host, base)) {
            return Some(HostKind::Organization(Tenant { slug, host }));
        }
        Some(HostKind::Unlisted(host))
    }
}
