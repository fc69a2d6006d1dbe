//! Text that must not be shown.

use serde::{Deserialize, Serialize, Serializer};
use url::Url;
use zeroize::Zeroizing;

/// What is shown in place of a secret.
pub const MASK: &str = "********";

/// A secret, or an address that may carry one. `Debug` and `Serialize` show it masked: an address
/// without its password, any other text not at all.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Keeps `text` from being shown.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What may be shown.
    pub fn masked(&self) -> String {
        if let Some(path) = self.0.strip_prefix("sqlite:") {
            return format!("sqlite:{path}");
        }
        match Url::parse(&self.0) {
            Ok(mut url) if url.has_host() => {
                // A password may also stand in the query (`?password=…`), so it goes whole.
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
