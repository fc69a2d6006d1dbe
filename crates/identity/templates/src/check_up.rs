//! The check-up (`/account/check-up`): the user reviews the recent security events one by one.

use super::activity::ActivityRow;
use super::prelude::*;

/// `GET /account/check-up`. Form: `POST /account/check-up` (`csrf`, `event`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/check_up.html")]
pub struct CheckUp {
    pub layout: Layout,
    /// Event to review now; `None` if none is left.
    pub row: Option<ActivityRow>,
    pub left: usize,
    pub now: i64,
}

impl CheckUp {
    fn left_text(&self) -> String {
        self.layout.t_count("check-up-left", self.left)
    }

    /// Returns the label of the button, which differs for the action of an administrator.
    fn yes(&self) -> String {
        let by_admin = self.row.as_ref().is_some_and(ActivityRow::is_of_admin);
        self.layout.t(if by_admin {
            "check-up-known"
        } else {
            "check-up-yes"
        })
    }
}

impl AccountPage for CheckUp {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::below(AccountSection::Activity));
}
