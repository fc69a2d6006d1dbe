//! Checks of `[forward_auth]`.

use super::Finding;
use super::address::is_too_wide;
use super::settings::Config;

/// Minimum length of the secret of proxies in bytes.
const MIN_SECRET: usize = 32;

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
