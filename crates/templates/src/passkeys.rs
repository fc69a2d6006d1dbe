//! Passkeys: the request that a page contains, and the user's passkeys
//! (`/account/security/passkeys`).

use doorward_rules::passkey::RemovePasskeyError;

use super::prelude::*;

/// Data with which a page requests a passkey from the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyPrompt {
    /// Options for `PublicKeyCredential.parse…OptionsFromJSON`.
    pub options: String,
    /// Value of the field `ceremony`.
    pub ceremony: String,
}

impl PasskeyPrompt {
    pub(super) fn sample() -> Self {
        let options = r#"{"allowCredentials":[],"challenge":"Zk3s9QyV0cX1bT7mZk3s9QyV0cX1bT7mZk3s9QyV0cX","rpId":"id.example.com","timeout":300000,"userVerification":"required"}"#;
        Self {
            options: options.to_owned(),
            ceremony: "Zk3s9QyV0cX1bT7m".repeat(18),
        }
    }
}

#[derive(Clone, Debug)]
pub struct PasskeyRow {
    pub id: String,
    pub name: String,
    pub is_synced: bool,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub is_suspected: bool,
}

words! {
    /// A notice of the passkeys.
    pub enum PasskeysNotice {
        Added = "passkeys-added",
        Renamed = "passkeys-renamed",
        Removed = "passkeys-removed",
        /// The operator requires a second factor of this user.
        Required = "two-factor-required",
    }
}

/// A reason why nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeysProblem {
    Stale,
    Rejected,
    BadName,
    Stays(RemovePasskeyError),
}

/// `GET /account/security/passkeys`. Forms, each with `csrf` and `flow`: `POST …/add` (`ceremony`,
/// `credential`), `…/rename` (`passkey`, and `name-` with its ID) and `…/remove` (`passkey`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/passkeys.html")]
pub struct Passkeys {
    pub layout: Layout,
    pub flow: String,
    /// True if the page was opened by a mail link without a session: it shows only the button,
    /// whose form posts to `POST /add-passkey`.
    pub by_link: bool,
    /// All passkeys, the oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// Request for a new passkey; `None` if the user must reauthenticate first or has the maximum
    /// number of passkeys.
    pub prompt: Option<PasskeyPrompt>,
    /// True if the last sign-in is recent enough for a change.
    pub is_fresh: bool,
    /// Existing passkeys for the browser (`WebAuthn` L3 §5.1.10): methods of `PublicKeyCredential`
    /// with their arguments, in JSON.
    pub signal: String,
    pub notice: Option<PasskeysNotice>,
    pub problem: Option<PasskeysProblem>,
    pub now: i64,
}

impl Passkeys {
    const fn action(&self) -> &'static str {
        if self.by_link {
            "/add-passkey"
        } else {
            "/account/security/passkeys/add"
        }
    }

    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(PasskeysNotice::as_str))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let message = self.problem.map(|problem| {
            self.layout.t(match problem {
                PasskeysProblem::Stale => "two-factor-over",
                PasskeysProblem::Rejected => "passkeys-rejected",
                PasskeysProblem::BadName => "passkeys-bad-name",
                PasskeysProblem::Stays(RemovePasskeyError::OnlyWayIn) => "passkeys-only-way",
                PasskeysProblem::Stays(RemovePasskeyError::OnlyFactor) => "passkeys-only-factor",
            })
        });
        summarize([("", message)])
    }
}

impl View for Passkeys {
    fn place(&self) -> Option<AccountPlace> {
        let place = AccountPlace::below(AccountSection::SignIn);
        (self.flow.is_empty() && !self.by_link).then_some(place)
    }

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
