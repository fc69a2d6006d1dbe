//! The registries of scopes and resources.

use crate::time::UnixSeconds;

/// A registered scope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScopeEntry {
    /// The scope token (RFC 6749 §3.3).
    pub name: String,
    /// One plain sentence for the consent page.
    pub description: String,
    /// The resource that it opens; none for the identity server's own (`openid`, `profile`, …).
    pub audience: Option<String>,
    /// When it was registered.
    pub created_at: UnixSeconds,
}

/// A registered resource (RFC 8707 §2): an audience of access tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resource {
    /// Its absolute URI.
    pub identifier: String,
    /// Shown to people.
    pub name: String,
    /// When it was registered.
    pub created_at: UnixSeconds,
}
