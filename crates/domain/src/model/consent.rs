//! Consents of users to clients.

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;

use super::{ClientId, ConsentId, UserId};
use crate::time::UnixSeconds;

/// A user's consent to one client: one row for each pair.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    pub id: ConsentId,
    pub user_id: UserId,
    pub client_id: ClientId,
    pub scope: Scope,
    /// The requested scopes that the user declined.
    pub declined: Scope,
    /// The resources (RFC 8707).
    pub resources: Vec<String>,
    /// The authorization details (RFC 9396).
    pub authorization_details: AuthorizationDetails,
    /// The time of the last consent.
    pub granted_at: UnixSeconds,
    /// The time of expiry; none: valid until revoked.
    pub expires_at: Option<UnixSeconds>,
    pub revoked_at: Option<UnixSeconds>,
}

impl Consent {
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}
