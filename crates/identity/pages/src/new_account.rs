//! The fields of a new account, between form, flow and view.

use doorward_accounts::new_password::AccountErrors;
use doorward_accounts::register::NewAccount;
use doorward_domain::credentials::password::{PasswordError as Password, UserAttribute};
use doorward_domain::model::UsernameMode;
use doorward_rules::identifier::IdentifierError;
use doorward_rules::profile::ProfileEdit;
use doorward_templates::field_error::{
    AccountFields, EmailProblem, PasswordFieldError, SimilarTo, UsernameField, UsernameProblem,
};

use super::prelude::*;

pub(super) fn read(fields: &Params) -> Result<NewAccount> {
    Ok(NewAccount {
        username: text(fields, "username")?.to_owned(),
        email: text(fields, "email")?.to_owned(),
        password: Secret::from(text(fields, "password")?),
        password_confirm: Secret::from(text(fields, "password_confirm")?),
        profile: ProfileEdit::default(),
    })
}

pub(super) fn username_field(page: &Page) -> UsernameField {
    match page.context.core.config.accounts.username {
        UsernameMode::Required => UsernameField::Required,
        UsernameMode::Optional => UsernameField::Optional,
        UsernameMode::None => UsernameField::Hidden,
    }
}

pub(super) fn empty_fields(page: &Page) -> AccountFields {
    AccountFields {
        username_field: username_field(page),
        ..AccountFields::default()
    }
}

/// Returns the fields to show again, without passwords.
pub(super) fn form_fields(
    page: &Page,
    account: &NewAccount,
    problems: &AccountErrors,
) -> AccountFields {
    AccountFields {
        username_field: username_field(page),
        username: account.username.clone(),
        email: account.email.clone(),
        username_problem: problems.username.map(username_problem),
        email_problem: problems.email.map(email_problem),
        password_problem: password_problem(problems),
        password_mismatch: problems.mismatch,
        form_problem: None,
    }
}

pub(super) fn username_problem(problem: IdentifierError) -> UsernameProblem {
    match problem {
        IdentifierError::Missing => UsernameProblem::Missing,
        IdentifierError::Taken => UsernameProblem::Taken,
        IdentifierError::Reserved => UsernameProblem::Reserved,
        IdentifierError::TooShort
        | IdentifierError::TooLong
        | IdentifierError::Invalid
        | IdentifierError::Undeliverable
        | IdentifierError::Unused => UsernameProblem::Invalid,
    }
}

pub(super) fn email_problem(problem: IdentifierError) -> EmailProblem {
    match problem {
        IdentifierError::Missing => EmailProblem::Missing,
        IdentifierError::Taken => EmailProblem::Taken,
        IdentifierError::Undeliverable => EmailProblem::Undeliverable,
        _ => EmailProblem::Invalid,
    }
}

pub(super) fn password_problem(problems: &AccountErrors) -> Option<PasswordFieldError> {
    if problems.password_missing {
        return Some(PasswordFieldError::Missing);
    }
    problems.password.as_ref().map(|problem| match problem {
        Password::TooShort { min } => PasswordFieldError::TooShort { min: *min },
        Password::TooLong => PasswordFieldError::TooLong,
        Password::Temporary => PasswordFieldError::Temporary,
        Password::NumericOnly => PasswordFieldError::NumericOnly,
        Password::Common => PasswordFieldError::Common,
        Password::TooSimilar { to } => PasswordFieldError::TooSimilar {
            to: similar_to(*to),
        },
        Password::TooGuessable { .. } => PasswordFieldError::TooGuessable,
    })
}

fn similar_to(word: UserAttribute) -> SimilarTo {
    match word {
        UserAttribute::Username => SimilarTo::Username,
        UserAttribute::Email => SimilarTo::Email,
        UserAttribute::Name => SimilarTo::Name,
        UserAttribute::Site => SimilarTo::Site,
    }
}
