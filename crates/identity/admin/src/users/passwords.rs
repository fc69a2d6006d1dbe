//! Passwords set by an operator, checked by the same policy as those of users.

use doorward_config::passwords::Passwords;
use doorward_domain::credentials::password::{self, HashMemory, PasswordContext, PasswordPolicy};
use doorward_domain::model::Profile;
use doorward_domain::random::Random;
use doorward_domain::secret::Secret;

use crate::operator::{AdminContext, AdminError, Result};

#[derive(Debug, Clone, Copy)]
pub struct OwnedPasswordContext<'a> {
    pub username: &'a str,
    pub email: &'a str,
    pub profile: &'a Profile,
    pub site: &'a str,
}

pub fn check(
    settings: &Passwords,
    password: &Secret<String>,
    words: &OwnedPasswordContext<'_>,
) -> Result<()> {
    let policy = PasswordPolicy {
        min_length: settings.min_length,
        min_score: settings.min_score,
    };
    let profile = words.profile;
    let names: Vec<&str> = [&profile.given_name, &profile.family_name, &profile.nickname]
        .into_iter()
        .filter_map(|name| name.as_deref())
        .collect();
    let context = PasswordContext {
        username: words.username,
        email: words.email,
        names: &names,
        site: words.site,
    };
    policy
        .check(password.expose(), &context)
        .map_err(AdminError::Password)
}

/// Blocks for some hundredths of a second: for the command line, not for requests.
pub fn check_and_hash(
    settings: &Passwords,
    password: &Secret<String>,
    context: &OwnedPasswordContext<'_>,
    random: &Random,
) -> Result<String> {
    check(settings, password, context)?;
    hash(settings, password, random)
}

/// Checks and hashes a password that a command sets for a user with these names.
pub(crate) fn of_operator(
    context: &AdminContext<'_>,
    password: &Secret<String>,
    (username, email, profile): (&str, &str, &Profile),
) -> Result<String> {
    let words = OwnedPasswordContext {
        username,
        email,
        profile,
        site: context.settings.site,
    };
    let settings = &context.config()?.passwords;
    check_and_hash(settings, password, &words, &context.random)
}

pub fn hash(settings: &Passwords, password: &Secret<String>, random: &Random) -> Result<String> {
    let params = settings.hash_params();
    let mut memory = HashMemory::default();
    password::hash(password.expose(), &params, &mut memory, &mut random.rng())
        .map_err(|error| AdminError::Hash(error.to_string()))
}
