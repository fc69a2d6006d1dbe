//! Reasons for a sign-out: of the session of this browser (`/login/ended`), and of the user's ended
//! sessions (`/account/sessions/ended`).

use doorward_domain::model::{EndCause, EndReason, SessionEnd};
use doorward_i18n::device::Device;

use super::prelude::*;

const fn key(cause: EndCause) -> &'static str {
    match cause {
        EndCause::Idle => "ended-idle",
        EndCause::Reason(reason) => match reason {
            EndReason::SignedOut => "ended-signed-out",
            EndReason::Replaced => "ended-replaced",
            EndReason::PasswordChanged => "ended-password",
            EndReason::Administrator => "ended-administrator",
            EndReason::EndedByOwner => "ended-owner",
            EndReason::FactorChanged => "ended-factor",
            EndReason::Expired => "ended-expired",
            EndReason::ReuseDetected => "ended-reuse",
            EndReason::TooMany => "ended-too-many",
        },
    }
}

/// `GET /login/ended`. It shows no name, because the reader may not be the user who was signed in.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/session_ended.html")]
pub struct SessionEnded {
    pub layout: Layout,
    /// Time and reason of the end.
    pub ending: SessionEnd,
    pub back: String,
    pub now: i64,
}

impl SessionEnded {
    fn description(&self) -> String {
        self.layout.t(key(self.ending.cause))
    }
}

#[derive(Clone, Debug)]
pub struct EndedRow {
    pub device: Device,
    pub ip: Option<String>,
    pub place: Option<String>,
    pub signed_in_at: i64,
    /// Time and reason of the end.
    pub ending: SessionEnd,
}

impl EndedRow {
    fn description(&self, layout: &Layout) -> String {
        layout.t(key(self.ending.cause))
    }
}

/// `GET /account/sessions/ended`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/ended_sessions.html")]
pub struct EndedSessions {
    pub layout: Layout,
    /// The sessions, the last used first.
    pub rows: Vec<EndedRow>,
    pub is_later: bool,
    pub next: Option<String>,
    pub now: i64,
}

impl AccountPage for EndedSessions {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::below(AccountSection::Devices).wide());
}
