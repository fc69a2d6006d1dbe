//! The write transaction of a token request, which also consumes its DPoP proof.

use doorward_domain::model::Client;
use doorward_rules::sender_constraint::ProvenKeys;
use doorward_services::caller::Caller;
use doorward_services::context::Core;
use doorward_services::error::FlowError;
use doorward_services::transaction;
use doorward_store::{WriteTx, repo};

use crate::dpop;
use crate::replay::{self, ReplayedProof};

/// Runs `work` in one write transaction that also consumes the DPoP proof of the request (RFC 9449
/// §11.1): of any number of parallel requests with one proof, one succeeds. A rejected request
/// releases the proof, so that only requests that succeed leave a row.
///
/// # Errors
/// `invalid_dpop_proof` if the proof was used before, and the errors of `work`.
pub(crate) async fn in_write<T>(
    core: &Core,
    proved: &ProvenKeys,
    client: &Client,
    caller: &Caller,
    work: impl AsyncFnOnce(&WriteTx) -> Result<T, FlowError>,
) -> Result<T, FlowError> {
    transaction::in_recording_transaction(&core.db, async |tx| {
        consume(core, tx, proved, client, caller).await?;
        let outcome = work(tx).await;
        if let Err(FlowError::Rejected(_)) = &outcome {
            release(tx, proved).await?;
        }
        outcome
    })
    .await
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Statements {
    /// A single one, which needs no transaction.
    One,
    Several,
}

/// Runs `work` as [`in_write`]. It returns false if it changed nothing, because another request was
/// faster; that releases the proof, too.
///
/// # Errors
/// The same as of [`in_write`].
pub(crate) async fn in_conditional_write(
    core: &Core,
    proved: &ProvenKeys,
    client: &Client,
    caller: &Caller,
    statements: Statements,
    work: impl AsyncFnOnce(&WriteTx) -> Result<bool, FlowError>,
) -> Result<bool, FlowError> {
    if statements == Statements::One && proved.proof.is_none() {
        return transaction::in_single_write(&core.db, work).await;
    }
    in_write(core, proved, client, caller, async |tx| {
        let changed = work(tx).await?;
        if !changed {
            release(tx, proved).await?;
        }
        Ok(changed)
    })
    .await
}

/// Consumes the DPoP proof of a request, if it has one.
async fn consume(
    core: &Core,
    tx: &WriteTx,
    proved: &ProvenKeys,
    client: &Client,
    caller: &Caller,
) -> Result<(), FlowError> {
    let Some(proof) = &proved.proof else {
        return Ok(());
    };
    if repo::replay_markers::insert_unique(tx, &proof.name, proof.expires_at).await? {
        return Ok(());
    }
    let event = replay::by_client(core, caller, ReplayedProof::Dpop, client);
    replay::record_event(tx, &proof.name, proof.expires_at, event).await?;
    Err(dpop::used().into())
}

async fn release(tx: &WriteTx, proved: &ProvenKeys) -> Result<(), FlowError> {
    if let Some(proof) = &proved.proof {
        repo::replay_markers::release(tx, &proof.name).await?;
    }
    Ok(())
}
