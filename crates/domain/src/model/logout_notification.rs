//! Notifications to clients that a session has ended.

use serde::{Deserialize, Serialize};

use super::{ClientId, SessionId, UserId};

/// A logout notification to one client about one session (OIDC Back-Channel Logout §2.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogoutNotification {
    pub session_id: SessionId,
    pub client_id: ClientId,
    pub user_id: UserId,
}
