//! Support codes: the lookup of the user who reads one out.

pub mod operations;

use doorward_domain::credentials::support_code::SupportCode;
use doorward_domain::derived_keys::SupportCodeKey;

use crate::prelude::*;

/// Consumes a support code, and returns its user. The code grants nothing: the administrator needs
/// the same permission as for a search, and the user must be in reach. A code of a user out of reach
/// is not consumed, and is not distinguished from a wrong one.
#[boxed(?Send)]
pub async fn open(context: &AdminContext<'_>, typed: &str) -> Result<UserId> {
    context.need("users:read")?;
    let now = context.now();
    let administrator = context.actor.as_deref().unwrap_or_default();
    // A command may read every user, so it guesses nothing.
    let server = context.deployment.server();
    let pass = match server.map(|server| &server.limits.rate_limiter) {
        Some(limiter) => {
            let admitted = limiter.admit_support_code(administrator, now).await;
            Some((limiter, admitted.map_err(AdminError::TooMany)?))
        }
        None => None,
    };
    let key = context.deployment.part(
        |server| &server.accounts.support_code_key,
        SupportCodeKey::derive,
    )?;
    // The message must not repeat the code, which may be that of a user out of reach.
    let not_found = || AdminError::not_found("support code", "");
    let code = SupportCode::parse(typed).ok_or_else(not_found)?;
    let tx = context.db.begin_write().await?;
    let mut found = None;
    for key in key.all() {
        let hash = code.hash(key);
        if let Some(user) = repo::support_codes::find(&tx, &hash, now).await? {
            found = Some((hash, user));
            break;
        }
    }
    let (hash, user) = found.ok_or_else(not_found)?;
    let is_in_reach = context.reaches_user(&tx, user).await?;
    if !is_in_reach || !repo::support_codes::consume(&tx, &hash, now).await? {
        return Err(not_found());
    }
    let event = context.event(AuditKind::SupportCodeUsed, user, "opened");
    context.commit_with(tx, &event).await?;
    if let Some((limiter, pass)) = pass {
        limiter.forgive_failure(&pass).await;
    }
    Ok(user)
}
