use doorward_i18n::device::Device;

use super::{NOW, Sampled};
use crate::account_sessions::{AccountSessions, SessionRow, SessionsNotice};
use crate::layout::Layout;

impl SessionRow {
    pub(crate) fn samples(now: i64) -> Vec<Self> {
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

impl Sampled for AccountSessions {
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
