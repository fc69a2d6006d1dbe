use doorward_domain::model::{EndCause, EndReason, SessionEnd};
use doorward_i18n::device::Device;

use super::{NOW, Sampled};
use crate::layout::Layout;
use crate::session_ended::{EndedRow, EndedSessions, SessionEnded};

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

impl Sampled for SessionEnded {
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

impl Sampled for EndedSessions {
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
