//! Change of the e-mail address (`/account/email`).

use super::field_error::EmailProblem;
use super::new_password::CurrentProblem;
use super::prelude::*;

/// A reason why no mail was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressProblem {
    Field(EmailProblem),
    Same,
}

/// `GET|POST /account/email`. Fields: `csrf`, `email`, `current_password`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "pages/change_email.html")]
pub struct ChangeEmail {
    pub layout: Layout,
    pub present: String,
    pub email: String,
    pub address_problem: Option<AddressProblem>,
    pub current_problem: Option<CurrentProblem>,
    pub enough: bool,
    pub sent: bool,
}

impl ChangeEmail {
    fn email_error(&self) -> Option<String> {
        let key = self.address_problem.map(|problem| match problem {
            AddressProblem::Field(problem) => problem.as_str(),
            AddressProblem::Same => "change-email-same",
        });
        self.layout.t_of(key)
    }

    fn current_error(&self) -> Option<String> {
        self.layout
            .t_of(self.current_problem.map(CurrentProblem::as_str))
    }

    fn sent_text(&self) -> Option<String> {
        self.sent.then(|| self.layout.t("change-email-sent"))
    }

    fn problems(&self) -> Vec<ErrorSummaryItem> {
        let enough = self.enough.then(|| self.layout.t("step-enough-mails"));
        summarize([
            ("", enough),
            ("email", self.email_error()),
            ("current_password", self.current_error()),
        ])
    }
}
