//! Scope values (RFC 6749 §3.3).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{ErrorCode, OAuthError};

/// The maximum length of a scope parameter, in bytes.
pub const MAX_BYTES: usize = 2048;

/// A set of scope names in the order of their first occurrence.
///
/// Equality is equality of sets. On the wire and in serde it is one space-separated string.
#[derive(Debug, Clone, Default)]
pub struct Scope(Vec<String>);

impl Scope {
    /// The scope of access without a session of the user (OIDC Core §11).
    pub const OFFLINE_ACCESS: &'static str = "offline_access";

    /// Parses a space-separated list. Repeated names and spaces are ignored.
    ///
    /// # Errors
    /// Returns `invalid_scope` for a character outside RFC 6749 §3.3, or more than [`MAX_BYTES`]
    /// bytes.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        if text.len() > MAX_BYTES {
            return Err(OAuthError::new(
                ErrorCode::InvalidScope,
                "the scope is too long",
            ));
        }
        let mut scope = Self::default();
        for name in text.split(' ').filter(|name| !name.is_empty()) {
            if !is_scope_token(name) {
                return Err(OAuthError::new(
                    ErrorCode::InvalidScope,
                    "the scope has a character that RFC 6749 section 3.3 does not allow",
                ));
            }
            scope.insert(name);
        }
        Ok(scope)
    }

    /// Returns true if the set contains this name.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|own| own == name)
    }

    /// Returns true if the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of names.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if every name is also in `other`.
    pub fn is_subset_of(&self, other: &Self) -> bool {
        self.iter().all(|name| other.contains(name))
    }

    /// Returns the names that are in both, in this set's order.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        self.iter().filter(|name| other.contains(name)).collect()
    }

    /// Returns the names that are in either, this set's first.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    /// Returns the names that are not in `other`, in this set's order.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.iter().filter(|name| !other.contains(name)).collect()
    }

    /// Returns the set without `offline_access` if the client may not have it: the server must ignore
    /// the request for it (OIDC Core §11). Clients send it because the metadata lists it.
    #[must_use]
    pub fn without_ignored(&self, allowed: &Self) -> Self {
        let is_ignored = |name: &str| name == Self::OFFLINE_ACCESS && !allowed.contains(name);
        self.iter().filter(|name| !is_ignored(name)).collect()
    }

    /// Iterates over the names in the order of their first occurrence.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Adds a name; returns `false` if it is present already or is not a scope token of RFC 6749
    /// §3.3.
    pub fn insert(&mut self, name: &str) -> bool {
        let new = is_scope_token(name) && !self.contains(name);
        if new {
            self.0.push(name.to_owned());
        }
        new
    }

    /// Removes a name; returns `false` if it was absent.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|own| own != name);
        self.0.len() < before
    }
}

/// Returns true if the text is one scope token: 1*( %x21 / %x23-5B / %x5D-7E ) (RFC 6749 §3.3).
pub fn is_scope_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.is_subset_of(other)
    }
}

impl Eq for Scope {}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, name) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl From<&Scope> for String {
    fn from(scope: &Scope) -> Self {
        scope.0.join(" ")
    }
}

impl FromStr for Scope {
    type Err = OAuthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Omits text that is not a scope token, which can only make the set smaller.
impl<S: AsRef<str>> FromIterator<S> for Scope {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let mut scope = Self::default();
        for name in names {
            scope.insert(name.as_ref());
        }
        scope
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
