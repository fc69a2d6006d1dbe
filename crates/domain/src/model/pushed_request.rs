//! An authorization request that its client has pushed (RFC 9126).

use super::{ClientId, InteractionId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A pushed request, on its way to the browser that will bring its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PushedRequest {
    /// SHA-256 of the random part of its `request_uri`.
    pub hash: TokenHash,
    /// The authenticated client; nobody else can use it.
    pub client_id: ClientId,
    /// The parameters, without any proof of the client.
    pub params: Vec<(String, String)>,
    /// Whether the client has signed them.
    pub signed: bool,
    /// When it is over, unless it was used before.
    pub expires_at: UnixSeconds,
    /// What it became when it was used; that record has its own life and its own browser.
    pub interaction_id: Option<InteractionId>,
}
