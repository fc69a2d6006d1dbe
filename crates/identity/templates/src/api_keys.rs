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

impl AccountPage for ApiKeys {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::ApiKeys));
}
