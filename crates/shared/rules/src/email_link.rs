//! Purposes and TTLs of mail links.

use super::email_code;
use super::limits::rate_limit::Limit;
use doorward_domain::model::mail::{MailContent, MailMessage};
use doorward_domain::model::{EmailPurpose, EmailToken, User};
use doorward_domain::time::UnixSeconds;

/// Returns the TTL of a link, in seconds.
pub const fn ttl(purpose: EmailPurpose) -> i64 {
    match purpose {
        EmailPurpose::Replace | EmailPurpose::Operator => 15 * 60,
        EmailPurpose::Reset => 30 * 60,
        EmailPurpose::Verify | EmailPurpose::Change | EmailPurpose::Passkey => 24 * 60 * 60,
        EmailPurpose::Undo => 72 * 60 * 60,
    }
}

/// The TTL of a link that sets the first password of an account created for the user, in seconds.
/// It is longer than for a reset, because the user does not wait for the message.
pub const FIRST_PASSWORD: i64 = 24 * 60 * 60;

/// Returns the URL and the TTL of the mail link that a message contains; `None` for a message without
/// one, and for the code of a sign-in, which waits for no late message.
pub fn of_message(content: &MailContent) -> Option<(&str, i64)> {
    let (url, ttl) = match content {
        MailContent::Verify { url } => (url, ttl(EmailPurpose::Verify)),
        MailContent::Reset { url } => (url, ttl(EmailPurpose::Reset)),
        MailContent::Welcome { url } => (url, FIRST_PASSWORD),
        MailContent::PasskeyLink { url } => (url, ttl(EmailPurpose::Passkey)),
        MailContent::Change { url } => (url, ttl(EmailPurpose::Change)),
        MailContent::Changed { url, .. } => (url.as_ref()?, ttl(EmailPurpose::Undo)),
        _ => return None,
    };
    Some((url, ttl))
}

/// Returns true if a message is too late: the sign-in that it is for has ended.
pub const fn is_too_late(message: &MailMessage, now: UnixSeconds) -> bool {
    match message.content {
        MailContent::SignInCode { .. } | MailContent::Approve { .. } => {
            message.asked.at + email_code::TTL <= now
        }
        _ => false,
    }
}

/// Returns true if a newer link of the same purpose replaces this one. False for `Undo`: an
/// attacker who changes the address twice must not lock out the user.
pub const fn is_overtaken(purpose: EmailPurpose) -> bool {
    !matches!(purpose, EmailPurpose::Undo)
}

/// The limit of links of one purpose sent to one account.
pub const MAILS: Limit = Limit::new("mails", 3, 60 * 60);

/// The limit of links of one purpose that administrators send to one account. Others cannot exhaust it,
/// because [`MAILS`] is lower.
pub const BY_ADMINISTRATOR: Limit = Limit::new("administrator-mails", 20, 60 * 60);

/// The reason why a link is rejected. Users see the same message for every reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailLinkError {
    OtherPurpose,
    /// A link that was used, or replaced by a newer one.
    Used,
    Expired,
    /// A deleted or disabled account.
    NoAccount,
    /// A link to an address that the account no longer has.
    OtherAddress,
}

/// Checks that the link may be used for `purpose` by the account in its current state.
pub fn check(
    token: &EmailToken,
    purpose: EmailPurpose,
    user: Option<&User>,
    now: UnixSeconds,
) -> Result<(), MailLinkError> {
    if token.purpose != purpose {
        return Err(MailLinkError::OtherPurpose);
    }
    if token.used_at.is_some() {
        return Err(MailLinkError::Used);
    }
    if !token.is_live(now) {
        return Err(MailLinkError::Expired);
    }
    let user = user.filter(|user| user.id == token.user_id && user.is_active());
    let user = user.ok_or(MailLinkError::NoAccount)?;
    // A link proves access to one address only.
    let own = matches!(
        purpose,
        EmailPurpose::Verify | EmailPurpose::Reset | EmailPurpose::Passkey
    );
    if own && user.email != token.email {
        return Err(MailLinkError::OtherAddress);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
