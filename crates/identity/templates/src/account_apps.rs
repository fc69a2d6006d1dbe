//! The clients with access to the account (`/account/apps`).

use super::prelude::*;
use super::scope::{ScopeIcon, ScopeRow};

#[derive(Clone, Debug)]
pub struct ConnectedApp {
    pub client_id: String,
    pub name: String,
    pub logo: Option<String>,
    pub scopes: Vec<ScopeRow>,
    pub granted_at: i64,
    /// Expiry in Unix seconds; `None`: until the user revokes the consent.
    pub until: Option<i64>,
    /// Time of the last token issuance, in Unix seconds; `None`: not recorded.
    pub last_used_at: Option<i64>,
}

impl ConnectedApp {
    fn scope_count(&self, layout: &Layout) -> String {
        layout.t_count("app-scopes", self.scopes.len())
    }

    fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// `GET /account/apps`. Parameter: `after` (a position in the list). Its form: `POST
/// /account/apps/remove` (`csrf`, `client_id` of the pressed button).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/account_apps.html")]
pub struct AccountApps {
    pub layout: Layout,
    /// Clients with access, the last used first.
    pub apps: Vec<ConnectedApp>,
    pub is_later: bool,
    pub next: Option<String>,
    pub is_removed: bool,
    pub now: i64,
}

impl AccountApps {
    fn notice_text(&self) -> Option<String> {
        self.is_removed
            .then(|| self.layout.t("account-app-removed"))
    }
}

impl AccountPage for AccountApps {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::Apps).wide());
}
