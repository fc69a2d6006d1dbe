//! `[authorization]`: how authorization requests come.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::{Key, Kind};

/// Authorization requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorization {
    /// Whether every client has to push its requests.
    pub require_pushed_requests: bool,
    /// Life of a pushed request that no browser has brought yet, in seconds.
    pub pushed_request_ttl: i64,
    /// The file of the issuers whose assertions are believed; none: of nobody's.
    pub trusted_issuers: Option<PathBuf>,
    /// The file of the types of authorization details; none: there are none.
    pub details_types: Option<PathBuf>,
}

impl Authorization {
    /// The path of the file of trusted issuers.
    pub fn trusted_issuers(&self) -> Option<&Path> {
        self.trusted_issuers.as_deref()
    }

    /// The path of the file of types of authorization details.
    pub fn details_types(&self) -> Option<&Path> {
        self.details_types.as_deref()
    }
}

/// The keys of `[authorization]`.
pub const KEYS: &[Key] = &[
    Key::new(
        "authorization.require_pushed_requests",
        Kind::Boolean,
        "false",
        "Whether every client has to push its authorization requests (RFC 9126 §5). With `false`, \
         only the clients that are registered so (`doorward client create --require-par`).",
    ),
    Key::new(
        "authorization.pushed_request_ttl",
        Kind::Duration { min: 5, max: 90 },
        "90s",
        "How long a pushed authorization request waits for the browser that brings its name. The \
         sign-in that begins then has its own time.",
    ),
    Key::optional(
        "authorization.trusted_issuers",
        Kind::Text,
        "The path of a file of issuers whose signed assertions stand for a person (RFC 7523 §2.1); \
         see the guide on assertions. It is read again at each use, so that an issuer that is taken \
         out or switched off is dead at once. Without it the grant does not exist.",
    ),
    Key::optional(
        "authorization.details_types",
        Kind::Text,
        "The path of a file of the types of `authorization_details` that apps may ask for \
         (RFC 9396); see the guide on rich authorization. A change of it counts within a second. \
         Without it whatever is asked for in detail is refused.",
    ),
];
