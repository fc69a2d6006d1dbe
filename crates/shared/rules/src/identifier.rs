//! Login identifiers: canonical forms of user names and e-mail addresses, and the rules for new
//! ones (RFC 8265 §3.3, UTS 39 §5).

use precis_core::profile::{PrecisFastInvocation, stabilize};
use precis_profiles::UsernameCaseMapped;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile, MixedScript, skeleton};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdentifierError {
    Missing,
    TooShort,
    TooLong,
    /// Forbidden characters, or characters of several scripts.
    Invalid,
    Reserved,
    /// A name of another account.
    Taken,
    /// A user name, where accounts have none.
    Unused,
    /// An address to which the mail server cannot send.
    Undeliverable,
}

/// The minimum length of a user name, in characters.
pub const USERNAME_MIN: usize = 2;
/// The maximum length of a user name, in characters.
pub const USERNAME_MAX: usize = 64;
/// The maximum length of an e-mail address, in bytes (RFC 5321 §4.5.3.1.3).
pub const EMAIL_MAX: usize = 254;

/// Returns the canonical form of a user name, which is unique and used for lookups: names that
/// differ only in width, case or normalization are the same.
///
/// It begins with an alphanumeric character, so that it is never a command line option or a dot
/// segment of a URL. It has no `@`, so that it never looks like an e-mail address.
pub fn username_key(typed: &str) -> Result<String, IdentifierError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(IdentifierError::Missing);
    }
    if typed.chars().count() > USERNAME_MAX {
        return Err(IdentifierError::TooLong);
    }
    // RFC 8264 §7: applied until the result is stable, so that a key is its own key.
    let key = stabilize(typed, |text| UsernameCaseMapped::enforce(text))
        .map_err(|_| IdentifierError::Invalid)?;
    let plain = key
        .chars()
        .all(|c| matches!(c, '.' | '-' | '_' | '+') || is_word_char(c));
    if !plain || !key.starts_with(char::is_alphanumeric) || !key.as_ref().is_single_script() {
        return Err(IdentifierError::Invalid);
    }
    // Counted after composition, so that `e` with an accent is one character.
    if key.chars().count() < USERNAME_MIN {
        return Err(IdentifierError::TooShort);
    }
    Ok(key.into_owned())
}

/// Returns true for ASCII alphanumeric characters; beyond ASCII, for alphanumeric characters and
/// combining marks of scripts in everyday use (UTS 39 §3.1). Excludes invisible characters, symbols
/// and compatibility forms.
///
/// It excludes combining accents that remain after composition. The base character of such an
/// accent never has it, or hides it, like a dot on an `i` (UTS 39 §5.4).
fn is_word_char(c: char) -> bool {
    match c {
        _ if c.is_ascii() => c.is_ascii_alphanumeric(),
        '\u{300}'..='\u{36f}' => false,
        _ => c.identifier_allowed() && (c.is_alphanumeric() || is_combining_mark(c)),
    }
}

/// Returns the skeleton of a user name, equal for names that users cannot distinguish (UTS 39 §4).
pub fn username_skeleton(username_key: &str) -> String {
    skeleton(username_key).collect()
}

/// Returns true if self-registration must not use a user name: a reserved one, or one with the same
/// skeleton (UTS 39 §4).
pub fn is_reserved(username_key: &str, reserved: &[String]) -> bool {
    let look = username_skeleton(username_key);
    reserved
        .iter()
        .any(|reserved| skeleton(&reserved.to_lowercase()).eq(look.chars()))
}

/// Returns the canonical form of an e-mail address, which is unique and used for lookups. It is all
/// lower case, so that a change of case gives neither a second account nor a new rate limit. The
/// domain is in ASCII form.
///
/// Messages are sent to the address as typed. So addresses are rejected that a mail program could
/// read as another one than the key.
pub fn email_key(typed: &str) -> Result<String, IdentifierError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(IdentifierError::Missing);
    }
    if typed.len() > EMAIL_MAX {
        return Err(IdentifierError::TooLong);
    }
    let (local, domain) = typed.rsplit_once('@').ok_or(IdentifierError::Invalid)?;
    let local = local_part_key(local).ok_or(IdentifierError::Invalid)?;
    let domain = domain_key(domain).ok_or(IdentifierError::Invalid)?;
    let key = format!("{local}@{domain}");
    let is_short = key.len() <= EMAIL_MAX;
    is_short.then_some(key).ok_or(IdentifierError::TooLong)
}

/// Returns the key of a new address, to which mail is sent. `smtputf8` is true if the mail server
/// supports local parts beyond ASCII (RFC 6531).
pub fn mailable_key(typed: &str, smtputf8: bool) -> Result<String, IdentifierError> {
    let key = email_key(typed)?;
    // The domain of a key is in ASCII form.
    let is_mailable = smtputf8 || key.is_ascii();
    is_mailable
        .then_some(key)
        .ok_or(IdentifierError::Undeliverable)
}

/// Reads a `Dot-string` of RFC 5321 §4.1.2 of at most 64 bytes, with the characters of RFC 6531;
/// never a quoted string.
fn local_part_key(typed: &str) -> Option<String> {
    let key: String = typed.to_lowercase().nfc().collect();
    let dots = !key.starts_with('.') && !key.ends_with('.') && !key.contains("..");
    let characters = key
        .chars()
        .all(|c| "!#$%&'*+-/=?^_`{|}~.".contains(c) || is_word_char(c));
    // U+212A KELVIN SIGN is lower-cased to an ASCII `k`: another mailbox with the same key.
    let same_kind = typed.is_ascii() == key.is_ascii();
    let length = (1..=64).contains(&typed.len());
    let ok = dots && characters && same_kind && length && key.as_str().is_single_script();
    ok.then_some(key)
}

/// Reads a domain name of at least two labels; returns its ASCII form (RFC 5890 §2.3.2.1).
pub fn domain_key(typed: &str) -> Option<String> {
    // The URL parser would accept `ex%61mple.com`, soft hyphens and most punctuation.
    let is_plain = |c| matches!(c, '.' | '-') || is_word_char(c);
    if !typed.nfc().all(is_plain) {
        return None;
    }
    let url::Host::Domain(domain) = url::Host::parse(typed).ok()? else {
        return None;
    };
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let ok = domain.contains('.') && domain.len() <= 253 && domain.split('.').all(label_ok);
    ok.then_some(domain)
}

/// Returns the lookup key of a login identifier: an e-mail address if it contains `@`, otherwise a
/// user name; `None` if it is neither.
pub fn identifier_key(typed: &str) -> Option<String> {
    if typed.contains('@') {
        email_key(typed).ok()
    } else {
        username_key(typed).ok()
    }
}

#[cfg(test)]
mod tests;
