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
#[derive(Clone, Debug, Template)]
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
        self.address_problem.map(|problem| match problem {
            AddressProblem::Field(problem) => problem.message(&self.layout),
            AddressProblem::Same => self.layout.t("change-email-same"),
        })
    }

    fn current_error(&self) -> Option<String> {
        self.current_problem
            .map(|problem| problem.message(&self.layout))
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

impl View for ChangeEmail {
    const PAGE: &'static str = "change-email";

    fn samples(layout: &Layout) -> Vec<(&'static str, Self)> {
        let plain = Self {
            layout: layout.clone(),
            present: "alice@example.com".to_owned(),
            email: String::new(),
            address_problem: None,
            current_problem: None,
            enough: false,
            sent: false,
        };
        let wrong = Self {
            email: "alice@new".to_owned(),
            address_problem: Some(AddressProblem::Field(EmailProblem::Invalid)),
            current_problem: Some(CurrentProblem::Wrong),
            ..plain.clone()
        };
        let same = Self {
            address_problem: Some(AddressProblem::Same),
            current_problem: Some(CurrentProblem::Missing),
            ..plain.clone()
        };
        let enough = plain.vary(|page| page.enough = true);
        let sent = plain.vary(|page| page.sent = true);
        vec![
            ("normal", plain),
            ("wrong", wrong),
            ("same", same),
            ("enough", enough),
            ("sent", sent),
        ]
    }
}
