//! Notifications to clients that a session has ended.

use serde::{Deserialize, Serialize};

use super::{ClientId, SessionId, UserId};

/// A logout notification to one client about one session (OIDC Back-Channel Logout §2.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogoutNotification {
    /// The session that ended.
    pub session_id: SessionId,
    /// The client to notify.
    pub client_id: ClientId,
    /// The user of the session.
    pub user_id: UserId,
}
