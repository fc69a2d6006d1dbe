//! `[authorization]`: authorization requests, assertion grants and authorization details.

use std::path::{Path, PathBuf};

use super::key::Kind;

section! {
    pub struct Authorization in "authorization" {
        /// Requires every client to push its authorization requests (RFC 9126 §5). `false`: only
        /// clients registered with this requirement must do so (`doorward client create
        /// --require-par`).
        require_pushed_requests: bool = Kind::Boolean.default("false");
        /// Lifetime of a pushed authorization request until a browser uses its `request_uri`. The
        /// sign-in that starts then has a separate time limit.
        pushed_request_ttl: i64 = Kind::Duration(5, 90).default("90s");
        /// Path of a file of issuers whose signed assertions identify a user (RFC 7523 §2.1); see
        /// the guide on assertions. The file is read at each use, so that removing or disabling an
        /// issuer takes effect at once. Unset: the grant is disabled.
        trusted_issuers: Option<PathBuf> = Kind::Path.unset();
        /// Path of a file of the `authorization_details` types that clients may request (RFC 9396);
        /// see the guide on rich authorization. A change takes effect within one second. Unset:
        /// requests with `authorization_details` are rejected.
        details_types: Option<PathBuf> = Kind::Path.unset();
    }
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
