//! What can be wrong with a form's fields, and the sentence for it.

use super::chrome::{Chrome, ErrorSummaryItem};

/// Why a username was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsernameProblem {
    /// Left empty.
    Missing,
    /// Somebody has it.
    Taken,
    /// Characters or length that are not allowed.
    Invalid,
    /// Kept back for the operator (`admin`, `root` …).
    Reserved,
}

impl UsernameProblem {
    /// The sentence to show.
    pub fn message(self, chrome: &Chrome) -> String {
        chrome.t(match self {
            Self::Missing => "username-missing",
            Self::Taken => "username-taken",
            Self::Invalid => "username-invalid",
            Self::Reserved => "username-reserved",
        })
    }
}

/// Why an e-mail address was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailProblem {
    /// Left empty.
    Missing,
    /// An account has it.
    Taken,
    /// Not an address.
    Invalid,
}

impl EmailProblem {
    /// The sentence to show.
    pub fn message(self, chrome: &Chrome) -> String {
        chrome.t(match self {
            Self::Missing => "email-missing",
            Self::Taken => "email-taken",
            Self::Invalid => "email-invalid",
        })
    }
}

/// What a password is too similar to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimilarTo {
    /// The username.
    Username,
    /// The e-mail address.
    Email,
    /// The person's name.
    Name,
    /// The name of the site.
    Site,
}

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFieldError {
    /// Left empty.
    Missing,
    /// Fewer characters than the policy asks for.
    TooShort {
        /// The least number of characters.
        min: usize,
    },
    /// More than the server hashes.
    TooLong,
    /// Digits only.
    NumericOnly,
    /// On the list of common and leaked passwords.
    Common,
    /// Made of the person's own words.
    TooSimilar {
        /// Which word.
        to: SimilarTo,
    },
    /// Too few guesses (zxcvbn).
    TooGuessable,
}

impl PasswordFieldError {
    /// The sentence to show.
    pub fn message(self, chrome: &Chrome) -> String {
        let key = match self {
            Self::TooShort { min } => {
                return chrome.tn(
                    "password-too-short",
                    "min",
                    i64::try_from(min).unwrap_or(i64::MAX),
                );
            }
            Self::Missing => "password-missing",
            Self::TooLong => "password-too-long",
            Self::NumericOnly => "password-numeric",
            Self::Common => "password-common",
            Self::TooGuessable => "password-guessable",
            Self::TooSimilar { to } => match to {
                SimilarTo::Username => "password-like-username",
                SimilarTo::Email => "password-like-email",
                SimilarTo::Name => "password-like-name",
                SimilarTo::Site => "password-like-site",
            },
        };
        chrome.t(key)
    }
}

/// A problem of the whole form rather than of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormProblem {
    /// Too many tries from here.
    TooManyTries {
        /// Seconds until the next one counts.
        retry_after: i64,
    },
    /// The hashing queue is full; a few seconds help.
    Busy,
    /// The form's token is too old or from another browser session.
    Stale,
}

impl FormProblem {
    /// The sentence to show.
    pub fn message(self, chrome: &Chrome) -> String {
        match self {
            Self::TooManyTries { retry_after } => {
                chrome.tn("too-many-tries", "minutes", minutes(retry_after))
            }
            Self::Busy => chrome.t("busy"),
            Self::Stale => chrome.t("stale-form"),
        }
    }
}

/// Whole minutes, rounded up, at least one.
pub(super) const fn minutes(seconds: i64) -> i64 {
    if seconds <= 60 {
        1
    } else {
        (seconds + 59) / 60
    }
}

/// The password rule, told before typing (SI-10).
pub(super) fn password_hint(chrome: &Chrome, min: usize) -> String {
    chrome.tn(
        "password-hint",
        "min",
        i64::try_from(min).unwrap_or(i64::MAX),
    )
}

/// The fields of a new account, as typed, and what was wrong with them. Passwords are never shown
/// again.
#[derive(Clone, Debug, Default)]
pub struct AccountFields {
    /// The username as typed.
    pub username: String,
    /// The e-mail address as typed.
    pub email: String,
    /// What is wrong with the username.
    pub username_problem: Option<UsernameProblem>,
    /// What is wrong with the address.
    pub email_problem: Option<EmailProblem>,
    /// What is wrong with the password.
    pub password_problem: Option<PasswordFieldError>,
    /// Whether the repetition differs.
    pub password_mismatch: bool,
    /// What is wrong with the whole form.
    pub form_problem: Option<FormProblem>,
}

impl AccountFields {
    /// Whether anything is wrong.
    pub const fn has_problem(&self) -> bool {
        self.username_problem.is_some()
            || self.email_problem.is_some()
            || self.password_problem.is_some()
            || self.password_mismatch
            || self.form_problem.is_some()
    }

    /// The sentence below the username.
    pub fn username_error(&self, chrome: &Chrome) -> Option<String> {
        self.username_problem.map(|problem| problem.message(chrome))
    }

    /// The sentence below the address.
    pub fn email_error(&self, chrome: &Chrome) -> Option<String> {
        self.email_problem.map(|problem| problem.message(chrome))
    }

    /// The sentence below the password.
    pub fn password_error(&self, chrome: &Chrome) -> Option<String> {
        self.password_problem.map(|problem| problem.message(chrome))
    }

    /// The sentence below the repeated password.
    pub fn confirm_error(&self, chrome: &Chrome) -> Option<String> {
        self.password_mismatch
            .then(|| chrome.t("password-mismatch"))
    }

    /// All problems in the order of the form, for the summary.
    pub fn problems(&self, chrome: &Chrome) -> Vec<ErrorSummaryItem> {
        [
            ("", self.form_problem.map(|problem| problem.message(chrome))),
            ("username", self.username_error(chrome)),
            ("email", self.email_error(chrome)),
            ("password", self.password_error(chrome)),
            ("password_confirm", self.confirm_error(chrome)),
        ]
        .into_iter()
        .filter_map(|(field, message)| message.map(|message| ErrorSummaryItem { field, message }))
        .collect()
    }
}
