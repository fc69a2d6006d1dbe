//! Requests of devices that have no browser of their own (RFC 8628).

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;

use super::{ClientId, DeviceRequestId, GrantId, SessionId, UserId};
use crate::credentials::user_code::UserCode;
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// A request that waits for a person in another browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceRequest {
    /// Names it in addresses.
    pub id: DeviceRequestId,
    /// SHA-256 of the device code.
    pub device_hash: TokenHash,
    /// What the device shows. Alone it opens nothing: who types it gives, and gets nothing.
    pub user_code: UserCode,
    /// Who asks.
    pub client_id: ClientId,
    /// For what.
    pub scope: Scope,
    /// For which resources (RFC 8707).
    pub resources: Vec<String>,
    /// For what, in detail (RFC 9396).
    pub authorization_details: AuthorizationDetails,
    /// In whose name the person is to act.
    pub org: Option<String>,
    /// The address of the device; empty where it is unknown.
    pub ip: String,
    /// When it asked.
    pub created_at: UnixSeconds,
    /// When both codes are over.
    pub expires_at: UnixSeconds,
    /// The least number of seconds between two polls; it grows with each hasty one.
    pub poll_interval: i64,
    /// When it last polled.
    pub polled_at: Option<UnixSeconds>,
    /// The session that typed the code first: the only one that may answer.
    pub session_id: Option<SessionId>,
    /// When the person answered.
    pub decided_at: Option<UnixSeconds>,
    /// What they allowed; none where they refused.
    pub grant_id: Option<GrantId>,
    /// When the device fetched its tokens.
    pub used_at: Option<UnixSeconds>,
    /// Present where the client named the person (CIBA Core §7.1): then nobody types a code.
    pub backchannel: Option<Backchannel>,
}

/// Whom a client asked for, and with which words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backchannel {
    /// The one who may answer.
    pub user_id: UserId,
    /// What both devices show.
    pub binding_message: Option<String>,
}

impl DeviceRequest {
    /// Whether this session may still answer it, or claim it in order to.
    pub fn is_open_to(&self, session: SessionId, now: UnixSeconds) -> bool {
        let is_free = self.session_id.is_none_or(|claimed| claimed == session);
        is_free && self.decided_at.is_none() && !is_expired(self.expires_at, now)
    }
}
