//! The account home (`/account`).

use super::account_sessions::SessionRow;
use super::activity::ActivityRow;
use super::prelude::*;
use super::two_factor::TwoFactorState;

words! {
    /// A notice of the home page.
    pub enum AccountNotice {
        Welcome = "account-welcome",
        PasswordChanged = "account-password-done",
        Kept = "account-kept",
    }
}

/// The protection of the account, with the next step if something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// The account has a second factor or a passkey, and what it needs for recovery. The next step
    /// is the check-up, if there are events to review.
    Safe,
    /// Only one method protects the account: a passkey can be added.
    AddPasskey,
    /// Only one method protects the account: an authenticator app can be enrolled.
    SetUpTwoFactor,
    /// Few recovery codes are left, or they were not saved.
    MakeCodes,
}

#[derive(Clone, Debug)]
pub struct InvitationRow {
    pub id: String,
    pub organization: String,
}

/// Something that waits for the user on a page of a feature. Texts are keys of the catalog.
#[derive(Clone, Debug)]
pub struct AccountNoteRow {
    pub id: &'static str,
    pub path: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub button: &'static str,
}

/// `GET /account`. Forms: `POST /logout` (`csrf`, `confirm=yes`), and
/// `POST /account/security/passkeys/later` (`csrf`) with [`AccountState::AddPasskey`].
#[derive(Clone, Debug, Template)]
#[template(path = "pages/account.html")]
pub struct Account {
    pub layout: Layout,
    pub name: String,
    pub email: String,
    /// URL of the user's picture, on this server.
    pub picture: Option<String>,
    pub roles: Vec<String>,
    pub created_at: i64,
    pub state: AccountState,
    pub two_factor: TwoFactorState,
    /// The time from which a second factor is required, if the user has none.
    pub factor_due: Option<i64>,
    pub invitations: Vec<InvitationRow>,
    /// Some of the active sessions, the current one first.
    pub sessions: Vec<SessionRow>,
    pub activity: Vec<ActivityRow>,
    pub apps: usize,
    pub api_keys: usize,
    pub unreviewed: usize,
    pub notes: Vec<AccountNoteRow>,
    pub notice: Option<AccountNotice>,
    pub now: i64,
}

impl Account {
    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(AccountNotice::as_str))
    }

    fn codes_text(&self) -> String {
        self.two_factor.warning(&self.layout).unwrap_or_default()
    }

    fn api_keys_text(&self) -> Option<String> {
        (self.api_keys > 0).then(|| self.layout.t_count("api-keys-active", self.api_keys))
    }

    fn unreviewed_text(&self) -> String {
        self.layout.t_count("check-up-left", self.unreviewed)
    }

    fn chip(&self) -> AccountChip {
        AccountChip {
            name: self.name.clone(),
            login: self.email.clone(),
        }
    }
}

impl AccountPage for Account {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::Home).wide());
}
