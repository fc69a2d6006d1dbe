//! Text that is masked when shown.

use serde::{Deserialize, Serialize, Serializer};
use url::Url;
use zeroize::Zeroizing;

use super::address::check_server_url;

/// Replacement for a secret in output.
pub const MASK: &str = "********";

/// A secret, or an address that may contain one. `Debug` and `Serialize` mask it: an address
/// without its password, any other text completely.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Wraps `text` so that it is masked.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the unmasked text.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the text with its secret parts masked. Nothing of a malformed address is shown.
    pub fn masked(&self) -> String {
        if check_server_url(&self.0).is_err() {
            return MASK.to_owned();
        }
        if self.0.starts_with("sqlite:") {
            return self.0.to_string();
        }
        match Url::parse(&self.0) {
            Ok(mut url) if url.has_host() => {
                // A query may contain a password (`?password=…`), so it is masked completely.
                let has_query = url.query().is_some();
                url.set_query(has_query.then_some("…"));
                // Only databases have users without a password; elsewhere the user name may be one.
                let is_alone = url.password().is_none() && !url.username().is_empty();
                let is_masked = if is_alone && !url.scheme().starts_with("postgres") {
                    url.set_username(MASK).is_ok()
                } else {
                    url.password().is_none() || url.set_password(Some(MASK)).is_ok()
                };
                if !is_masked {
                    return MASK.to_owned();
                }
                url.to_string().replace("%E2%80%A6", "…")
            }
            _ => MASK.to_owned(),
        }
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
