use super::{NOW, Sampled};
use crate::account_apps::{AccountApps, ConnectedApp};
use crate::layout::Layout;
use crate::scope::ScopeRow;

impl Sampled for AccountApps {
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
