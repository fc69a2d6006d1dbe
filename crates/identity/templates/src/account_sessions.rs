//! The user's devices and sessions (`/account/sessions`).

use doorward_i18n::device::Device;

use super::prelude::*;

#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session's id (never its token).
    pub id: String,
    /// Browser and system, by [`Device::from_user_agent`].
    pub device: Device,
    pub ip: Option<String>,
    pub place: Option<String>,
    pub signed_in_at: i64,
    pub last_seen_at: i64,
    pub current: bool,
}

words! {
    /// A notice of the sessions.
    pub enum SessionsNotice {
        Ended = "account-session-ended",
        OthersEnded = "sessions-others-ended",
    }
}

/// `GET /account/sessions`. Its form: `POST /account/sessions/end` (`csrf`, `session` of the
/// pressed button), which also posts to `/account/sessions/end-others`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/account_sessions.html")]
pub struct AccountSessions {
    pub layout: Layout,
    /// Active sessions, the current one first.
    pub sessions: Vec<SessionRow>,
    pub is_later: bool,
    pub next: Option<String>,
    pub notice: Option<SessionsNotice>,
    pub now: i64,
}

impl AccountSessions {
    fn has_others(&self) -> bool {
        self.next.is_some() || self.sessions.iter().any(|session| !session.current)
    }

    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(SessionsNotice::as_str))
    }
}

impl AccountPage for AccountSessions {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::Devices).wide());
}
