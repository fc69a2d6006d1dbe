//! Signing in with other providers: on the way there (`/login/with/…`), the first time
//! (`/login/new`), and a person's linked accounts (`/account/providers`).

use askama::Template;
use doorward_i18n::Lang;

use super::chrome::{Chrome, ErrorSummaryItem};
use super::field_error::{AccountFields, UsernameProblem};
use super::view::View;

/// A button that leads to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderButton {
    /// Its name in addresses.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// This browser came with it last.
    pub was_last: bool,
}

impl ProviderButton {
    pub(super) fn samples() -> Vec<Self> {
        let button = |id: &str, name: &str, was_last| Self {
            id: id.to_owned(),
            name: name.to_owned(),
            was_last,
        };
        vec![
            button("github", "GitHub", true),
            button("google", "Google", false),
            button("acme", "Acme Widgets GmbH & Co. KG", false),
        ]
    }
}

/// The answer to `POST /login/with/…`. The browser leads on by itself; the link is for one that does
/// not. It is no redirect, since browsers hold `form-action` against those too.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/going.html")]
pub struct Going {
    /// What every page needs.
    pub chrome: Chrome,
    /// What the provider is called.
    pub provider: String,
    /// Where the browser goes.
    pub url: String,
}

/// What a newcomer may do.
#[derive(Clone, Debug)]
pub enum WelcomeChoice {
    /// The owner of this address signs in.
    Prove {
        /// The address.
        email: String,
    },
    /// An account may be made.
    Register {
        /// What was typed, and what was wrong with it.
        fields: Box<AccountFields>,
        /// The address is proved, and not to be changed.
        email_is_settled: bool,
    },
}

/// `GET|POST /login/new`. Fields: `csrf`, `flow`, `username`, `email`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/welcome.html")]
pub struct Welcome {
    /// What every page needs.
    pub chrome: Chrome,
    /// The interaction id; empty without one.
    pub flow: String,
    /// The app that asked for the sign-in.
    pub app_name: Option<String>,
    /// What the provider is called.
    pub provider: String,
    /// What the account there is called.
    pub label: String,
    /// What may be done.
    pub choice: WelcomeChoice,
}

impl Welcome {
    fn problems(&self) -> Vec<ErrorSummaryItem> {
        match &self.choice {
            WelcomeChoice::Prove { .. } => Vec::new(),
            WelcomeChoice::Register { fields, .. } => fields.problems(&self.chrome),
        }
    }

    fn connect(&self) -> String {
        let back = if self.flow.is_empty() {
            String::new()
        } else {
            format!("%3Fflow={}", self.flow)
        };
        format!("/login?next=/account/providers{back}")
    }
}

/// One linked account.
#[derive(Clone, Debug)]
pub struct LinkRow {
    /// Names it in forms.
    pub id: String,
    /// What the provider is called, or its issuer where it is not there any more.
    pub provider: String,
    /// What the account there is called.
    pub label: String,
    /// It opens nothing: the provider is not there any more.
    pub is_closed: bool,
    /// When it was linked, in Unix seconds.
    pub created_at: i64,
    /// When it last signed in, in Unix seconds.
    pub last_used_at: Option<i64>,
}

/// What just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinksNotice {
    /// One was linked.
    Linked,
    /// One was parted.
    Removed,
}

/// Why nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkedAccountsError {
    /// It is the only way in.
    Stays,
    /// It signs in to another account here.
    Taken,
    /// The person has as many as one may have.
    TooMany,
    /// The provider, or its word, was not to be had.
    Failed,
}

/// Somebody who came from a provider and waits to be linked.
#[derive(Clone, Debug)]
pub struct WaitingLink {
    /// What the provider is called.
    pub provider: String,
    /// What the account there is called.
    pub label: String,
}

/// `GET /account/providers`. Its forms, each with `csrf` and `flow`: `POST …/add` (`provider`),
/// `…/connect`, `…/remove` (`link`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/linked_accounts.html")]
pub struct LinkedAccounts {
    /// What every page needs.
    pub chrome: Chrome,
    /// The interaction that waits; empty without one.
    pub flow: String,
    /// Whose account it is.
    pub person: String,
    /// Who waits in this browser to be linked.
    pub waiting: Option<WaitingLink>,
    /// What is linked, the oldest first.
    pub rows: Vec<LinkRow>,
    /// The providers with which nothing is linked.
    pub others: Vec<ProviderButton>,
    /// Whether the last sign-in is fresh enough for a change.
    pub is_fresh: bool,
    /// What just happened.
    pub notice: Option<LinksNotice>,
    /// What went wrong.
    pub problem: Option<LinkedAccountsError>,
    /// Now, in Unix seconds.
    pub now: i64,
}

impl LinkedAccounts {
    fn notice_text(&self) -> Option<String> {
        self.notice.map(|notice| {
            self.chrome.t(match notice {
                LinksNotice::Linked => "links-added",
                LinksNotice::Removed => "links-removed",
            })
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let message = self.problem.map(|problem| {
            self.chrome.t(match problem {
                LinkedAccountsError::Stays => "links-only-way",
                LinkedAccountsError::Taken => "links-taken",
                LinkedAccountsError::TooMany => "links-full",
                LinkedAccountsError::Failed => "provider-rejected",
            })
        });
        let problem = |message| ErrorSummaryItem { field: "", message };
        message.map(problem).into_iter().collect()
    }

    fn question(&self, waiting: &WaitingLink) -> String {
        self.chrome.tv("links-question", "account", &waiting.label)
    }
}

const NOW: i64 = 1_795_000_000;

impl View for Going {
    const PAGE: &'static str = "going";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let view = Self {
            chrome: Chrome {
                return_to: "/login".to_owned(),
                ..Chrome::sample(lang)
            },
            provider: "GitHub".to_owned(),
            url: "https://github.example/login/oauth/authorize?client_id=1&state=2".to_owned(),
        };
        vec![("normal", view)]
    }
}

impl View for Welcome {
    const PAGE: &'static str = "welcome";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let page = |choice| Self {
            chrome: Chrome {
                return_to: "/login/new".to_owned(),
                ..Chrome::sample(lang)
            },
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            app_name: Some("Photo Album".to_owned()),
            provider: "GitHub".to_owned(),
            label: "alice@example.com".to_owned(),
            choice,
        };
        let register = |fields: AccountFields, email_is_settled| WelcomeChoice::Register {
            fields: Box::new(fields),
            email_is_settled,
        };
        let typed = AccountFields {
            username: "alice".to_owned(),
            email: "alice@example.com".to_owned(),
            ..AccountFields::default()
        };
        let taken = AccountFields {
            username_problem: Some(UsernameProblem::Taken),
            ..typed.clone()
        };
        let email = "alice@example.com".to_owned();
        vec![
            ("settled", page(register(typed.clone(), true))),
            ("open", page(register(typed, false))),
            ("taken", page(register(taken, true))),
            ("prove", page(WelcomeChoice::Prove { email })),
        ]
    }
}

impl View for LinkedAccounts {
    const PAGE: &'static str = "linked_accounts";

    fn chrome_mut(&mut self) -> &mut Chrome {
        &mut self.chrome
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let row = |provider: &str, label: &str, is_closed, last_used_at| LinkRow {
            id: format!("0199-{}", provider.len()),
            provider: provider.to_owned(),
            label: label.to_owned(),
            is_closed,
            created_at: NOW - 40 * 86_400,
            last_used_at,
        };
        let full = Self {
            chrome: Chrome {
                return_to: "/account/providers".to_owned(),
                ..Chrome::sample(lang)
            },
            flow: String::new(),
            person: "alice".to_owned(),
            waiting: None,
            rows: vec![
                row("GitHub", "alice@example.com", false, Some(NOW - 3600)),
                row("https://old.example", "4711", true, None),
            ],
            others: ProviderButton::samples().split_off(1),
            is_fresh: true,
            notice: None,
            problem: None,
            now: NOW,
        };
        let wrong = |problem| Self {
            problem: Some(problem),
            ..full.clone()
        };
        let waiting = WaitingLink {
            provider: "Google".to_owned(),
            label: "alice@gmail.example".to_owned(),
        };
        vec![
            ("normal", full.clone()),
            (
                "none",
                Self {
                    rows: Vec::new(),
                    is_fresh: false,
                    ..full.clone()
                },
            ),
            (
                "waiting",
                Self {
                    waiting: Some(waiting),
                    flow: "Zk3s9QyV0cX1bT7m".to_owned(),
                    ..full.clone()
                },
            ),
            (
                "linked",
                Self {
                    notice: Some(LinksNotice::Linked),
                    ..full.clone()
                },
            ),
            (
                "removed",
                Self {
                    notice: Some(LinksNotice::Removed),
                    ..full.clone()
                },
            ),
            ("stays", wrong(LinkedAccountsError::Stays)),
            ("taken", wrong(LinkedAccountsError::Taken)),
            ("full", wrong(LinkedAccountsError::TooMany)),
            ("failed", wrong(LinkedAccountsError::Failed)),
        ]
    }
}
