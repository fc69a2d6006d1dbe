//! Authorization requests in progress: interactions, stored by the server and bound to one browser,
//! and pushed requests (RFC 9126).

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_protocol::scope::Scope;

use super::{ClientId, InteractionId, SessionId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

#[derive(Clone, PartialEq, Debug)]
pub struct Interaction {
    pub id: InteractionId,
    /// SHA-256 of the cookie of the browser that started it; no other browser can continue it.
    pub browser_hash: TokenHash,
    pub request: AuthorizationRequest,
    pub client_id: ClientId,
    /// The session that authenticated or was chosen within this interaction.
    pub session_id: Option<SessionId>,
    /// The time at which the user authenticated within this interaction (satisfies `prompt=login`).
    pub authenticated_at: Option<UnixSeconds>,
    /// True if the user chose the account within this interaction (satisfies
    /// `prompt=select_account`).
    pub account_chosen: bool,
    /// The scopes that the user consented to within this interaction (satisfies `prompt=consent`).
    pub consented: Option<Scope>,
    pub created_at: UnixSeconds,
    pub expires_at: UnixSeconds,
    /// The time of the response; there is never a second one.
    pub completed_at: Option<UnixSeconds>,
}

/// A pushed request that the browser refers to by `request_uri`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushedRequest {
    /// SHA-256 of the random part of its `request_uri`.
    pub hash: TokenHash,
    /// The authenticated client; no other client can use it.
    pub client_id: ClientId,
    /// The parameters, without those of the client authentication.
    pub params: Vec<(String, String)>,
    /// True if they came in a signed request object.
    pub signed: bool,
    /// The time of expiry if it was not used before.
    pub expires_at: UnixSeconds,
    /// The interaction that its first use created. The interaction has its own expiry and browser.
    pub interaction_id: Option<InteractionId>,
}
