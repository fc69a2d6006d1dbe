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

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";

const CAUSES: [(&str, EndCause); 10] = [
    ("idle", EndCause::Idle),
    ("expired", EndCause::Reason(EndReason::Expired)),
    ("signed-out", EndCause::Reason(EndReason::SignedOut)),
    ("replaced", EndCause::Reason(EndReason::Replaced)),
    ("password", EndCause::Reason(EndReason::PasswordChanged)),
    ("administrator", EndCause::Reason(EndReason::Administrator)),
    ("owner", EndCause::Reason(EndReason::EndedByOwner)),
    ("factor", EndCause::Reason(EndReason::FactorChanged)),
    ("reuse", EndCause::Reason(EndReason::ReuseDetected)),
    ("too-many", EndCause::Reason(EndReason::TooMany)),
];

impl View for SessionEnded {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let sample = |(name, cause)| {
            let layout = layout.with_return_to("/login/ended");
            let at = NOW - 3 * 3600;
            let view = Self {
                layout,
                ending: SessionEnd { at, cause },
                back: "/login?flow=Zk3s9QyV0cX1bT7m".to_owned(),
                now: NOW,
            };
            (name, view)
        };
        CAUSES.into_iter().map(sample).collect()
    }
}

impl View for EndedSessions {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::below(AccountSection::Devices).wide());

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let layout = || layout.with_return_to("/account/sessions/ended");
        let row = |((_, cause), hours): (_, i64)| EndedRow {
            device: Device::from_user_agent(FIREFOX),
            ip: Some("2001:db8:85a3::8a2e:370:7334".to_owned()),
            place: (hours == 2).then(|| "near Berlin, Germany".to_owned()),
            signed_in_at: NOW - hours * 90_000,
            ending: SessionEnd {
                at: NOW - hours * 7000,
                cause,
            },
        };
        let all = Self {
            layout: layout(),
            rows: CAUSES.into_iter().zip(1..).map(row).collect(),
            is_later: false,
            next: Some("1794996400.0199-sample".to_owned()),
            now: NOW,
        };
        let none = Self {
            rows: Vec::new(),
            is_later: true,
            next: None,
            ..all.clone()
        };
        vec![("normal", all), ("none", none)]
    }
}
