//! End of the access of clients for users: grants with their tokens, in batches.

use doorward_domain::model::{AuditKind, EndReason, GrantId, RevokeReason};
use doorward_services::caller::AuditEventExt as _;
use doorward_store::repo::grant_revocation::{self, GrantFilter};
use doorward_store::{WriteTx, repo};

use super::operator::{AdminContext, AdminError};

/// Number of rows that one transaction ends, so that other changes do not wait long.
pub(super) const STEP: u64 = 500;

/// The numbers of what was ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndedAccess {
    /// Sessions.
    pub sessions: u64,
    /// Grants.
    pub grants: u64,
    /// API keys.
    pub api_keys: u64,
}

/// Ends all grants of the filter with their tokens, also those that outlive their sessions. Each batch
/// is one transaction with an audit event. Returns their number.
///
/// # Errors
/// [`AdminError::Denied`] without the role `admin`.
pub async fn end_all(context: &AdminContext<'_>, filter: &GrantFilter) -> Result<u64, AdminError> {
    context.must_administer()?;
    let (mut ended, mut after) = (0, None);
    loop {
        let tx = context.begin().await?;
        let (count, last) = end_batch(context, &tx, filter, after).await?;
        tx.commit().await?;
        ended += count;
        after = last;
        if after.is_none() {
            return Ok(ended);
        }
    }
}

/// Ends the next grants of the filter after the grant `after`. Returns their number and the last one.
pub(super) async fn end_batch(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    filter: &GrantFilter,
    after: Option<GrantId>,
) -> Result<(u64, Option<GrantId>), AdminError> {
    let why = (RevokeReason::Administrator, context.now());
    let (count, last) = grant_revocation::revoke_batch(tx, filter, after, STEP, why).await?;
    if count > 0 {
        let subject = match (&filter.user, &filter.client) {
            (Some(user), _) => user.to_string(),
            (None, Some(client)) => client.to_string(),
            (None, None) => "all".to_owned(),
        };
        let event = context
            .event(AuditKind::TokenRevoked, subject, "grants ended")
            .with("grants", count)
            .with("issued_before", filter.before);
        let event = match &filter.client {
            Some(client) => event.through(client),
            None => event,
        };
        repo::audit::insert(tx, &event).await?;
    }
    Ok((count, last))
}

/// Ends all sessions, grants and API keys of the deployment: after a restore, those that ended since the
/// backup are valid again.
///
/// # Errors
/// [`AdminError::Denied`] without the role `admin`.
pub async fn end_access(context: &AdminContext<'_>) -> Result<EndedAccess, AdminError> {
    context.must_administer()?;
    let mut ended = EndedAccess::default();
    loop {
        let tx = context.begin().await?;
        let count = end_sessions(context, &tx).await?;
        tx.commit().await?;
        ended.sessions += count;
        if count < STEP {
            break;
        }
    }
    ended.grants = end_all(context, &GrantFilter::default()).await?;
    loop {
        let tx = context.begin().await?;
        let count = repo::api_keys::revoke_batch(&tx, STEP, context.now()).await?;
        if count > 0 {
            let event = context.event(AuditKind::ApiKeyRevoked, "all", "all revoked");
            repo::audit::insert(&tx, &event.with("keys", count)).await?;
        }
        tx.commit().await?;
        ended.api_keys += count;
        if count < STEP {
            return Ok(ended);
        }
    }
}

/// Ends the next sessions and returns their number.
async fn end_sessions(context: &AdminContext<'_>, tx: &WriteTx) -> Result<u64, AdminError> {
    let now = context.now();
    let ids = repo::sessions::list_open(tx, STEP, now).await?;
    let ended = repo::sessions::end_many(tx, &ids, EndReason::Administrator, now).await?;
    let count = ended.len() as u64;
    if count > 0 {
        let event = context.event(AuditKind::SessionEnded, "all", "all ended");
        repo::audit::insert(tx, &event.with("count", count)).await?;
    }
    Ok(count)
}
