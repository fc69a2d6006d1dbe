//! Text that is masked when shown.

use doorward_handover::PostgresAddress;
use serde::{Deserialize, Serialize, Serializer};
use url::Url;
use zeroize::Zeroizing;

use super::address::{check_server_url, is_postgres};

/// Replacement for a secret in output.
pub const MASK: &str = "********";

/// Schemes of the addresses that are shown without their password.
const SHOWN: [&str; 6] = ["postgres", "postgresql", "redis", "rediss", "smtp", "smtps"];

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
        let (first, others) = self.hosts();
        match Url::parse(&first) {
            // Any other secret may have the form of a URL.
            Ok(mut url) if url.has_host() && SHOWN.contains(&url.scheme()) => {
                // A query may contain a password (`?password=…`), so it is masked completely.
                url.set_query(self.0.contains('?').then_some("…"));
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
                let mut text = url.to_string().replace("%E2%80%A6", "…");
                let start = text.find("://").map_or(0, |at| at + 3);
                let end = text[start..].find(['/', '?']).map(|at| start + at);
                text.insert_str(end.unwrap_or(text.len()), &others);
                text
            }
            _ => MASK.to_owned(),
        }
    }

    /// Returns the address with its first host only, and the list of the other hosts.
    fn hosts(&self) -> (Zeroizing<String>, String) {
        let address = PostgresAddress::parse(&self.0).ok();
        match address.filter(|address| is_postgres(&self.0) && address.hosts().len() > 1) {
            Some(address) => {
                let first = Zeroizing::new(address.urls()[0].clone());
                let hosts = address.hosts().iter().map(ToString::to_string);
                let hosts: Vec<_> = std::iter::once(String::new())
                    .chain(hosts.skip(1))
                    .collect();
                (first, hosts.join(","))
            }
            None => (self.0.clone(), String::new()),
        }
    }
}

/// A URL to which something is posted. Receivers put their token into its path or query, so only its
/// origin is shown, by `Debug` and `Serialize` too.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointUrl(Zeroizing<String>);

impl EndpointUrl {
    /// Returns the whole URL.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the origin, with a mark for the rest.
    pub fn shown(&self) -> String {
        let Ok(url) = Url::parse(&self.0) else {
            return MASK.to_owned();
        };
        if !url.has_host() {
            return MASK.to_owned();
        }
        let origin = url.origin().ascii_serialization();
        match url.as_str().strip_prefix(&origin) {
            Some("" | "/") => origin,
            _ => format!("{origin}/…"),
        }
    }
}

impl std::fmt::Debug for EndpointUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Serialize for EndpointUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

impl<'de> Deserialize<'de> for EndpointUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(Zeroizing::new(text)))
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
