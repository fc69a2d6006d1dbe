//! `[forward_auth]`: the proxies that ask about requests to sites.

use ipnet::IpNet;

use super::key::Kind;
use super::secret::SecretText;

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
