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

impl View for AccountApps {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::Apps).wide());

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let app = ConnectedApp {
            client_id: "tasks-web".to_owned(),
            name: "Tasks".to_owned(),
            logo: None,
            scopes: ["openid", "profile", "tasks:read", "tasks:write"]
                .map(|name| ScopeRow::new(name, None))
                .into(),
            granted_at: NOW - 86_400 * 3,
            until: Some(NOW + 86_400 * 90),
            last_used_at: Some(NOW - 3_600),
        };
        let normal = Self {
            layout: layout.with_return_to("/account/apps"),
            apps: vec![app],
            is_later: false,
            next: Some("1794996400.https://app.example/client.json".to_owned()),
            is_removed: false,
            now: NOW,
        };
        let none = Self {
            apps: Vec::new(),
            is_later: true,
            next: None,
            is_removed: true,
            ..normal.clone()
        };
        vec![("normal", normal), ("none", none)]
    }
}
