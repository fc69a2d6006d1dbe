//! Only the configured host is served: links, cookies and tokens never follow a `Host` header
//! (SECURITY HD-2).

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HOST;
use url::{Host, Url};

use super::refusal::Refusal;

#[cfg(test)]
mod tests;

/// Probes ask by address, and their answers name no host.
const ANY_HOST: &[&str] = &["/livez", "/readyz"];

/// The authorities under which the server answers.
#[derive(Debug)]
pub(super) struct AllowedHosts(Vec<String>);

impl AllowedHosts {
    /// The issuer's authority; in development also the loopback names with its port.
    pub fn new(issuer: &str, dev: bool) -> Self {
        let mut allowed = Vec::new();
        if let Ok(url) = Url::parse(issuer)
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
        }
        Self(allowed)
    }

    /// Refuses a request for any other host. RFC 9112 §3.2: none or several `Host` fields are a
    /// bad request; an absolute-form target must name the same host.
    pub fn check(&self, request: &ServiceRequest) -> Result<(), Refusal> {
        if ANY_HOST.contains(&request.path()) {
            return Ok(());
        }
        let mut sent = request.headers().get_all(HOST);
        let (Some(host), None) = (sent.next(), sent.next()) else {
            return Err(Refusal::BadHost);
        };
        let host = host.to_str().map_err(|_| Refusal::BadHost)?;
        let target = request.uri().authority();
        if !self.allows(host) || target.is_some_and(|target| !self.allows(target.as_str())) {
            return Err(Refusal::UnknownHost);
        }
        Ok(())
    }

    fn allows(&self, authority: &str) -> bool {
        self.0
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(authority))
    }
}
