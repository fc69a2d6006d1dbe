//! Permission codenames.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A permission's codename, `resource:action`, such as `tasks:read_all`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Permission(String);

/// An invalid permission codename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a permission is written resource:action, in lower-case letters, digits, '_', '-' and '.'")]
pub struct PermissionError;

impl Permission {
    /// Maximum length of a codename in bytes.
    pub const MAX_BYTES: usize = 100;

    /// Returns true if a text is a valid codename; usable at compile time (see
    /// [`crate::permission`]).
    pub const fn is_codename(text: &str) -> bool {
        let bytes = text.as_bytes();
        let (mut at, mut colons, mut begins) = (0, 0, true);
        while at < bytes.len() {
            match bytes[at] {
                b'a'..=b'z' => begins = false,
                b'0'..=b'9' | b'_' | b'-' | b'.' if !begins => {}
                b':' if !begins => {
                    colons += 1;
                    begins = true;
                }
                _ => return false,
            }
            at += 1;
        }
        colons == 1 && !begins && bytes.len() <= Self::MAX_BYTES
    }

    /// Parses a codename.
    pub fn parse(text: &str) -> Result<Self, PermissionError> {
        if Self::is_codename(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PermissionError)
        }
    }

    /// Returns the codename.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the colon.
    pub fn resource(&self) -> &str {
        self.0.split_once(':').map_or("", |(resource, _)| resource)
    }

    /// Returns the part after the colon.
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
