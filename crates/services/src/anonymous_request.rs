//! Requests of anonymous users: a worker finds out whether there is an account, so that the
//! response and its time are the same with and without one (RC-3, EN-1).

use super::transaction::in_transaction;
use crate::context::Context;
use crate::error::{FlowError, ServerError};
use crate::jobs::JobPayload;

/// Enqueues the job of such a request.
pub(super) async fn promise(context: &Context, task: &JobPayload) -> Result<(), ServerError> {
    let done: Result<(), FlowError> = in_transaction(&context.core.db, async |tx| {
        Ok(context
            .delivery
            .jobs
            .enqueue_anonymous(tx, task, context.core.now())
            .await?)
    })
    .await;
    context.delivery.jobs.wake();
    done.map_err(FlowError::into_fault)
}
