//! Errors of account fields as problem members.

use doorward_accounts::new_password::AccountErrors;
use doorward_accounts::profile::ProfileProblems;
use doorward_domain::credentials::password::PasswordError;
use doorward_domain::model::FieldKind;
use doorward_http_common::problem::FieldError;
use doorward_rules::identifier::IdentifierError;
use doorward_rules::profile::FieldProblem;
use doorward_rules::profile_fields::{FieldValueError, FieldValueProblem};

/// Returns the errors of a new account or password, named after the members of the body.
pub(super) fn account(problems: &AccountErrors) -> Vec<FieldError> {
    let mut errors = Vec::new();
    errors.extend(problems.username.map(username));
    errors.extend(problems.email.map(|problem| email("email", problem)));
    if problems.password_missing {
        errors.push(required("password"));
    }
    errors.extend(problems.password.as_ref().map(password));
    if problems.mismatch {
        let detail = "The two passwords differ.";
        errors.push(FieldError::member("password_confirm", "mismatch", detail));
    }
    errors.extend(problems.profile.iter().map(profile));
    errors
}

pub(super) fn required(field: &str) -> FieldError {
    FieldError::member(field, "required", "This member is required.")
}

fn username(problem: IdentifierError) -> FieldError {
    let (code, detail) = match problem {
        IdentifierError::Missing => return required("username"),
        IdentifierError::TooShort => ("too_short", "A user name has at least 2 characters."),
        IdentifierError::TooLong => ("too_long", "A user name has at most 64 characters."),
        IdentifierError::Invalid | IdentifierError::Undeliverable => (
            "invalid",
            "A user name starts with a letter or digit and contains only letters, digits and . - _ +.",
        ),
        IdentifierError::Reserved => ("reserved", "This user name is reserved."),
        IdentifierError::Taken => ("taken", "This user name is taken."),
        IdentifierError::Unused => (
            "unused",
            "Accounts have no user name here; leave this member out.",
        ),
    };
    FieldError::member("username", code, detail)
}

pub(super) fn email(field: &str, problem: IdentifierError) -> FieldError {
    let (code, detail) = match problem {
        IdentifierError::Missing => return required(field),
        IdentifierError::Taken => ("taken", "This address is taken."),
        IdentifierError::TooLong => ("too_long", "An address has at most 254 bytes."),
        IdentifierError::Undeliverable => (
            "undeliverable",
            "No mail can be sent to an address with such characters before the @. Use another one.",
        ),
        _ => ("invalid", "This is not an e-mail address."),
    };
    FieldError::member(field, code, detail)
}

fn password(problem: &PasswordError) -> FieldError {
    FieldError::member("password", problem.as_str(), sentence(&problem.to_string()))
}

pub(super) fn profile(problem: &FieldProblem) -> FieldError {
    let path: Vec<&str> = problem.field.pointer().split('/').skip(1).collect();
    let detail = match problem.problem.code() {
        "too_long" => format!("At most {} characters.", problem.field.max()),
        "characters" => "Control characters are not allowed.".to_owned(),
        "future" => "This date is in the future.".to_owned(),
        "unknown" => "This value is unknown.".to_owned(),
        _ => "This value does not have the format of the field.".to_owned(),
    };
    FieldError::at(&path, problem.problem.code(), detail)
}

pub(super) fn of_profile(problems: &ProfileProblems) -> Vec<FieldError> {
    let standard = problems.standard.iter().map(profile);
    standard.chain(problems.custom.iter().map(custom)).collect()
}

fn custom(wrong: &FieldValueProblem) -> FieldError {
    let detail = match wrong.problem {
        FieldValueError::Unknown => "This field does not exist.".into(),
        FieldValueError::ReadOnly => "Only administrators can change this field.".into(),
        FieldValueError::WrongType => "Expected a value of the field's type.".into(),
        FieldValueError::TooLong { max } => format!("At most {max} characters."),
        FieldValueError::Characters => "Control characters are not allowed.".into(),
        FieldValueError::Choice => "This value is not among the choices.".into(),
        FieldValueError::NoUser => "This user does not exist.".into(),
        FieldValueError::TooLarge => "All fields together have at most 8192 bytes.".into(),
        FieldValueError::Form => match &wrong.kind {
            Some(FieldKind::Number) => "Expected a number of at most 15 digits.".into(),
            Some(FieldKind::Date) => "Expected a date such as 2026-01-31.".into(),
            Some(FieldKind::Url) => "Expected a URL with https:// or http://.".into(),
            _ => "This value does not have the format of the field.".to_owned(),
        },
    };
    FieldError::at(&["fields", &wrong.field], wrong.problem.code(), detail)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}
