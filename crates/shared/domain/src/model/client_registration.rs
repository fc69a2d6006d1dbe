//! Dynamic client registration (RFC 7591) and initial access tokens.

use super::{Client, ClientId, RegistrationTokenId};
use crate::prelude::*;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// The registration of a client that registered itself, in addition to its
/// [`Client`](super::Client).
#[derive(Clone, PartialEq, Debug)]
pub struct ClientRegistration {
    pub client_id: ClientId,
    /// The hash of its registration access token (RFC 7592 §3).
    pub access_token_hash: TokenHash,
    /// Metadata that Doorward stores but does not check: it proves nothing (RFC 7591 §5).
    pub metadata: Map<String, Value>,
    /// The scopes that an administrator granted beyond the registration policy.
    pub given: GivenScopes,
    /// The approximate time of the last use.
    pub seen_at: UnixSeconds,
}

/// The scopes that an administrator granted to a client that registered itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GivenScopes {
    /// The scopes that it may request from users.
    pub delegated: Scope,
    /// The scopes for the client credentials grant (RFC 6749 §4.4). Their permissions are the
    /// client's own entitlements.
    pub own: Scope,
}

impl GivenScopes {
    /// Records an administrator's change of the scopes (`scopes`), the grant types (`grants`), or
    /// both.
    #[must_use]
    pub fn stated(self, client: &Client, scopes: bool, grants: bool) -> Self {
        let acts_alone = client.allows_grant(&GrantType::ClientCredentials);
        Self {
            delegated: if scopes {
                client.scopes.clone()
            } else {
                self.delegated
            },
            own: match (scopes || grants, acts_alone) {
                (true, true) => client.scopes.clone(),
                (true, false) => Scope::default(),
                (false, _) => self.own,
            },
        }
    }
}

/// An initial access token (RFC 7591 §3), which allows a limited number of registrations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistrationToken {
    pub id: RegistrationTokenId,
    pub hash: TokenHash,
    pub note: String,
    pub uses_left: i64,
    /// The id of its creator; none for the command line.
    pub created_by: Option<String>,
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
}
