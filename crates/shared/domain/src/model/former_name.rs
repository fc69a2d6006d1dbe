//! Former names of roles, permissions and scopes.

use crate::time::UnixSeconds;

doorward_protocol::words! {
    /// The kind of object that has a former name.
    pub enum NameKind {
        Role = "role",
        Permission = "permission",
        Scope = "scope",
    }
}

/// A former name that tokens and requests may still use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormerName {
    pub kind: NameKind,
    pub former: String,
    /// The present name.
    pub name: String,
    pub expires_at: UnixSeconds,
}

impl FormerName {
    pub const fn is_live(&self, now: UnixSeconds) -> bool {
        now < self.expires_at
    }
}
