//! The account home (`/account`).

use askama::Template;
use doorward_i18n::Lang;

use super::activity::{ActivityRow, sample_rows};
use super::device::Device;
use super::layout::{AccountChip, Layout};
use super::scope::{ScopeIcon, ScopeRow};
use super::two_factor::TwoFactorState;
use super::view::View;

/// A browser session of the user.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session's id (never its token).
    pub id: String,
    /// Browser and system, by [`Device::from_user_agent`].
    pub device: Device,
    /// IP address at sign-in.
    pub ip: Option<String>,
    /// Approximate location of that address, as text.
    pub place: Option<String>,
    /// Time of sign-in, in Unix seconds.
    pub signed_in_at: i64,
    /// Time of last use, in Unix seconds.
    pub last_seen_at: i64,
    /// True if this session requested the page.
    pub current: bool,
}

/// A client that the user granted access.
#[derive(Clone, Debug)]
pub struct ConnectedApp {
    /// Client ID.
    pub client_id: String,
    /// Name of the client.
    pub name: String,
    /// URL of its logo, if a logo is shown.
    pub logo: Option<String>,
    /// Granted scopes.
    pub scopes: Vec<ScopeRow>,
    /// Time of the consent, in Unix seconds.
    pub granted_at: i64,
    /// Expiry in Unix seconds; `None`: until the user revokes the consent.
    pub until: Option<i64>,
    /// Time of the last token issuance, in Unix seconds; `None`: not recorded.
    pub last_used_at: Option<i64>,
}

impl ConnectedApp {
    fn scope_count(&self, layout: &Layout) -> String {
        layout.t_plural(
            "app-scopes",
            "count",
            i64::try_from(self.scopes.len()).unwrap_or(i64::MAX),
        )
    }

    fn initial(&self) -> String {
        AccountChip {
            name: self.name.clone(),
            login: String::new(),
        }
        .initial()
    }
}

/// A notice of the last action, at the top of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountNotice {
    /// The account was created.
    Welcome,
    /// A session was ended.
    SessionEnded,
    /// Every other session was ended.
    OthersEnded,
    /// An app's access was removed.
    AppRemoved,
    /// The password was changed.
    PasswordChanged,
    /// The deletion of the account was cancelled.
    Kept,
}

/// `GET /account`. Forms: `POST /logout` (`csrf`, `confirm=yes`); `POST /account/sessions/end`
/// (`csrf`, `session` of the pressed button), which also posts to `/account/sessions/end-others`,
/// and `POST /account/apps/remove` (`csrf`, `client_id` of the pressed button). Buttons are shown
/// if `can_manage`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of the page"
)]
#[derive(Clone, Debug, Template)]
#[template(path = "pages/account.html")]
pub struct Account {
    /// Layout data shared by every page.
    pub layout: Layout,
    /// Name in the greeting.
    pub name: String,
    /// The username; empty if the account has none.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// URL of the user's picture, on this server.
    pub picture: Option<String>,
    /// True if the e-mail address is verified.
    pub email_verified: bool,
    /// Names of the user's roles.
    pub roles: Vec<String>,
    /// Time of account creation, in Unix seconds.
    pub created_at: i64,
    /// Time of the last password change, in Unix seconds; `None`: no password.
    pub password_changed_at: Option<i64>,
    /// State of the user's second factor.
    pub two_factor: TwoFactorState,
    /// Number of the user's passkeys; `None`: passkeys are disabled.
    pub passkeys: Option<usize>,
    /// True if the page suggests a first passkey.
    pub offers_passkey: bool,
    /// Most recent audit events.
    pub activity: Vec<ActivityRow>,
    /// True if identity providers are configured.
    pub has_providers: bool,
    /// Active sessions, the current one first.
    pub sessions: Vec<SessionRow>,
    /// Clients with a consent.
    pub apps: Vec<ConnectedApp>,
    /// Number of active API keys.
    pub api_keys: usize,
    /// True if mail can be sent, so that the address can be changed.
    pub can_mail: bool,
    /// True if sessions can be ended and clients removed on this page.
    pub can_manage: bool,
    /// Notice of the last action.
    pub notice: Option<AccountNotice>,
    /// Current time in Unix seconds, for relative times.
    pub now: i64,
}

impl Account {
    fn notice_text(&self) -> Option<String> {
        self.notice.map(|notice| {
            self.layout.t(match notice {
                AccountNotice::Welcome => "account-welcome",
                AccountNotice::SessionEnded => "account-session-ended",
                AccountNotice::OthersEnded => "sessions-others-ended",
                AccountNotice::AppRemoved => "account-app-removed",
                AccountNotice::PasswordChanged => "account-password-done",
                AccountNotice::Kept => "account-kept",
            })
        })
    }

    fn passkeys_text(&self) -> Option<String> {
        let count = i64::try_from(self.passkeys?).unwrap_or(i64::MAX);
        Some(self.layout.t_plural("passkeys-count", "count", count))
    }

    fn api_keys_text(&self) -> Option<String> {
        let count = i64::try_from(self.api_keys).unwrap_or(i64::MAX);
        (count > 0).then(|| self.layout.t_plural("api-keys-active", "count", count))
    }

    fn chip(&self) -> AccountChip {
        AccountChip {
            name: self.name.clone(),
            login: self.email.clone(),
        }
    }
}

/// Current time of the samples.
const NOW: i64 = 1_795_000_000;

const FEW_CODES: TwoFactorState = TwoFactorState {
    since: Some(NOW - 86_400 * 30),
    codes_left: 2,
    codes_saved: true,
};

/// Returns a client for the samples.
fn sample_app() -> ConnectedApp {
    ConnectedApp {
        client_id: "tasks-web".to_owned(),
        name: "Tasks".to_owned(),
        logo: None,
        scopes: ["openid", "profile", "tasks:read", "tasks:write"]
            .map(|name| ScopeRow::new(name, None))
            .into(),
        granted_at: NOW - 86_400 * 3,
        until: Some(NOW + 86_400 * 90),
        last_used_at: Some(NOW - 3_600),
    }
}

impl View for Account {
    const PAGE: &'static str = "account";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        let row = |agent, ip: &str, ago: i64, current| SessionRow {
            id: "0199-sample".to_owned(),
            device: Device::from_user_agent(agent),
            ip: Some(ip.to_owned()),
            place: Some("Köln, Germany".to_owned()),
            signed_in_at: NOW - ago - 7_200,
            last_seen_at: NOW - ago,
            current,
        };
        let full = Self {
            layout: Layout {
                return_to: "/account".to_owned(),
                ..Layout::sample(lang)
            },
            name: "Alice Archer".to_owned(),
            username: "alice".to_owned(),
            email: "alice@example.com".to_owned(),
            picture: Some("/avatars/Zk3s9QyV0cX1bT7mZk3s9Q.png".to_owned()),
            email_verified: true,
            roles: vec!["developer".to_owned()],
            created_at: NOW - 86_400 * 400,
            password_changed_at: Some(NOW - 86_400 * 40),
            two_factor: FEW_CODES,
            passkeys: Some(2),
            offers_passkey: false,
            activity: sample_rows().into_iter().take(4).collect(),
            has_providers: true,
            sessions: vec![
                row(firefox, "203.0.113.7", 5, true),
                row(safari, "2001:db8::7", 3 * 3_600, false),
                row("curl/8", "203.0.113.9", 86_400, false),
            ],
            apps: vec![sample_app()],
            api_keys: 2,
            can_mail: true,
            can_manage: true,
            notice: None,
            now: NOW,
        };
        let fresh = Self {
            name: "bob".to_owned(),
            username: "bob".to_owned(),
            email: "bob@example.com".to_owned(),
            picture: None,
            email_verified: false,
            roles: Vec::new(),
            created_at: NOW,
            password_changed_at: None,
            two_factor: TwoFactorState::default(),
            passkeys: Some(0),
            offers_passkey: true,
            sessions: vec![row(firefox, "127.0.0.1", 0, true)],
            apps: Vec::new(),
            api_keys: 0,
            notice: Some(AccountNotice::Welcome),
            ..full.clone()
        };
        vec![
            ("normal", full.clone()),
            ("new", fresh.clone()),
            (
                "ended",
                Self {
                    notice: Some(AccountNotice::SessionEnded),
                    ..full.clone()
                },
            ),
            (
                "removed",
                Self {
                    notice: Some(AccountNotice::AppRemoved),
                    apps: Vec::new(),
                    can_manage: false,
                    ..full
                },
            ),
        ]
    }
}
