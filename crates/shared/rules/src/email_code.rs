//! Sign-in by an e-mailed code or link (decision 61).

use super::limits::rate_limit::Limit;
use doorward_domain::model::{EmailSignIn, User};
use doorward_domain::secret::TokenHash;
use doorward_domain::time::{UnixSeconds, is_expired};

/// The TTL of a sign-in from its request, in seconds.
pub const TTL: i64 = 10 * 60;

/// The limit of codes tried in one sign-in, out of 10^8.
pub const MAX_ATTEMPTS: Limit = Limit::new("email-code", 5, TTL.unsigned_abs());

/// The limit of codes sent to one account.
pub const MAILS: Limit = Limit::new("email-codes", 3, 60 * 60);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailCodeError {
    /// Unknown, expired, or too many attempts.
    Over,
    Finished,
    OtherBrowser,
    /// Not the code or link of the latest message, or no valid message. The response does not
    /// reveal which (ASVS 5.0 §6.3.8).
    Wrong,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailCodeProof {
    /// The keyed hash of the typed code; none if no code was typed.
    Code(Option<TokenHash>),
    /// The hash of the token in the mail link.
    Link(TokenHash),
}

/// Checks that the sign-in is open in this browser. The result is the same for known and unknown
/// users: a replaced code leaves its sign-in open.
pub fn is_open(
    waiting: &EmailSignIn,
    browser: &TokenHash,
    most_tries: u64,
    now: UnixSeconds,
) -> Result<(), EmailCodeError> {
    // The id is useless without the browser's cookie.
    if waiting.browser_hash != *browser {
        return Err(EmailCodeError::OtherBrowser);
    }
    if waiting.used_at.is_some() {
        return Err(EmailCodeError::Finished);
    }
    if is_expired(waiting.expires_at, now) || u64::from(waiting.tries) >= most_tries {
        return Err(EmailCodeError::Over);
    }
    Ok(())
}

/// Returns true if the proof matches the latest message.
pub fn fits(waiting: &EmailSignIn, proof: EmailCodeProof) -> bool {
    match proof {
        EmailCodeProof::Code(code) => waiting.code_hash.is_some() && waiting.code_hash == code,
        EmailCodeProof::Link(link) => waiting.link_hash == Some(link),
    }
}

/// Returns true if a code may be sent to the account. It requires a verified e-mail address: an
/// account registered with another user's address must not give that user access.
pub const fn can_receive_code(user: &User) -> bool {
    user.is_active() && user.email_verified
}

/// Returns true if the message still allows sign-in to the account: same user, same address.
pub fn is_valid_for(waiting: &EmailSignIn, user: &User) -> bool {
    waiting.user_id == Some(user.id)
        && waiting.email.as_deref() == Some(user.email.as_str())
        && can_receive_code(user)
}

#[cfg(test)]
mod tests;
