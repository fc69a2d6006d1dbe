//! `[keys]`: algorithms and rotation of signing keys.

use doorward_protocol::signing_alg::SigningAlg;

use super::key::{DAY, Kind};

section! {
    /// Algorithms of the signing keys, and their rotation in seconds.
    pub struct Keys in "keys" {
        /// Age at which a signing key is replaced.
        rotate_after: i64 = Kind::Duration(DAY, 3660 * DAY).default("90d");
        /// Time between the publication of a new key in the JWKS and its first signature, so that
        /// every cache has the key by then. At least twice the JWKS cache time of 5 minutes. While clients speak
        /// SAML, it is at least 14 days, because service providers read metadata rarely.
        publish_lead: i64 = Kind::Duration(0, 30 * DAY).default("10m");
        /// Signature algorithms that clients and resources may choose, each with its own keys.
        /// `RS256` is required. The keys of an algorithm that is removed here no longer sign;
        /// change the clients and resources that use it first.
        algorithms: Vec<SigningAlg> =
            Kind::OneOrMoreOf(&SigningAlg::NAMES).default("RS256 PS256 ES256 EdDSA");
    }
}
