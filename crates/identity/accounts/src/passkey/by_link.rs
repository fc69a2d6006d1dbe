//! Registration of a passkey by a mail link: an administrator sends it, and the reader of the
//! address registers the passkey on their own device.

use doorward_rules::passkey::is_link_allowed;
use doorward_services::email_link;
use doorward_services::factors::has_app;

use super::ceremony::{CeremonyPurpose, Prompt, seal};
use super::manage::{ManagePasskeyError, NewPasskey, record_addition, register, store_passkey};
use crate::change::{Change, in_change};
use crate::password_reset;
use crate::prelude::*;

const PURPOSE: EmailPurpose = EmailPurpose::Passkey;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotAdded {
    Link,
    /// An error as in a session. After an invalid response, the link remains valid.
    Passkey(ManagePasskeyError),
}

/// Returns true if such a link may be mailed to this user and used: a single factor must not bypass
/// a second one.
#[boxed(?Send)]
pub async fn can_add_by_link(conn: &Conn, user: &User) -> Result<bool, StoreError> {
    let has = repo::totp_factors::inventory(conn, user.id).await?;
    let passkeys = usize::try_from(has.passkeys).unwrap_or(usize::MAX);
    Ok(is_link_allowed(has_app(&has), passkeys))
}

/// Returns the prompt of a registration by a link, without consuming the link.
#[boxed(?Send)]
pub async fn peek(
    context: &Context,
    token: &str,
    browser: &TokenHash,
) -> FlowResult<Prompt, InvalidLink> {
    let core = &context.core;
    let (_, user) = email_link::peek(core, token, PURPOSE).await?;
    let over = || Err(FlowError::Rejected(InvalidLink));
    let Some(keys) = &context.accounts.passkeys else {
        return over();
    };
    if !can_add_by_link(core.db.read(), &user).await? {
        return over();
    }
    let asked = keys.offer(&user, &[])?;
    let what = CeremonyPurpose::AddingByLink(user.id, &TokenHash::digest(token));
    Ok(seal(core, keys, asked, what, browser)?)
}

/// Consumes the link and stores the passkey. It starts no session; the user signs in with the
/// passkey.
#[boxed(?Send)]
pub async fn add<'a>(
    context: &'a Context,
    token: &str,
    new: NewPasskey<'a>,
    caller: &Caller,
) -> FlowResult<(), NotAdded> {
    let core = &context.core;
    let to_error = |error: FlowError<InvalidLink>| error.map(|InvalidLink| NotAdded::Link);
    let looked = email_link::peek(core, token, PURPOSE).await;
    let (_, user) = looked.map_err(to_error)?;
    let Some(keys) = &context.accounts.passkeys else {
        return Err(FlowError::Rejected(NotAdded::Link));
    };
    let link = TokenHash::digest(token);
    let what = CeremonyPurpose::AddingByLink(user.id, &link);
    let (opened, created) = register(core, keys, &new, what)
        .map_err(|why| FlowError::Rejected(NotAdded::Passkey(why)))?;
    in_change(context, caller, async |change| {
        let tx = change.tx;
        // Waits for a factor that is added concurrently, so that the next check sees it.
        repo::users::find_locked(tx, user.id).await?;
        let consumed = email_link::consume(core, tx, token, PURPOSE).await;
        let (_, owner) = consumed.map_err(to_error)?;
        if !can_add_by_link(tx, &owner).await? {
            return Err(FlowError::Rejected(NotAdded::Link));
        }
        prove_address(change, &owner).await?;
        let kept = store_passkey(change, &owner, &opened, &created, new.name).await;
        let id = kept.map_err(|error| error.map(NotAdded::Passkey))?;
        record_addition(change, &owner, id, "link").await?;
        Ok(())
    })
    .await
}

/// Marks the address as verified, because the user of the link reads it. If it was not before,
/// another party may have created the account: all its sign-in methods end, also the password.
async fn prove_address(change: Change<'_>, owner: &User) -> Result<(), StoreError> {
    let (tx, now) = (change.tx, change.now());
    repo::login_failures::unlock(tx, owner.id, now).await?;
    if repo::users::is_unproved(tx, owner.id).await? {
        password_reset::remove_unverified_methods(tx, owner.id, change.caller, now).await?;
        let forgotten = User {
            password_hash: None,
            password_changed_at: Some(now),
            password_change_required: false,
            password_withdrawn_at: None,
            updated_at: now,
            ..owner.clone()
        };
        repo::users::update(tx, &forgotten).await?;
        let (sessions, grants) = (EndReason::FactorChanged, RevokeReason::Administrator);
        let access = EndingAccess::all(owner.id, sessions, grants);
        access.end(tx, now).await?;
    }
    repo::users::set_email_verified(tx, owner.id, true, now).await?;
    Ok(())
}
