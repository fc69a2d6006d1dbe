//! Signature algorithms of JSON Web Tokens (RFC 7518 §3, RFC 8037 §3.1).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

crate::words! {
    /// A signature algorithm: asymmetric ones, never `none`, never an HMAC. The value of `alg` is
    /// case-sensitive (RFC 7515 §4.1.1).
    #[derive(Default, PartialOrd, Ord, Serialize, Deserialize)]
    pub enum SigningAlg {
        /// `RSASSA-PKCS1-v1_5` with SHA-256.
        #[default]
        #[serde(rename = "RS256")]
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        #[serde(rename = "PS256")]
        Ps256 = "PS256",
        /// ECDSA on P-256 with SHA-256.
        #[serde(rename = "ES256")]
        Es256 = "ES256",
        /// Ed25519.
        #[serde(rename = "EdDSA")]
        EdDsa = "EdDSA",
    }
}

impl SigningAlg {
    /// The names of all algorithms, in the order of [`SigningAlg::ALL`].
    pub const NAMES: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

    /// Returns the `kty` of its keys (RFC 7518 §6.1, RFC 8037 §2).
    pub const fn key_type(self) -> &'static str {
        match self {
            Self::Rs256 | Self::Ps256 => "RSA",
            Self::Es256 => "EC",
            Self::EdDsa => "OKP",
        }
    }

    /// Checks that the algorithm is among those that the server offers.
    ///
    /// # Errors
    /// Returns [`NotOffered`] otherwise.
    pub fn check_offered(self, offered: &[Self]) -> Result<(), NotOffered> {
        if offered.contains(&self) {
            return Ok(());
        }
        Err(NotOffered {
            alg: self,
            offered: Self::list(offered),
        })
    }

    /// Returns the names of these algorithms, separated by a comma.
    pub fn list(algorithms: &[Self]) -> String {
        let names: Vec<_> = algorithms.iter().map(|alg| alg.as_str()).collect();
        names.join(", ")
    }
}

/// An algorithm that the server does not offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{alg} is not offered; write one of {offered}")]
pub struct NotOffered {
    /// The algorithm.
    pub alg: SigningAlg,
    /// The names of those that are offered.
    pub offered: String,
}

impl fmt::Display for SigningAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of an unknown algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an algorithm of this server; write RS256, PS256, ES256 or EdDSA")]
pub struct UnknownAlg(pub String);

impl FromStr for SigningAlg {
    type Err = UnknownAlg;

    fn from_str(text: &str) -> Result<Self, UnknownAlg> {
        Self::parse(text).ok_or_else(|| UnknownAlg(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("none")]
    #[case("HS256")]
    #[case("rs256")]
    #[case("RS256 ")]
    #[case("RS512")]
    #[case("ES384")]
    #[case("Ed25519")]
    #[case("")]
    fn other_names_are_unknown(#[case] text: &str) {
        assert_eq!(SigningAlg::parse(text), None);
        assert_eq!(text.parse::<SigningAlg>(), Err(UnknownAlg(text.to_owned())));
    }

    #[test]
    fn names_are_equal_everywhere() {
        assert_eq!(SigningAlg::ALL.map(SigningAlg::as_str), SigningAlg::NAMES);
        for alg in SigningAlg::ALL {
            assert_eq!(serde_json::to_value(alg).unwrap(), alg.as_str());
            assert_eq!(alg.as_str().parse(), Ok(alg));
        }
        assert_eq!(SigningAlg::default(), SigningAlg::Rs256);
    }
}
