//! Consents of users to clients, and changes of the consent settings of a client.

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;

use super::{ClientId, ConsentId, ConsentTerms, UserId};
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

/// A change of the consent settings; `None` keeps the current value of a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsentChange {
    /// The complete new list.
    pub optional_scopes: Option<Scope>,
    /// In seconds; 0 for the default of all clients.
    pub lifetime: Option<i64>,
    /// Empty for no publisher.
    pub publisher: Option<String>,
    /// Empty for none.
    pub policy_uri: Option<String>,
    /// Empty for none.
    pub tos_uri: Option<String>,
}

impl ConsentChange {
    /// Applies the change; returns true if it contains any value.
    pub fn apply(self, terms: &mut ConsentTerms) -> bool {
        let is_some = self != Self::default();
        let trimmed = |text: String| filled(text.trim().to_owned());
        if let Some(scopes) = self.optional_scopes {
            terms.optional_scopes = scopes;
        }
        if let Some(lifetime) = self.lifetime {
            terms.lifetime = Some(lifetime).filter(|lifetime| *lifetime != 0);
        }
        if let Some(publisher) = self.publisher {
            terms.publisher = trimmed(publisher);
        }
        if let Some(address) = self.policy_uri {
            terms.policy_uri = trimmed(address);
        }
        if let Some(address) = self.tos_uri {
            terms.tos_uri = trimmed(address);
        }
        is_some
    }
}

/// Returns none for an empty text, which removes a value.
pub(super) fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
