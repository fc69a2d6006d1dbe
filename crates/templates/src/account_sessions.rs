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

impl SessionRow {
    pub(super) fn samples(now: i64) -> Vec<Self> {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        let row = |agent, ip: &str, ago: i64| Self {
            id: "0199-sample".to_owned(),
            device: Device::from_user_agent(agent),
            ip: Some(ip.to_owned()),
            place: Some("Köln, Germany".to_owned()),
            signed_in_at: now - ago - 7_200,
            last_seen_at: now - ago,
            current: ago == 5,
        };
        vec![
            row(firefox, "203.0.113.7", 5),
            row(safari, "2001:db8::7", 3 * 3_600),
            row("curl/8", "203.0.113.9", 86_400),
        ]
    }
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

impl View for AccountSessions {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::Devices).wide());

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let several = Self {
            layout: layout.with_return_to("/account/sessions"),
            sessions: SessionRow::samples(NOW),
            is_later: true,
            next: Some("1794996400.0199-sample".to_owned()),
            notice: Some(SessionsNotice::Ended),
            now: NOW,
        };
        let alone = Self {
            sessions: SessionRow::samples(NOW).into_iter().take(1).collect(),
            is_later: false,
            next: None,
            notice: Some(SessionsNotice::OthersEnded),
            ..several.clone()
        };
        vec![("normal", several), ("alone", alone)]
    }
}
