//! Requests of anonymous users: a worker finds out whether there is an account, so that the
//! response and its time are the same with and without one (RC-3, EN-1).

use super::transaction::in_transaction;
use crate::error::{FlowError, ServerError};
use crate::jobs::JobPayload;
use crate::state::State;

/// Enqueues the job of such a request.
pub(super) async fn promise(state: &State, task: &JobPayload) -> Result<(), ServerError> {
    let done: Result<(), FlowError> = in_transaction(&state.db, async |tx| {
        Ok(state.jobs.enqueue_anonymous(tx, task, state.now()).await?)
    })
    .await;
    state.jobs.wake();
    done.map_err(FlowError::into_fault)
}
