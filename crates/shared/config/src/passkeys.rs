//! `[passkeys]`: sign-in with passkeys.

use super::key::Kind;

section! {
    pub struct Passkeys in "passkeys" {
        /// Enables sign-in with passkeys. Passkeys belong to the host of the issuer, or to
        /// `passkeys.rp_id`: they do not work at another host, and browsers create none if the
        /// issuer is an IP address.
        enabled: bool = Kind::Boolean.default("true");
        /// Domain that passkeys belong to (RP ID): the host of `issuer` or of one in
        /// `former_issuers.urls`, or a domain above it. At the host of a former issuer browsers
        /// read `/.well-known/webauthn`, which lists the issuer. Another value makes all existing
        /// passkeys unusable. Unset: the host of the issuer.
        rp_id: Option<String> = Kind::Text.unset();
    }
}

#[cfg(test)]
mod tests;
