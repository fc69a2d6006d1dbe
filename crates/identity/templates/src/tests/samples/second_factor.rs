use super::Sampled;
use crate::layout::Layout;
use crate::passkeys::PasskeyPrompt;
use crate::second_factor::{CodeSource, SecondFactorFieldError, SecondStep};

impl Sampled for SecondStep {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        use SecondFactorFieldError as Problem;

        let plain = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            attempt: "Zk3s9QyV0cX1bT7mZk3s9Q".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            has_app: true,
            ..Self::default()
        };
        plain.in_states([
            ("normal", |_| ()),
            ("recovery", |page| {
                page.way = CodeSource::Recovery;
                page.app_name = None;
            }),
            ("both", |page| {
                page.trust_days = Some(30);
                page.passkey = Some(PasskeyPrompt::sample());
            }),
            ("passkey", |page| {
                page.passkey = Some(PasskeyPrompt::sample());
                page.has_app = false;
            }),
            ("passkey-rejected", |page| {
                page.passkey = Some(PasskeyPrompt::sample());
                page.has_app = false;
                page.problem = Some(Problem::Passkey);
            }),
            ("passkey-changed", |page| {
                page.passkey = Some(PasskeyPrompt::sample());
                page.problem = Some(Problem::ChangedPasskey);
            }),
            ("missing", |page| page.problem = Some(Problem::Missing)),
            ("wrong", |page| {
                page.problem = Some(Problem::Wrong { check_clock: false });
            }),
            ("clock", |page| {
                page.problem = Some(Problem::Wrong { check_clock: true });
            }),
            ("recovery-wrong", |page| {
                page.way = CodeSource::Recovery;
                page.problem = Some(Problem::Wrong { check_clock: true });
            }),
            ("wait", |page| {
                page.problem = Some(Problem::Wait { seconds: 270 });
            }),
            ("locked", |page| page.problem = Some(Problem::Locked)),
        ])
    }
}
