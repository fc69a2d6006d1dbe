//! The pages of app passwords.

use std::fmt;

use doorward_protocol::words;
use doorward_rules::displayed_name::NameError;
use doorward_templates::account_frame::{AccountPage, AccountPlace};
use doorward_templates::layout::ErrorSummaryItem;
use doorward_templates::{Layout, Template};

use crate::app_passwords::Problem;
use crate::mail::PATH;

/// An app password of the user, without its secret.
#[derive(Clone, Debug)]
pub struct AppPasswordRow {
    pub id: String,
    pub name: String,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub last_used_from: Option<String>,
}

words! {
    /// A notice of the list.
    pub enum AppPasswordsNotice {
        Revoked = "app-password-revoked",
        Gone = "app-password-gone",
    }
}

/// `GET /account/app-passwords`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/app_passwords.html")]
pub struct AppPasswords {
    pub layout: Layout,
    pub rows: Vec<AppPasswordRow>,
    pub notice: Option<AppPasswordsNotice>,
    pub now: i64,
}

impl AppPasswords {
    fn notice_text(&self) -> Option<String> {
        self.layout
            .t_of(self.notice.map(AppPasswordsNotice::as_str))
    }
}

impl AccountPage for AppPasswords {
    const PLACE: Option<AccountPlace> = Some(AccountPlace::of_page(PATH));
}

/// `GET|POST /account/app-passwords/new`. Fields: `csrf`, `name`.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/new_app_password.html")]
pub struct NewAppPassword {
    pub layout: Layout,
    pub name: String,
    pub problem: Option<Problem>,
}

impl NewAppPassword {
    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let problem = self.problem.iter();
        let item = problem.map(|problem| match problem {
            Problem::Name(NameError::Missing) => ("name", "new-key-name-missing"),
            Problem::Name(NameError::TooLong { .. }) => ("name", "new-key-name-long"),
            Problem::Name(_) => ("name", "new-key-name-invalid"),
            Problem::TooMany | Problem::NotFresh => ("", "app-password-too-many"),
        });
        item.map(|(field, key)| ErrorSummaryItem {
            field,
            message: self.layout.t(key),
        })
        .collect()
    }

    fn name_error(&self) -> Option<String> {
        let mut problems = self.problems().into_iter();
        problems.find_map(|item| (item.field == "name").then_some(item.message))
    }
}

/// Response with the new app password, which is shown only once.
#[derive(Clone, Template)]
#[template(path = "pages/app_password_made.html")]
pub struct AppPasswordMade {
    pub layout: Layout,
    pub name: String,
    pub password: String,
    /// Distinguished name of the user.
    pub dn: String,
}

impl fmt::Debug for AppPasswordMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppPasswordMade")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// `GET /account/app-passwords/revoke`. Its form: `POST` to the same path (`csrf`, `id`).
#[derive(Clone, Debug, Template)]
#[template(path = "pages/revoke_app_password.html")]
pub struct RevokeAppPassword {
    pub layout: Layout,
    pub row: AppPasswordRow,
}
