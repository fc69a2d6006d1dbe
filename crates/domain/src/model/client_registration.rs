//! Clients that registered themselves (RFC 7591), and the tokens with which they may.

use serde_json::{Map, Value};

use doorward_protocol::scope::Scope;
use doorward_protocol::token::GrantType;

use super::{Client, ClientId, RegistrationTokenId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// What a client has beside its [`Client`](super::Client) when it registered itself.
#[derive(Clone, PartialEq, Debug)]
pub struct ClientRegistration {
    /// The client.
    pub client_id: ClientId,
    /// The hash of its registration access token (RFC 7592 §3).
    pub access_token_hash: TokenHash,
    /// What it says of itself and Doorward only keeps: proof of nothing (SECURITY OA-25).
    pub metadata: Map<String, Value>,
    /// What an administrator gave it beside the policy.
    pub given: GivenScopes,
    /// When it was last seen in use, roughly.
    pub seen_at: UnixSeconds,
}

/// The scopes that an administrator gave a client that registered itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GivenScopes {
    /// Scopes that it may request from users.
    pub delegated: Scope,
    /// Scopes that it has as a client that acts for itself (RFC 6749 §4.4): their permissions are
    /// its own entitlements.
    pub own: Scope,
}

impl GivenScopes {
    /// Records what an administrator wrote down: the scopes, the grants, or both.
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

/// An initial access token (RFC 7591 §3): leave to register so many clients.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistrationToken {
    /// Names it.
    pub id: RegistrationTokenId,
    /// The hash of the token.
    pub hash: TokenHash,
    /// What it is for, in the operator's words.
    pub note: String,
    /// How many clients may still be registered with it.
    pub uses_left: i64,
    /// The id of who made it; none for the command line.
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: UnixSeconds,
    /// From when on it is good for nothing.
    pub expires_at: UnixSeconds,
}
