//! Identity providers: the redirect (`/login/with/…`), the first sign-in (`/login/new`), and the
//! user's linked accounts (`/account/providers`).

use doorward_domain::model::ProviderCause;
use doorward_rules::provider::Preset;

use super::field_error::AccountFields;
use super::prelude::*;

words! {
    /// A reason why the sign-in with an identity provider failed.
    pub enum ProviderProblem {
        Denied = "provider-denied",
        Unavailable = "provider-unavailable",
        /// The provider's response signs in no user.
        Rejected = "provider-rejected",
        /// The client requires a recent sign-in, and the provider does not confirm one.
        TooOld = "provider-too-old",
        /// There is no account here, and self-registration is disabled.
        Closed = "provider-closed",
        Settings = "provider-settings",
        Refused = "provider-refused",
        Unreadable = "provider-unreadable",
        Incomplete = "provider-incomplete",
        Signature = "provider-signature",
        Issuer = "provider-issuer",
        Audience = "provider-audience",
        Expired = "provider-expired",
        Request = "provider-request",
    }
}

impl From<ProviderCause> for ProviderProblem {
    fn from(cause: ProviderCause) -> Self {
        match cause {
            ProviderCause::Settings => Self::Settings,
            ProviderCause::Refused => Self::Refused,
            ProviderCause::Unreadable => Self::Unreadable,
            ProviderCause::Incomplete => Self::Incomplete,
            ProviderCause::Signature => Self::Signature,
            ProviderCause::Issuer => Self::Issuer,
            ProviderCause::Audience => Self::Audience,
            ProviderCause::Expired => Self::Expired,
            ProviderCause::Request => Self::Request,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderButton {
    pub id: String,
    pub name: String,
    /// The well-known provider whose mark the button shows; `None`: a neutral mark.
    pub known: Option<Preset>,
    /// True if this browser used it last.
    pub was_last: bool,
}

/// Response to `POST /login/with/…`. The browser continues automatically; the link is for browsers
/// that do not. It is not a redirect: the console starts a trial here, and its `form-action` applies
/// to redirects as well.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/going.html")]
pub struct Going {
    pub layout: Layout,
    pub provider: String,
    pub url: String,
}

/// The options of a federated sign-up.
#[derive(Clone, Debug)]
pub enum WelcomeChoice {
    /// The user of an existing account with this address signs in.
    Prove { email: String },
    Register {
        fields: Box<AccountFields>,
        /// True if the address is verified and cannot be changed.
        email_is_settled: bool,
    },
}

/// `GET|POST /login/new`. Fields: `csrf`, `flow`, `username`, `email`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/welcome.html")]
pub struct Welcome {
    pub layout: Layout,
    pub flow: String,
    pub app_name: Option<String>,
    pub provider: String,
    pub label: String,
    pub choice: WelcomeChoice,
}

impl Welcome {
    fn problems(&self) -> Vec<ErrorSummaryItem> {
        match &self.choice {
            WelcomeChoice::Prove { .. } => Vec::new(),
            WelcomeChoice::Register { fields, .. } => fields.problems(&self.layout),
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

#[derive(Clone, Debug)]
pub struct LinkRow {
    pub id: String,
    /// Name of the provider, or its issuer if it is no longer configured.
    pub provider: String,
    pub label: String,
    /// True if it cannot be used, because the provider is no longer configured.
    pub is_closed: bool,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
}

words! {
    /// A notice of the linked accounts.
    pub enum LinksNotice {
        Linked = "links-added",
        Removed = "links-removed",
    }
}

/// A reason why nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkedAccountsError {
    /// The account is the only sign-in method.
    Stays,
    /// The account signs in to another account here.
    Taken,
    TooMany,
    Provider(ProviderProblem),
}

impl LinkedAccountsError {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Stays => "links-only-way",
            Self::Taken => "links-taken",
            Self::TooMany => "links-full",
            Self::Provider(problem) => problem.as_str(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct WaitingLink {
    pub provider: String,
    pub label: String,
}

/// `GET /account/providers`. Its forms, each with `csrf` and `flow`: `POST …/add` (`provider`),
/// `…/connect`, `…/remove` (`link`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/linked_accounts.html")]
pub struct LinkedAccounts {
    pub layout: Layout,
    pub flow: String,
    pub person: String,
    pub waiting: Option<WaitingLink>,
    /// Linked accounts, the oldest first.
    pub rows: Vec<LinkRow>,
    /// Providers without a linked account.
    pub others: Vec<ProviderButton>,
    /// True if the last sign-in is recent enough for a change.
    pub is_fresh: bool,
    pub notice: Option<LinksNotice>,
    pub problem: Option<LinkedAccountsError>,
    pub now: i64,
}

impl LinkedAccounts {
    fn notice_text(&self) -> Option<String> {
        self.layout.t_of(self.notice.map(LinksNotice::as_str))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let problem = self.problem.map(LinkedAccountsError::as_str);
        summarize([("", self.layout.t_of(problem))])
    }

    fn question(&self, waiting: &WaitingLink) -> String {
        self.layout
            .t_with("links-question", "account", &waiting.label)
    }
}

impl AccountPage for LinkedAccounts {
    fn place(&self) -> Option<AccountPlace> {
        let place = AccountPlace::below(AccountSection::SignIn);
        self.flow.is_empty().then_some(place)
    }
}
