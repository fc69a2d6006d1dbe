use super::activity::sample_rows;
use super::{NOW, Sampled};
use crate::account::{Account, AccountNoteRow, AccountNotice, AccountState, InvitationRow};
use crate::account_sessions::SessionRow;
use crate::layout::Layout;
use crate::two_factor::TwoFactorState;

const FEW_CODES: TwoFactorState = TwoFactorState {
    since: Some(NOW - 86_400 * 30),
    codes_left: 2,
    codes_saved: true,
};

impl Sampled for Account {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let full = Self {
            layout: Layout {
                administers: true,
                ..layout.with_return_to("/account")
            },
            name: "Alice Archer".to_owned(),
            email: "alice@example.com".to_owned(),
            picture: Some("/avatars/Zk3s9QyV0cX1bT7mZk3s9Q.png".to_owned()),
            roles: vec!["developer".to_owned()],
            created_at: NOW - 86_400 * 400,
            state: AccountState::MakeCodes,
            two_factor: FEW_CODES,
            factor_due: None,
            invitations: vec![InvitationRow {
                id: "01a1f8fa-1770-70f4-a5da-000000000007".to_owned(),
                organization: "Acme Ltd".to_owned(),
            }],
            sessions: SessionRow::samples(NOW),
            activity: sample_rows().into_iter().take(3).collect(),
            apps: 3,
            api_keys: 2,
            unreviewed: 3,
            notes: vec![AccountNoteRow {
                id: "note",
                path: "/account/check-up",
                title: "check-up-title",
                text: "check-up-text",
                button: "check-up-start",
            }],
            notice: None,
            now: NOW,
        };
        let fresh = Self {
            name: "bob".to_owned(),
            email: "bob@example.com".to_owned(),
            picture: None,
            roles: Vec::new(),
            layout: layout.with_return_to("/account"),
            created_at: NOW,
            state: AccountState::AddPasskey,
            two_factor: TwoFactorState::default(),
            invitations: Vec::new(),
            sessions: SessionRow::samples(NOW).into_iter().take(1).collect(),
            apps: 0,
            api_keys: 0,
            unreviewed: 0,
            notes: Vec::new(),
            notice: Some(AccountNotice::Welcome),
            ..full.clone()
        };
        let without_passkeys = Self {
            state: AccountState::SetUpTwoFactor,
            factor_due: Some(NOW + 14 * 86_400),
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
