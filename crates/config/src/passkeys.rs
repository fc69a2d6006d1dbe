//! `[passkeys]`: sign-in with passkeys.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passkeys {
    pub enabled: bool,
}

pub const KEYS: &[Key] = &[Key::new(
    "passkeys.enabled",
    Kind::Boolean,
    "true",
    "Enables sign-in with passkeys. Passkeys belong to the host of the issuer: they do not work \
     at another host, and browsers create none if the issuer is an IP address.",
)];

#[cfg(test)]
mod tests;
