//! Validation of new passwords and new accounts.

use doorward_domain::credentials::password::{self, PasswordContext, PasswordError};
use doorward_domain::model::{Profile, User};
use doorward_domain::secret::Secret;
use doorward_rules::identifier::IdentifierError;
use doorward_rules::profile::FieldProblem;
use doorward_services::context::Core;

/// A new password, typed twice.
#[derive(Clone, Debug)]
pub struct NewPassword {
    pub password: Secret<String>,
    pub password_confirm: Secret<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccountErrors {
    pub username: Option<IdentifierError>,
    pub email: Option<IdentifierError>,
    pub password: Option<PasswordError>,
    pub password_missing: bool,
    pub mismatch: bool,
    pub profile: Vec<FieldProblem>,
}

impl AccountErrors {
    pub(crate) fn any(&self) -> bool {
        *self != Self::default()
    }

    pub(super) fn is_only_email_taken(&self) -> bool {
        let existing = Self {
            email: Some(IdentifierError::Taken),
            ..Self::default()
        };
        *self == existing
    }
}

pub(crate) fn password_problems(core: &Core, user: &User, new: &NewPassword) -> AccountErrors {
    let context = PasswordContext {
        username: &user.username,
        email: &user.email,
        names: &names(&user.profile),
        site: &core.config.branding.name,
    };
    let mut problems = AccountErrors::default();
    let confirm = &new.password_confirm;
    check_password(core, &new.password, confirm, &context, &mut problems);
    problems
}

/// Returns the names that a password must not resemble.
pub(super) fn names(profile: &Profile) -> Vec<&str> {
    [&profile.given_name, &profile.family_name, &profile.nickname]
        .into_iter()
        .filter_map(|name| name.as_deref())
        .collect()
}

pub(super) fn check_password(
    core: &Core,
    password: &Secret<String>,
    confirm: &Secret<String>,
    context: &PasswordContext<'_>,
    problems: &mut AccountErrors,
) {
    let password = password.expose();
    if password.is_empty() {
        problems.password_missing = true;
        return;
    }
    problems.password = core.password_policy().check(password, context).err();
    problems.mismatch = !password::is_same(password, confirm.expose());
}
