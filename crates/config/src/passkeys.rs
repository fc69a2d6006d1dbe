//! `[passkeys]`: signing in with a device instead of a password.

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

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
    Kind::Boolean,
    "true",
    "Whether people may sign in with passkeys. They belong to the host of the issuer: at another host \
     they are of no use, and where the issuer is an IP address browsers make none.",
)];

#[cfg(test)]
mod tests;
