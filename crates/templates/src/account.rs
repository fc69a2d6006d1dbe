//! The account home (`/account`).

use super::account_sessions::SessionRow;
use super::activity::{ActivityRow, sample_rows};
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
    pub administers: bool,
    pub created_at: i64,
    pub state: AccountState,
    pub two_factor: TwoFactorState,
    pub invitations: Vec<InvitationRow>,
    /// Some of the active sessions, the current one first.
    pub sessions: Vec<SessionRow>,
    pub activity: Vec<ActivityRow>,
    pub apps: usize,
    pub api_keys: usize,
    pub unreviewed: usize,
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

    fn chip(&self) -> AccountChip {
        AccountChip {
            name: self.name.clone(),
            login: self.email.clone(),
        }
    }
}

const FEW_CODES: TwoFactorState = TwoFactorState {
    since: Some(NOW - 86_400 * 30),
    codes_left: 2,
    codes_saved: true,
};

impl View for Account {
    fn place(&self) -> Option<AccountPlace> {
        let home = AccountPlace::of(AccountSection::Home).wide();
        Some(home.with_administration(self.administers))
    }

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let full = Self {
            layout: layout.with_return_to("/account"),
            name: "Alice Archer".to_owned(),
            email: "alice@example.com".to_owned(),
            picture: Some("/avatars/Zk3s9QyV0cX1bT7mZk3s9Q.png".to_owned()),
            roles: vec!["developer".to_owned()],
            administers: true,
            created_at: NOW - 86_400 * 400,
            state: AccountState::MakeCodes,
            two_factor: FEW_CODES,
            invitations: vec![InvitationRow {
                id: "01a1f8fa-1770-70f4-a5da-000000000007".to_owned(),
                organization: "Acme Ltd".to_owned(),
            }],
            sessions: SessionRow::samples(NOW),
            activity: sample_rows().into_iter().take(3).collect(),
            apps: 3,
            api_keys: 2,
            unreviewed: 3,
            notice: None,
            now: NOW,
        };
        let fresh = Self {
            name: "bob".to_owned(),
            email: "bob@example.com".to_owned(),
            picture: None,
            roles: Vec::new(),
            administers: false,
            created_at: NOW,
            state: AccountState::AddPasskey,
            two_factor: TwoFactorState::default(),
            invitations: Vec::new(),
            sessions: SessionRow::samples(NOW).into_iter().take(1).collect(),
            apps: 0,
            api_keys: 0,
            unreviewed: 0,
            notice: Some(AccountNotice::Welcome),
            ..full.clone()
        };
        let without_passkeys = Self {
            state: AccountState::SetUpTwoFactor,
            notice: Some(AccountNotice::Kept),
            ..fresh.clone()
        };
        let safe = Self {
            state: AccountState::Safe,
            invitations: Vec::new(),
            notice: Some(AccountNotice::PasswordChanged),
            ..full.clone()
        };
        vec![
            ("normal", full),
            ("new", fresh),
            ("factor", without_passkeys),
            ("safe", safe.vary(|page| page.unreviewed = 0)),
            ("review", safe),
        ]
    }
}
