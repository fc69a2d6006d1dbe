//! The device authorization grant (RFC 8628 §3.4): a poll, and in the end the tokens.

use doorward_domain::model::{Client, DeviceRequest};
use doorward_domain::rules::device::{self, PollError, PollOutcome, SLOWER};
use doorward_domain::rules::sender_constraint::ProvenKeys;
use doorward_domain::secret::TokenHash;
use doorward_protocol::error::{ErrorCode, OAuthError};
use doorward_protocol::token::TokenResponse;
use doorward_store::db::WriteTx;
use doorward_store::{StoreError, repo};

use super::code::{Redeemed, first_tokens};
use super::common::Downscope;
use crate::caller::Caller;
use crate::error::FlowError;
use crate::grant_state::{LoadedGrant, standing_of};
use crate::state::State;

/// What a poll is made with.
#[derive(Clone, Copy)]
pub(super) enum Presented<'a> {
    /// RFC 8628 §3.4.
    DeviceCode(&'a str),
    /// CIBA Core §10.1.
    AuthReqId(&'a str),
}

/// Answers a poll; once the person has allowed it, uses the device code up.
pub(super) async fn redeem(
    state: &State,
    client: &Client,
    presented: Presented<'_>,
    narrower: Downscope<'_>,
    (proved, caller): (&ProvenKeys, &Caller),
) -> Result<TokenResponse, FlowError> {
    let (Presented::DeviceCode(text) | Presented::AuthReqId(text)) = presented;
    let hash = TokenHash::of(text);
    let is_named = matches!(presented, Presented::AuthReqId(_));
    first_tokens(state, (client, caller), narrower, proved, async |tx| {
        let standing = claim(state, tx, client, (&hash, is_named)).await?;
        Ok(Redeemed {
            standing,
            sign_in: None,
        })
    })
    .await
}

async fn claim(
    state: &State,
    tx: &WriteTx,
    client: &Client,
    (hash, is_named): (&TokenHash, bool),
) -> Result<LoadedGrant, FlowError> {
    let refused = |problem: PollError| FlowError::Rejected(problem.to_error());
    let found = repo::device_requests::find_by_device(tx, hash).await?;
    // One is not taken for the other.
    let found = found.filter(|request| request.backchannel.is_some() == is_named);
    let Some(request) = found else {
        return Err(refused(PollError::Unknown));
    };
    let now = state.now();
    let grant = match device::poll(&request, &client.id, now) {
        PollOutcome::Redeem(grant) => grant,
        PollOutcome::Refuse(problem) => return Err(refused(problem)),
        PollOutcome::Wait => return Err(not_yet(state, tx, &request).await?.into()),
    };
    // The one statement that uses it up; of many polls one goes on.
    if !repo::device_requests::consume(tx, &request.id, now).await? {
        return Err(refused(PollError::Used));
    }
    standing_of(state, tx, grant)
        .await?
        .ok_or_else(|| refused(PollError::Unknown))
}

/// RFC 8628 §3.5: too early a poll makes the interval longer, for this one and all that follow.
async fn not_yet(
    state: &State,
    tx: &WriteTx,
    request: &DeviceRequest,
) -> Result<OAuthError, StoreError> {
    let in_time = repo::device_requests::note_poll(tx, &request.id, SLOWER, state.now()).await?;
    Ok(if in_time {
        OAuthError::new(
            ErrorCode::AuthorizationPending,
            "the person has not answered yet",
        )
    } else {
        OAuthError::new(
            ErrorCode::SlowDown,
            "wait five seconds longer between two requests",
        )
    })
}
