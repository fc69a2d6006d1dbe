//! The call of an operation: method, path and flags.

use std::fmt::Write as _;

use crate::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub method: &'static str,
    /// Template of the path below `/api/admin`.
    pub path: &'static str,
    flags: &'static str,
}

impl Call {
    pub(super) fn parse(text: &'static str) -> Self {
        let (method, rest) = text.split_once(' ').unwrap_or((text, ""));
        let (path, flags) = rest.split_once(' ').unwrap_or((rest, ""));
        Self {
            method,
            path,
            flags,
        }
    }

    pub fn flags(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.flags.split_whitespace()
    }

    fn has(&self, flag: &str) -> bool {
        self.flags().any(|set| set == flag)
    }

    /// Returns false if only a command runs the operation.
    pub fn exists(&self) -> bool {
        self.method != "-"
    }

    pub fn is_versioned(&self) -> bool {
        self.has("versioned")
    }

    pub fn takes_reason(&self) -> bool {
        self.has("reason")
    }

    pub fn is_once(&self) -> bool {
        self.has("once")
    }

    /// Returns true if the call replaces or removes a part of an object: no creation, and no deletion.
    pub fn renews(&self) -> bool {
        self.has("renews")
    }

    /// Returns true if the call creates the object if it does not exist.
    pub fn may_create(&self) -> bool {
        self.has("creates")
    }

    pub fn is_paged(&self) -> bool {
        self.has("paged")
    }

    pub fn is_queued(&self) -> bool {
        self.has("queued")
    }

    /// Returns the permission to send a picture; `None` if the body is no picture.
    pub fn picture_permission(&self) -> Option<&'static str> {
        self.flags().find_map(|flag| flag.strip_prefix("picture="))
    }

    /// Returns true if the call has its members in a body, not in the query.
    pub fn has_body(&self) -> bool {
        matches!(self.method, "POST" | "PUT" | "PATCH")
    }

    /// Returns true if the body of the call is a JSON object.
    pub fn sends_members(&self) -> bool {
        self.has_body() && self.picture_permission().is_none()
    }

    /// Returns true if the call deletes one object. Its response has no result.
    pub fn deletes_one(&self) -> bool {
        self.method == "DELETE" && !self.renews() && self.parameters().next().is_some()
    }

    /// Returns the members in the path.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> + use<> {
        let parts = self.path.split('{').skip(1);
        parts.filter_map(|part| Some(part.split_once('}')?.0))
    }

    /// Returns the path with these values, each encoded; a missing one is its name in capitals.
    pub fn path_with(&self, values: &Map<String, Value>) -> String {
        self.parameters().fold(self.path.to_owned(), |path, name| {
            let value = values.get(name).and_then(Value::as_str);
            let value = value.map_or_else(|| name.to_uppercase(), str::to_owned);
            path.replace(&format!("{{{name}}}"), &encode(&value))
        })
    }
}

/// Encodes a text for a part of a path.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
