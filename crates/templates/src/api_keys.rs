//! API keys in the account (`/account/api-keys`).

use doorward_rules::api_key::ApiKeyRequestError;

use super::prelude::*;
use super::scope::{ScopeIcon, ScopeRow};

/// An API key of the user, without its secret.
#[derive(Clone, Debug)]
pub struct KeyRow {
    pub id: String,
    pub name: String,
    pub org: Option<String>,
    pub shown: String,
    pub scopes: Vec<ScopeRow>,
    /// Allowed networks, separated by spaces; empty: any.
    pub networks: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub last_used_at: Option<i64>,
    pub last_used_from: Option<String>,
}

impl KeyRow {
    fn scope_count(&self, layout: &Layout) -> String {
        layout.t_count("app-scopes", self.scopes.len())
    }
}

words! {
    /// A notice of the API keys.
    pub enum ApiKeysNotice {
        Revoked = "api-keys-revoked",
        Gone = "api-keys-gone",
    }
}

/// `GET /account/api-keys`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/api_keys.html")]
pub struct ApiKeys {
    pub layout: Layout,
    /// Active keys, the newest first.
    pub keys: Vec<KeyRow>,
    pub notice: Option<ApiKeysNotice>,
    pub now: i64,
}

impl ApiKeys {
    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(ApiKeysNotice::as_str))
    }
}

#[derive(Clone, Debug)]
pub struct ScopeChoice {
    pub row: ScopeRow,
    pub ticked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewKeyProblem {
    Wish(ApiKeyRequestError),
    ExpiryUnreadable,
    TooMany,
}

/// `GET|POST /account/api-keys/new`. Fields: `csrf`, `name`, `scope` (several), `expires`
/// (`YYYY-MM-DD`), `networks` (separated by spaces).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/new_api_key.html")]
pub struct NewApiKey {
    pub layout: Layout,
    pub name: String,
    pub scopes: Vec<ScopeChoice>,
    pub expires: String,
    pub example: String,
    pub networks: String,
    pub problems: Vec<NewKeyProblem>,
}

impl NewApiKey {
    fn message(&self, problem: &NewKeyProblem) -> ErrorSummaryItem {
        let say = |key| self.layout.t(key);
        let (field, message) = match problem {
            NewKeyProblem::TooMany => ("", say("new-key-too-many")),
            NewKeyProblem::ExpiryUnreadable => (
                "expires",
                self.layout
                    .t_with("new-key-expires-invalid", "date", &self.example),
            ),
            NewKeyProblem::Wish(problem) => match problem {
                ApiKeyRequestError::NameMissing => ("name", say("new-key-name-missing")),
                ApiKeyRequestError::NameTooLong => ("name", say("new-key-name-long")),
                ApiKeyRequestError::NameInvalid => ("name", say("new-key-name-invalid")),
                ApiKeyRequestError::ScopesMissing => ("scope", say("new-key-scopes-missing")),
                ApiKeyRequestError::ScopesNotHeld(_) => ("scope", say("new-key-scopes-not-held")),
                ApiKeyRequestError::ExpiryPast => ("expires", say("new-key-expires-past")),
                ApiKeyRequestError::ExpiryTooLate => ("expires", say("new-key-expires-late")),
                ApiKeyRequestError::NetworkInvalid(network) => {
                    let key = "new-key-network-invalid";
                    ("networks", self.layout.t_with(key, "network", network))
                }
                ApiKeyRequestError::TooManyNetworks => ("networks", say("new-key-networks-many")),
            },
        };
        ErrorSummaryItem { field, message }
    }

    /// Returns the first error of each field.
    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let mut all: Vec<ErrorSummaryItem> = Vec::new();
        for problem in &self.problems {
            let problem = self.message(problem);
            if all.iter().all(|item| item.field != problem.field) {
                all.push(problem);
            }
        }
        all
    }

    fn error(&self, field: &str) -> Option<String> {
        let mut problems = self.problems().into_iter();
        problems.find_map(|problem| (problem.field == field).then_some(problem.message))
    }

    fn name_error(&self) -> Option<String> {
        self.error("name")
    }

    fn scope_error(&self) -> Option<String> {
        self.error("scope")
    }

    fn expires_error(&self) -> Option<String> {
        self.error("expires")
    }

    fn networks_error(&self) -> Option<String> {
        self.error("networks")
    }
}

/// Response with the new key, which is shown only once.
#[derive(Clone, Template)]
#[template(path = "pages/api_key_made.html")]
pub struct ApiKeyCreated {
    pub layout: Layout,
    pub name: String,
    pub shown: String,
    pub key: String,
}

impl std::fmt::Debug for ApiKeyCreated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeyMade")
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

/// `GET /account/api-keys/revoke`. Its form: `POST` to the same path (`csrf`, `key`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/revoke_api_key.html")]
pub struct RevokeApiKey {
    pub layout: Layout,
    pub key: KeyRow,
}

const DAY: i64 = 86_400;

fn sample_rows() -> Vec<KeyRow> {
    let scopes = |names: &str| {
        names
            .split(' ')
            .map(|name| ScopeRow::new(name, None))
            .collect()
    };
    vec![
        KeyRow {
            id: "4fG7hJ9kLmNp".to_owned(),
            name: "Backup script".to_owned(),
            org: Some("acme".to_owned()),
            shown: "dw_4fG7hJ9kLmNp".to_owned(),
            scopes: scopes("tasks:read"),
            networks: "198.51.100.0/24 2001:db8::/32".to_owned(),
            created_at: NOW - 30 * DAY,
            expires_at: NOW + 60 * DAY,
            last_used_at: Some(NOW - 7_200),
            last_used_from: Some("198.51.100.7".to_owned()),
        },
        KeyRow {
            id: "Qr5tVw8xYz2A".to_owned(),
            name: "Build server".to_owned(),
            org: None,
            shown: "dw_Qr5tVw8xYz2A".to_owned(),
            scopes: scopes("tasks:read tasks:write tasks:delete"),
            networks: String::new(),
            created_at: NOW - DAY,
            expires_at: NOW + 364 * DAY,
            last_used_at: None,
            last_used_from: None,
        },
    ]
}

impl View for ApiKeys {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::ApiKeys));

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let full = Self {
            layout: layout.with_return_to("/account/api-keys"),
            keys: sample_rows(),
            notice: None,
            now: NOW,
        };
        let none = Self {
            keys: Vec::new(),
            notice: Some(ApiKeysNotice::Revoked),
            ..full.clone()
        };
        let removed = full.vary(|page| page.notice = Some(ApiKeysNotice::Gone));
        vec![("normal", full), ("none", none), ("gone", removed)]
    }
}

impl View for NewApiKey {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let choice = |name: &str| ScopeChoice {
            row: ScopeRow::new(name, None),
            ticked: false,
        };
        let scopes = "tasks:read tasks:write tasks:delete tasks:read_all";
        let normal = Self {
            layout: layout.with_return_to("/account/api-keys/new"),
            scopes: scopes.split(' ').map(choice).collect(),
            expires: "2027-02-18".to_owned(),
            example: "2027-02-18".to_owned(),
            ..Self::default()
        };
        normal.in_states([
            ("normal", |_| ()),
            ("wrong", |page| {
                let network = "10.0.0.0/99".to_owned();
                "tomorrow".clone_into(&mut page.expires);
                page.networks.clone_from(&network);
                page.problems = vec![
                    NewKeyProblem::Wish(ApiKeyRequestError::NameMissing),
                    NewKeyProblem::Wish(ApiKeyRequestError::ScopesMissing),
                    NewKeyProblem::ExpiryUnreadable,
                    NewKeyProblem::Wish(ApiKeyRequestError::NetworkInvalid(network)),
                ];
            }),
            ("too-many", |page| {
                "One more".clone_into(&mut page.name);
                page.problems = vec![NewKeyProblem::TooMany];
            }),
            ("nothing", |page| page.scopes.clear()),
        ])
    }
}

impl View for ApiKeyCreated {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let created = Self {
            layout: layout.with_return_to("/account/api-keys"),
            name: "Backup script".to_owned(),
            shown: "dw_4fG7hJ9kLmNp".to_owned(),
            key: "dw_4fG7hJ9kLmNpSampleSampleSampleSampleSampl0AbCdEf".to_owned(),
        };
        vec![("normal", created)]
    }
}

impl View for RevokeApiKey {
    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let view = Self {
            layout: layout.with_return_to("/account/api-keys"),
            key: sample_rows().remove(0),
        };
        vec![("normal", view)]
    }
}
