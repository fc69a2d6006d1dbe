//! A sign-in or consent in progress: the server's own record, bound to one browser.

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_protocol::scope::Scope;

use super::{ClientId, InteractionId, SessionId};
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// An authorization request on its way to an answer.
#[derive(Clone, PartialEq, Debug)]
pub struct Interaction {
    /// Names it in URLs and forms.
    pub id: InteractionId,
    /// SHA-256 of the cookie of the browser that began it; no other browser can go on with it.
    pub browser_hash: TokenHash,
    /// The validated request.
    pub request: AuthorizationRequest,
    /// Who asked.
    pub client_id: ClientId,
    /// The session that authenticated or was chosen within this interaction.
    pub session_id: Option<SessionId>,
    /// When the person authenticated within this interaction (answers `prompt=login`).
    pub authenticated_at: Option<UnixSeconds>,
    /// Whether the person chose the account within this interaction (answers `prompt=select_account`).
    pub account_chosen: bool,
    /// What the person allowed within this interaction (answers `prompt=consent`).
    pub consented: Option<Scope>,
    /// When it began.
    pub created_at: UnixSeconds,
    /// When it is over.
    pub expires_at: UnixSeconds,
    /// When it was answered; an answered one is never answered again.
    pub completed_at: Option<UnixSeconds>,
}
