//! Names and addresses that people choose at registration: their one canonical form, and why some
//! are refused (RFC 8265 §3.3, UTS 39 §5).

use precis_core::profile::PrecisFastInvocation;
use precis_profiles::UsernameCaseMapped;
use unicode_security::MixedScript;

/// Why a user name or e-mail address cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameProblem {
    /// Nothing was typed.
    Missing,
    /// Shorter than the least length.
    TooShort,
    /// Longer than the greatest length.
    TooLong,
    /// Holds characters that it must not hold, or mixes scripts.
    Invalid,
    /// Kept for the operator.
    Reserved,
    /// Somebody has it already.
    Taken,
}

/// The least length of a user name, in characters.
pub const USERNAME_MIN: usize = 2;
/// The greatest length of a user name, in characters.
pub const USERNAME_MAX: usize = 64;
/// The greatest length of an e-mail address, in bytes (RFC 5321 §4.5.3.1.3).
pub const EMAIL_MAX: usize = 254;

/// Names that could be mistaken for the operator's own voice.
const RESERVED: &[&str] = &[
    "abuse", "admin", "administrator", "doorward", "help", "hostmaster", "info", "mail", "me",
    "noreply", "no-reply", "postmaster", "root", "security", "staff", "support", "system",
    "webmaster", "www",
];

/// The form of a user name that is unique and looked up: width, case and normalisation do not
/// make a second person.
pub fn username_key(typed: &str) -> Result<String, NameProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(NameProblem::Missing);
    }
    let length = typed.chars().count();
    if length > USERNAME_MAX {
        return Err(NameProblem::TooLong);
    }
    if length < USERNAME_MIN {
        return Err(NameProblem::TooShort);
    }
    let key = UsernameCaseMapped::enforce(typed).map_err(|_| NameProblem::Invalid)?;
    // An `@` would let one person's user name look like another's address.
    let plain = key.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'));
    if plain && key.as_ref().is_single_script() {
        Ok(key.into_owned())
    } else {
        Err(NameProblem::Invalid)
    }
}

/// Whether a user name is kept from self-registration.
pub fn is_reserved(username_key: &str) -> bool {
    RESERVED.contains(&username_key)
}

/// The form of an e-mail address that is unique and looked up: lower case throughout, so that a
/// change of case is never a second account or a fresh limit.
pub fn email_key(typed: &str) -> Result<String, NameProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(NameProblem::Missing);
    }
    if typed.len() > EMAIL_MAX {
        return Err(NameProblem::TooLong);
    }
    let (local, domain) = typed.split_once('@').ok_or(NameProblem::Invalid)?;
    let domain_host = url::Host::parse(domain).map_err(|_| NameProblem::Invalid)?;
    let url::Host::Domain(domain) = domain_host else { return Err(NameProblem::Invalid) };
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(is_local_part_char);
    let domain_ok = domain.contains('.') && !domain.ends_with('.') && !domain.starts_with('.');
    if !(local_ok && domain_ok) {
        return Err(NameProblem::Invalid);
    }
    Ok(format!("{}@{domain}", local.to_lowercase()))
}

/// RFC 5322 `atext` and dots; RFC 6531 letters and digits beyond ASCII.
fn is_local_part_char(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
    } else {
        c.is_alphanumeric()
    }
}

/// The key to look an account up by, from what was typed on the sign-in page: an address if it
/// holds an `@`, else a user name; none if it can be neither.
pub fn identifier_key(typed: &str) -> Option<String> {
    if typed.contains('@') { email_key(typed).ok() } else { username_key(typed).ok() }
}

#[cfg(test)]
mod tests;
