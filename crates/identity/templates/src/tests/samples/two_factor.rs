use super::{NOW, Sampled};
use crate::layout::Layout;
use crate::qr::Qr;
use crate::two_factor::{
    FirstCodeProblem, RecoveryCodes, TrustedRow, TwoFactor, TwoFactorNotice, TwoFactorSetUp,
    TwoFactorState,
};

impl TrustedRow {
    pub(crate) fn sample(number: i64) -> Self {
        Self {
            id: format!("018f0000-0000-7000-8000-00000000000{number}"),
            device: "Firefox · Linux".to_owned(),
            since: NOW - number * 86_400,
            until: NOW + (30 - number) * 86_400,
            current: number == 0,
        }
    }
}

impl Sampled for TwoFactor {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        use TwoFactorNotice as Notice;

        const ON: TwoFactorState = TwoFactorState {
            since: Some(NOW - 86_400 * 12),
            codes_left: 9,
            codes_saved: true,
        };
        let off = Self {
            layout: layout.with_return_to("/account/security/2fa"),
            offers_passkey: true,
            now: NOW,
            ..Self::default()
        };
        off.in_states([
            ("off", |_| ()),
            ("required", |page| {
                "Zk3s9QyV0cX1bT7mZk3s9Q".clone_into(&mut page.flow);
                page.is_required = true;
                page.notice = Some(Notice::Required);
            }),
            ("over", |page| page.notice = Some(Notice::SetUpOver)),
            ("turned-off", |page| page.notice = Some(Notice::TurnedOff)),
            ("on", |page| page.state = ON),
            ("trusted", |page| {
                page.state = ON;
                page.trusted = (0..10).map(TrustedRow::sample).collect();
                page.notice = Some(Notice::Distrusted);
            }),
            ("few", |page| {
                page.state = ON;
                page.state.codes_left = 1;
            }),
            ("unsaved", |page| {
                page.state = ON;
                page.state.codes_saved = false;
            }),
            ("stays", |page| {
                page.state = ON;
                page.is_required = true;
                page.notice = Some(Notice::StaysRequired);
            }),
        ])
    }
}

impl Sampled for TwoFactorSetUp {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
        let plain = key.replace(' ', "");
        let uri = format!(
            "otpauth://totp/Doorward:alice.archer%40example.com?secret={plain}&issuer=Doorward"
        );
        let normal = Self {
            layout: layout.with_return_to("/account/security/2fa/set-up"),
            flow: String::new(),
            qr: Qr::draw(&uri).unwrap_or(Qr {
                size: 0,
                path: String::new(),
            }),
            key: key.to_owned(),
            problem: None,
        };
        let with = |problem| normal.vary(|page| page.problem = Some(problem));
        vec![
            ("normal", normal.clone()),
            ("missing", with(FirstCodeProblem::Missing)),
            ("wrong", with(FirstCodeProblem::Wrong)),
        ]
    }
}

impl Sampled for RecoveryCodes {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let new = Self {
            layout: layout.with_return_to("/account/security/2fa"),
            flow: String::new(),
            codes: (0..10).map(|n| format!("{n}bcd-efgh-jkm{n}")).collect(),
            is_new: true,
        };
        let again = new.vary(|page| page.is_new = false);
        vec![("new", new), ("again", again)]
    }
}
