//! `[authorization]`: authorization requests, assertion grants and authorization details.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorization {
    /// True if every client must push its authorization requests (RFC 9126 §5).
    pub require_pushed_requests: bool,
    pub pushed_request_ttl: i64,
    /// Path of the file of issuers whose assertions are accepted; `None`: no issuer.
    pub trusted_issuers: Option<PathBuf>,
    /// Path of the file of authorization details types; `None`: no types.
    pub details_types: Option<PathBuf>,
}

impl Authorization {
    pub fn trusted_issuers(&self) -> Option<&Path> {
        self.trusted_issuers.as_deref()
    }

    /// Returns the path of the file of authorization details types.
    pub fn details_types(&self) -> Option<&Path> {
        self.details_types.as_deref()
    }
}

pub const KEYS: &[Key] = &[
    Key::new(
        "authorization.require_pushed_requests",
        Kind::Boolean,
        "false",
        "Requires every client to push its authorization requests (RFC 9126 §5). `false`: only \
         clients registered with this requirement must do so (`doorward client create \
         --require-par`).",
    ),
    Key::new(
        "authorization.pushed_request_ttl",
        Kind::duration(5, 90),
        "90s",
        "Lifetime of a pushed authorization request until a browser uses its `request_uri`. The \
         sign-in that starts then has a separate time limit.",
    ),
    Key::optional(
        "authorization.trusted_issuers",
        Kind::Path,
        "Path of a file of issuers whose signed assertions identify a user (RFC 7523 §2.1); see \
         the guide on assertions. The file is read at each use, so that removing or disabling an \
         issuer takes effect at once. Unset: the grant is disabled.",
    ),
    Key::optional(
        "authorization.details_types",
        Kind::Path,
        "Path of a file of the `authorization_details` types that clients may request (RFC 9396); \
         see the guide on rich authorization. A change takes effect within one second. Unset: \
         requests with `authorization_details` are rejected.",
    ),
];
