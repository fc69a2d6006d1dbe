//! The sign-in page (`/login`).

use super::field_error::FormProblem;
use super::passkeys::PasskeyPrompt;
use super::prelude::*;
use super::providers::ProviderButton;

/// A reason why the last attempt did not sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    Missing {
        identifier: bool,
        password: bool,
    },
    /// Unknown user, wrong password or disabled account: one message for all, so that it does not
    /// reveal which accounts exist.
    Rejected,
    /// The passkey was not accepted, for any reason.
    PasskeyRejected,
    Provider(ProviderProblem),
    Form(FormProblem),
}

/// A reason why the sign-in with an identity provider failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderProblem {
    Denied,
    Unavailable,
    /// The provider's response signs in no user.
    Rejected,
    /// The client requires a recent sign-in, and the provider does not confirm one.
    TooOld,
    /// There is no account here, and self-registration is disabled.
    Closed,
}

/// A reason why the user is asked to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginNotice {
    /// The client requires reauthentication (`prompt=login`, `max_age`).
    Again,
    SessionEnded,
    /// A change in the account requires reauthentication (ASVS 5.0 §7.5.1).
    Confirm,
    /// The browser opened a mail link that verifies the address of an account.
    VerifyEmail,
}

/// `GET|POST /login`. Fields: `csrf`, `flow`, `identifier`, `password`, `remember=on`; for
/// `POST /login/passkey` `ceremony` and `credential` in place of name and password.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of the page"
)]
#[derive(Clone, Debug, Template)]
#[template(path = "pages/login.html")]
pub struct Login {
    pub layout: Layout,
    pub flow: String,
    /// Account page to open after sign-in; empty for the account home.
    pub next: String,
    pub app_name: Option<String>,
    /// Username or e-mail address as typed, or `login_hint`.
    pub identifier: String,
    pub problem: Option<LoginError>,
    pub notice: Option<LoginNotice>,
    /// True if a forgotten password can be reset by mail.
    pub can_reset: bool,
    pub can_register: bool,
    /// True if "Keep me signed in" is offered.
    pub show_remember: bool,
    pub remember: bool,
    /// URL of the sign-in by mailed code; `None`: disabled.
    pub email_code: Option<String>,
    /// Passkey request; `None`: passkeys are disabled.
    pub passkey: Option<PasskeyPrompt>,
    /// Identity providers to sign in with, in order.
    pub providers: Vec<ProviderButton>,
}

impl Login {
    fn identifier_error(&self) -> Option<String> {
        matches!(
            self.problem,
            Some(LoginError::Missing {
                identifier: true,
                ..
            })
        )
        .then(|| self.layout.t("login-missing-identifier"))
    }

    fn password_error(&self) -> Option<String> {
        matches!(
            self.problem,
            Some(LoginError::Missing { password: true, .. })
        )
        .then(|| self.layout.t("login-missing-password"))
    }

    fn rejected(&self) -> bool {
        self.problem == Some(LoginError::Rejected)
    }

    fn notice_text(&self) -> Option<String> {
        self.notice.map(|notice| {
            self.layout.t(match notice {
                LoginNotice::Again => "login-again",
                LoginNotice::SessionEnded => "login-session-ended",
                LoginNotice::Confirm => "login-confirm",
                LoginNotice::VerifyEmail => "login-verify-email",
            })
        })
    }

    /// Returns the URL of the page that explains why the session ended and leads back to this
    /// sign-in.
    fn reason_url(&self) -> Option<String> {
        let ended = self.notice == Some(LoginNotice::SessionEnded);
        ended.then(|| match (self.flow.as_str(), self.next.as_str()) {
            ("", "") => "/login/ended".to_owned(),
            ("", next) => format!("/login/ended?next={next}"),
            (flow, _) => format!("/login/ended?flow={flow}"),
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let layout = &self.layout;
        let one = |field, message| summarize([(field, Some(message))]);
        match self.problem {
            None => Vec::new(),
            Some(LoginError::Rejected) => one("identifier", layout.t("login-rejected")),
            Some(LoginError::PasskeyRejected) => one("", layout.t("passkey-rejected")),
            Some(LoginError::Provider(problem)) => one(
                "",
                layout.t(match problem {
                    ProviderProblem::Denied => "provider-denied",
                    ProviderProblem::Unavailable => "provider-unavailable",
                    ProviderProblem::Rejected => "provider-rejected",
                    ProviderProblem::TooOld => "provider-too-old",
                    ProviderProblem::Closed => "provider-closed",
                }),
            ),
            Some(LoginError::Form(problem)) => one("", problem.message(layout)),
            Some(LoginError::Missing { .. }) => summarize([
                ("identifier", self.identifier_error()),
                ("password", self.password_error()),
            ]),
        }
    }
}

impl Login {
    fn sample(layout: &Layout) -> Self {
        Self {
            layout: layout.clone(),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            next: String::new(),
            app_name: Some("Photo Album".to_owned()),
            identifier: String::new(),
            problem: None,
            notice: None,
            can_reset: true,
            can_register: true,
            show_remember: true,
            remember: false,
            email_code: Some("/login/email?flow=Zk3s9QyV0cX1bT7m".to_owned()),
            passkey: Some(PasskeyPrompt::sample()),
            providers: ProviderButton::samples(),
        }
    }
}

impl View for Login {
    const PAGE: &'static str = "login";

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self::sample(layout);
        let noticed = |notice| plain.vary(|page| page.notice = Some(notice));
        let with = |problem| Self {
            identifier: "alice".to_owned(),
            remember: true,
            problem: Some(problem),
            ..plain.clone()
        };
        let by_provider = [
            ("provider-denied", ProviderProblem::Denied),
            ("provider-unavailable", ProviderProblem::Unavailable),
            ("provider-rejected", ProviderProblem::Rejected),
            ("provider-too-old", ProviderProblem::TooOld),
            ("provider-closed", ProviderProblem::Closed),
        ];
        let by_provider = by_provider.map(|(name, why)| (name, with(LoginError::Provider(why))));
        let mut all = vec![
            ("normal", plain.clone()),
            (
                "bare",
                Self {
                    flow: String::new(),
                    app_name: None,
                    can_reset: false,
                    can_register: false,
                    show_remember: false,
                    email_code: None,
                    passkey: None,
                    providers: Vec::new(),
                    ..plain.clone()
                },
            ),
            (
                "again",
                plain.vary(|page| {
                    page.notice = Some(LoginNotice::Again);
                    "alice@example.com".clone_into(&mut page.identifier);
                }),
            ),
            (
                "confirm",
                plain.vary(|page| {
                    page.notice = Some(LoginNotice::Confirm);
                    "alice".clone_into(&mut page.identifier);
                    page.flow = String::new();
                    "/account/security/2fa".clone_into(&mut page.next);
                    page.app_name = None;
                }),
            ),
            ("ended", noticed(LoginNotice::SessionEnded)),
            ("verify-email", noticed(LoginNotice::VerifyEmail)),
            ("rejected", with(LoginError::Rejected)),
            ("passkey-rejected", with(LoginError::PasskeyRejected)),
            (
                "missing",
                Self {
                    identifier: String::new(),
                    ..with(LoginError::Missing {
                        identifier: true,
                        password: true,
                    })
                },
            ),
            (
                "tries",
                with(LoginError::Form(FormProblem::TooManyTries {
                    retry_after: 270,
                })),
            ),
            ("busy", with(LoginError::Form(FormProblem::Busy))),
            ("stale", with(LoginError::Form(FormProblem::Stale))),
        ];
        all.extend(by_provider);
        all
    }
}
