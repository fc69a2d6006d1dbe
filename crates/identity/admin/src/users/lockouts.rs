//! Lockouts after failed sign-ins: lists and ends them.

pub mod operations;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorward_store::repo::login_failures::Lockout;

use crate::found::{self, Found};
use crate::prelude::*;
use crate::users::get_in;

/// Lists the lockouts that have not ended, the next end first.
#[boxed(?Send)]
pub async fn page(
    context: &AdminContext<'_>,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Found<Lockout>>> {
    context.require_global("users:read")?;
    let after = found::time_position(after, |bucket| URL_SAFE_NO_PAD.decode(bucket).ok())?;
    let (read, now) = (context.db.read(), context.now());
    let rows = repo::login_failures::page(read, now, after.as_ref(), limit).await?;
    let rows = rows.into_iter().map(|lockout| {
        let bucket = URL_SAFE_NO_PAD.encode(&lockout.bucket);
        Found::new(&lockout.until.to_string(), bucket, lockout)
    });
    Ok(rows.collect())
}

#[boxed(?Send)]
pub async fn get(context: &AdminContext<'_>, user: UserId) -> Result<UnixSeconds> {
    context.require_global("users:read")?;
    let until = repo::login_failures::locked_until(context.db.read(), user, context.now()).await?;
    until.ok_or_else(|| AdminError::not_found("lockout of", &user))
}

/// Ends the lockouts of a user: at sign-in, on known devices, and of the checks of the current
/// password and of a first code. Their failures in the database are no longer counted; attempts of
/// the last minute on known devices, and those of the checks, still count towards its limit.
#[boxed(?Send)]
pub async fn unlock(context: &AdminContext<'_>, user: UserId) -> Result<()> {
    let now = context.now();
    let tx = context.begin().await?;
    get_in(context, &tx, user).await?;
    let until = repo::login_failures::locked_until(&tx, user, now).await?;
    if until.is_none() {
        return Err(AdminError::not_found("lockout of", &user));
    }
    repo::login_failures::unlock(&tx, user, now).await?;
    let event = context.event(AuditKind::UserChanged, user, "unlocked");
    context.commit_with(tx, &event).await
}
