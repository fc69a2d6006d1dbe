//! Export of personal data, and deletion of the account (`/account/data`, `/account/keep`).

use askama::Template;
use doorward_i18n::Lang;

use super::account_frame::{AccountPage, AccountPlace, AccountSection};
use super::layout::{ErrorSummaryItem, Layout};
use super::view::View;

/// A reason why the account is not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletionFieldError {
    Missing,
    Other,
    /// The user is the only administrator.
    LastAdministrator,
    /// The user is the only owner of the organization with this name.
    LastOwner(String),
}

/// `GET /account/data`. Its forms, after a recent authentication: `POST /account/data/export`
/// (`csrf`) and `POST /account/data/delete` (`csrf`, `username`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/personal_data.html")]
pub struct PersonalData {
    pub layout: Layout,
    /// User name that must be typed.
    pub username: String,
    pub is_fresh: bool,
    /// Days between request and deletion; zero for less than one day.
    pub grace_days: i64,
    /// Reason why the account is not deleted.
    pub problem: Option<DeletionFieldError>,
}

impl PersonalData {
    fn name_error(&self) -> Option<String> {
        let layout = &self.layout;
        self.problem.as_ref().map(|problem| match problem {
            DeletionFieldError::Missing => layout.t("data-name-missing"),
            DeletionFieldError::Other => layout.t("data-name-other"),
            DeletionFieldError::LastAdministrator => layout.t("data-last-administrator"),
            DeletionFieldError::LastOwner(name) => layout.t_with("data-last-owner", "name", name),
        })
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let message = self.name_error();
        let field = "username";
        message
            .map(|message| ErrorSummaryItem { field, message })
            .into_iter()
            .collect()
    }

    fn grace_text(&self) -> String {
        match self.grace_days {
            days if days > 0 => self.layout.t_plural("data-delete-grace", "days", days),
            _ => self.layout.t("data-delete-soon"),
        }
    }
}

impl AccountPage for PersonalData {
    fn place(&self) -> Option<AccountPlace> {
        Some(AccountPlace::of(AccountSection::PersonalData))
    }
}

impl View for PersonalData {
    const PAGE: &'static str = "personal-data";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: Layout::sample(lang),
            username: "alice".to_owned(),
            is_fresh: true,
            grace_days: 14,
            problem: None,
        };
        let stale = Self {
            is_fresh: false,
            ..normal.clone()
        };
        let missing = Self {
            grace_days: 0,
            problem: Some(DeletionFieldError::Missing),
            ..normal.clone()
        };
        let other = Self {
            problem: Some(DeletionFieldError::Other),
            ..normal.clone()
        };
        let last = Self {
            problem: Some(DeletionFieldError::LastAdministrator),
            ..normal.clone()
        };
        let owner = Self {
            problem: Some(DeletionFieldError::LastOwner("Acme".to_owned())),
            ..normal.clone()
        };
        vec![
            ("normal", normal),
            ("stale", stale),
            ("missing", missing),
            ("other", other),
            ("last-administrator", last),
            ("last-owner", owner),
        ]
    }
}

/// `GET /account/keep`: the account has a pending deletion. Its forms: `POST /account/keep`
/// (`csrf`, `flow`) and `POST /logout` (`csrf`, `confirm=yes`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/leaving.html")]
pub struct PendingDeletion {
    pub layout: Layout,
    pub flow: String,
    pub username: String,
    /// Time of the deletion, in Unix seconds.
    pub due: i64,
}

impl PendingDeletion {
    fn title(&self) -> String {
        let day = self.layout.moment(&self.due).day;
        self.layout.t_with("leaving-title", "day", day)
    }
}

impl View for PendingDeletion {
    const PAGE: &'static str = "leaving";

    fn layout_mut(&mut self) -> &mut Layout {
        &mut self.layout
    }

    fn samples(lang: Lang) -> Vec<(&'static str, Self)> {
        let normal = Self {
            layout: Layout::sample(lang),
            flow: "Zk3s9QyV0cX1bT7m".to_owned(),
            username: "alice".to_owned(),
            due: 1_796_209_600,
        };
        vec![("normal", normal)]
    }
}
