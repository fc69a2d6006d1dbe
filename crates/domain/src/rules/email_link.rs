//! What a mailed link is good for, and for how long (SECURITY RC-1, RC-6).

use super::rate_limit::Limit;
use crate::model::{EmailPurpose, EmailToken, User};
use crate::time::UnixSeconds;

/// How long a link lives, in seconds.
pub const fn life(purpose: EmailPurpose) -> i64 {
    match purpose {
        EmailPurpose::Reset => 30 * 60,
        EmailPurpose::Verify | EmailPurpose::Change | EmailPurpose::Passkey => 24 * 60 * 60,
        EmailPurpose::Undo => 72 * 60 * 60,
    }
}

/// How long the link lives by which a person sets the first password of an account that was made for
/// them, in seconds: unlike somebody who forgot theirs, they do not sit there and wait for it.
pub const FIRST_PASSWORD: i64 = 24 * 60 * 60;

/// Whether a newer link of the same purpose kills this one. Not the way back from a move: whoever
/// moves an account twice must not cut off its owner.
pub const fn is_overtaken(purpose: EmailPurpose) -> bool {
    !matches!(purpose, EmailPurpose::Undo)
}

/// Links of one purpose that are mailed to one account (RC-3).
pub const MAILS: Limit = Limit {
    name: "mails",
    quota: 3,
    window: 60 * 60,
};

/// Why a link is not taken. People are told one thing for all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkRefusal {
    /// It was made for something else.
    OtherPurpose,
    /// It was used, or a newer one was mailed.
    Used,
    /// It is too old.
    Expired,
    /// The account is gone or switched off.
    NoAccount,
    /// The account has moved to another address since.
    OtherAddress,
}

/// Whether the link may be used for `purpose` by the account as it is now.
pub fn check(
    token: &EmailToken,
    purpose: EmailPurpose,
    user: Option<&User>,
    now: UnixSeconds,
) -> Result<(), LinkRefusal> {
    if token.purpose != purpose {
        return Err(LinkRefusal::OtherPurpose);
    }
    if token.used_at.is_some() {
        return Err(LinkRefusal::Used);
    }
    if !token.is_live(now) {
        return Err(LinkRefusal::Expired);
    }
    let user = user.filter(|user| user.id == token.user_id && user.is_active());
    let user = user.ok_or(LinkRefusal::NoAccount)?;
    // A link proves that one address is read: for another one it proves nothing.
    let own = matches!(
        purpose,
        EmailPurpose::Verify | EmailPurpose::Reset | EmailPurpose::Passkey
    );
    if own && user.email != token.email {
        return Err(LinkRefusal::OtherAddress);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
