//! `[forward_auth]`: the proxies that ask about requests to sites.

use ipnet::IpNet;

use super::Finding;
use super::address::is_too_wide;
use super::key::Kind;
use super::secret::SecretText;
use super::settings::Config;

/// Minimum length of the secret of proxies in bytes.
const MIN_SECRET: usize = 32;

section! {
    pub struct ForwardAuth in "forward_auth" {
        /// Networks of the proxies that ask about requests to sites. `trusted_proxies` does not apply:
        /// an address there is not yet one of these proxies. Without networks and a secret, every
        /// request is rejected; with both, a request needs both.
        proxies: Vec<IpNet> = Kind::Networks.default("");
        /// Secret of at least 32 characters that proxies send in the header `Doorward-Proxy-Secret`,
        /// usually set as `proxy_secret_file`.
        proxy_secret: Option<SecretText> = Kind::Secret.unset();
    }
}

impl ForwardAuth {
    /// Returns true if a proxy may ask about requests.
    pub fn is_configured(&self) -> bool {
        !self.proxies.is_empty() || self.proxy_secret.is_some()
    }
}

impl Config {
    pub(super) fn check_forward_auth(&self, findings: &mut Vec<Finding>) {
        for network in self
            .forward_auth
            .proxies
            .iter()
            .filter(|it| is_too_wide(it))
        {
            findings.push(self.error(
                "forward_auth.proxies",
                &format!("{network} is too wide: almost any client could act as a proxy"),
                "list only the proxies in front of your applications, such as [\"10.0.0.7/32\"]",
            ));
        }
        let secret = self.forward_auth.proxy_secret.as_ref();
        if secret.is_some_and(|secret| secret.expose().len() < MIN_SECRET) {
            findings.push(self.error(
                "forward_auth.proxy_secret",
                "shorter than 32 characters",
                "create one with `openssl rand -base64 32`, and name its file by forward_auth.proxy_secret_file",
            ));
        }
    }
}

#[cfg(test)]
mod tests;
