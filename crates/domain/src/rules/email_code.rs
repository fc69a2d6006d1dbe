//! When a mailed code or link signs in (SECURITY RC-1, RC-3, RC-7, MF-5).

use super::rate_limit::Limit;
use crate::model::{EmailSignIn, User};
use crate::secret::TokenHash;
use crate::time::{UnixSeconds, is_expired};

/// How long a sign-in waits for its mail, in seconds, from when it was asked for.
pub const LIFE: i64 = 10 * 60;

/// Codes tried in one sign-in: of 10^8 (RC-7).
pub const TRIES: Limit = Limit {
    name: "email-code",
    quota: 5,
    window: LIFE.unsigned_abs(),
};

/// Codes that are mailed to one account (RC-3).
pub const MAILS: Limit = Limit {
    name: "email-codes",
    quota: 3,
    window: 60 * 60,
};

/// Why a sign-in by mail does not go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailCodeError {
    /// It is unknown, too old, or had too many tries.
    Over,
    /// It has signed in.
    Finished,
    /// It belongs to another browser.
    OtherBrowser,
    /// The proof is not the one that was mailed last; or nothing was mailed, or nothing is any more:
    /// nobody is told which (EN-1).
    Wrong,
}

/// What is held against what was mailed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EmailCodeProof {
    /// The keyed hash of the typed code; none where no code was typed.
    Code(Option<TokenHash>),
    /// The hash of the token of the followed link.
    Link(TokenHash),
}

/// Whether the sign-in is open in this browser. It says the same for known and unknown people: an
/// overtaken code leaves its sign-in open.
pub fn is_open(
    waiting: &EmailSignIn,
    browser: &TokenHash,
    most_tries: u64,
    now: UnixSeconds,
) -> Result<(), EmailCodeError> {
    // The id alone, without the browser's cookie, opens nothing.
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

/// Whether the proof is what was mailed.
pub fn fits(waiting: &EmailSignIn, proof: EmailCodeProof) -> bool {
    match proof {
        EmailCodeProof::Code(code) => waiting.code_hash.is_some() && waiting.code_hash == code,
        EmailCodeProof::Link(link) => waiting.link_hash == Some(link),
    }
}

/// Whether a code may be mailed to the account: to a proved address alone, or whoever registered
/// somebody else's would let them in.
pub const fn may_mail(user: &User) -> bool {
    user.is_active() && user.email_verified
}

/// Whether the account may still be signed in to by what was mailed for it.
pub fn may_enter(waiting: &EmailSignIn, user: &User) -> bool {
    waiting.user_id == Some(user.id)
        && waiting.email.as_deref() == Some(user.email.as_str())
        && may_mail(user)
}

#[cfg(test)]
mod tests;
