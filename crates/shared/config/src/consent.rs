//! `[consent]`: consent for third-party clients.

use doorward_protocol::scope::Scope;

use super::key::{DAY, HOUR, Kind, ObjectKind};

section! {
    /// Settings of the consent page, which every third-party client needs.
    pub struct Consent in "consent" {
        /// Lifetime of a consent. When it expires, its refresh tokens expire and the client must
        /// request consent again. Unset: valid until the user revokes it. Override per client with
        /// `doorward client create --consent-lifetime`.
        lifetime: Option<i64> = Kind::Duration(HOUR, 3650 * DAY).unset();
        /// Scopes that users may deselect on the consent page, for every client. Each has a
        /// checkbox that is initially clear. A client can have more (`doorward client create
        /// --optional-scope`). `openid` is not allowed.
        optional_scopes: Vec<String> = Kind::StringList.default("").naming(ObjectKind::Scope);
    }
}

impl Consent {
    /// Returns the scopes that users may deselect.
    pub fn optional(&self) -> Scope {
        self.optional_scopes.iter().collect()
    }
}
