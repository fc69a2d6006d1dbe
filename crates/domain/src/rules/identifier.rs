//! Names and addresses that people choose at registration: their one canonical form, and why some
//! are refused (RFC 8265 §3.3, UTS 39 §5).

use precis_core::profile::{PrecisFastInvocation, stabilize};
use precis_profiles::UsernameCaseMapped;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile, MixedScript, skeleton};

/// Why a user name or e-mail address cannot be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdentifierError {
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
    "abuse",
    "admin",
    "administrator",
    "doorward",
    "help",
    "hostmaster",
    "info",
    "mail",
    "me",
    "noreply",
    "no-reply",
    "postmaster",
    "root",
    "security",
    "staff",
    "support",
    "system",
    "webmaster",
    "www",
];

/// The form of a user name that is unique and looked up: width, case and normalisation do not
/// make a second person.
///
/// It begins with a letter or digit, so that it is never an option of a command or a dot segment
/// of a URL, and it has no `@`, so that it never looks like another person's address.
pub fn username_key(typed: &str) -> Result<String, IdentifierError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(IdentifierError::Missing);
    }
    if typed.chars().count() > USERNAME_MAX {
        return Err(IdentifierError::TooLong);
    }
    // RFC 8264 §7: applied until nothing changes, so that a key is its own key.
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

/// ASCII letters and digits; beyond ASCII, letters, digits and combining marks of scripts in
/// everyday use (UTS 39 §3.1). Nothing invisible, no symbols, no compatibility forms.
///
/// An accent that composition left over stands on a letter that has none, or hides on it, as a dot
/// on an `i` does (UTS 39 §5.4).
fn is_word_char(c: char) -> bool {
    match c {
        _ if c.is_ascii() => c.is_ascii_alphanumeric(),
        '\u{300}'..='\u{36f}' => false,
        _ => c.identifier_allowed() && (c.is_alphanumeric() || is_combining_mark(c)),
    }
}

/// What a user name looks like: equal for names that people cannot tell apart (UTS 39 §4).
pub fn look(username_key: &str) -> String {
    skeleton(username_key).collect()
}

/// Whether a user name is kept from self-registration: a reserved one, or one that looks like it
/// (UTS 39 §4: the same skeleton).
pub fn is_reserved(username_key: &str) -> bool {
    let look = look(username_key);
    RESERVED
        .iter()
        .any(|reserved| skeleton(reserved).eq(look.chars()))
}

/// The form of an e-mail address that is unique and looked up: lower case throughout, so that a
/// change of case is never a second account or a fresh limit, and the domain in its ASCII form.
///
/// What passes is mailed as it was typed, so nothing passes that a mail program could read as
/// another address than the key says.
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
    if key.len() > EMAIL_MAX {
        Err(IdentifierError::TooLong)
    } else {
        Ok(key)
    }
}

/// RFC 5321 §4.1.2 `Dot-string` of at most 64 bytes, with the letters of RFC 6531; never quoted.
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

/// A domain name of at least two labels in ASCII form (RFC 5890 §2.3.2.1).
fn domain_key(typed: &str) -> Option<String> {
    // The URL parser would take `ex%61mple.com`, soft hyphens and most punctuation.
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

/// The key to look an account up by, from what was typed on the sign-in page: an address if it
/// holds an `@`, else a user name; none if it can be neither.
pub fn identifier_key(typed: &str) -> Option<String> {
    if typed.contains('@') {
        email_key(typed).ok()
    } else {
        username_key(typed).ok()
    }
}

#[cfg(test)]
mod tests;
