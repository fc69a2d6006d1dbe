//! API keys in the account (`/account/api-keys`).

use askama::Template;
use doorward_domain::rules::api_key::ApiKeyRequestError;
use doorward_i18n::Lang;

use super::chrome::{Chrome, ErrorSummaryItem};
use super::scope::{ScopeIcon, ScopeRow};
use super::view::View;

/// A key of the person, without the key itself.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Names it in links and forms.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The organization in whose name it works.
    pub org: Option<String>,
    /// The beginning of the key.
    pub shown: String,
    /// What it may do.
    pub scopes: Vec<ScopeRow>,
    /// From where it may be used; empty for anywhere.
    pub networks: String,
    /// When it was made, in Unix seconds.
    pub created_at: i64,
    /// When it ends, in Unix seconds.
    pub expires_at: i64,
    /// When it was last used, in Unix seconds.
    pub last_used_at: Option<i64>,
    /// From which address.
    pub last_used_from: Option<String>,
}

impl KeyRow {
    fn scope_count(&self, chrome: &Chrome) -> String {
        let count = i64::try_from(self.scopes.len()).unwrap_or(i64::MAX);
        chrome.tn("api-key-scopes", "count", count)
    }
}

/// What just happened, said at the top of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeysNotice {
    /// A key was revoked.
    Revoked,
    /// The key in question does not exist any more.
    Gone,
}

/// `GET /account/api-keys`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/api_keys.html")]
pub struct ApiKeys {
    /// What every page needs.
    pub chrome: Chrome,
    /// The live keys, the newest first.
    pub keys: Vec<KeyRow>,
    /// What just happened.
    pub notice: Option<ApiKeysNotice>,
    /// Now, in Unix seconds.
    pub now: i64,
}

impl ApiKeys {
    fn notice_text(&self) -> Option<String> {
        self.notice.map(|notice| {
            self.chrome.t(match notice {
                ApiKeysNotice::Revoked => "api-keys-revoked",
                ApiKeysNotice::Gone => "api-keys-gone",
            })
        })
    }
}

/// Something that a key can be given.
#[derive(Clone, Debug)]
pub struct ScopeChoice {
    /// The scope.
    pub row: ScopeRow,
    /// Whether it was chosen.
    pub ticked: bool,
}

/// What is wrong with the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewKeyProblem {
    /// A rule was broken.
    Wish(ApiKeyRequestError),
    /// The end is no date.
    ExpiryUnreadable,
    /// The person has as many keys as one may have.
    TooMany,
}

/// `GET|POST /account/api-keys/new`. Fields: `csrf`, `name`, `scope` (several), `expires`
/// (`YYYY-MM-DD`), `networks` (separated by spaces).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/new_api_key.html")]
pub struct NewApiKey {
    /// What every page needs.
    pub chrome: Chrome,
    /// The name, as typed.
    pub name: String,
    /// What the key can be given.
    pub scopes: Vec<ScopeChoice>,
    /// The last day, as typed.
    pub expires: String,
    /// A day that would do.
    pub example: String,
    /// The networks, as typed.
    pub networks: String,
    /// What is wrong.
    pub problems: Vec<NewKeyProblem>,
}

impl NewApiKey {
    fn message(&self, problem: &NewKeyProblem) -> ErrorSummaryItem {
        let say = |key| self.chrome.t(key);
        let (field, message) = match problem {
            NewKeyProblem::TooMany => ("", say("new-key-too-many")),
            NewKeyProblem::ExpiryUnreadable => (
                "expires",
                self.chrome
                    .tv("new-key-expires-invalid", "date", &self.example),
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
                    ("networks", self.chrome.tv(key, "network", network))
                }
                ApiKeyRequestError::TooManyNetworks => ("networks", say("new-key-networks-many")),
            },
        };
        ErrorSummaryItem { field, message }
    }

    /// One line for each field: the first that is wrong with it.
    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let mut all: Vec<ErrorSummaryItem> = Vec::new();
        for problem in &self.problems {
            let problem = self.message(problem);
            if all.iter().all(|one| one.field != problem.field) {
                all.push(problem);
            }
        }
        all
    }

    fn error(&self, field: &str) -> Option<String> {
        let found = self.problems().into_iter().find(|one| one.field == field);
        found.map(|problem| problem.message)
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

/// The answer to the form: the key, this once.
#[derive(Clone, Template)]
#[template(path = "pages/api_key_made.html")]
pub struct ApiKeyMade {
    /// What every page needs.
    pub chrome: Chrome,
    /// What its owner calls it.
    pub name: String,
    /// The beginning of the key.
    pub shown: String,
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for ApiKeyMade {
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
    /// What every page needs.
    pub chrome: Chrome,
    /// The key.
    pub key: KeyRow,
}

const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;

fn sample_chrome(lang: Lang, path: &str) -> Chrome {
    Chrome {
        return_to: path.to_owned(),
        ..Chrome::sample(lang)
    }
}

fn sample_rows() -> Vec<KeyRow> {
    let scopes = |names: &[&str]| {
        names
            .iter()
            .map(|name| ScopeRow::new(*name, None))
            .collect()
    };
    vec![
        KeyRow {
            id: "4fG7hJ9kLmNp".to_owned(),
            name: "Backup script".to_owned(),
            org: Some("acme".to_owned()),
            shown: "dw_4fG7hJ9kLmNp".to_owned(),
            scopes: scopes(&["tasks:read"]),
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
            scopes: scopes(&["tasks:read", "tasks:write", "tasks:delete"]),
            networks: String::new(),
            created_at: NOW - DAY,
            expires_at: NOW + 364 * DAY,
            last_used_at: None,
            last_used_from: None,
        },
    ]
}

impl View for ApiKeys {
    const PAGE: &'static str = "api-keys";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let full = Self {
            chrome: sample_chrome(lang, "/account/api-keys"),
            keys: sample_rows(),
            notice: None,
            now: NOW,
        };
        let none = Self {
            keys: Vec::new(),
            notice: Some(ApiKeysNotice::Revoked),
            ..full.clone()
        };
        let gone = Self {
            notice: Some(ApiKeysNotice::Gone),
            ..full.clone()
        };
        vec![("normal", full), ("none", none), ("gone", gone)]
    }
}

impl View for NewApiKey {
    const PAGE: &'static str = "new-api-key";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let choice = |name: &str| ScopeChoice {
            row: ScopeRow::new(name, None),
            ticked: false,
        };
        let normal = Self {
            chrome: sample_chrome(lang, "/account/api-keys/new"),
            name: String::new(),
            scopes: [
                "tasks:read",
                "tasks:write",
                "tasks:delete",
                "tasks:read_all",
            ]
            .map(choice)
            .into(),
            expires: "2027-02-18".to_owned(),
            example: "2027-02-18".to_owned(),
            networks: String::new(),
            problems: Vec::new(),
        };
        let wrong = Self {
            expires: "tomorrow".to_owned(),
            networks: "10.0.0.0/99".to_owned(),
            problems: vec![
                NewKeyProblem::Wish(ApiKeyRequestError::NameMissing),
                NewKeyProblem::Wish(ApiKeyRequestError::ScopesMissing),
                NewKeyProblem::ExpiryUnreadable,
                NewKeyProblem::Wish(ApiKeyRequestError::NetworkInvalid("10.0.0.0/99".to_owned())),
            ],
            ..normal.clone()
        };
        let too_many = Self {
            name: "One more".to_owned(),
            problems: vec![NewKeyProblem::TooMany],
            ..normal.clone()
        };
        let nothing = Self {
            scopes: Vec::new(),
            ..normal.clone()
        };
        vec![
            ("normal", normal),
            ("wrong", wrong),
            ("too-many", too_many),
            ("nothing", nothing),
        ]
    }
}

impl View for ApiKeyMade {
    const PAGE: &'static str = "api-key-made";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let made = Self {
            chrome: sample_chrome(lang, "/account/api-keys"),
            name: "Backup script".to_owned(),
            shown: "dw_4fG7hJ9kLmNp".to_owned(),
            key: "dw_4fG7hJ9kLmNpSampleSampleSampleSampleSampl0AbCdEf".to_owned(),
        };
        vec![("normal", made)]
    }
}

impl View for RevokeApiKey {
    const PAGE: &'static str = "revoke-api-key";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let view = Self {
            chrome: sample_chrome(lang, "/account/api-keys"),
            key: sample_rows().remove(0),
        };
        vec![("normal", view)]
    }
}
