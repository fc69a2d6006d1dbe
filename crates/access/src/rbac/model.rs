//! Permission codenames.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A permission's codename, `resource:action`, such as `tasks:read_all`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Permission(String);

/// A text that is no permission codename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a permission is written resource:action, in lower-case letters, digits, '_', '-' and '.'")]
pub struct PermissionError;

impl Permission {
    /// The longest codename, in bytes.
    pub const MAX_BYTES: usize = 100;

    /// Reads a codename.
    pub fn parse(text: &str) -> Result<Self, PermissionError> {
        let word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_lowercase())
                && word
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.".contains(&b))
        };
        match text.split_once(':') {
            Some((resource, action))
                if text.len() <= Self::MAX_BYTES && word(resource) && word(action) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(PermissionError),
        }
    }

    /// The codename.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the colon.
    pub fn resource(&self) -> &str {
        self.0.split_once(':').map_or("", |(resource, _)| resource)
    }

    /// The part after the colon.
    pub fn action(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, action)| action)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Permission {
    type Error = PermissionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.0
    }
}

#[cfg(test)]
mod tests;
