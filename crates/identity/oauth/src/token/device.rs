//! The device authorization grant (RFC 8628 §3.4): responds to polls, and finally with the tokens.

use doorward_domain::model::DeviceRequest;
use doorward_rules::device::{self, PollError, PollOutcome, SLOWER};
use doorward_store::db::WriteTx;

use super::code::{first_tokens, respond};
use super::common::Downscope;
use super::transaction::{self, Sender};
use crate::grant_state::{Redeemable, find_redeemable_grant};
use crate::prelude::*;

/// The request id of a poll.
#[derive(Clone, Copy)]
pub(super) enum Presented<'a> {
    /// RFC 8628 §3.4.
    DeviceCode(&'a str),
    /// CIBA Core §10.1.
    AuthReqId(&'a str),
}

/// Responds to a poll; after the user's approval, consumes the device code.
pub(super) async fn redeem(
    context: &Context,
    sender: Sender<'_>,
    presented: Presented<'_>,
    narrower: Downscope<'_>,
) -> FlowResult<TokenResponse> {
    let (core, client) = (&context.core, sender.client);
    let (Presented::DeviceCode(text) | Presented::AuthReqId(text)) = presented;
    let hash = TokenHash::digest(text);
    let is_named = matches!(presented, Presented::AuthReqId(_));
    let done = transaction::in_write(core, sender, async |tx| {
        let found = claim(core, tx, client, &hash, is_named).await?;
        let first = first_tokens(context, sender, &found, narrower)?;
        let grant = &found.state.grant;
        // The grant may be revoked since it was read.
        if let Some((_, family)) = &first.refresh
            && !repo::grants::rotate(tx, grant.id, None, family).await?
        {
            return Err(FlowError::Rejected(PollError::Unknown.to_error()));
        }
        let refreshes = first.refresh.is_some();
        access_end::revoke_surplus_grants(core, tx, grant.user_id, &client.id, refreshes).await?;
        Ok((found, first))
    });
    let (found, first) = done.await?;
    respond(context, narrower.registry, sender, found, first).await
}

async fn claim(
    core: &Core,
    tx: &WriteTx,
    client: &Client,
    hash: &TokenHash,
    is_named: bool,
) -> FlowResult<Redeemable> {
    let reject = |problem: PollError| FlowError::Rejected(problem.to_error());
    let found = repo::device_requests::find_by_device(tx, hash).await?;
    // A device code does not count as an `auth_req_id`, or the reverse.
    let found = found.filter(|request| request.backchannel.is_some() == is_named);
    let Some(request) = found else {
        return Err(reject(PollError::Unknown));
    };
    let now = core.now();
    let grant = match device::poll(&request, &client.id, now) {
        PollOutcome::Redeem(grant) => grant,
        PollOutcome::Refuse(problem) => return Err(reject(problem)),
        PollOutcome::Wait => return Err(not_yet(core, tx, &request).await?.into()),
    };
    // One statement consumes the code; of concurrent polls one succeeds.
    if !repo::device_requests::consume(tx, &request.id, now).await? {
        return Err(reject(PollError::Used));
    }
    let found = find_redeemable_grant(core, tx, grant, None).await?;
    found.ok_or_else(|| reject(PollError::Unknown))
}

/// Returns the error for a pending request. A poll that comes too early makes the interval longer,
/// for this one and all that follow (RFC 8628 §3.5).
async fn not_yet(
    core: &Core,
    tx: &WriteTx,
    request: &DeviceRequest,
) -> Result<OAuthError, StoreError> {
    let in_time = repo::device_requests::record_poll(tx, &request.id, SLOWER, core.now()).await?;
    let (code, problem) = if in_time {
        (
            ErrorCode::AuthorizationPending,
            "the user has not answered yet",
        )
    } else {
        (
            ErrorCode::SlowDown,
            "wait five seconds longer between two requests",
        )
    };
    Ok(OAuthError::new(code, problem))
}
