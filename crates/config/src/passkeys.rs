//! `[passkeys]`: sign-in with passkeys.

use super::key::Kind;

section! {
    pub struct Passkeys in "passkeys" {
        /// Enables sign-in with passkeys. Passkeys belong to the host of the issuer: they do not
        /// work at another host, and browsers create none if the issuer is an IP address.
        enabled: bool = Kind::Boolean.default("true");
    }
}

#[cfg(test)]
mod tests;
