use doorward_domain::model::AuditKind;
use doorward_i18n::device::Device;
use doorward_rules::activity::ActivityCategory;

use super::{NOW, Sampled};
use crate::activity::{Activity, ActivityRow, Secure, SecureStep};
use crate::layout::Layout;
use crate::two_factor::TwoFactorState;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";

pub(super) fn sample_rows() -> Vec<ActivityRow> {
    let row = |number: i64, kind, success| ActivityRow {
        of_passkey: false,
        by_admin: number % 9 == 0,
        id: format!("01a1f8fa-1770-70f4-a5da-{number:012}"),
        kind,
        success,
        app: Some("Tasks".to_owned()),
        elsewhere: false,
        device: Some(Device::from_user_agent(FIREFOX)),
        ip: Some("2001:db8:85a3::8a2e:370:7334".to_owned()),
        place: (number % 7 == 0).then(|| "near Berlin, Germany".to_owned()),
        change: None,
        reason: (number % 9 == 0).then(|| "Asked by phone".to_owned()),
        at: NOW - number * 7000,
    };
    let kinds = AuditKind::ALL.iter().zip(1..);
    kinds
        .map(|(kind, number)| row(number, *kind, !kind.as_str().ends_with("failed")))
        .collect()
}

impl Sampled for Activity {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let all = Self {
            layout: layout.with_return_to("/account/activity"),
            topic: None,
            from: String::new(),
            to: String::new(),
            rows: Vec::new(),
            is_later: false,
            next: Some("01a1f8fa-1770-70f4-a5da-000000000042".to_owned()),
            now: NOW,
        };
        let nothing = Self {
            topic: Some(ActivityCategory::Apps),
            from: "2026-11-01".to_owned(),
            to: "2026-11-20".to_owned(),
            rows: Vec::new(),
            is_later: true,
            next: None,
            ..all.clone()
        };
        let mut samples = vec![("nothing", nothing)];
        let names = [
            "all", "second", "third", "fourth", "fifth", "sixth", "seventh",
        ];
        for (name, rows) in names.into_iter().zip(sample_rows().chunks(10)) {
            let rows = rows.to_vec();
            let page = all.vary(|page| page.rows = rows);
            samples.push((name, page));
        }
        samples.rotate_left(1);
        samples
    }
}

impl Sampled for Secure {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: layout.with_return_to("/account/secure"),
            step: SecureStep::Sessions,
            row: sample_rows().into_iter().next(),
            has_password: true,
            two_factor: TwoFactorState::default(),
            apps: 2,
            now: NOW,
        };
        let at = |step| Self {
            step,
            row: None,
            ..first.clone()
        };
        vec![
            ("event", first.clone()),
            ("mail", at(SecureStep::Sessions)),
            ("password", at(SecureStep::Password)),
            ("review", at(SecureStep::Review)),
        ]
    }
}
