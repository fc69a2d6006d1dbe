//! What a person has allowed a client, remembered.

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;

use super::{ClientId, ConsentId, UserId};
use crate::time::UnixSeconds;

/// A remembered consent: one row for each person and client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    /// Names it.
    pub id: ConsentId,
    /// Who allowed.
    pub user_id: UserId,
    /// Whom.
    pub client_id: ClientId,
    /// What.
    pub scope: Scope,
    /// What was asked for and left out.
    pub declined: Scope,
    /// At which resources (RFC 8707).
    pub resources: Vec<String>,
    /// What in detail (RFC 9396).
    pub authorization_details: AuthorizationDetails,
    /// When, last.
    pub granted_at: UnixSeconds,
    /// Until when; none means until withdrawn.
    pub expires_at: Option<UnixSeconds>,
    /// When it was withdrawn.
    pub revoked_at: Option<UnixSeconds>,
}

impl Consent {
    /// Whether it still counts at `now`.
    pub fn is_live(&self, now: UnixSeconds) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}
