//! Device authorization requests (RFC 8628) and backchannel authentication requests (CIBA Core).

use doorward_protocol::authorization_details::AuthorizationDetails;
use doorward_protocol::scope::Scope;

use super::{ClientId, DeviceRequestId, GrantId, SessionId, UserId};
use crate::credentials::user_code::UserCode;
use crate::secret::TokenHash;
use crate::time::UnixSeconds;

/// A request that the user approves in another browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceRequest {
    pub id: DeviceRequestId,
    /// SHA-256 of the device code.
    pub device_hash: TokenHash,
    /// The user code that the device shows. Knowing it yields no token: entering it can only grant
    /// access to the device.
    pub user_code: UserCode,
    pub client_id: ClientId,
    pub scope: Scope,
    /// The requested resources (RFC 8707).
    pub resources: Vec<String>,
    /// The requested authorization details (RFC 9396).
    pub authorization_details: AuthorizationDetails,
    pub org: Option<String>,
    /// The IP address of the device; empty if unknown.
    pub ip: String,
    pub created_at: UnixSeconds,
    /// The time at which both codes expire.
    pub expires_at: UnixSeconds,
    /// The minimum interval between two polls, in seconds; increased by each poll that comes too
    /// early.
    pub poll_interval: i64,
    pub polled_at: Option<UnixSeconds>,
    /// The first session that entered the code: only it may answer.
    pub session_id: Option<SessionId>,
    pub decided_at: Option<UnixSeconds>,
    /// The grant; none if the user denied the request.
    pub grant_id: Option<GrantId>,
    /// The time at which the device received its tokens.
    pub used_at: Option<UnixSeconds>,
    /// Present if the client named the user (CIBA Core §7.1); then no code is entered.
    pub backchannel: Option<Backchannel>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backchannel {
    /// The user, who alone may answer.
    pub user_id: UserId,
    /// The message that both devices show.
    pub binding_message: Option<String>,
    /// The id and the token for the ping to the client, sealed under
    /// [`KeyPurpose::Ping`](crate::secret::KeyPurpose::Ping) with the id of the row as associated data,
    /// until the ping is sent.
    pub ping_sealed: Option<Vec<u8>>,
}
