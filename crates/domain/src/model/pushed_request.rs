//! Pushed authorization requests (RFC 9126).

use super::{ClientId, InteractionId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

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
