//! Errors of form fields and their messages.

use doorward_protocol::words;

use super::layout::{ErrorSummaryItem, Layout, summarize};

words! {
    /// A reason why a username was rejected.
    pub enum UsernameProblem {
        Missing = "username-missing",
        Taken = "username-taken",
        /// The username has characters or a length that are not allowed.
        Invalid = "username-invalid",
        /// The username is reserved for the operator (`admin`, `root` …).
        Reserved = "username-reserved",
    }

    /// A reason why an e-mail address was rejected.
    pub enum EmailProblem {
        Missing = "email-missing",
        Taken = "email-taken",
        Invalid = "email-invalid",
        /// The mail server cannot send to it.
        Undeliverable = "email-undeliverable",
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimilarTo {
    Username,
    Email,
    Name,
    Site,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFieldError {
    Missing,
    TooShort {
        min: usize,
    },
    /// The password is longer than the server hashes.
    TooLong,
    NumericOnly,
    Common,
    /// The password is the temporary or withdrawn one that must be replaced.
    Temporary,
    /// The password consists of the user's attributes.
    TooSimilar {
        to: SimilarTo,
    },
    /// The password needs too few guesses (zxcvbn).
    TooGuessable,
}

impl PasswordFieldError {
    pub fn message(self, layout: &Layout) -> String {
        let key = match self {
            Self::TooShort { min } => return layout.t_number("password-too-short", "min", min),
            Self::Missing => "password-missing",
            Self::TooLong => "password-too-long",
            Self::NumericOnly => "password-numeric",
            Self::Common => "password-common",
            Self::Temporary => "password-temporary",
            Self::TooGuessable => "password-guessable",
            Self::TooSimilar { to } => match to {
                SimilarTo::Username => "password-like-username",
                SimilarTo::Email => "password-like-email",
                SimilarTo::Name => "password-like-name",
                SimilarTo::Site => "password-like-site",
            },
        };
        layout.t(key)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormProblem {
    TooManyTries {
        retry_after: i64,
    },
    /// The hashing queue is full; a retry after a few seconds helps.
    Busy,
    /// The CSRF token is too old or from another browser session.
    Stale,
}

impl FormProblem {
    pub fn message(self, layout: &Layout) -> String {
        match self {
            Self::TooManyTries { retry_after } => {
                layout.t_plural("too-many-tries", "minutes", minutes(retry_after))
            }
            Self::Busy => layout.t("busy"),
            Self::Stale => layout.t("stale-form"),
        }
    }
}

/// Converts seconds to whole minutes, rounded up, at least one.
pub(super) const fn minutes(seconds: i64) -> i64 {
    if seconds <= 60 {
        1
    } else {
        (seconds + 59) / 60
    }
}

pub(super) fn password_hint(layout: &Layout, min: usize) -> String {
    layout.t_number("password-hint", "min", min)
}

/// The field for the user name of a new account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UsernameField {
    #[default]
    Required,
    Optional,
    Hidden,
}

/// The fields of a new account as typed, with their errors. Passwords are never shown again.
#[derive(Clone, Debug, Default)]
pub struct AccountFields {
    pub username_field: UsernameField,
    pub username: String,
    pub email: String,
    pub username_problem: Option<UsernameProblem>,
    pub email_problem: Option<EmailProblem>,
    pub password_problem: Option<PasswordFieldError>,
    pub password_mismatch: bool,
    pub form_problem: Option<FormProblem>,
}

impl AccountFields {
    pub const fn has_problem(&self) -> bool {
        self.username_problem.is_some()
            || self.email_problem.is_some()
            || self.password_problem.is_some()
            || self.password_mismatch
            || self.form_problem.is_some()
    }

    pub fn shows_username(&self) -> bool {
        self.username_field != UsernameField::Hidden
    }

    pub fn needs_username(&self) -> bool {
        self.username_field == UsernameField::Required
    }

    pub fn username_hint(&self, layout: &Layout) -> String {
        let hint = layout.t("username-hint");
        match self.username_field {
            UsernameField::Optional => format!("{} {hint}", layout.t("username-optional")),
            UsernameField::Required | UsernameField::Hidden => hint,
        }
    }

    pub fn username_error(&self, layout: &Layout) -> Option<String> {
        layout.t_of(self.username_problem.map(UsernameProblem::as_str))
    }

    pub fn email_error(&self, layout: &Layout) -> Option<String> {
        layout.t_of(self.email_problem.map(EmailProblem::as_str))
    }

    pub fn password_error(&self, layout: &Layout) -> Option<String> {
        self.password_problem.map(|problem| problem.message(layout))
    }

    pub fn confirm_error(&self, layout: &Layout) -> Option<String> {
        self.password_mismatch
            .then(|| layout.t("password-mismatch"))
    }

    /// Returns all errors in the order of the form, for the summary.
    pub fn problems(&self, layout: &Layout) -> Vec<ErrorSummaryItem> {
        summarize([
            ("", self.form_problem.map(|problem| problem.message(layout))),
            ("username", self.username_error(layout)),
            ("email", self.email_error(layout)),
            ("password", self.password_error(layout)),
            ("password_confirm", self.confirm_error(layout)),
        ])
    }
}
