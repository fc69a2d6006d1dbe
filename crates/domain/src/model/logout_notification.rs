//! A client that is to be told that a session has ended.

use serde::{Deserialize, Serialize};

use super::{ClientId, SessionId, UserId};

/// Whom to tell about which session (OIDC Back-Channel Logout §2.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LogoutNotification {
    /// The session that ended.
    pub session_id: SessionId,
    /// Who is to be told.
    pub client_id: ClientId,
    /// Whose session it was.
    pub user_id: UserId,
}
