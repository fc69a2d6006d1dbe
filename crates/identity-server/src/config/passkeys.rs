//! `[passkeys]`: signing in with a device instead of a password.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::key::{Key, Kind};
use super::{Config, Finding};

/// Passkeys.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passkeys {
    /// Whether people may have and use them.
    pub enabled: bool,
}

/// The keys of `[passkeys]`.
pub const KEYS: &[Key] = &[Key::new(
    "passkeys.enabled",
    Kind::Flag,
    "true",
    "Whether people may sign in with passkeys. They belong to the host of the issuer: at another host \
     they are of no use, and where the issuer is an IP address browsers make none.",
)];

impl Config {
    /// The host that passkeys belong to (the RP ID of `WebAuthn` §5.1.2); none where they are off, and
    /// where the issuer is an IP address, which no browser takes for one.
    pub fn passkey_host(&self) -> Option<String> {
        let issuer = Url::parse(&self.issuer).ok()?;
        match issuer.host()? {
            Host::Domain(name) if self.passkeys.enabled => Some(name.to_owned()),
            _ => None,
        }
    }

    /// Whether passkeys are wished for and cannot be, because people reach the server by a number.
    pub fn lacks_passkey_host(&self) -> bool {
        self.passkeys.enabled && self.passkey_host().is_none()
    }

    pub(super) fn check_passkeys(&self, findings: &mut Vec<Finding>) {
        let issuer = Url::parse(&self.issuer).ok();
        let number = issuer.as_ref().and_then(|url| match url.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(number) => Some(IpAddr::V4(number)),
            Host::Ipv6(number) => Some(IpAddr::V6(number)),
        });
        // On this machine alone they are hardly missed.
        if self.passkeys.enabled && number.is_some_and(|number| !number.is_loopback()) {
            findings.push(self.warned(
                "passkeys.enabled",
                "the issuer is an IP address, so browsers make no passkeys: nobody is offered one",
                "give the server a name, or write passkeys.enabled = false",
            ));
        }
        if !self.mfa.passkey_for_roles.is_empty() && self.passkey_host().is_none() {
            findings.push(self.refused(
                "mfa.passkey_for_roles",
                "passkeys are demanded, and there are none here: nobody with such a role could sign in",
                "give the server a name and switch passkeys on, or leave mfa.passkey_for_roles empty",
            ));
        }
    }
}

#[cfg(test)]
mod tests;
