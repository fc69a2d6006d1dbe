//! The write transaction of a token request, which also consumes its DPoP proof.

use doorward_services::transaction;

use crate::dpop;
use crate::prelude::*;
use crate::replay::{self, ReplayedProof};

/// The authenticated client of a request, with the keys that the sender has proved.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub client: &'a Client,
    pub proved: &'a ProvenKeys,
    pub caller: &'a Caller,
}

/// Runs `work` in one write transaction that also consumes the DPoP proof of the request (RFC 9449
/// §11.1): of any number of parallel requests with one proof, one succeeds. A rejected request
/// releases the proof, so that only requests that succeed leave a row.
///
/// # Errors
/// `invalid_dpop_proof` if the proof was used before, and the errors of `work`.
pub(crate) async fn in_write<T>(
    core: &Core,
    sender: Sender<'_>,
    work: impl AsyncFnOnce(&WriteTx) -> FlowResult<T>,
) -> FlowResult<T> {
    transaction::in_recording_transaction(&core.db, async |tx| {
        if let Some(proof) = &sender.proved.proof
            && !repo::replay_markers::insert_unique(tx, &proof.name, proof.expires_at).await?
        {
            let dpop = ReplayedProof::Dpop;
            let event = replay::by_client(core, sender.caller, dpop, sender.client);
            replay::record_event(tx, &proof.name, proof.expires_at, event).await?;
            return Err(dpop::used().into());
        }
        let outcome = work(tx).await;
        if let Err(FlowError::Rejected(_)) = &outcome {
            release(tx, sender.proved).await?;
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
pub(crate) async fn in_conditional_write(
    core: &Core,
    sender: Sender<'_>,
    statements: Statements,
    work: impl AsyncFnOnce(&WriteTx) -> FlowResult<bool>,
) -> FlowResult<bool> {
    if statements == Statements::One && sender.proved.proof.is_none() {
        return transaction::in_single_write(&core.db, work).await;
    }
    in_write(core, sender, async |tx| {
        let changed = work(tx).await?;
        if !changed {
            release(tx, sender.proved).await?;
        }
        Ok(changed)
    })
    .await
}

async fn release(tx: &WriteTx, proved: &ProvenKeys) -> FlowResult<()> {
    if let Some(proof) = &proved.proof {
        repo::replay_markers::release(tx, &proof.name).await?;
    }
    Ok(())
}
