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

impl AccountPage for Passkeys {
    fn place(&self) -> Option<AccountPlace> {
        let place = AccountPlace::below(AccountSection::SignIn);
        (self.flow.is_empty() && !self.by_link).then_some(place)
    }
}
