//! Rejects requests for hosts that are not configured: links, cookies and tokens never follow a
//! `Host` header.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HOST;
use doorward_config::Config;
use doorward_config::organizations::slug_of;
use doorward_http_common::header;
use url::{Host, Url};

use super::error::MiddlewareError;
use crate::request::received_request::Tenant;

#[cfg(test)]
mod tests;

/// Probes are addressed by IP, and their responses contain no host.
const ANY_HOST: &[&str] = &["/livez", "/readyz"];

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
    allowed: Vec<String>,
    mtls: Vec<String>,
    former: Vec<Vec<String>>,
    organizations: Option<Organizations>,
}

#[derive(Debug)]
struct Organizations {
    base_domain: Option<String>,
    /// Port of the issuer; `is_default` is true if it may be omitted.
    port: u16,
    is_default: bool,
}

impl AllowedHosts {
    /// Creates the list: the authority of the issuer, in development also the loopback names with
    /// its port, and at the issuer's port one host for each organization below the base domain.
    /// Domains of organizations are not listed: they are in the database.
    pub fn new(config: &Config) -> Self {
        let dev = config.is_dev();
        let mut allowed = Vec::new();
        let mut organizations = None;
        if let Ok(url) = Url::parse(&config.issuer)
            && let (Some(host), Some(port)) = (url.host(), url.port_or_known_default())
        {
            let is_default = url.port().is_none();
            let mut add = |host: &str| {
                if is_default {
                    allowed.push(host.to_owned());
                }
                allowed.push(format!("{host}:{port}"));
            };
            add(&host.to_string());
            if dev {
                for loopback in ["localhost", "127.0.0.1", "[::1]"] {
                    if host != Host::Domain(loopback) {
                        add(loopback);
                    }
                }
            }
            organizations = Some(Organizations {
                base_domain: config.organizations.base_domain().map(str::to_owned),
                port,
                is_default,
            });
        }
        let mtls = config.mtls.public_url.as_deref();
        let former = config.former_issuers.urls.iter();
        Self {
            allowed,
            mtls: mtls.map(authorities).unwrap_or_default(),
            former: former.map(|url| authorities(url)).collect(),
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

    fn served(&self, authority: &str) -> Option<HostKind> {
        let is_named = |names: &Vec<String>| {
            let mut names = names.iter();
            names.any(|name| name.eq_ignore_ascii_case(authority))
        };
        if let Some(position) = self.former.iter().position(is_named) {
            return Some(HostKind::Former(position));
        }
        let mut allowed = self.allowed.iter();
        if allowed.any(|allowed| allowed.eq_ignore_ascii_case(authority)) {
            return Some(HostKind::Issuer);
        }
        let mut mtls = self.mtls.iter();
        if mtls.any(|mtl| mtl.eq_ignore_ascii_case(authority)) {
            return Some(HostKind::Mtls);
        }
        self.organizations.as_ref()?.served(authority)
    }
}

/// Returns the spellings of an origin's authority that clients may use.
fn authorities(origin: &str) -> Vec<String> {
    let Some((host, port)) = Url::parse(origin).ok().and_then(|url| {
        let host = url.host()?.to_string();
        Some((host, url.port_or_known_default()?))
    }) else {
        return Vec::new();
    };
    let mut written = vec![format!("{host}:{port}")];
    let is_default = Url::parse(origin).is_ok_and(|url| url.port().is_none());
    written.extend(is_default.then_some(host));
    written
}

impl Organizations {
    fn served(&self, authority: &str) -> Option<HostKind> {
        let host = match authority.split_once(':') {
            Some((host, port)) => (port == self.port.to_string()).then_some(host),
            None => self.is_default.then_some(authority),
        };
        let host = host?.to_ascii_lowercase();
        let base_domain = self.base_domain.as_deref();
        if let Some(slug) = base_domain.and_then(|base| slug_of(&host, base)) {
            return Some(HostKind::Organization(Tenant { slug, host }));
        }
        Some(HostKind::Unlisted(host))
    }
}
