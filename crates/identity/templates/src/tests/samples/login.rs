use super::Sampled;
use crate::field_error::FormProblem;
use crate::layout::Layout;
use crate::login::{Login, LoginError, LoginNotice, ProviderProblem};
use crate::passkeys::PasskeyPrompt;
use crate::providers::ProviderButton;

impl Sampled for Login {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            can_reset: true,
            can_register: true,
            show_remember: true,
            email_code: Some("/login/email?flow=Zk3s9QyV0cX1bT7m".to_owned()),
            passkey: Some(PasskeyPrompt::sample()),
            providers: ProviderButton::samples(),
            ..Self::default()
        };
        let bare = Self {
            layout: layout.clone(),
            ..Self::default()
        };
        let noticed = |notice| plain.vary(|page| page.notice = Some(notice));
        let failed = |problem| Self {
            identifier: "alice".to_owned(),
            remember: true,
            problem: Some(problem),
            ..plain.clone()
        };
        let by_provider = |problem| failed(LoginError::Provider(problem));
        let by_form = |problem| failed(LoginError::Form(problem));
        let again = noticed(LoginNotice::Again);
        let confirm = noticed(LoginNotice::Confirm).vary(|page| {
            "alice".clone_into(&mut page.identifier);
            page.flow = String::new();
            "/account/security/2fa".clone_into(&mut page.next);
            page.app_name = None;
            page.confirms = true;
            page.show_remember = false;
            page.can_register = false;
        });
        let missing = failed(LoginError::Missing {
            identifier: true,
            password: true,
        });
        let tries = FormProblem::TooManyTries { retry_after: 270 };
        vec![
            ("normal", plain.clone()),
            ("bare", bare),
            (
                "again",
                again.vary(|page| "alice@example.com".clone_into(&mut page.identifier)),
            ),
            ("confirm", confirm),
            ("ended", noticed(LoginNotice::SessionEnded)),
            ("verify-email", noticed(LoginNotice::VerifyEmail)),
            ("rejected", failed(LoginError::Rejected)),
            ("passkey-rejected", failed(LoginError::PasskeyRejected)),
            ("passkey-changed", failed(LoginError::PasskeyChanged)),
            (
                "missing",
                missing.vary(|page| page.identifier = String::new()),
            ),
            ("tries", by_form(tries)),
            ("busy", by_form(FormProblem::Busy)),
            ("stale", by_form(FormProblem::Stale)),
            ("provider-denied", by_provider(ProviderProblem::Denied)),
            (
                "provider-unavailable",
                by_provider(ProviderProblem::Unavailable),
            ),
            ("provider-rejected", by_provider(ProviderProblem::Rejected)),
            ("provider-too-old", by_provider(ProviderProblem::TooOld)),
            ("provider-closed", by_provider(ProviderProblem::Closed)),
            ("provider-settings", by_provider(ProviderProblem::Settings)),
            (
                "provider-signature",
                by_provider(ProviderProblem::Signature),
            ),
        ]
    }
}
