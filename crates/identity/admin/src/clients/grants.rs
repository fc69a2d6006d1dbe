//! End of the access of clients for users: grants with their tokens, in batches.

pub mod operations;

use doorward_domain::model::{EmailPurpose, EndReason, GrantId, RevokeReason};
use doorward_services::access_end::EndedAccess;
use doorward_store::repo::grant_ends::{self, GrantFilter};

use crate::prelude::*;

/// Number of rows that one transaction ends, so that other changes do not wait long.
pub(crate) const STEP: u64 = 500;

/// The numbers of all that ended in the deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AllEnded {
    #[serde(flatten)]
    pub access: EndedAccess,
    /// Mail links and mailed codes.
    pub mail_links: u64,
    pub invitations: u64,
    pub registration_tokens: u64,
}

/// Ends all grants of the filter with their tokens, also those that outlive their sessions. Each batch
/// is one transaction with an audit event. Returns their number.
pub async fn end_all(context: &AdminContext<'_>, filter: &GrantFilter) -> Result<u64> {
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

/// Ends the next grants. Returns their number and the last one.
pub(crate) async fn end_batch(
    context: &AdminContext<'_>,
    tx: &WriteTx,
    filter: &GrantFilter,
    after: Option<GrantId>,
) -> Result<(u64, Option<GrantId>)> {
    let why = (RevokeReason::Administrator, context.now());
    let (count, last) = grant_ends::revoke_batch(tx, filter, after, STEP, why).await?;
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
            Some(client) => event.through(client).with("of_client", client.as_str()),
            None => event,
        };
        repo::audit::insert(tx, &event).await?;
    }
    Ok((count, last))
}

/// Ends all sessions, grants, API keys, mail links, trusted devices, invitations and initial access tokens
/// of the deployment: after a restore, those that ended since the backup are valid again. Links that undo
/// a change of the address remain, because they protect against a takeover.
#[boxed(?Send)]
pub async fn end_access(context: &AdminContext<'_>) -> Result<AllEnded> {
    context.must_administer()?;
    let now = context.now();
    let sessions = async |tx: &WriteTx| {
        let ids = repo::sessions::list_open(tx, STEP, now).await?;
        let ended = repo::sessions::end_many(tx, &ids, EndReason::Administrator, now).await?;
        Ok::<_, StoreError>(ended.len() as u64)
    };
    let keys = async |tx: &WriteTx| repo::api_keys::revoke_batch(tx, STEP, now).await;
    let links = async |tx: &WriteTx| {
        let purposes = &EmailPurpose::ENDED_BY_CHANGE;
        repo::email_tokens::end_some(tx, purposes, STEP, now).await
    };
    let codes = async |tx: &WriteTx| repo::email_sign_ins::end_some(tx, STEP, now).await;
    let devices = async |tx: &WriteTx| repo::trusted_devices::remove_some(tx, STEP, now).await;
    let invitations = async |tx: &WriteTx| repo::invitations::end_some(tx, STEP, now).await;
    let tokens = async |tx: &WriteTx| repo::registration_tokens::end_some(tx, STEP, now).await;
    let [of_sessions, of_keys] = [AuditKind::SessionEnded, AuditKind::ApiKeyRevoked];
    let [of_links, of_devices] = [AuditKind::TokenRevoked, AuditKind::DeviceDistrusted];
    let access = EndedAccess {
        sessions: in_steps(context, of_sessions, "all ended", sessions).await?,
        grants: end_all(context, &GrantFilter::default()).await?,
        api_keys: in_steps(context, of_keys, "all revoked", keys).await?,
        trusted_devices: in_steps(context, of_devices, "all ended", devices).await?,
        ..EndedAccess::default()
    };
    Ok(AllEnded {
        access,
        mail_links: in_steps(context, of_links, "all mail links ended", links).await?
            + in_steps(context, of_links, "all mailed codes ended", codes).await?,
        invitations: in_steps(context, of_links, "all invitations ended", invitations).await?,
        registration_tokens: in_steps(context, of_links, "all registration tokens ended", tokens)
            .await?,
    })
}

/// Repeats a step until it changes fewer than [`STEP`] rows. Each is one transaction, with an audit event
/// of this kind that names the change. Returns the number of rows.
pub(crate) async fn in_steps(
    context: &AdminContext<'_>,
    kind: AuditKind,
    change: &'static str,
    step: impl AsyncFn(&WriteTx) -> Result<u64, StoreError>,
) -> Result<u64> {
    let mut total = 0;
    loop {
        let tx = context.begin().await?;
        let count = step(&tx).await?;
        if count > 0 {
            let event = context.event(kind, "all", change).with("count", count);
            repo::audit::insert(&tx, &event).await?;
        }
        tx.commit().await?;
        total += count;
        if count < STEP {
            return Ok(total);
        }
    }
}
