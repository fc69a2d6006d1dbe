//! A copy of a deployment for tests: what a restored backup must not do, and the removal of personal data.

pub mod operations;

use std::collections::BTreeSet;

use doorward_domain::model::{Profile, StopReason};

use crate::grants::{STEP, in_steps};
use crate::prelude::*;

/// Number of users that one transaction anonymizes.
const USERS: u64 = 200;

/// The numbers of what a copy no longer has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MadeCopy {
    /// Messages and notifications that waited.
    pub jobs: u64,
    /// Identity providers that were disabled, and whose secrets were removed.
    pub providers: u64,
}

/// Turns a restored database into a copy: drops what it would send, removes the secrets of identity
/// providers and the certificates, and marks it. End its access before, because ended sessions cause
/// notifications.
#[boxed(?Send)]
pub async fn make(context: &AdminContext<'_>) -> Result<MadeCopy> {
    context.must_administer()?;
    let (kind, now) = (AuditKind::SystemChanged, context.now());
    let jobs = async |tx: &WriteTx| repo::jobs::drop_undone(tx, STEP).await;
    let notices = async |tx: &WriteTx| repo::logout_notifications::drop_some(tx, STEP).await;
    let jobs = in_steps(context, kind, "waiting jobs dropped", jobs).await?
        + in_steps(context, kind, "waiting notifications dropped", notices).await?;
    let tx = context.begin().await?;
    while let Some(id) = repo::bulk_changes::next_due(&tx, UnixSeconds::MAX).await? {
        let reason = Some(StopReason::Interrupted);
        repo::bulk_changes::end(&tx, id, reason, now).await?;
    }
    let mut providers = 0;
    for mut provider in repo::providers::list(&tx).await? {
        provider.secret_sealed = None;
        provider.disabled_at = provider.disabled_at.or(Some(now));
        provider.updated_at = now;
        repo::providers::update(&tx, &provider).await?;
        providers += 1;
    }
    repo::audit_streams::remove_all(&tx).await?;
    repo::server_state::mark_copy(&tx, now).await?;
    let event = context
        .event(kind, "database", "copy made")
        .with("jobs", jobs)
        .with("providers", providers);
    context.commit_with(tx, &event).await?;
    Ok(MadeCopy { jobs, providers })
}

/// Replaces names and addresses of all users but these by invented ones, and deletes their profiles,
/// credentials and traces. The audit log stays.
pub async fn anonymize(context: &AdminContext<'_>, except: &BTreeSet<UserId>) -> Result<u64> {
    context.must_administer()?;
    let state = repo::server_state::read(context.db.read()).await?;
    if state.copied_at.is_none() {
        let problem =
            "this database is no copy; `doorward restore --as-copy` makes one of a backup";
        return Err(AdminError::NoChange(problem.to_owned()));
    }
    let tx = context.begin().await?;
    repo::anonymization::clear(&tx).await?;
    tx.commit().await?;
    let (mut total, mut after) = (0, None);
    loop {
        let users = repo::users::list(context.db.read(), after, USERS).await?;
        let Some(last) = users.last() else {
            break;
        };
        after = Some(last.id);
        let users = users.iter().filter(|user| !except.contains(&user.id));
        let anonymous: Vec<User> = users.map(|user| anonymous(user, context.now())).collect();
        let tx = context.begin().await?;
        repo::anonymization::replace(&tx, &anonymous).await?;
        tx.commit().await?;
        total += anonymous.len() as u64;
    }
    let tx = context.begin().await?;
    let event = context
        .event(AuditKind::SystemChanged, "database", "users anonymized")
        .with("count", total);
    context.commit_with(tx, &event).await?;
    Ok(total)
}

/// Returns an account with the same ID, rights and state, without a password, and without anything that
/// names a user.
fn anonymous(user: &User, now: UnixSeconds) -> User {
    let digits: String = user.id.to_string().replace('-', "");
    let name = format!("user-{}", &digits[digits.len().saturating_sub(16)..]);
    let email = format!("{name}@example.invalid");
    let username = user.named().map(|_| name).unwrap_or_default();
    User {
        username_key: username.clone(),
        username,
        email_key: email.clone(),
        email,
        password_hash: None,
        password_withdrawn_at: None,
        password_changed_at: None,
        password_change_required: false,
        profile: Profile {
            locale: user.profile.locale.clone(),
            zoneinfo: user.profile.zoneinfo.clone(),
            ..Profile::default()
        },
        updated_at: now,
        ..user.clone()
    }
}

#[cfg(test)]
mod tests;
