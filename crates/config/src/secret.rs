//! Text that is masked when shown.

use serde::{Deserialize, Serialize, Serializer};
use url::Url;
use zeroize::Zeroizing;

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

    /// Returns the text with its secret parts masked.
    pub fn masked(&self) -> String {
        if let Some(path) = self.0.strip_prefix("sqlite:") {
            return format!("sqlite:{path}");
        }
        match Url::parse(&self.0) {
            Ok(mut url) if url.has_host() => {
                // A query may contain a password (`?password=…`), so it is masked completely.
                let has_query = url.query().is_some();
                url.set_query(has_query.then_some("…"));
                if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
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
