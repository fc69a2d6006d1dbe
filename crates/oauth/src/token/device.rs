//! The device authorization grant (RFC 8628 §3.4): responds to polls, and finally with the tokens.

use doorward_domain::model::{Client, DeviceRequest};
use doorward_domain::secret::TokenHash;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::token::TokenResponse;
use doorward_rules::device::{self, PollError, PollOutcome, SLOWER};
use doorward_rules::sender_constraint::ProvenKeys;
use doorward_services::access_end;
use doorward_services::caller::Caller;
use doorward_services::context::{Context, Core};
use doorward_services::error::FlowError;
use doorward_store::db::WriteTx;
use doorward_store::{StoreError, repo};

use super::code::{Redeemable, first_tokens, respond};
use super::common::Downscope;
use super::transaction;
use crate::grant_state::find_grant_for_tokens;

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
    client: &Client,
    presented: Presented<'_>,
    narrower: Downscope<'_>,
    proved: &ProvenKeys,
    caller: &Caller,
) -> Result<TokenResponse, FlowError> {
    let Context {
        core,
        directory,
        issuing,
        ..
    } = context;
    let (Presented::DeviceCode(text) | Presented::AuthReqId(text)) = presented;
    let hash = TokenHash::digest(text);
    let is_named = matches!(presented, Presented::AuthReqId(_));
    let done = transaction::in_write(core, proved, client, caller, async |tx| {
        let found = claim(core, tx, client, &hash, is_named).await?;
        let first = first_tokens(core, issuing, client, &found, narrower, proved)?;
        // The grant may be revoked since it was read.
        if let Some((_, family)) = &first.refresh
            && !repo::grants::rotate(tx, found.state.grant.id, None, family).await?
        {
            return Err(FlowError::Rejected(PollError::Unknown.to_error()));
        }
        access_end::revoke_surplus_grants(
            core,
            tx,
            found.state.grant.user_id,
            &client.id,
            first.refresh.is_some(),
        )
        .await?;
        Ok((found, first))
    });
    let (found, first) = done.await?;
    respond(core, directory, issuing, found, first, proved).await
}

async fn claim(
    core: &Core,
    tx: &WriteTx,
    client: &Client,
    hash: &TokenHash,
    is_named: bool,
) -> Result<Redeemable, FlowError> {
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
    let found = find_grant_for_tokens(core, tx, grant).await?;
    found
        .map(|(state, roles)| Redeemable { state, roles })
        .ok_or_else(|| reject(PollError::Unknown))
}

/// Returns the error for a pending request. A poll that comes too early makes the interval longer,
/// for this one and all that follow (RFC 8628 §3.5).
async fn not_yet(
    core: &Core,
    tx: &WriteTx,
    request: &DeviceRequest,
) -> Result<OAuthError, StoreError> {
    let in_time = repo::device_requests::record_poll(tx, &request.id, SLOWER, core.now()).await?;
    Ok(if in_time {
        OAuthError::new(
            ErrorCode::AuthorizationPending,
            "the user has not answered yet",
        )
    } else {
        OAuthError::new(
            ErrorCode::SlowDown,
            "wait five seconds longer between two requests",
        )
    })
}
