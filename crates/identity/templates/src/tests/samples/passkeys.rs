use doorward_rules::passkey::RemovePasskeyError;

use super::{NOW, Sampled};
use crate::layout::Layout;
use crate::passkeys::{PasskeyPrompt, PasskeyRow, Passkeys, PasskeysNotice, PasskeysProblem};

impl PasskeyPrompt {
    pub(crate) fn sample() -> Self {
        let options = r#"{"allowCredentials":[],"challenge":"Zk3s9QyV0cX1bT7mZk3s9QyV0cX1bT7mZk3s9QyV0cX","rpId":"id.example.com","timeout":300000,"userVerification":"required"}"#;
        Self {
            options: options.to_owned(),
            ceremony: "Zk3s9QyV0cX1bT7m".repeat(18),
        }
    }
}

impl Sampled for Passkeys {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        use RemovePasskeyError::{OnlyFactor, OnlyWayIn};
        use {PasskeysNotice as Notice, PasskeysProblem as Problem};

        full(layout).in_states([
            ("normal", |_| ()),
            ("none", |page| {
                page.passkeys.clear();
                "Zk3s9QyV0cX1bT7mZk3s9Q".clone_into(&mut page.flow);
                page.notice = Some(Notice::Required);
            }),
            ("rested", |page| {
                page.prompt = None;
                page.is_fresh = false;
            }),
            ("full", |page| page.prompt = None),
            ("by-link", |page| {
                page.by_link = true;
                page.passkeys.clear();
            }),
            ("added-by-link", |page| {
                page.notice = Some(Notice::Added);
                page.by_link = true;
                page.passkeys.clear();
                page.prompt = None;
            }),
            ("added", |page| page.notice = Some(Notice::Added)),
            ("renamed", |page| page.notice = Some(Notice::Renamed)),
            ("removed", |page| page.notice = Some(Notice::Removed)),
            ("over", |page| page.problem = Some(Problem::Stale)),
            ("rejected", |page| page.problem = Some(Problem::Rejected)),
            ("bad-name", |page| page.problem = Some(Problem::BadName)),
            ("only-way", |page| {
                page.problem = Some(Problem::Stays(OnlyWayIn));
            }),
            ("only-factor", |page| {
                page.problem = Some(Problem::Stays(OnlyFactor));
            }),
        ])
    }
}

fn full(layout: &Layout) -> Passkeys {
    let row = |name: &str, is_synced, last_used_at, is_suspected| PasskeyRow {
        id: format!("0199-{}", name.len()),
        name: name.to_owned(),
        is_synced,
        created_at: NOW - 86_400 * 40,
        last_used_at,
        is_suspected,
    };
    Passkeys {
        layout: layout.with_return_to("/account/security/passkeys"),
        flow: String::new(),
        by_link: false,
        passkeys: vec![
            row("Safari on iPhone", true, Some(NOW - 3_600), false),
            row("The key on my key ring", false, None, true),
        ],
        prompt: Some(PasskeyPrompt::sample()),
        is_fresh: true,
        signal: "{}".to_owned(),
        notice: None,
        problem: None,
        now: NOW,
    }
}
