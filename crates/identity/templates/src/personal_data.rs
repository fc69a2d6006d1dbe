//! Export of personal data, and deletion of the account (`/account/data`, `/account/keep`).

use super::prelude::*;

/// A reason why the account is not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeletionFieldError {
    Missing,
    Other,
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
    pub username: String,
    pub is_fresh: bool,
    /// Days between request and deletion; zero for less than one day.
    pub grace_days: i64,
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
        summarize([("username", self.name_error())])
    }

    fn grace_text(&self) -> String {
        match self.grace_days {
            days if days > 0 => self.layout.t_plural("data-delete-grace", "days", days),
            _ => self.layout.t("data-delete-soon"),
        }
    }
}

impl AccountPage for PersonalData {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of(AccountSection::PersonalData));
}

/// `GET /account/keep`: the account has a pending deletion. Its forms: `POST /account/keep`
/// (`csrf`, `flow`) and `POST /logout` (`csrf`, `confirm=yes`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/leaving.html")]
pub struct PendingDeletion {
    pub layout: Layout,
    pub flow: String,
    pub username: String,
    pub due: i64,
}

impl PendingDeletion {
    fn title(&self) -> String {
        let day = self.layout.moment(&self.due).day;
        self.layout.t_with("leaving-title", "day", day)
    }
}
