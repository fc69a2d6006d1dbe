//! A password that an operator sets, by the same policy that people meet.

use doorward_config::passwords::Passwords;
use doorward_domain::credentials::password::{
    self, HashMemory, HashParams, PasswordContext, PasswordPolicy,
};
use doorward_domain::model::Profile;
use doorward_domain::secret::Secret;

use super::operator::AdminError;

/// The words that the password must not resemble.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The user name.
    pub username: &'a str,
    /// The e-mail address.
    pub email: &'a str,
    /// The person's names.
    pub profile: &'a Profile,
    /// The site's name.
    pub site: &'a str,
}

/// Judges a password.
///
/// # Errors
/// [`AdminError::Password`] with the reason.
pub fn check(
    settings: &Passwords,
    password: &Secret<String>,
    words: &Words<'_>,
) -> Result<(), AdminError> {
    let policy = PasswordPolicy {
        min_length: settings.min_length,
        min_score: settings.min_score,
    };
    let profile = words.profile;
    let names: Vec<&str> = [&profile.given_name, &profile.family_name, &profile.nickname]
        .into_iter()
        .filter_map(|name| name.as_deref())
        .collect();
    let person = PasswordContext {
        username: words.username,
        email: words.email,
        names: &names,
        site: words.site,
    };
    policy
        .check(password.expose(), &person)
        .map_err(AdminError::Password)
}

/// Judges a password and hashes it. This blocks for some hundredths of a second: for the command
/// line, not for a request.
///
/// # Errors
/// [`AdminError::Password`] with the reason.
pub fn check_and_hash(
    settings: &Passwords,
    password: &Secret<String>,
    words: &Words<'_>,
) -> Result<String, AdminError> {
    check(settings, password, words)?;
    hash(settings, password)
}

/// Hashes a password without judging it. Blocks.
///
/// # Errors
/// [`AdminError::Hash`] when the parameters cannot be used.
pub fn hash(settings: &Passwords, password: &Secret<String>) -> Result<String, AdminError> {
    let params = HashParams {
        m: settings.hash_memory_kib,
        t: settings.hash_iterations,
        p: settings.hash_parallelism,
    };
    let mut memory = HashMemory::default();
    password::hash(password.expose(), &params, &mut memory, &mut rand::rng())
        .map_err(|error| AdminError::Hash(error.to_string()))
}
